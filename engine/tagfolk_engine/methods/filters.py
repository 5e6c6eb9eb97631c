"""A ``where`` of the language as a filter on an event's view, for methods that ask for events."""

from __future__ import annotations

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
)  # fmt: skip
from tagfolk_plugins.api.errors import MethodError

from tagfolk_engine.plan.walk import walk

if TYPE_CHECKING:
    from tagfolk_engine.evaluate.cutoff import Cutoff
    from tagfolk_engine.lake import Snapshot

_OF_EVENTS = (
    Arithmetic, Boolean, Day, EventTime, Instant, Negative, Number, Property, Text, TimePart,
)  # fmt: skip


def event_filter(event: str, tree: Condition, cutoff: Cutoff, snapshot: Snapshot) -> Any:
    """The condition over the columns of ``event_NAME``, compiled as in a rule.

    Raises MethodError where it looks at the customer instead of the event.
    """
    from tagfolk_engine.compile.conditions import lower
    from tagfolk_engine.compile.dialect import DUCKDB
    from tagfolk_engine.compile.frame import EventScope, Frame, Schema

    for node in walk(tree):
        if isinstance(node, Metric) and not isinstance(node, _OF_EVENTS):
            raise MethodError(
                "a 'where' given to a method may look at the event's own properties only",
                f"take the customer's own figure out of the 'where' of {event}",
            )
    types = {name: p.type for name, p in snapshot.meta.events[event].properties.items()}
    frame = Frame(DUCKDB, cutoff, Schema({}, {event: types}), {})
    return lower(tree, frame, EventScope(event))
