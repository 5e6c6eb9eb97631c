"""``tagfolk method``: run one analysis of the rules and show what it finds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from tagfolk_engine.cli.options import AsOfOption, JsonOption, WorkspaceOption, as_of_or_usage, prepared
from tagfolk_engine.cli.output import document, say, shown, table

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def method(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The NAME of a 'use … as NAME', or the method's own.")],
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    as_of: AsOfOption = None,
    customers: Annotated[
        Path | None, typer.Option("--customers", metavar="FILE.csv", help="Write every customer's columns here.")
    ] = None,
    chart: Annotated[
        Path | None, typer.Option("--chart", metavar="FILE.png", help="Draw what was found into this file.")
    ] = None,
) -> None:
    """Run an analysis method of the rules: its fit, its tables, every customer's columns. Stores nothing."""
    from tagfolk_engine.evaluate import Cutoff
    from tagfolk_engine.methods import chart_png, customers_csv, report_json
    from tagfolk_engine.run.looking import run_use
    from tagfolk_engine.run.report import said

    ready = prepared(workspace)
    latest = ready.store.latest() if as_of is None else None
    cutoff: Any = (
        Cutoff(latest.as_of, ready.workspace.zone) if latest is not None else as_of_or_usage(ready.workspace, as_of)
    )
    result = run_use(ready, name, cutoff)
    report = report_json(result, said(cutoff.instant, cutoff.zone))
    if chart is not None:
        chart.write_bytes(chart_png(result, ready.plugins.methods))
        if not json:
            say(f"chart: {chart}")
    if customers is not None:
        rows = customers_csv(result, customers)
        if not json:
            say(f"{rows:,} customers to {customers}")
            return
    if json:
        document(report)
        return
    say(f"{report['use']}: {report['method']} as of {report['as_of']}")
    for figure, value in report["fit"].items():
        say(f"  {figure}: {shown(value)}")
    for title, found in report["tables"].items():
        say()
        table(found["columns"], found["rows"][:30], title=title)
