"""Where segments go after a run: sinks and channels. What fails is said by name; the run stands."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tagfolk_dsl.tree import Segment

from tagfolk_engine.plugins import SINK_TIMEOUT, PluginFailure, call
from tagfolk_engine.run.opening import Prepared
from tagfolk_engine.run.segments import SegmentChange, to_sync

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

NOTIFY = "tagfolk.notify"
"""Entry points that send a message to a channel: ``notify(root, channel, text) -> bool`` (False: not connected)."""


def deliver(
    prepared: Prepared,
    connection: duckdb.DuckDBPyConnection,
    changes: Mapping[str, SegmentChange],
    again: Collection[str] = (),
) -> tuple[list[str], dict[str, str]]:
    """Sync the segments that changed to their sinks, and tell their channels.

    ``again``: sinks that failed the last time get their segments in any case. Gives the warnings (nothing is
    configured) and the failures by sink.
    """
    warnings: list[str] = []
    failed: dict[str, str] = {}
    for name, change in changes.items():
        segment = prepared.program.segments[name]
        for sink in segment.sync:
            entered, left, current = to_sync(connection, name)
            configured = sink in prepared.workspace.settings.sinks
            if configured and not entered.num_rows and not left.num_rows and sink not in again:
                continue
            outcome = sync(prepared, segment, sink, entered, left, current)
            if isinstance(outcome, PluginFailure):
                failed[sink] = f"segment '{name}': {outcome}"
            elif isinstance(outcome, str):
                warnings.append(outcome)
        if segment.notify and (change.entered or change.left):
            warnings += _notify(prepared.workspace.root, segment, change)
    return warnings, failed


def sync(
    prepared: Prepared, segment: Segment, sink: str, entered: pa.Table, left: pa.Table, current: pa.Table
) -> int | str | PluginFailure:
    """Hand a segment to a sink of ``[sinks.NAME]``: rows taken, a warning where it is not configured, or a failure."""
    from tagfolk_plugins.api.sink import SinkContext

    table = prepared.workspace.settings.sinks.get(sink)
    if table is None:
        return (
            f"segment '{segment.name}' is to be synced to '{sink}', which is not configured: add [sinks.{sink}] "
            "to tagfolk.toml"
        )
    kind = prepared.plugins.sinks.get(table.plugin)
    if kind is None:
        return f"[sinks.{sink}] names the plugin '{table.plugin}', which is not installed"
    context = SinkContext(sink, prepared.workspace.root, segment.name, segment.card.title or "")

    def work() -> int:
        arguments = kind.Arguments.model_validate(dict(table.arguments))
        return kind(arguments, context).sync(entered, left, current)

    return call(sink, work, timeout=table.timeout or SINK_TIMEOUT)


def _notify(root: Path, segment: Segment, change: SegmentChange) -> list[str]:
    title = segment.card.title or segment.name
    text = f"{title}: {change.customers} (+{change.entered} −{change.left})"
    senders = [point.load() for point in entry_points(group=NOTIFY)]
    return [
        f"segment '{segment.name}' is to notify {channel}, which is not connected: see tagfolk slack"
        for channel in segment.notify
        if not any(_sent(sender, root, channel, text) for sender in senders)
    ]


def _sent(sender: Callable[..., Any], root: Path, channel: str, text: str) -> bool:
    outcome = call("notify", sender, root, channel, text, timeout=SINK_TIMEOUT)
    return outcome is True
