"""``tagfolk backtest``: a tag re-run in the past, measured against what then happened."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from tagfolk_engine.cli.options import AsOfOption, JsonOption, WorkspaceOption, as_of_or_usage, prepared
from tagfolk_engine.cli.output import document, say, table, tell

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def backtest(
    tag: Annotated[str, typer.Argument(metavar="TAG")],
    outcome: Annotated[str, typer.Option("--outcome", metavar="CONDITION", help="What then happened, with a window.")],
    from_: Annotated[str, typer.Option("--from", metavar="DATE", help="The first date.")],
    to: Annotated[str, typer.Option("--to", metavar="DATE", help="The last date.")],
    every: Annotated[str, typer.Option("--every", metavar="STEP", help="How far apart the dates are.")] = "1 month",
    plot: Annotated[Path | None, typer.Option("--plot", metavar="FILE.png", help="Draw the figures.")] = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    as_of: AsOfOption = None,
) -> None:
    """Re-run a tag point-in-time: precision, recall, lift and base rate at each date and overall."""
    from tagfolk_engine.run.backtesting import backtest as work
    from tagfolk_engine.run.backtesting import plot as draw

    start, end = _day(from_, "--from"), _day(to, "--to")
    if end < start:
        raise typer.BadParameter(f"{to} lies before {from_}", param_hint="--to")
    ready = prepared(workspace)
    cutoff: Any = as_of_or_usage(ready.workspace, as_of)
    try:
        measured, warnings = work(ready, tag, outcome, start, end, every, cutoff)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--every") from None
    if plot is not None:
        draw(measured, str(plot))
    found = measured.as_json(outcome)
    if json:
        document({**found, "left_out": [day.isoformat() for day in measured.open], "warnings": warnings})
        return
    columns = ["as_of", "tagged", "hits", "precision", "recall", "lift", "base_rate"]
    points: Any = found["points"]
    overall: Any = {"as_of": "overall", **found["overall"]}  # type: ignore[dict-item]
    table(columns, [[row[name] for name in columns] for row in (*points, overall)], title=f"{tag}: {outcome}")
    if plot is not None:
        say(f"drawn: {plot}")
    for warning in warnings:
        tell(f"warning: {warning}")


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"'{text}' is no date such as 2024-07-01", param_hint=option) from None
