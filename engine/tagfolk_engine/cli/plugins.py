"""``tagfolk plugins``: what is installed and where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tagfolk_engine.cli.options import JsonOption, WorkspaceOption
from tagfolk_engine.cli.output import document, findings, table

if TYPE_CHECKING:
    from pathlib import Path

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def plugins(
    action: Annotated[str, typer.Argument(metavar="list", help="list: what is installed.")] = "list",
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """What is installed and where it comes from: sources, methods, sinks, answers, functions."""
    from tagfolk_engine.plugins import plugins as installed

    if action != "list":
        raise typer.BadParameter(f"'{action}' is not known: list", param_hint="[list]")
    found = installed(_root(workspace))
    rows = [
        {"kind": registry.kind, "name": name, "from": str(registry.origins[name])}
        for registry in (found.sources, found.methods, found.sinks, found.answers, found.functions)
        for name in registry
    ]
    warnings = found.all_warnings()
    if json:
        document({"plugins": rows, "warnings": [d.as_json() for d in warnings]})
        return
    table(["kind", "name", "from"], [list(row.values()) for row in rows])
    findings(warnings, {}, "en")


def _root(workspace: Path | None) -> Path | None:
    """The workspace whose own plugins count too; outside of one, none."""
    from pathlib import Path

    from tagfolk_engine.workspace import WorkspaceError, find_workspace

    try:
        return workspace if workspace is not None else find_workspace(Path.cwd())
    except WorkspaceError:  # what is installed can be asked anywhere
        return None
