"""``tagfolk report``: the portrait of all customers, a segment or one customer, as a page with charts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from tagfolk_engine.cli.options import AsOfOption, JsonOption, WorkspaceOption, as_of_or_usage, prepared
from tagfolk_engine.cli.output import document, say

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def report(
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    template: Annotated[str | None, typer.Option("--template", metavar="T", help="Only what it names.")] = None,
    segment: Annotated[str | None, typer.Option("--segment", metavar="S", help="Of its members.")] = None,
    customer: Annotated[str | None, typer.Option("--customer", metavar="C", help="Of one customer.")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE.html", help="Default: report.html.")] = None,
    lang: Annotated[str | None, typer.Option("--lang", metavar="en|zh", help="Default: the workspace's.")] = None,
    as_of: AsOfOption = None,
) -> None:
    """The layered portrait with charts, in one HTML file: tags, attributes and metrics, and how they are spread."""
    from tagfolk_engine.evaluate import Cutoff
    from tagfolk_engine.run.customers import find_customer
    from tagfolk_engine.run.looking import evaluator
    from tagfolk_engine.run.portrait import portrait

    if segment is not None and customer is not None:
        raise typer.BadParameter("give a segment or a customer, not both", param_hint="--customer")
    if lang not in (None, "en", "zh"):
        raise typer.BadParameter(f"'{lang}' is neither en nor zh", param_hint="--lang")
    ready = prepared(workspace)
    latest = ready.store.latest() if as_of is None else None
    cutoff: Any = (
        Cutoff(latest.as_of, ready.workspace.zone) if latest is not None else as_of_or_usage(ready.workspace, as_of)
    )
    who = find_customer(ready.data, customer) if customer is not None else None
    looking = evaluator(ready, cutoff)
    try:
        found = portrait(looking, template=template, segment=segment, customer=who, title=_title(ready, segment, who))
    finally:
        looking.close()
    if json and out is None:
        document(found.as_json())
        return
    from tagfolk_engine.cli.page import page

    target = out or Path("report.html")
    target.write_text(page(found, lang or ready.workspace.settings.workspace.language), encoding="utf-8")
    if json:
        document({**found.as_json(), "file": str(target)})
    else:
        say(f"{target}: {found.customers:,} customers, {sum(map(len, found.layers.values()))} charts")


def _title(ready: Any, segment: str | None, customer: str | None) -> str:
    if segment is not None and segment in ready.program.segments:
        return ready.program.segments[segment].card.title or segment
    return customer or ready.workspace.settings.workspace.name or "tagfolk"
