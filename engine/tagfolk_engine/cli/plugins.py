"""``tagfolk plugins``: what is installed and where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tagfolk_engine.cli.options import JsonOption, WorkspaceOption, opened
from tagfolk_engine.cli.output import document, findings, say, table

if TYPE_CHECKING:
    from pathlib import Path

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def plugins(
    action: Annotated[str, typer.Argument(metavar="list|new", help="What is installed, or a new one.")] = "list",
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="new: how it is called.")] = None,
    kind: Annotated[str, typer.Option("--kind", metavar="source|method|sink", help="new: what it is.")] = "source",
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """What is installed and where it comes from; or 'new NAME --kind …': a new plugin with its tests."""
    from tagfolk_engine.plugins import plugins as installed

    if action == "new":
        _new(workspace, name, kind, json=json)
        return
    if action != "list":
        raise typer.BadParameter(f"'{action}' is neither list nor new", param_hint="list|new")
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


def _new(workspace: Path | None, name: str | None, kind: str, *, json: bool) -> None:
    from tagfolk_engine.cli.new_plugin import KINDS, NameTaken, write

    if kind not in KINDS:
        raise typer.BadParameter(f"'{kind}' is none of: {', '.join(KINDS)}", param_hint="--kind")
    if name is None or not name.isidentifier() or name != name.lower() or not name.isascii():
        raise typer.BadParameter("give a name of small letters, digits and _, such as my_shop", param_hint="NAME")
    root = opened(workspace).root
    try:
        made = [str(path.relative_to(root)) for path in write(root, name, kind)]
    except NameTaken as error:
        raise typer.BadParameter(str(error), param_hint="NAME") from None
    if json:
        document({"kind": kind, "name": name, "files": made})
        return
    for path in made:
        say(f"written: {path}")
    say(f"try it: pytest {made[1]}")


def _root(workspace: Path | None) -> Path | None:
    """The workspace whose own plugins count too; outside of one, none."""
    from pathlib import Path

    from tagfolk_engine.workspace import WorkspaceError, find_workspace

    try:
        return workspace if workspace is not None else find_workspace(Path.cwd())
    except WorkspaceError:  # what is installed can be asked anywhere
        return None
