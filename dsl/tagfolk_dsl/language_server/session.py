"""The workspace as the editor shows it now: texts that are open before those on disk, checked when asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from tagfolk_dsl.checker.incremental import WorkspaceChecker
from tagfolk_dsl.checker.report import Report
from tagfolk_dsl.checker.symbols import Symbols, collect
from tagfolk_dsl.diagnostics import Diagnostic
from tagfolk_dsl.language_server.index import Index
from tagfolk_dsl.language_server.provider import Provider, Unusable
from tagfolk_dsl.program import Checked, Program
from tagfolk_dsl.vocabulary import Vocabulary

CONFIG = "tagfolk.toml"


@dataclass(frozen=True)
class View:
    """One state of the workspace, checked."""

    sources: Mapping[str, str]
    vocabulary: Vocabulary
    sizes: Mapping[str, int]
    checked: Checked
    diagnostics: tuple[Diagnostic, ...]

    @property
    def program(self) -> Program:
        """What could be resolved."""
        return self.checked.program

    @cached_property
    def symbols(self) -> Symbols:
        """All names."""
        return collect(self.program.files, self.vocabulary)

    @cached_property
    def index(self) -> Index:
        """All places of all names; made when first asked for."""
        return Index(self.symbols, Report(self.sources))


class Session:
    """Keeps what is open and what is known of the workspace between requests."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.open: dict[str, str] = {}
        self._checker = WorkspaceChecker()
        self._view: View | None = None
        self._disk: Mapping[str, str] = {}
        self._vocabulary: Vocabulary | None = None
        self._sizes: Mapping[str, int] = {}
        self._config: tuple[Diagnostic, ...] = ()
        self.reload()

    def reload(self) -> None:
        """Something changed on disk: ask the provider for everything anew. A broken workspace is a finding."""
        self._view = None
        self._config = ()
        try:
            self._vocabulary = self.provider.vocabulary()
            self._config = tuple(self.provider.diagnostics())
            self._sizes = self.provider.sizes()
            self._disk = self.provider.sources()
        except Unusable as error:
            self._config = error.diagnostics

    def change(self, path: str, text: str | None) -> None:
        """A file is open with this text; None: it is closed."""
        if text is None:
            self.open.pop(path, None)
            try:
                self._disk = self.provider.sources()
            except Unusable as error:
                self._config = error.diagnostics
        else:
            self.open[path] = text
        self._view = None

    def view(self) -> View:
        """The state now; checked once for each change."""
        if self._view is None:
            sources = {**self._disk, **{path: text for path, text in self.open.items() if path.endswith(".tags")}}
            checked = self._checker.check(sources, self._vocabulary or Vocabulary())
            found = checked.diagnostics
            if self._vocabulary is None:  # without the workspace's settings no name is known: syntax only
                found = tuple(one for one in found if "T001" <= one.code <= "T019")
            self._view = View(sources, self._vocabulary or Vocabulary(), self._sizes, checked, (*self._config, *found))
        return self._view
