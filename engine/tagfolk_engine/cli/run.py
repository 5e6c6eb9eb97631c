"""``tagfolk run``: load, evaluate, store, deliver."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tagfolk_engine.cli.options import AsOfOption, JsonOption, WorkspaceOption, as_of_or_usage, opened
from tagfolk_engine.cli.output import document, say, table, tell
from tagfolk_engine.cli.progress import progress

if TYPE_CHECKING:
    from tagfolk_engine.run.report import RunReport

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def run(
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    as_of: AsOfOption = None,
    no_load: Annotated[bool, typer.Option("--no-load", help="Use the data that were loaded before.")] = False,
    full: Annotated[bool, typer.Option("--full", help="Everything anew, no increment.")] = False,
    tag: Annotated[
        list[str] | None, typer.Option("--tag", metavar="T", help="Only this tag and what it needs (repeatable).")
    ] = None,
) -> None:
    """Load, evaluate, store, notify and sync what changed."""
    from tagfolk_engine.run.orchestrate import run as work

    space = opened(workspace)
    cutoff: Any = as_of_or_usage(space, as_of)
    with progress() as bars:
        report = work(space, as_of=cutoff, load=not no_load, full=full, tags=tag or None, progress=bars)
    if json:
        document(report.as_json())
    else:
        show(report)


def show(report: RunReport) -> None:
    """A run for people."""
    state = "nothing new" if report.unchanged else f"{sum(report.seconds.values()):.1f} s"
    say(f"run {report.run} as of {report.as_of}: {report.customers:,} customers ({state})")
    if report.way == "increment":
        say(f"increment: {report.because}")
    if report.tags:
        rows = [
            [name, t["customers"], t["entered"], t["left"], _values(t.get("values"))] for name, t in report.tags.items()
        ]
        table(["tag", "customers", "entered", "left", "values"], rows)
    if report.segments:
        say()
        rows = [[name, s["customers"], s["entered"], s["left"]] for name, s in report.segments.items()]
        table(["segment", "customers", "entered", "left"], rows)
    for name, why in report.failed.items():
        tell(f"failed: {name}: {why}")
    if report.stale:
        tell(f"kept as they were (stale): {', '.join(report.stale)}")
    for warning in report.warnings:
        tell(f"warning: {warning}")


def _values(values: dict[str, int] | None, most: int = 6) -> str:
    if not values:
        return ""
    ordered = sorted(values.items(), key=lambda item: -item[1])
    more = ", …" if len(ordered) > most else ""
    return ", ".join(f"{value} {number:,}" for value, number in ordered[:most]) + more
