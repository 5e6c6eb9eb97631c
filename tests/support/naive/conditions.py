"""Whether a condition holds for one customer (or one event), straight from the language reference, section 4."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING, Any

from support.naive.metrics import chosen, plain, value
from support.naive.sequences import sequence
from support.naive.world import Event
from tagfolk_dsl.tree import (
    Aggregate,
    Always,
    And,
    Anniversary,
    Arithmetic,
    Burst,
    Change,
    Compare,
    Condition,
    DateAge,
    DateIn,
    Duration,
    Fellows,
    FirstIn,
    Had,
    Has,
    HasFor,
    InPeriods,
    InRange,
    InSegment,
    Known,
    Last,
    Matches,
    Member,
    Metric,
    Negative,
    Not,
    Occurs,
    Or,
    Period,
    Rank,
    Sequence,
    Share,
    TagValue,
    Window,
)  # fmt: skip

if TYPE_CHECKING:
    from support.naive.tags import Reading


def holds(reading: Reading, customer: str, condition: Condition, event: Event | None = None) -> bool:
    """Two-valued truth. ``event``: the one that a ``where`` looks at."""
    world = reading.world
    match condition:
        case Always():
            return True
        case And(items):
            return all(holds(reading, customer, c, event) for c in items)
        case Or(items):
            return any(holds(reading, customer, c, event) for c in items)
        case Not(item):
            return not holds(reading, customer, item, event)
        case Occurs():
            return occurs(reading, customer, condition)
        case FirstIn(name, where, window):
            ever = chosen(reading, customer, name, where, reading.ever)
            return bool(ever) and world.inside(ever[0].time.astimezone(UTC), window)
        case InPeriods():
            return in_periods(reading, customer, condition)
        case Compare(left, operator, right):
            return compare(reading, customer, left, operator, right, event)
        case InRange(metric, low, high):
            return in_range(reading, customer, metric, low, high, event)
        case Member(metric, values, negated):
            return member(reading, customer, metric, values, negated, event)
        case Matches(metric, how, pattern):
            return any(matches(text, how, pattern) for text in several(reading, customer, metric, event))
        case Known(metric, known):
            return (value(reading, customer, metric, event) is not None) == known
        case DateIn(metric, window):
            when = as_instant(reading, value(reading, customer, metric, event))
            start, end = world.bounds(window)
            return when is not None and (start is None or when >= start) and when < end
        case DateAge(metric, how, length):
            when = as_instant(reading, value(reading, customer, metric, event))
            edge = world.shift(world.cutoff, length, -1)
            return when is not None and (when < edge if how == "more" else edge <= when < world.cutoff)
        case Anniversary(metric, window):
            return anniversary(reading, value(reading, customer, metric, event), window)
        case Change():
            return changed(reading, customer, condition)
        case Rank():
            return customer in reading.ranked(condition)
        case Sequence():
            return sequence(reading, customer, condition)
        case Burst(at_least, name, where, within, window):
            times = [e.time.astimezone(UTC) for e in chosen(reading, customer, name, where, window)]
            return any(
                times[i + at_least - 1] <= world.shift(times[i], within, 1) for i in range(len(times) - at_least + 1)
            )
        case Fellows(quantifier, attribute, inner):
            return fellows(reading, customer, quantifier, attribute, inner)
        case Has(tag, negated):
            return reading.has(customer, tag) != negated
        case HasFor(tag, length):
            return reading.has(customer, tag) and held_since(reading, customer, tag, length)
        case Had():
            return had(reading, customer, condition)
        case InSegment(name):
            return holds(reading, customer, reading.program.segments[name].condition)
    raise AssertionError(condition)


# --- comparing ---------------------------------------------------------------------------------------------------


def same(a: float, b: float) -> bool:
    """Equal within the language's tolerance."""
    return abs(a - b) <= 1e-9 * max(abs(a), abs(b))


def order(a: Any, b: Any) -> int:
    """-1, 0 or 1; numbers with tolerance."""
    if isinstance(a, float) and isinstance(b, float):
        return 0 if same(a, b) else (-1 if a < b else 1)
    return 0 if a == b else (-1 if a < b else 1)


