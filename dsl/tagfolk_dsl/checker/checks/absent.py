"""``no EVENT`` in a window, without anything that keeps out customers who never had the event at all."""

from __future__ import annotations

from tagfolk_dsl.checker.resolver import Resolver
from tagfolk_dsl.program import Program
from tagfolk_dsl.tree import (
    Aggregate,
    And,
    Burst,
    Change,
    Compare,
    Condition,
    DateIn,
    Ever,
    FirstIn,
    Had,
    Has,
    HasFor,
    InPeriods,
    InRange,
    InSegment,
    Known,
    Matches,
    Member,
    Moment,
    Occurs,
    Rank,
    Sequence,
    Span,
    TagValue,
)
from tagfolk_dsl.walk import walk

GROUPS = (Has, HasFor, Had, InSegment)
"""Conditions about customers somebody already chose."""


def absent_customers(program: Program, r: Resolver) -> None:
    """Rules and segments."""
    pieces: list[tuple[Condition, Span]] = [(rule.condition, rule.span) for rule in program.rules]
    pieces += [(segment.condition, segment.span) for segment in program.segments.values()]
    for condition, span in pieces:
        items = list(_conjuncts(condition))
        for item in items:
            if not isinstance(item, Occurs) or item.mode != "no" or isinstance(item.window, Ever):
                continue
            if any(keeps_out(other, item.event) for other in items if other is not item):
                continue
            inside = item.span.file == span.file and span.line <= item.span.line <= span.end_line
            r.report.warning(
                "W010",
                item.span if inside else span,
                f"this also holds for customers who never had the event '{item.event}'",
                f"从未有过“{item.event}”的客户也符合",
                f"add 'and ever {item.event}' if they are not meant",
                f"若不包括他们，请加上“且 曾{item.event}”",
            )


def _conjuncts(condition: Condition) -> list[Condition]:
    """The parts that must all hold."""
    if not isinstance(condition, And):
        return [condition]
    return [part for item in condition.items for part in _conjuncts(item)]


def keeps_out(condition: Condition, event: str) -> bool:
    """Whether a condition cannot hold for a customer who never had the event, or is about a chosen group."""
    if isinstance(condition, GROUPS):
        return not getattr(condition, "negated", False)
    if isinstance(condition, Occurs):
        return condition.mode != "no" and condition.event == event
    if isinstance(condition, (FirstIn, InPeriods, Burst, Sequence)):
        return condition.event == event
    if isinstance(condition, Compare):
        zero = condition.operator in ("<", "<=") or (condition.operator == "=" and not _positive(condition.right))
        return _about(condition, event, counts=not zero)
    if isinstance(condition, InRange):
        return _about(condition, event, counts=_positive(condition.low))
    if isinstance(condition, (Rank, Change, Member, Matches, DateIn)):
        return _about(condition, event, counts=not isinstance(condition, Member) or not condition.negated)
    return isinstance(condition, Known) and condition.known and _about(condition, event, counts=False)


def _positive(value: object) -> bool:
    from tagfolk_dsl.tree import Number

    return isinstance(value, Number) and value.value > 0


def _about(condition: Condition, event: str, counts: bool) -> bool:
    """Whether a comparison looks at the event (or a tag's value); zero-based figures count only with ``counts``."""
    for node in walk(condition):
        if isinstance(node, TagValue) or (isinstance(node, Moment) and node.event == event):
            return True
        if isinstance(node, Aggregate) and node.event == event:
            zero = node.function in ("count", "sum", "distinct", "days_with", "weeks_with", "months_with")
            if counts or not zero:
                return True
    return False
