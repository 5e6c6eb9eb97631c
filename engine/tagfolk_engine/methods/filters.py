"""A ``where`` of the language as a filter on an event's view, for methods that ask for events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tagfolk_dsl.tree import (
    Arithmetic,
    Boolean,
    Condition,
    Day,
    EventTime,
    Instant,
    Metric,
    Negative,
    Number,
    Property,
    Text,
    TimePart,
    Type,
)  # fmt: skip
from tagfolk_dsl.walk import children

if TYPE_CHECKING:
    import pyarrow as pa

    from tagfolk_engine.evaluate.cutoff import Cutoff
    from tagfolk_engine.lake import Snapshot

_OF_EVENTS = (
    Arithmetic, Boolean, Day, EventTime, Instant, Negative, Number, Property, Text, TimePart,
)  # fmt: skip


def own_figures(tree: Condition) -> tuple[Metric, ...]:
    """The customer's own figures in a ``where``, such as ``age`` or ``avg(purchase.amount)``."""
    found: dict[Metric, None] = {}
    waiting: list[Any] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Metric) and not isinstance(node, _OF_EVENTS):
            found[node] = None
        else:
            waiting.extend(children(node))
    return tuple(found)


def event_filter(
    event: str, tree: Condition, cutoff: Cutoff, snapshot: Snapshot, own: Mapping[Metric, tuple[str, pa.DataType]]
) -> Any:
    """The condition over the columns of ``event_NAME``, compiled as in a rule.

    ``own``: for each of the customer's own figures the column beside the event's that holds it, and its type.
    """
    from tagfolk_engine.compile import sql
    from tagfolk_engine.compile.conditions import lower
    from tagfolk_engine.compile.dialect import DUCKDB
    from tagfolk_engine.compile.frame import EventScope, Frame, Schema
    from tagfolk_engine.compile.values import Value

    types = {name: p.type for name, p in snapshot.meta.events[event].properties.items()}
    frame = Frame(DUCKDB, cutoff, Schema({}, {event: types}), {})
    figures = {m: Value(sql.column(name), _type(kind), _whole(kind)) for m, (name, kind) in own.items()}
    return lower(tree, frame, EventScope(event, figures))


def _type(kind: pa.DataType) -> Type:
    import pyarrow.types as t

    if t.is_boolean(kind):
        return Type.BOOLEAN
    if t.is_date(kind):
        return Type.DATE
    if t.is_timestamp(kind):
        return Type.TIME
    return Type.TEXT if t.is_string(kind) or t.is_large_string(kind) else Type.NUMBER


def _whole(kind: pa.DataType) -> bool:
    import pyarrow.types as t

    return bool(t.is_integer(kind))
