"""The single conditions of a rule, and the figure of the customer that each looks at."""

from __future__ import annotations

from collections.abc import Iterator

from tagfolk_dsl.tree import (
    And,
    Anniversary,
    Change,
    Compare,
    Condition,
    DateAge,
    DateIn,
    FirstIn,
    InRange,
    Known,
    Matches,
    Member,
    Metric,
    Not,
    Occurs,
    Or,
    Rank,
    TagValue,
)  # fmt: skip

from tagfolk_engine.plan import basis
from tagfolk_engine.plan.nodes import GrantedValue, StoredValue


def leaves(condition: Condition) -> Iterator[Condition]:
    """The conditions joined by and, or and not, in reading order; a negated one with its ``not``."""
    if isinstance(condition, And | Or):
        for item in condition.items:
            yield from leaves(item)
    elif isinstance(condition, Not) and isinstance(condition.item, And | Or):
        yield from leaves(condition.item)
    else:
        yield condition


def figure(condition: Condition) -> Metric | None:
    """The metric whose value decides a condition; None where there is none to show."""
    match condition:
        case Not(item=item):
            return figure(item)
        case Compare(left=metric):
            return _single(metric)
        case (
            InRange(metric=metric) | Member(metric=metric) | Matches(metric=metric) | Known(metric=metric)
            | DateIn(metric=metric) | DateAge(metric=metric) | Anniversary(metric=metric) | Rank(metric=metric)
            | Change(metric=metric)
        ):  # fmt: skip
            return _single(metric)
        case Occurs():
            return basis.occurrences(condition)[0]
        case FirstIn():
            return basis.first(condition)
    return None


def _single(metric: Metric) -> Metric | None:
    many = isinstance(metric, TagValue | GrantedValue | StoredValue) and metric.many
    return None if many else metric


__all__ = ["figure", "leaves"]
