"""Sequences of events, straight from the language reference: ``visit then purchase within 7 days``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from support.naive.metrics import chosen, plain
from support.naive.world import Event
from tagfolk_dsl.tree import Condition, Sequence, Step

if TYPE_CHECKING:
    from support.naive.tags import Reading


def holds(reading: Reading, customer: str, condition: Condition, event: Event) -> bool:
    """Whether an event fits a ``where``."""
    from support.naive import conditions

    return conditions.holds(reading, customer, condition, event)


def sequence(reading: Reading, customer: str, condition: Sequence) -> bool:
    for first in chosen(reading, customer, condition.event, condition.where, condition.window):
        if condition.matching is not None and plain(first.properties.get(condition.matching)) is None:
            continue
        if follows(reading, customer, condition, 0, first, first):
            return True
    return False


def follows(reading: Reading, customer: str, condition: Sequence, index: int, before: Event, first: Event) -> bool:
    """Whether the steps from ``index`` on can be found after ``before``."""
    if index == len(condition.steps):
        return True
    s = condition.steps[index]
    world = reading.world
    anchor = (first if s.of_first else before).time.astimezone(UTC)
    limit = world.shift(anchor, s.within, 1) if s.within is not None else None
    after = before.time.astimezone(UTC)
    if s.negated:
        if limit is not None and limit > world.cutoff:
            return False
        return not any(
            fits(reading, customer, condition, s, before, e, after, limit) for e in reading.world.of(s.event, customer)
        )
    return any(
        fits(reading, customer, condition, s, before, e, after, limit)
        and not between(reading, customer, s, before, e)
        and follows(reading, customer, condition, index + 1, e, first)
        for e in reading.world.of(s.event, customer)
    )


def fits(
    reading: Reading, customer: str, condition: Sequence, s: Step, before: Event, e: Event,
    after: datetime, limit: datetime | None,
) -> bool:  # fmt: skip
    at = e.time.astimezone(UTC)
    if at <= after or (limit is not None and at > limit):
        return False
    if s.where is not None and not holds(reading, customer, s.where, e):
        return False
    if condition.matching is None:
        return True
    mine = plain(e.properties.get(condition.matching))
    return mine is not None and mine == plain(before.properties.get(condition.matching))


def between(reading: Reading, customer: str, s: Step, before: Event, e: Event) -> bool:
    """Whether something that the step forbids lies strictly between two events."""
    low, high = before.time.astimezone(UTC), e.time.astimezone(UTC)
    if s.directly:
        for name in reading.world.events:
            if any(low < x.time.astimezone(UTC) < high for x in reading.world.of(name, customer)):
                return True
    if s.without is not None:
        name, where = s.without
        return any(
            low < x.time.astimezone(UTC) < high and (where is None or holds(reading, customer, where, x))
            for x in reading.world.of(name, customer)
        )
    return False
