"""``tagfolk usage``: what is asked, what is not understood, what nobody uses any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tagfolk_engine.cli.options import JsonOption, WorkspaceOption, prepared
from tagfolk_engine.cli.output import document, say, table

if TYPE_CHECKING:
    from tagfolk_engine.run.opening import Prepared

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def usage(
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    days: Annotated[int, typer.Option("--days", min=1, help="How far back.")] = 90,
    accept: Annotated[
        str | None, typer.Option("--accept", metavar="WORD", help="Make a word another name of the tag of --for.")
    ] = None,
    tag: Annotated[str | None, typer.Option("--for", metavar="TAG", help="The tag that --accept names.")] = None,
) -> None:
    """What people asked, the words that were not understood, and the tags and segments that nobody uses."""
    from tagfolk_engine.run.using import usage as work

    if accept is not None or tag is not None:
        _accept(prepared(workspace), accept, tag, json)
        return
    ready = prepared(workspace)
    found = work(ready, days).as_json()
    found |= _feedback(ready)
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
    if found["feedback"]:
        rows = [[r["verdict"], r["question"] or r["tag"], r["understood"] or r["customer"] or "", r["note"] or ""]
                for r in found["feedback"]]  # fmt: skip
        table(["said to be", "question", "understood", "note"], rows)
    if found["precision"]:
        shown = [[p["tag"], "" if p["precision"] is None else f"{p['precision']:.0%}", p["right"], p["wrong"],
                  p["missed"]] for p in found["precision"]]  # fmt: skip
        table(["tag by staff's word", "precision", "right", "wrong", "missed"], shown)
    for key, what in (("unused_tags", "tags"), ("unused_segments", "segments")):
        if found[key]:
            say(f"{what} that nobody asked for and nothing uses: {', '.join(found[key])}")


def _accept(ready: Prepared, word: str | None, tag: str | None, json: bool) -> None:
    """Write the word into the block of the tag, where all rules check with it."""
    from tagfolk_engine.query.rule_files import RulesRefused, add_name

    if not word or not tag:
        raise typer.BadParameter("say both: --accept WORD --for TAG", param_hint="--accept")
    try:
        written = add_name(ready.workspace, word, tag)
    except RulesRefused as refusal:
        typer.echo(f"error: not written: {refusal.text['en']}", err=True)
        raise typer.Exit(1) from refusal
    if json:
        document({"word": word, "tag": tag, "file": written.file})
    else:
        say(f"'{word}' is another name of {tag} now: {written.file}")


def _feedback(ready: Prepared) -> dict[str, Any]:
    """What people said is wrong, and how right each tag is by their word."""
    from tagfolk_engine.query.feedback import precision, remarks

    said = [
        {"id": r.id, "verdict": r.verdict, "question": r.question, "understood": r.understood, "note": r.note,
         "customer": r.customer, "tag": r.tag, "user": r.user}
        for r in remarks(ready.store)
    ]  # fmt: skip
    counted = [
        {"tag": p.tag, "right": p.right, "wrong": p.wrong, "missed": p.missed, "precision": p.precision}
        for p in precision(ready.store)
    ]
    return {"feedback": said, "precision": counted}
