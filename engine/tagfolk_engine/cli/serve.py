"""``tagfolk serve``: the daemon."""

from __future__ import annotations

from typing import Annotated

import typer

from tagfolk_engine.cli.options import JsonOption, WorkspaceOption, opened

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def serve(
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    host: Annotated[str, typer.Option("--host", help="Where the door for events is.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535)] = 8750,
    once: Annotated[bool, typer.Option("--once", help="Work off what is due now, and end.")] = False,
) -> None:
    """Run tags when their refresh is due and when their events come; take events by HTTP; log lines of JSON.

    POST /events takes JSON lines with 'Authorization: Bearer TOKEN'; GET /health and /metrics say how it goes.
    """
    from tagfolk_engine.schedule.daemon import serve as work

    code = work(opened(workspace), host, port, once=once)
    if code:
        raise typer.Exit(code)
