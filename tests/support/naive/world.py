"""The data that the naive interpreter looks at, and calendar arithmetic by hand."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tagfolk_dsl.tree import Ago, Before, Between, Duration, Ever, Last, Next, Period, Since, Unit, Window


@dataclass(frozen=True)
class Event:
    """One event: an aware instant and its properties (None: missing)."""

    customer: str
    time: datetime
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Spell:
    """An unbroken time for which the history says a customer held a tag; ``until`` None: still."""

    customer: str
    tag: str
    value: str | None
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Pin:
    """Holds the tag (with a value, as text) or keeps it ``out``, whatever the rules say."""

    value: str | None = None
    out: bool = False


@dataclass
class World:
    """Customers, their events and the cutoff."""

    customers: Mapping[str, Mapping[str, Any]]
    events: Mapping[str, Sequence[Event]]
    cutoff: datetime
    zone: ZoneInfo
    history: Sequence[Spell] = ()
    last_true: Mapping[str, Mapping[str, datetime]] = field(default_factory=dict)
    """By rule name and customer: the last T of a run at which the rule's condition held."""
    columns: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    """By method and customer: the method's columns."""
    pins: Mapping[tuple[str, str], Pin] = field(default_factory=dict)
    """By customer and tag: a person's word."""

    def __post_init__(self) -> None:
        self.cutoff = self.cutoff.astimezone(UTC)
        self._by: dict[tuple[str, str], list[Event]] = {}
        for name, rows in self.events.items():
            for event in rows:
                if event.time.astimezone(UTC) < self.cutoff:
                    self._by.setdefault((name, event.customer), []).append(event)
        for rows_ in self._by.values():
            rows_.sort(key=lambda e: e.time.astimezone(UTC))

    def held_since(self, customer: str, tag: str) -> datetime | None:
        """Since when the history says the tag has been held without a break up to T; whichever value it had."""
        endless = datetime.max.replace(tzinfo=UTC)
        mine = sorted(
            (s.since, s.until or endless)
            for s in self.history
            if (s.customer, s.tag) == (customer, tag) and s.since < self.cutoff
        )
        begun: datetime | None = None
        reached: datetime | None = None
        for since, until in mine:
            if reached is None or since > reached:
                begun = since
            reached = until if reached is None else max(reached, until)
        return begun if reached is not None and reached >= self.cutoff else None

    def of(self, event: str, customer: str) -> list[Event]:
        """A customer's events of one kind before T, oldest first."""
        return self._by.get((event, customer), [])

    # --- time ------------------------------------------------------------------------------------------------

    def local(self, instant: datetime) -> datetime:
        """The workspace's wall clock at an instant, naive."""
        return instant.astimezone(self.zone).replace(tzinfo=None)

    def instant(self, local: date | datetime) -> datetime:
        """The instant of a local time: ambiguous → the earlier, nonexistent → moved forward by the gap."""
        if not isinstance(local, datetime):
            local = datetime.combine(local, time())
        if local.tzinfo is not None:
            return local.astimezone(UTC)
        # fold=0 is the earlier of two; in a gap it uses the offset before, which moves forward by the gap
        return local.replace(tzinfo=self.zone, fold=0).astimezone(UTC)

    def shift(self, instant: datetime, duration: Duration, times: int) -> datetime:
        """``instant`` moved by ``times`` durations: calendar steps for days and longer, exact ones below."""
        n = duration.amount * times
        exact = {Unit.SECOND: 1, Unit.MINUTE: 60, Unit.HOUR: 3600}
        if duration.unit in exact:
            return instant + timedelta(seconds=exact[duration.unit] * n)
        return self.instant(step(self.local(instant), duration.unit, n))

    def period_start(self, unit: Unit, back: int) -> datetime:
        """The start of the calendar period that holds the instant just before T, ``back`` periods earlier."""
        inside = self.local(self.cutoff - timedelta(microseconds=1))
        day = inside.replace(hour=0, minute=0, second=0, microsecond=0)
        if unit is Unit.WEEK:
            day -= timedelta(days=day.weekday())
        elif unit is Unit.MONTH:
            day = day.replace(day=1)
        elif unit is Unit.QUARTER:
            day = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        elif unit is Unit.YEAR:
            day = day.replace(month=1, day=1)
        return self.instant(step(day, unit, -back))

    def bounds(self, window: Window) -> tuple[datetime | None, datetime]:
        """A window as [start, end) in UTC; start None is −∞. Ends are never after T but for ``Next``."""
        match window:
            case Ever():
                return None, self.cutoff
            case Last(length):
                return self.shift(self.cutoff, length, -1), self.cutoff
            case Period(unit, back):
                start = self.period_start(unit, back)
                return start, (self.cutoff if back == 0 else self.period_start(unit, back - 1))
            case Ago(start_, end_):
                return self.shift(self.cutoff, start_, -1), self.shift(self.cutoff, end_, -1)
            case Since(start__):
                return self.instant(start__), self.cutoff
            case Before(end__):
                return None, self.instant(end__)
            case Between(first, last):
                return self.instant(first), self.instant(last + timedelta(days=1))
            case Next(length):
                return self.cutoff, self.shift(self.cutoff, length, 1)
        raise AssertionError(window)

    def inside(self, instant: datetime, window: Window) -> bool:
        """Whether an instant before T lies in the window."""
        start, end = self.bounds(window)
        return (start is None or instant >= start) and instant < end


def step(local: datetime, unit: Unit, n: int) -> datetime:
    """A wall-clock time moved by calendar units; days beyond a month's end are clamped."""
    if unit is Unit.DAY:
        return local + timedelta(days=n)
    if unit is Unit.WEEK:
        return local + timedelta(weeks=n)
    months = n * {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.YEAR: 12}[unit]
    total = local.year * 12 + local.month - 1 + months
    year, month = divmod(total, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return local.replace(year=year, month=month + 1, day=min(local.day, last))
