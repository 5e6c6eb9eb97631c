"""``tagfolk tags``: what there is."""

from __future__ import annotations

from typing import Any

import typer

from tagfolk_engine.cli.options import JsonOption, WorkspaceOption, prepared
from tagfolk_engine.cli.output import document, say, table

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def tags(workspace: WorkspaceOption = None, json: JsonOption = False) -> None:
    """The tags with their size after the latest run, and who entered and left in it."""
    from tagfolk_engine.run.listing import list_tags

    ready = prepared(workspace)
    found: list[dict[str, Any]] = list_tags(ready)
    if json:
        document({"tags": found})
        return
    if not found:
        say("there are no tags yet: write rules/*.tags, then tagfolk run")
        return
    columns = ["tag", "title", "layer", "customers", "entered", "left", "values", "stale"]
    rows = [[row[name] if name != "values" else list(row["values"] or {}) for name in columns] for row in found]
    table(columns, [[*row[:-1], "stale" if row[-1] else ""] for row in rows])
