"""A workspace with everything that a command needs of it: plugins, lake, vocabulary, checked rules, store."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tagfolk_dsl.diagnostics import Diagnostic
from tagfolk_dsl.program import Checked, Program
from tagfolk_dsl.vocabulary import Vocabulary

from tagfolk_engine.lake import Lake, Snapshot
from tagfolk_engine.plugins import Plugins, plugins
from tagfolk_engine.run.errors import NoData, RulesBroken
from tagfolk_engine.workspace import Workspace

if TYPE_CHECKING:
    from tagfolk_engine.results.membership import Memberships
    from tagfolk_engine.results.store import Store


@dataclass
class Prepared:
    """An opened workspace over one snapshot (None before the first load). Parts are made when first asked for."""

    workspace: Workspace
    plugins: Plugins
    snapshot: Snapshot | None

    @cached_property
    def sources(self) -> dict[str, str]:
        """The rule texts by file."""
        return self.workspace.rule_sources()

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """What rules may mention."""
        from tagfolk_engine.catalog import vocabulary
        from tagfolk_engine.methods import method_infos

        return vocabulary(self.workspace, self.snapshot, method_infos(self.plugins.methods))

    @cached_property
    def checked(self) -> Checked:
        """The rules, resolved, with all findings."""
        from tagfolk_dsl.checker import check

        return check(self.sources | self.plugins.function_rules(), self.vocabulary)

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """All findings: of the workspace, of plugins, of the rules."""
        return (*self.workspace.settings.warnings, *self.plugins.all_warnings(), *self.checked.diagnostics)

    @property
    def program(self) -> Program:
        """The rules, where they are sound. Raises RulesBroken."""
        if self.checked.errors:
            raise RulesBroken(self.checked.diagnostics, self.sources)
        return self.checked.program

    @property
    def data(self) -> Snapshot:
        """The snapshot. Raises NoData before the first load."""
        if self.snapshot is None:
            raise NoData
        return self.snapshot

    @cached_property
    def store(self) -> Store:
        """The store (not yet opened)."""
        from tagfolk_engine.results.store import Store

        return Store(self.workspace.store_url)

    def memberships(self, before: Any = None) -> Memberships:
        """What is stored of the past; ``before``: as an evaluation with that T may see it."""
        from tagfolk_engine.results.membership import Memberships

        return Memberships(self.store, self.workspace.lake_path, before=before)

    def renewed(self) -> Prepared:
        """The same over the snapshot that is current now."""
        fresh = replace(self, snapshot=Lake(self.workspace.lake_path).current())
        if "store" in self.__dict__:
            fresh.__dict__["store"] = self.store
        return fresh


def prepare(workspace: Workspace) -> Prepared:
    """Open what belongs to a workspace; nothing is evaluated and nothing is read but names."""
    return Prepared(workspace, plugins(workspace.root), Lake(workspace.lake_path).current())