def alike(reading: Reading, a: Any, b: Any) -> tuple[Any, Any]:
    """Dates and instants on one footing: a date is its local midnight where it meets an instant."""
    if isinstance(a, datetime) != isinstance(b, datetime) and isinstance(a, date) and isinstance(b, date):
        return as_instant(reading, a), as_instant(reading, b)
    return a, b


def as_instant(reading: Reading, when: date | datetime | None) -> datetime | None:
    if when is None:
        return None
    return when.astimezone(UTC) if isinstance(when, datetime) else reading.world.instant(when)


def test(operator: str, a: Any, b: Any) -> bool:
    sign = order(a, b)
    return {
        "=": sign == 0, "!=": sign != 0, "<": sign < 0, "<=": sign <= 0, ">": sign > 0, ">=": sign >= 0,
    }[operator]  # fmt: skip


def compare(reading: Reading, customer: str, left: Metric, operator: str, right: Metric, event: Event | None) -> bool:
    if isinstance(left, TagValue) and left.many:
        kept = reading.tag_values(customer, left.tag)
        b = value(reading, customer, right, event)
        if b is None or not kept:
            return False
        if operator == "!=":
            return not any(test("=", v, b) for v in kept)
        return any(test(operator, v, b) for v in kept)
    a, b = value(reading, customer, left, event), value(reading, customer, right, event)
    if a is None or b is None:
        return False
    a, b = alike(reading, a, b)
    return test(operator, a, b)


def in_range(
    reading: Reading, customer: str, metric: Metric, low: Metric | None, high: Metric | None, event: Event | None
) -> bool:
    a = value(reading, customer, metric, event)
    if a is None:
        return False
    for bound, wanted in ((low, ">="), (high, "<=")):
        if bound is None:
            continue
        b = value(reading, customer, bound, event)
        if b is None or not test(wanted, *alike(reading, a, b)):
            return False
    return True


def several(reading: Reading, customer: str, metric: Metric, event: Event | None) -> list[Any]:
    """The values of a metric: one, none, or those that a ``values many`` tag keeps."""
    if isinstance(metric, TagValue) and metric.many:
        return list(reading.tag_values(customer, metric.tag))
    one = value(reading, customer, metric, event)
    return [] if one is None else [one]


def member(
    reading: Reading, customer: str, metric: Metric, values: tuple[Metric, ...], negated: bool, event: Event | None
) -> bool:
    mine = several(reading, customer, metric, event)
    if not mine:
        return False
    wanted = [w for v in values if (w := value(reading, customer, v, event)) is not None]
    found = any(order(*alike(reading, m, w)) == 0 for m in mine for w in wanted)
    return found != negated


def matches(text: Any, how: str, pattern: str) -> bool:
    if not isinstance(text, str):
        return False
    if how == "like":
        body = "".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern)
        return re.fullmatch(body, text, re.DOTALL) is not None
    if how == "matches":
        # as in RE2: digits, letters and word boundaries are those of ASCII
        return re.search(pattern, text, re.ASCII) is not None
    return {"contains": pattern in text, "starts": text.startswith(pattern), "ends": text.endswith(pattern)}[how]


# --- events -------------------------------------------------------------------------------------------------------


def occurs(reading: Reading, customer: str, condition: Occurs) -> bool:
    fitting = chosen(reading, customer, condition.event, condition.where, condition.window)
    if condition.mode == "every":
        everything = chosen(reading, customer, condition.event, None, condition.window)
        return bool(everything) and len(fitting) == len(everything)
    return bool(fitting) == (condition.mode == "some")


def in_periods(reading: Reading, customer: str, condition: InPeriods) -> bool:
    world = reading.world
    edges = [world.shift(world.cutoff, Duration(i, condition.unit), -1) for i in range(condition.of + 1)]
    times = [e.time.astimezone(UTC) for e in chosen(reading, customer, condition.event, condition.where, reading.ever)]
    hit = sum(any(edges[i + 1] <= t < edges[i] for t in times) for i in range(condition.of))
    return hit >= condition.at_least


