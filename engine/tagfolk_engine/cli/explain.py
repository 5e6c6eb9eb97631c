"""``tagfolk explain``: why a customer holds a tag, or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tagfolk_engine.cli.options import AsOfOption, JsonOption, WorkspaceOption, as_of_or_usage, prepared
from tagfolk_engine.cli.output import document, say, shown

if TYPE_CHECKING:
    from tagfolk_engine.run.opening import Prepared

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def explain(
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER", help="A customer's id, or an id or name in a source.")],
    tag: Annotated[str | None, typer.Argument(metavar="TAG", help="Only this tag.")] = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    as_of: AsOfOption = None,
) -> None:
    """Each condition of each rule with the customer's own figures, and which of them decided."""
    reasons(prepared(workspace), customer, tag, as_of, json=json)


def reasons(ready: Prepared, customer: str, tag: str | None, as_of: str | None = None, *, json: bool = False) -> None:
    """Look a customer up and print the reasons, as of the latest run where no other T is asked for."""
    from tagfolk_engine.evaluate import Cutoff
    from tagfolk_engine.evaluate.explain import explain as work
    from tagfolk_engine.run.customers import find_customer
    from tagfolk_engine.run.errors import UnknownName
    from tagfolk_engine.run.looking import evaluator
    from tagfolk_engine.run.nearest import nearest

    latest = ready.store.latest() if as_of is None else None
    cutoff: Any = (
        Cutoff(latest.as_of, ready.workspace.zone) if latest is not None else as_of_or_usage(ready.workspace, as_of)
    )
    if tag is not None and tag not in ready.program.tags:
        raise UnknownName("tag", tag, ready.program.tags)
    who = find_customer(ready.data, customer)
    looking = evaluator(ready, cutoff)
    try:
        explained = work(looking, who, None if tag is None else [tag])
        found = explained.as_json()
        nearest(looking, explained, found)
    finally:
        looking.close()
    if json:
        document(found)
        return
    say(f"{found['customer']} as of {found['as_of']}")
    tags: Any = found["tags"]
    for name, reason in tags.items():
        _show(name, reason)


def _show(name: str, reason: dict[str, Any]) -> None:
    value = f" = {shown(reason['value'])}" if reason["value"] is not None else ""
    since = f" since {reason['since']}" if reason["holds"] and reason["since"] else ""
    say(f"\n{'✓' if reason['holds'] else '·'} {name}{value}{since}")
    for rule in reason["rules"]:
        say(f"    {'✓' if rule['matched'] else '✗'} {rule['text']}")
        for condition in rule["conditions"]:
            figure = condition["value"]
            said = f"  ({shown(figure)})" if figure is not None and not isinstance(figure, bool) else ""
            say(f"        {'✓' if condition['matched'] else '✗'} {condition['text']}{said}")
    if reason.get("nearest"):
        said = " and ".join(condition["text"] for condition in reason["nearest"]["conditions"])
        say(f"    {reason['nearest']['change']} it where this were otherwise: {said}")
    if reason.get("next"):
        say(f"    {reason['next']['change']} it on {reason['next']['on']} if nothing more happens")
