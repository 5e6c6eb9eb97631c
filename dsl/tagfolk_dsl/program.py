"""A checked set of rule files: what the engine evaluates.

Every tree in a Program is resolved: no Name, Dotted, Windowed, Filtered or Bare is left in it, ``let`` names are
replaced by what they stand for, ``also`` names and listed spellings by the canonical name or value, and each
Attribute, Property, MethodColumn, TagValue and Aggregate has its type.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from tagfolk_dsl.diagnostics import Diagnostic
from tagfolk_dsl.tree import (
    Card,
    Classify,
    Example,
    File,
    Let,
    Rule,
    Score,
    Segment,
    Template,
    Type,
    Use,
)  # fmt: skip


@dataclass(frozen=True)
class TagInfo:
    """A tag that the program knows. ``type`` is None for a plain tag (held or not, without a value)."""

    name: str
    card: Card
    type: Type | None
    many: bool
    kind: Literal["rules", "classify", "score"]
    values: tuple[str, ...] = ()
    """The values its rules or bands can give, as far as the text says, in file order."""


@dataclass(frozen=True)
class Program:
    """All statements of all files, resolved, each list in file order (files in name order)."""

    files: tuple[File, ...] = ()
    """The surface trees as parsed."""
    tags: Mapping[str, TagInfo] = field(default_factory=dict)
    lets: Mapping[str, Let] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    classifies: tuple[Classify, ...] = ()
    scores: tuple[Score, ...] = ()
    segments: Mapping[str, Segment] = field(default_factory=dict)
    uses: Mapping[str, Use] = field(default_factory=dict)
    templates: Mapping[str, Template] = field(default_factory=dict)
    examples: tuple[Example, ...] = ()
    positions: Mapping[str, int] = field(default_factory=dict)
    """Statement name → its place in file order over all files: which of two rules is earlier.

    Keys are rule names, and names of classifies and scores (the namespaces do not meet: names are unique)."""


@dataclass(frozen=True)
class Checked:
    """What the checker says of a set of files. ``program`` holds what could be resolved, even with errors."""

    program: Program
    diagnostics: tuple[Diagnostic, ...]

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The diagnostics that stop a run."""
        return tuple(d for d in self.diagnostics if d.severity == "error")

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """The diagnostics that do not."""
        return tuple(d for d in self.diagnostics if d.severity == "warning")
