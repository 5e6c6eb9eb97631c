"""``tagfolk usage``: what is asked, what is not understood, what nobody uses any more."""

from __future__ import annotations

from typing import Annotated

import typer

from tagfolk_engine.cli.options import JsonOption, WorkspaceOption, prepared
from tagfolk_engine.cli.output import document, say, table

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def usage(
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    days: Annotated[int, typer.Option("--days", min=1, help="How far back.")] = 90,
) -> None:
    """What people asked, the words that were not understood, and the tags and segments that nobody uses."""
    from tagfolk_engine.run.using import usage as work

    found = work(prepared(workspace), days).as_json()
    if json:
        document(found)
        return
    intents = ", ".join(f"{name or 'unknown'} {number:,}" for name, number in found["intents"].items())
    counted = f"{found['questions']:,} questions of {found['users']:,} people in {days} days"
    say(f"{counted}: {intents}" if intents else counted)
    for key, name, title in (
        ("asked", "understood", "asked most"),
        ("not_understood", "word", "words not understood"),
        ("unanswered", "question", "without an answer"),
    ):
        if found[key]:
            table([title, "times"], [[row[name], row["times"]] for row in found[key]])
    for key, what in (("unused_tags", "tags"), ("unused_segments", "segments")):
        if found[key]:
            say(f"{what} that nobody asked for and nothing uses: {', '.join(found[key])}")
