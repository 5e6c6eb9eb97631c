"""What a rule may mention. The engine fills it from the workspace; the language knows no data of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from tagfolk_dsl.tree import Type


@dataclass(frozen=True)
class FieldInfo:
    """An attribute of customers or a property of an event.

    ``values`` maps each canonical value to its listed spellings (empty: no value mapping, anything goes).
    """

    name: str
    type: Type
    also: tuple[str, ...] = ()
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    personal: bool = False
    seen: tuple[str, ...] = ()
    """Some values seen in the data, commonest first, for completion and questions; never for meaning."""


@dataclass(frozen=True)
class EventInfo:
    """An event customers have, with its properties by name (``time`` is always there and not listed)."""

    name: str
    also: tuple[str, ...] = ()
    properties: Mapping[str, FieldInfo] = field(default_factory=dict)


ArgumentKind = Literal[
    "event", "events", "property", "metric", "metrics", "condition", "window", "duration", "number", "text",
    "choice", "boolean", "attribute", "tag", "numbers", "groups",
]  # fmt: skip


@dataclass(frozen=True)
class ArgumentInfo:
    """An argument of an analysis method; ``default`` None with ``required`` False means "left out"."""

    name: str
    kind: ArgumentKind
    required: bool = False
    default: object = None
    choices: tuple[str, ...] = ()
    meaning: str = ""


@dataclass(frozen=True)
class MethodInfo:
    """An analysis method: what it takes and which columns it gives each customer."""

    name: str
    arguments: Mapping[str, ArgumentInfo] = field(default_factory=dict)
    columns: Mapping[str, Type] = field(default_factory=dict)
    meaning: str = ""


@dataclass(frozen=True)
class Vocabulary:
    """Everything outside the rule files that rules may name."""

    events: Mapping[str, EventInfo] = field(default_factory=dict)
    attributes: Mapping[str, FieldInfo] = field(default_factory=dict)
    methods: Mapping[str, MethodInfo] = field(default_factory=dict)
    sinks: frozenset[str] = frozenset()
    channels: frozenset[str] | None = None
    """Slack channels that can be notified; None: not known, not checked."""
