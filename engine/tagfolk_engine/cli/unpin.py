"""``tagfolk unpin``: take a pin back."""

from __future__ import annotations

from typing import Annotated

import typer

from tagfolk_engine.cli.options import JsonOption, WorkspaceOption, prepared
from tagfolk_engine.cli.output import document, say
from tagfolk_engine.cli.pin import user

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def unpin(
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER")],
    tag: Annotated[str, typer.Argument(metavar="TAG")],
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Take back the pin of a customer's tag; the next run says what the rules say. Exits 1 where there is none."""
    from tagfolk_engine.results.lock import workspace_lock
    from tagfolk_engine.run.customers import find_customer
    from tagfolk_engine.run.pinning import unpin as work

    ready = prepared(workspace)
    who = find_customer(ready.data, customer)
    with workspace_lock(ready.workspace.state, "unpin"):
        ended = work(ready, who, tag, by=user())
    if json:
        document({"customer": who, "tag": tag, "ended": ended})
    else:
        say(f"unpinned: {who} {tag}; the next run sets what the rules say" if ended else f"{who} has no pin of {tag}")
    if not ended:
        raise typer.Exit(1)
