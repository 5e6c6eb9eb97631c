"""``tagfolk export``: a segment to a file or a sink."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tagfolk_engine.cli.options import AsOfOption, JsonOption, WorkspaceOption, as_of_or_usage, prepared
from tagfolk_engine.cli.output import document, say

if TYPE_CHECKING:
    from tagfolk_engine.run.opening import Prepared

app = typer.Typer(add_completion=False, rich_markup_mode=None)
FILES = {".csv": "csv_file", ".xlsx": "excel_file", ".parquet": "parquet_file"}
"""What the ending of a file name means."""


@app.command()
def export(
    segment: Annotated[str, typer.Argument(metavar="SEGMENT")],
    to: Annotated[str, typer.Option("--to", metavar="SINK|FILE", help="A sink, or a .csv, .xlsx or .parquet file.")],
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    as_of: AsOfOption = None,
    personal: Annotated[bool, typer.Option("--personal", help="With personal attributes too.")] = False,
) -> None:
    """The members of a segment, after its holdout and limit, with their attributes that are not personal."""
    from tagfolk_engine.run.errors import UnknownName
    from tagfolk_engine.run.exporting import members

    ready = prepared(workspace)
    if segment not in ready.program.segments:
        raise UnknownName("segment", segment, ready.program.segments)
    cutoff: Any = None if as_of is None else as_of_or_usage(ready.workspace, as_of)
    rows = members(ready, segment, cutoff, personal=personal)
    number = _send(ready, segment, to, rows)
    if json:
        document({"segment": segment, "to": to, "rows": number})
    else:
        say(f"{number:,} customers of {segment} to {to}")


def _send(ready: Prepared, segment: str, to: str, rows: Any) -> int:
    from tagfolk_plugins.api.sink import SinkContext

    from tagfolk_engine.plugins import PluginFailed, PluginFailure
    from tagfolk_engine.plugins import call as isolated
    from tagfolk_engine.run.delivery import sync
    from tagfolk_engine.run.errors import UnknownName

    chosen = ready.program.segments[segment]
    sinks = ready.workspace.settings.sinks
    nothing = rows.slice(0, 0)
    if to in sinks:
        outcome = sync(ready, chosen, to, rows, nothing, rows)
    else:
        kind = ready.plugins.sinks.get(FILES.get(Path(to).suffix.lower(), ""))
        if kind is None:
            raise UnknownName("sink", to, [*sinks, *(f"FILE{ending}" for ending in FILES)])
        context = SinkContext(to, Path.cwd(), segment, chosen.card.title or "")
        sink = kind(kind.Arguments.model_validate({"path": to}), context)
        outcome = isolated(to, sink.sync, rows, nothing, rows)
    if isinstance(outcome, PluginFailure):
        raise PluginFailed(outcome)
    if isinstance(outcome, str):
        raise UnknownName("sink", to, sinks)
    return outcome
