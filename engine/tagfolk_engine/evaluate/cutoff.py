"""The cutoff T of a run, and the arithmetic of calendars and windows (language reference, section 2).

An instant goes out of here as a naive datetime in UTC, as the lake stores it. "Wall" is the naive local time of
the workspace's zone.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from tagfolk_dsl.tree import Ago, Before, Between, Duration, Ever, Last, Next, Period, Since, Unit, Window

from tagfolk_engine.plan.nodes import Exactly, Previous

_EXACT = {Unit.SECOND: timedelta(seconds=1), Unit.MINUTE: timedelta(minutes=1), Unit.HOUR: timedelta(hours=1)}
_DAYS = {Unit.DAY: 1, Unit.WEEK: 7}
_MONTHS = {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.YEAR: 12}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

Bounds = tuple[datetime | None, datetime | None]


def add_months(wall: datetime, months: int) -> datetime:
    """Calendar months later (earlier if negative), the day clamped to the month's end.

    >>> add_months(datetime(2024, 3, 31), -1)
    datetime.datetime(2024, 2, 29, 0, 0)
    """
    index = wall.year * 12 + wall.month - 1 + months
    year, month = divmod(index, 12)
    if not 1 <= year <= 9999:
        return datetime.min if year < 1 else datetime.max
    day = min(wall.day, calendar.monthrange(year, month + 1)[1])
    return wall.replace(year=year, month=month + 1, day=day)


def _shift(wall: datetime, by: timedelta) -> datetime:
    try:
        return wall + by
    except OverflowError:
        return datetime.min if by < timedelta() else datetime.max


@dataclass(frozen=True)
class Cutoff:
    """T: ``instant`` is aware, ``zone`` the workspace's. Events at or after it do not exist."""

    instant: datetime
    zone: ZoneInfo

    @staticmethod
    def parse(text: str | None, zone: ZoneInfo) -> Cutoff:
        """``2024-07-01``: the end of that day; an instant (naive: in the zone); None: now. ValueError if neither."""
        if text is None:
            return Cutoff(datetime.now(UTC), zone)
        text = text.strip()
        try:
            if _DAY.fullmatch(text):
                return Cutoff.end_of(date.fromisoformat(text), zone)
            instant = datetime.fromisoformat(text)
        except (ValueError, OverflowError):
            message = f"'{text}' is no date or time: write 2024-07-01 or 2024-07-01T12:00"
            raise ValueError(message) from None
        return Cutoff.of(instant, zone)

    @staticmethod
    def of(at: date | datetime, zone: ZoneInfo) -> Cutoff:
        """A day (its end) or an instant (naive: local) as T."""
        if not isinstance(at, datetime):
            return Cutoff.end_of(at, zone)
        return Cutoff(at.astimezone(UTC) if at.tzinfo else resolve(at, zone).replace(tzinfo=UTC), zone)

    @staticmethod
    def end_of(day: date, zone: ZoneInfo) -> Cutoff:
        """T at the first instant of the next day."""
        wall = datetime.combine(day + timedelta(days=1), time())
        return Cutoff(resolve(wall, zone).replace(tzinfo=UTC), zone)

    @cached_property
    def utc(self) -> datetime:
        """T, naive in UTC."""
        return self.instant.astimezone(UTC).replace(tzinfo=None)

    @cached_property
    def wall(self) -> datetime:
        """T as local wall-clock time."""
        return self.instant.astimezone(self.zone).replace(tzinfo=None)

    @cached_property
    def label(self) -> str:
        """T for people: the day whose end it is, else the local time with its offset."""
        if self.wall.time() == time():
            return (self.wall.date() - timedelta(days=1)).isoformat()
        return self.instant.astimezone(self.zone).isoformat()

    @property
    def last_day(self) -> date:
        """The local day that holds the instant just before T."""
        return self.local(self.utc - timedelta(microseconds=1)).date()

    def local(self, utc: datetime) -> datetime:
        """A naive UTC instant as wall-clock time."""
        return utc.replace(tzinfo=UTC).astimezone(self.zone).replace(tzinfo=None)

    def at(self, moment: date | datetime) -> datetime:
        """A day (its local midnight) or a time (naive: local) as an instant, naive in UTC."""
        if isinstance(moment, datetime):
            if moment.tzinfo:
                return moment.astimezone(UTC).replace(tzinfo=None)
            return resolve(moment, self.zone)
        return resolve(datetime.combine(moment, time()), self.zone)

    def back(self, length: Duration, times: int = 1) -> datetime:
        """T − ``times`` × length, naive in UTC."""
        return self.move(-length.amount * times, length.unit)

    def move(self, amount: int, unit: Unit) -> datetime:
        """T moved by so many units: calendar steps for days and longer, naive in UTC."""
        if amount == 0:
            return self.utc
        if unit in _EXACT:
            try:
                return _shift(self.utc, _EXACT[unit] * amount)
            except OverflowError:
                return datetime.min if amount < 0 else datetime.max
        return resolve(step(self.wall, amount, unit), self.zone)

    def first_day_at(self, instant: datetime) -> date:
        """The first day whose local midnight is at or after a naive UTC instant."""
        if instant <= datetime(1, 1, 3):
            return date.min
        if instant >= datetime(9999, 12, 29):
            return date.max
        day = self.local(instant).date() - timedelta(days=1)
        while self.at(day) < instant:
            day += timedelta(days=1)
        return day

    def window(self, window: Window) -> Bounds:
        """The window's half-open bounds, naive in UTC; None is unbounded. The upper bound is never after T."""
        lower, upper = self.bounds(window)
        if isinstance(window, Next):
            return lower, upper
        return lower, self.utc if upper is None or upper > self.utc else upper

    def bounds(self, window: Window) -> Bounds:
        """The bounds as written, also where they lie after T: a date of a customer may, an event may not."""
        match window:
            case Ever():
                return None, self.utc
            case Last(length):
                return self.back(length), self.utc
            case Period(unit, back):
                start = self._start(unit, back)
                return self.at(start), self.utc if back == 0 else self.at(self._start(unit, back - 1))
            case Ago(start=begin, end=end):
                return self.back(begin), self.back(end)
            case Since(start=since):
                return self.at(since), self.utc
            case Before(end=before):
                return None, self.at(before)
            case Between(start=first, end=last):
                return self.at(first), self.at(last + timedelta(days=1)) if last < date.max else None
            case Next(length):
                return self.utc, self.move(length.amount, length.unit)
            case Exactly(lower=lower, upper=upper):
                return lower, upper
            case Previous(of=of):
                return self._previous(of)
        raise TypeError(window)

    def _start(self, unit: Unit, back: int) -> datetime:
        """The wall-clock start of the period that holds the instant just before T, ``back`` periods earlier."""
        return step(period_start(self.local(self.utc - timedelta(microseconds=1)), unit), -back, unit)

    def _previous(self, window: Window) -> Bounds:
        match window:
            case Last(length):
                return self.back(length, 2), self.back(length)
            case Period(unit, back=0):
                start, now = self._start(unit, 1), self._start(unit, 0)
                end = min(_shift(start, self.wall - now), now)
                return self.at(start), self.at(end)
            case Period(unit, back):
                return self.at(self._start(unit, back + 1)), self.at(self._start(unit, back))
            case Ago(start=begin, end=end) if begin.unit == end.unit:
                return self.back(Duration(2 * begin.amount - end.amount, begin.unit)), self.back(begin)
        lower, upper = self.bounds(window)
        if lower is None or upper is None:
            return lower, upper
        first = self.local(lower)
        return self.at(_shift(first, first - self.local(upper))), lower


