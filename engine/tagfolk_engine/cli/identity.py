"""``tagfolk identity``: pairs of records that may be one customer, and what people decide about them."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tagfolk_engine.cli.options import AsOfOption, JsonOption, WorkspaceOption, as_of_or_usage, prepared
from tagfolk_engine.cli.output import document, say, table

app = typer.Typer(
    add_completion=False, rich_markup_mode=None, no_args_is_help=True,
    help="Who is who: review pairs of records, confirm, deny, take a record out of its customer.",
)  # fmt: skip

Record = Annotated[str, typer.Argument(metavar="SOURCE:ID")]
Why = Annotated[str, typer.Option("--why", help="The reason, for the record.")]


@app.command()
def review(
    limit: Annotated[int, typer.Option("--limit", help="At most so many pairs.")] = 20,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """The pairs in the grey zone, the most probable first, each with what speaks for and against it."""
    from tagfolk_engine.identity import pairs

    found = pairs(prepared(workspace), limit)
    if json:
        document({"pairs": found})
        return
    if not found:
        say("no pair waits for a decision")
    for pair in found:
        say(f"{pair['left']} and {pair['right']}: {100 * pair['probability']:.1f} %")
        rows = [[w["field"], w.get("left"), w.get("right"), f"{w['weight']:+.2f}"] for w in pair["waterfall"]]
        table(["field", "left", "right", "weight"], rows)
        say()


@app.command()
def confirm(
    left: Record, right: Record, why: Why = "", workspace: WorkspaceOption = None, json: JsonOption = False
) -> None:
    """Two records are one customer; holds from the next load on."""
    _decide("same", left, right, why, workspace, json=json)


@app.command()
def deny(
    left: Record, right: Record, why: Why = "", workspace: WorkspaceOption = None, json: JsonOption = False
) -> None:
    """Two records are not one customer; holds from the next load on."""
    _decide("different", left, right, why, workspace, json=json)


@app.command()
def unmerge(
    record: Record,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without it only what it would change is shown.")] = False,
    why: Why = "",
    as_of: AsOfOption = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Take a record out of its customer; shows first which tags that would change."""
    from tagfolk_engine.evaluate import Cutoff
    from tagfolk_engine.identity import Decision, preview

    if yes:
        _decide("apart", record, "", why, workspace, json=json)
        return
    ready = prepared(workspace)
    latest = ready.store.latest() if as_of is None else None
    zone = ready.workspace.zone
    cutoff: Any = as_of_or_usage(ready.workspace, as_of) if latest is None else Cutoff(latest.as_of, zone)
    found = preview(ready, Decision("apart", record), cutoff)
    if json:
        document(found)
        return
    say(f"{', '.join(found['before'])} would become {', '.join(found['after'])}")
    columns = ["customer", "records", "tags", "gains", "loses"]
    table(columns, [[row[name] for name in columns] for row in found["customers"]])
    say("nothing was changed; add --yes to do it at the next load")


def _decide(verdict: Any, left: str, right: str, why: str, workspace: Any, *, json: bool) -> None:
    from tagfolk_engine.cli.pin import user
    from tagfolk_engine.identity import Decision, decide, known_records

    if left == right:
        raise typer.BadParameter("these are one record")
    ready = prepared(workspace)
    known_records(ready.data, *(record for record in (left, right) if record))
    decide(ready.store, Decision(verdict, left, right), why=why, by=user())
    if json:
        document({"decision": verdict, "left": left, "right": right or None, "why": why})
        return
    what = {"same": f"{left} and {right} are one customer", "different": f"{left} and {right} are two customers",
            "apart": f"{left} stands apart"}[verdict]  # fmt: skip
    say(f"{what} from the next load on")
