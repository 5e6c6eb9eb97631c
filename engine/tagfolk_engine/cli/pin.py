"""``tagfolk pin``: a person's word over the rules'."""

from __future__ import annotations

import getpass
from typing import Annotated, Any

import typer

from tagfolk_engine.cli.options import JsonOption, WorkspaceOption, prepared
from tagfolk_engine.cli.output import document, say

app = typer.Typer(add_completion=False, rich_markup_mode=None)


def user() -> str:
    """Who is at the shell, for the record."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # an account without a name, as in some containers
        return "shell"


@app.command()
def pin(
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER")],
    tag: Annotated[str, typer.Argument(metavar="TAG")],
    why: Annotated[str, typer.Option("--why", help="The reason, for the record.")],
    value: Annotated[str | None, typer.Option("--value", metavar="V", help="The value of a valued tag.")] = None,
    out: Annotated[bool, typer.Option("--out", help="Keep the tag away instead.")] = False,
    until: Annotated[str | None, typer.Option("--until", metavar="D", help="The last day of the pin.")] = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Give a customer a tag (or keep it away) whatever the rules say, on record, from now on."""
    from tagfolk_engine.evaluate import Cutoff
    from tagfolk_engine.results.lock import workspace_lock
    from tagfolk_engine.run.customers import find_customer
    from tagfolk_engine.run.pinning import pin as work

    ready = prepared(workspace)
    end = None
    if until is not None:
        try:
            end = Cutoff.parse(until, ready.workspace.zone).instant
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint="--until") from None
    if value is not None and out:
        raise typer.BadParameter("a tag that is kept away has no value", param_hint="--value")
    who = find_customer(ready.data, customer)
    with workspace_lock(ready.workspace.state, "pin"):
        try:
            made = work(ready, who, tag, why=why, by=user(), value=value, out=out, until=end)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from None
    shown: dict[str, Any] = {
        "customer": who, "tag": tag, "value": value, "out": out, "why": why, "by": made.by, "until": until,
    }  # fmt: skip
    if json:
        document(shown)
    else:
        what = f"{tag} kept away from {who}" if out else f"{who} holds {tag}{f' = {value}' if value else ''}"
        say(f"pinned: {what}{f' until {until}' if until else ''}")
