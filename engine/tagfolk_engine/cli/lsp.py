"""``tagfolk lsp``: the language server that editors start."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tagfolk_engine.cli.options import JsonOption, WorkspaceOption

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tagfolk_dsl.diagnostics import Diagnostic
    from tagfolk_dsl.vocabulary import Vocabulary

    from tagfolk_engine.run.opening import Prepared

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def lsp(workspace: WorkspaceOption = None, json: JsonOption = False) -> None:
    """The language server for editors, over standard input and output (JSON always, with or without --json)."""
    from tagfolk_dsl.language_server import serve

    serve(WorkspaceProvider(_root(workspace)))


def _root(directory: Path | None) -> Path:
    """The workspace's folder; where there is none yet, this folder: the editor shows what is missing."""
    from tagfolk_engine.workspace import WorkspaceError, find_workspace

    if directory is not None:
        return directory.resolve()
    try:
        return find_workspace(Path.cwd())
    except WorkspaceError:
        return Path.cwd()


class WorkspaceProvider:
    """A workspace as the language server asks for it. Each question opens the workspace as it now is on disk."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def vocabulary(self) -> Vocabulary:
        """What rules may mention; the start of a round of questions, so the workspace is opened anew."""
        from tagfolk_dsl.diagnostics import Diagnostic
        from tagfolk_dsl.language_server import Unusable
        from tagfolk_dsl.tree import Span
        from tagfolk_plugins.api.errors import PluginError

        self.__dict__.pop("_ready", None)
        try:
            self._ready.plugins.all_warnings()
            return self._ready.vocabulary
        except PluginError as error:
            raise Unusable([Diagnostic("C043", Span("tagfolk.toml", 1, 1, 1, 1), str(error))]) from None

    def sources(self) -> Mapping[str, str]:
        """The rule files, and the functions of plugins as the checker reads them."""
        from tagfolk_dsl.language_server import Unusable

        from tagfolk_engine.workspace import WorkspaceError

        try:
            return self._ready.workspace.rule_sources() | self._ready.plugins.function_rules()
        except WorkspaceError as error:
            raise Unusable(error.diagnostics) from None

    def sizes(self) -> Mapping[str, int]:
        """Tags and segments with their size after the latest run; nothing before one, or where the store fails."""
        from sqlmodel import col, select

        from tagfolk_engine.results.errors import StoreError
        from tagfolk_engine.results.models import Run, SegmentSize, Tag

        try:
            store = self._ready.store
            if store.sqlite and not Path(str(store.url.database)).is_file():
                return {}
            with store.session() as session:
                standing = select(Run.id).where(col(Run.replaced_by).is_(None))
                members = select(SegmentSize).where(col(SegmentSize.run).in_(standing)).order_by(col(SegmentSize.run))
                found = {size.segment: size.customers for size in session.exec(members).all()}
                found.update({tag.name: tag.customers for tag in session.exec(select(Tag)).all()})
                return found
        except StoreError:  # sizes are an extra: an editor works without them
            return {}

    def diagnostics(self) -> Sequence[Diagnostic]:
        """Warnings about ``tagfolk.toml`` and about plugins."""
        return (*self._ready.workspace.settings.warnings, *self._ready.plugins.all_warnings())

    @cached_property
    def _ready(self) -> Prepared:
        from tagfolk_dsl.language_server import Unusable

        from tagfolk_engine.run.opening import prepare
        from tagfolk_engine.workspace import WorkspaceError, open_workspace

        try:
            return prepare(open_workspace(self.root))
        except WorkspaceError as error:
            raise Unusable(error.diagnostics) from None
