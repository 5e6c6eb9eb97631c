"""``tagfolk load``: sources into the lake, and the quality report."""

from __future__ import annotations

import typer

from tagfolk_engine.cli.options import JsonOption, WorkspaceOption, opened
from tagfolk_engine.cli.output import document, say
from tagfolk_engine.cli.progress import progress

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def load(workspace: WorkspaceOption = None, json: JsonOption = False) -> None:
    """Sources into the lake: mapped, tidied, de-duplicated, joined by identity; prints the quality report."""
    from tagfolk_engine.intake import load as load_sources
    from tagfolk_engine.results.lock import workspace_lock

    space = opened(workspace)
    with workspace_lock(space.state, "load"), progress() as bars:
        report = load_sources(space, progress=bars)
    if json:
        document(report.as_json())
    else:
        for line in report.quality:
            say(line)
