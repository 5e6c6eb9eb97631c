"""What the language server asks of the workspace that it serves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from tagfolk_dsl.diagnostics import Diagnostic
from tagfolk_dsl.vocabulary import Vocabulary


class Provider(Protocol):
    """A workspace as the server sees it. It is asked again whenever a file outside the editor changed."""

    @property
    def root(self) -> Path:
        """The workspace's folder; paths of files are relative to it."""

    def vocabulary(self) -> Vocabulary:
        """What rules may mention. Raises Unusable where the workspace's own settings are broken."""

    def sources(self) -> Mapping[str, str]:
        """The rule files on disk, path ("rules/a.tags") → text. Raises Unusable."""

    def sizes(self) -> Mapping[str, int]:
        """How many customers hold each tag, and are in each segment, as far as that is stored."""

    def diagnostics(self) -> Sequence[Diagnostic]:
        """Findings outside the rule files: warnings about ``tagfolk.toml``."""


class Unusable(Exception):
    """The workspace cannot be opened; ``diagnostics`` say where and why."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__("; ".join(one.message for one in diagnostics))
        self.diagnostics = tuple(diagnostics)