def resolve(wall: datetime, zone: ZoneInfo) -> datetime:
    """A wall-clock time as naive UTC: an ambiguous one is the earlier, a nonexistent one moves forward by the gap."""
    try:
        return wall.replace(tzinfo=zone, fold=0).astimezone(UTC).replace(tzinfo=None)
    except OverflowError:
        return datetime.min if wall.year < 5000 else datetime.max


def step(wall: datetime, amount: int, unit: Unit) -> datetime:
    """A wall-clock time moved by days or longer units."""
    if unit in _DAYS:
        try:
            return _shift(wall, timedelta(days=_DAYS[unit] * amount))
        except OverflowError:
            return datetime.min if amount < 0 else datetime.max
    if unit in _MONTHS:
        return add_months(wall, _MONTHS[unit] * amount)
    return _shift(wall, _EXACT[unit] * amount)


def period_start(wall: datetime, unit: Unit) -> datetime:
    """The start of the calendar period that holds a wall-clock time; weeks begin on Monday."""
    if unit in _EXACT:
        kept = {Unit.HOUR: {"minute": 0}, Unit.MINUTE: {}, Unit.SECOND: {"second": wall.second}}[unit]
        return wall.replace(**{"second": 0, "microsecond": 0, **kept})  # type: ignore[arg-type]
    midnight = datetime.combine(wall.date(), time())
    match unit:
        case Unit.WEEK:
            return midnight - timedelta(days=midnight.weekday())
        case Unit.MONTH:
            return midnight.replace(day=1)
        case Unit.QUARTER:
            return midnight.replace(month=(midnight.month - 1) // 3 * 3 + 1, day=1)
        case Unit.YEAR:
            return midnight.replace(month=1, day=1)
    return midnight
