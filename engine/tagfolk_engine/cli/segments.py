"""``tagfolk segments``: what there is, who enters and leaves."""

from __future__ import annotations

import typer

from tagfolk_engine.cli.options import JsonOption, WorkspaceOption, prepared
from tagfolk_engine.cli.output import document, say, table

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def segments(workspace: WorkspaceOption = None, json: JsonOption = False) -> None:
    """The segments with their size after the latest run, and how many entered and left in it."""
    from tagfolk_engine.run.listing import list_segments

    found = list_segments(prepared(workspace))
    if json:
        document({"segments": found})
        return
    if not found:
        say("there are no segments yet: add 'segment NAME: CONDITION' to rules/*.tags, then tagfolk run")
        return
    columns = ["segment", "title", "customers", "entered", "left", "action"]
    table(columns, [[row[name] for name in columns] for row in found])
