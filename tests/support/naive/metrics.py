"""The value of a metric for one customer, straight from the language reference, section 3."""

from __future__ import annotations

import hashlib
import itertools
import math
import statistics
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from support.naive.world import Event, step
from tagfolk_dsl.tree import (
    Across,
    Aggregate,
    Arithmetic,
    Attribute,
    Boolean,
    Bucket,
    Condition,
    Day,
    DaysBetween,
    Elapsed,
    EventTime,
    Ever,
    Instant,
    MethodColumn,
    Metric,
    Moment,
    Negative,
    Number,
    Overall,
    Property,
    Share,
    TagValue,
    Text,
    TimePart,
    Unit,
    Window,
)  # fmt: skip

if TYPE_CHECKING:
    from support.naive.tags import Reading

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def value(reading: Reading, customer: str, metric: Metric, event: Event | None = None) -> Any:
    """The metric's value, None where missing. ``event``: the one that a ``where`` looks at."""
    world = reading.world
    match metric:
        case Number(v):
            return float(v)
        case Text(v) | Boolean(v) | Day(v):
            return v
        case Instant(v):
            return world.instant(v)
        case Attribute(name):
            return plain(world.customers[customer].get(name))
        case Property(name):
            assert event is not None
            return plain(event.properties.get(name))
        case EventTime():
            assert event is not None
            return event.time.astimezone(UTC)
        case TimePart(part, of):
            when = value(reading, customer, of, event)
            return None if when is None else time_part(reading, part, when)
        case MethodColumn(method, column):
            return plain(world.columns.get(method, {}).get(customer, {}).get(column))
        case TagValue():
            return reading.tag_value(customer, metric)
        case Aggregate():
            return aggregate(reading, metric, chosen(reading, customer, metric.event, metric.where, metric.window))
        case Share(part):
            return share(reading, customer, part)
        case Elapsed():
            return elapsed(reading, customer, metric, event)
        case DaysBetween(start, end):
            a, b = moment(reading, customer, start), moment(reading, customer, end)
            return None if a is None or b is None else float(math.trunc((b - a) / timedelta(days=1)))
        case Overall(inner):
            rows = [e for c in world.customers for e in chosen(reading, c, inner.event, inner.where, inner.window)]
            return aggregate(reading, inner, rows)
        case Across(function, inner_, among):
            return across(reading, function, inner_, among)
        case Bucket(size, salt):
            return float(bucket(customer, salt, size))
        case Arithmetic(operator, left, right):
            return arithmetic(operator, value(reading, customer, left, event), value(reading, customer, right, event))
        case Negative(operand):
            inner__ = value(reading, customer, operand, event)
            return None if inner__ is None else -inner__
    raise AssertionError(metric)


def plain(raw: Any) -> Any:
    """Numbers as float, blank text as missing."""
    if isinstance(raw, bool) or raw is None:
        return raw
    if isinstance(raw, int | float):
        return float(raw)
    if isinstance(raw, str):
        return raw.strip() or None
    if isinstance(raw, datetime):
        return raw.astimezone(UTC)
    return raw


def chosen(reading: Reading, customer: str, event: str, where: Condition | None, window: Window) -> list[Event]:
    """A customer's events of one kind in the window that fit ``where``, oldest first."""
    from support.naive.conditions import holds

    rows = [e for e in reading.world.of(event, customer) if reading.world.inside(e.time.astimezone(UTC), window)]
    if where is None:
        return rows
    return [e for e in rows if holds(reading, customer, where, e)]


def aggregate(reading: Reading, metric: Aggregate, rows: list[Event]) -> Any:
    """The aggregate's figure over the chosen events of one customer (or of everybody)."""
    name = metric.function
    if name == "count":
        return float(len(rows))
    if name in ("days_with", "weeks_with", "months_with"):
        return float(len({calendar_part(reading.world.local(e.time), name) for e in rows}))
    if name.endswith("_gap"):
        return gaps(name, sorted(e.time.astimezone(UTC) for e in rows))
    assert metric.property is not None
    pairs = [(e.time.astimezone(UTC), known) for e in rows if (known := property_of(e, metric.property)) is not None]
    values = [v for _, v in pairs]
    if name == "distinct":
        return float(len(set(values)))
    if name == "sum":
        return math.fsum(values)
    if not values:
        return None
    if name in ("first", "last"):
        edge = (min if name == "first" else max)(t for t, _ in pairs)
        return min(v for t, v in pairs if t == edge)
    if name == "most_common":
        counts = Counter(values)
        most = max(counts.values())
        return min(v for v, n in counts.items() if n == most)
    simple: dict[str, Callable[[Iterable[Any]], Any]] = {
        "min": min, "max": max, "median": statistics.median, "avg": lambda v: math.fsum(v) / len(values),
    }  # fmt: skip
    if name == "stddev":
        return statistics.stdev(values) if len(values) > 1 else None
    return simple[name](values)