def anniversary(reading: Reading, when: date | datetime | None, window: Window) -> bool:
    if when is None:
        return False
    world = reading.world
    day = world.local(when).date() if isinstance(when, datetime) else when
    start, end = world.bounds(window)
    assert start is not None
    for year in range(world.local(start).year - 1, world.local(end).year + 2):
        try:
            falls = day.replace(year=year)
        except ValueError:
            falls = date(year, 2, 28)
        if start <= world.instant(falls) < end:
            return True
    return False


def before_window(reading: Reading, window: Window) -> Window:
    """The window just before: as long, and (for a calendar period) from the start of the period before."""
    world = reading.world
    if isinstance(window, Last):
        double = Duration(window.length.amount * 2, window.length.unit)
        return _Bounds(world.shift(world.cutoff, double, -1), world.shift(world.cutoff, window.length, -1))
    assert isinstance(window, Period)
    start, end = world.bounds(window)
    previous = world.period_start(window.unit, window.back + 1)
    if window.back:
        return _Bounds(previous, start)
    length = world.local(end) - world.local(start)
    return _Bounds(previous, min(world.instant(world.local(previous) + length), start))


class _Bounds(Window):
    """A window given by its two instants (the interpreter's own, never written in a rule)."""

    __slots__ = ("ends",)

    def __init__(self, start: datetime, end: datetime) -> None:
        object.__setattr__(self, "span", None)
        object.__setattr__(self, "ends", (start, end))


def rewindow(metric: Metric, make: Any) -> Metric:
    """The metric with each aggregate's window replaced."""
    from dataclasses import replace

    match metric:
        case Aggregate():
            return replace(metric, window=make(metric.window))
        case Share(part):
            return replace(metric, part=replace(part, window=make(part.window)))
        case Arithmetic(_, left, right):
            return replace(metric, left=rewindow(left, make), right=rewindow(right, make))
        case Negative(operand):
            return replace(metric, operand=rewindow(operand, make))
    return metric


def changed(reading: Reading, customer: str, condition: Change) -> bool:
    now = value(reading, customer, condition.metric)
    earlier = rewindow(condition.metric, lambda w: before_window(reading, w))
    previous = value(reading.with_bounds(), customer, earlier)
    if now is None or previous is None or previous <= 0:
        return False
    factor = 1 - condition.fraction if condition.how == "fell" else 1 + condition.fraction
    edge = float(factor) * previous
    return test("<=" if condition.how == "fell" else ">=", now, edge)


# --- others and the past ---------------------------------------------------------------------------------------------


def fellows(reading: Reading, customer: str, quantifier: str, attribute: str, inner: Condition) -> bool:
    mine = plain(reading.world.customers[customer].get(attribute))
    if mine is None:
        return False
    group = [c for c, a in reading.world.customers.items() if plain(a.get(attribute)) == mine]
    truths = [holds(reading, c, inner) for c in group]
    return {"some": any(truths), "every": all(truths), "no": not any(truths)}[quantifier]


def held_since(reading: Reading, customer: str, tag: str, length: Duration) -> bool:
    since = reading.world.held_since(customer, tag)
    return since is not None and since <= reading.world.shift(reading.world.cutoff, length, -1)


def had(reading: Reading, customer: str, condition: Had) -> bool:
    world = reading.world
    mine = [s for s in world.history if s.customer == customer and s.tag == condition.tag and s.since < world.cutoff]
    if condition.at is not None:
        at = world.shift(world.cutoff, condition.at, -1)
        return any(s.since <= at and (s.until is None or at < s.until) for s in mine)
    assert condition.window is not None
    start, end = world.bounds(condition.window)
    return any(s.since < end and (s.until is None or start is None or s.until > start) for s in mine)


def rank_members(values: dict[str, float], condition: Rank) -> set[str]:
    """Who is in the top or bottom among the eligible, ties at the edge included."""
    n = len(values)
    if n == 0:
        return set()
    if condition.count is not None:
        k = condition.count
    else:
        assert condition.fraction is not None
        k = int((condition.fraction * Decimal(n)).to_integral_value(ROUND_CEILING))
    if k <= 0:
        return set()
    best = sorted(values.values(), reverse=condition.end == "top")
    edge = best[min(k, n) - 1]
    wanted = ">=" if condition.end == "top" else "<="
    return {c for c, v in values.items() if test(wanted, v, edge)}
