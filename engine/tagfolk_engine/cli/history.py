"""``tagfolk history``: the runs, or what one customer held and why it changed."""

from __future__ import annotations

from typing import Annotated

import typer

from tagfolk_engine.cli.options import JsonOption, WorkspaceOption, prepared
from tagfolk_engine.cli.output import document, say, table

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def history(
    customer: Annotated[str | None, typer.Argument(metavar="CUSTOMER", help="One customer's tags over time.")] = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """The latest runs and how much changed in each; of one customer: every tag, since when, until when, and why."""
    from tagfolk_engine.run.customers import find_customer
    from tagfolk_engine.run.listing import customer_history, list_runs

    ready = prepared(workspace)
    if customer is None:
        runs = list_runs(ready)
        if json:
            document({"runs": runs})
        elif runs:
            table(list(runs[0]), [list(row.values()) for row in runs])
        else:
            say("nothing has run yet: tagfolk run")
        return
    who = find_customer(ready.data, customer)
    rows = customer_history(ready, who)
    if json:
        document({"customer": who, "history": rows})
    elif rows:
        columns = ["tag", "value", "since", "cause", "until", "until_cause"]
        table(columns, [[row[name] for name in columns] for row in rows], title=who)
    else:
        say(f"{who} never held a tag")
