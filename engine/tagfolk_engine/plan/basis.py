"""Which plain aggregates a metric or condition of the language stands on.

Much of the language is arithmetic over counts and first or last instants; said here once, so that equal ones are
computed once: ``no purchase 30 days`` and ``purchases in 30 days >= 3`` share one count.
"""

from __future__ import annotations

from dataclasses import replace

from tagfolk_dsl.tree import (
    Aggregate,
    Ago,
    Attribute,
    Change,
    Condition,
    DaysBetween,
    Duration,
    Elapsed,
    EventTime,
    Ever,
    FirstIn,
    InPeriods,
    Metric,
    Moment,
    Node,
    Occurs,
    Property,
    Share,
    TopValues,
    Type,
    Window,
)  # fmt: skip

from tagfolk_engine.plan.nodes import Exactly, Previous
from tagfolk_engine.plan.walk import children, rewrite

APART = frozenset({"most_common", "median_gap", "first_gap"})
"""Aggregates that need a statement of their own: more than one group-by."""


def count(event: str, where: Condition | None, window: Window) -> Aggregate:
    """How many events."""
    return Aggregate("count", event, None, where, window)


def moment(node: Moment) -> Aggregate:
    """The instant of the first or last event."""
    function = "min" if node.which == "first" else "max"
    return Aggregate(function, node.event, "time", node.where, node.window, Type.TIME)  # type: ignore[arg-type]


def first(node: FirstIn) -> Aggregate:
    """The instant of the first event ever that fits."""
    return moment(Moment("first", node.event, node.where, Ever()))


def occurrences(node: Occurs) -> tuple[Aggregate, Aggregate]:
    """The events that fit, and all of the window (for ``every``)."""
    return count(node.event, node.where, node.window), count(node.event, None, node.window)


def periods(node: InPeriods) -> tuple[Aggregate, ...]:
    """One count for each of the periods before T, the latest first."""
    return tuple(
        count(node.event, node.where, Ago(Duration(i + 1, node.unit), Duration(i, node.unit))) for i in range(node.of)
    )


def whole(node: Share) -> Aggregate:
    """What a share is a share of."""
    return replace(node.part, where=None)


def before(node: Change) -> Metric:
    """The metric over the window before its own."""

    def change(inner: Node) -> Node | None:
        if isinstance(inner, Aggregate | Moment | TopValues) and not isinstance(inner.window, Ever):
            return replace(inner, window=Previous(inner.window))
        return None

    return rewrite(node.metric, change)


def aggregates(node: Node) -> tuple[Aggregate, ...]:
    """The per-customer aggregates that the node itself (not its children) is computed from."""
    match node:
        case Aggregate():
            return (node,)
        case Occurs(mode="every"):
            return occurrences(node)
        case Occurs():
            return occurrences(node)[:1]
        case FirstIn():
            return (first(node),)
        case InPeriods():
            return periods(node)
        case Share(part=part):
            return part, whole(node)
        case Elapsed(since=Moment() as since):
            return (moment(since),)
        case DaysBetween(start=start, end=end):
            return moment(start), moment(end)
    return ()


def own_figures(where: Node | None) -> tuple[Metric, ...]:
    """The customer's own figures inside a ``where``: what is no property of the event and no plain value."""
    if where is None:
        return ()
    found: list[Metric] = []

    def visit(node: Node) -> None:
        if isinstance(node, Metric) and not _eventful(node):
            if _figures(node):
                found.append(node)
            return
        for child in children(node):
            visit(child)

    visit(where)
    return tuple(found)


def _eventful(node: Node) -> bool:
    """Does it look at the event itself? The ``where`` of an aggregate inside looks at other events."""
    if isinstance(node, Property | EventTime):
        return True
    if isinstance(node, Aggregate | Moment):
        return False
    return any(_eventful(child) for child in children(node))


def _figures(node: Node) -> list[Node]:
    from tagfolk_dsl.tree import Across, Bucket, MethodColumn, Overall, TagValue

    from tagfolk_engine.plan.nodes import GrantedValue, StoredValue

    kinds = (
        Attribute, Aggregate, MethodColumn, TagValue, GrantedValue, StoredValue, Share, Elapsed, DaysBetween, Overall,
        Across, Bucket,
    )  # fmt: skip
    if isinstance(node, kinds):
        return [node]
    return [figure for child in children(node) for figure in _figures(child)]


__all__ = [
    "APART", "Exactly", "aggregates", "before", "count", "first", "moment", "occurrences", "own_figures", "periods",
    "whole",
]  # fmt: skip