def property_of(event: Event, name: str) -> Any:
    """A property's value; ``time`` is the event's instant."""
    return event.time.astimezone(UTC) if name == "time" else plain(event.properties.get(name))


def calendar_part(local: datetime, name: str) -> object:
    """The local day, week (its Monday) or month of a moment."""
    if name == "days_with":
        return local.date()
    if name == "weeks_with":
        return local.date() - timedelta(days=local.weekday())
    return (local.year, local.month)


def gaps(name: str, times: list[datetime]) -> float | None:
    """Days from one event to the next: the mean, the median, or the first."""
    if len(times) < 2:
        return None
    days = [(b - a) / timedelta(days=1) for a, b in itertools.pairwise(times)]
    if name == "first_gap":
        return days[0]
    return statistics.median(days) if name == "median_gap" else math.fsum(days) / len(days)


def share(reading: Reading, customer: str, part: Aggregate) -> float | None:
    """Matching over all of the window: counts, or sums."""
    some = chosen(reading, customer, part.event, part.where, part.window)
    everything = chosen(reading, customer, part.event, None, part.window)
    if part.function == "count":
        return len(some) / len(everything) if everything else None
    total = aggregate(reading, part, everything)
    return aggregate(reading, part, some) / total if total else None


def moment(reading: Reading, customer: str, which: Moment) -> datetime | None:
    """The instant of the first or last event."""
    rows = chosen(reading, customer, which.event, which.where, which.window)
    if not rows:
        return None
    return rows[0 if which.which == "first" else -1].time.astimezone(UTC)


def elapsed(reading: Reading, customer: str, metric: Elapsed, event: Event | None) -> float | None:
    """Whole units from a moment or a date up to T; a date in the future has none."""
    world = reading.world
    if isinstance(metric.since, Moment):
        then = moment(reading, customer, metric.since)
    else:
        raw = value(reading, customer, metric.since, event)
        then = None if raw is None else world.instant(raw) if not isinstance(raw, datetime) else raw
    if then is None or then > world.cutoff:
        return None
    seconds = {Unit.SECOND: 1, Unit.MINUTE: 60, Unit.HOUR: 3600, Unit.DAY: 86400, Unit.WEEK: 604800}
    if metric.unit in seconds:
        return float((world.cutoff - then) // timedelta(seconds=seconds[metric.unit]))
    k = 0
    here = world.local(world.cutoff)
    while then <= world.instant(step(here, metric.unit, -(k + 1))):
        k += 1
    return float(k)


def across(reading: Reading, function: str, metric: Metric, among: Condition | None) -> Any:
    """The aggregate of the customers' own figures."""
    from support.naive.conditions import holds

    people = [c for c in reading.world.customers if among is None or holds(reading, c, among)]
    values = [v for c in people if (v := value(reading, c, metric)) is not None]
    if function == "count":
        return float(len(values))
    if function == "distinct":
        return float(len(set(values)))
    if function == "sum":
        return math.fsum(values)
    if not values or (function == "stddev" and len(values) < 2):
        return None
    mean = lambda v: math.fsum(v) / len(v)  # noqa: E731
    return {"avg": mean, "min": min, "max": max, "median": statistics.median, "stddev": statistics.stdev}[function](
        values
    )


def arithmetic(operator: str, left: Any, right: Any) -> float | None:
    """Missing operands and a division by zero give missing."""
    if left is None or right is None:
        return None
    if operator == "/":
        return None if right == 0 else left / right
    return {"+": lambda: left + right, "-": lambda: left - right, "*": lambda: left * right}[operator]()


def time_part(reading: Reading, part: str, when: date | datetime) -> Any:
    """Hour, weekday or month in local time."""
    local = reading.world.local(when) if isinstance(when, datetime) else datetime(when.year, when.month, when.day)
    if part == "hour":
        return float(local.hour)
    return WEEKDAYS[local.weekday()] if part == "weekday" else float(local.month)


def bucket(customer: str, salt: str, size: int) -> int:
    """A stable number of the customer's id and the salt: the first eight hexadecimal digits of an MD5."""
    return int(hashlib.md5(f"{customer}{salt}".encode()).hexdigest()[:8], 16) % size


EVER = Ever()
