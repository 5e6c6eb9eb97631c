"""``tagfolk init``: a workspace that runs as it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tagfolk_engine.cli.options import JsonOption, WorkspaceOption
from tagfolk_engine.cli.output import document, say

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def init(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    from_: Annotated[str, typer.Option("--from", metavar="tea|cdnow|empty", help="What to begin with.")] = "empty",
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Write a workspace that runs as it stands."""
    from tagfolk_engine import demo

    if from_ not in demo.KINDS:
        raise typer.BadParameter(f"'{from_}' is none of: {', '.join(demo.KINDS)}", param_hint="--from")
    target = workspace / directory if workspace is not None else directory
    demo.write(target, from_)
    if json:
        document({"workspace": str(target), "from": from_})
        return
    say(f"{target}: {demo.KINDS[from_]}")
    say(f"next: cd {target} && tagfolk run")
