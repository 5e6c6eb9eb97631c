"""Time for methods: local days and calendar steps, as the tag language counts them.

A duration is what an argument of kind ``duration`` gives: a ``timedelta`` (seconds, minutes, hours: exact) or
``(amount, unit)`` with a calendar unit from day to year.
"""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

Duration = timedelta | tuple[int, str]

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_DAYS = {"day": 1, "week": 7}
_MEAN_DAYS = {"day": 1.0, "week": 7.0, "month": 365.2425 / 12, "quarter": 365.2425 / 4, "year": 365.2425}


def last_day(as_of: datetime, zone: ZoneInfo) -> date:
    """The local day that holds the instant just before T: the last day that a method can see.

    >>> last_day(datetime(2024, 7, 2, tzinfo=ZoneInfo("Asia/Shanghai")), ZoneInfo("Asia/Shanghai"))
    datetime.date(2024, 7, 1)
    """
    return (as_of - timedelta(microseconds=1)).astimezone(zone).date()


def days_of(duration: Duration) -> float:
    """The length in days; months and longer by their mean length.

    >>> days_of((2, "week")), days_of(timedelta(hours=12))
    (14.0, 0.5)
    """
    if isinstance(duration, timedelta):
        return duration / timedelta(days=1)
    return duration[0] * _MEAN_DAYS[duration[1]]


def step(instant: datetime, duration: Duration, zone: ZoneInfo, times: int = 1) -> datetime:
    """An aware instant moved by ``times`` durations (negative: back), calendar units on the local wall clock.

    >>> step(datetime(2024, 3, 31, tzinfo=ZoneInfo("UTC")), (1, "month"), ZoneInfo("UTC"), -1).date()
    datetime.date(2024, 2, 29)
    """
    if isinstance(duration, timedelta):
        return instant + times * duration
    amount, unit = duration[0] * times, duration[1]
    local = instant.astimezone(zone).replace(tzinfo=None)
    if unit in _DAYS:
        moved = local + timedelta(days=amount * _DAYS[unit])
    else:
        months = local.year * 12 + local.month - 1 + amount * _MONTHS[unit]
        year, month = divmod(months, 12)
        day = min(local.day, calendar.monthrange(year, month + 1)[1])
        moved = local.replace(year=year, month=month + 1, day=day)
    return moved.replace(tzinfo=zone).astimezone(UTC)


def naive_utc(instant: datetime) -> datetime:
    """An aware instant as UTC without an offset, as the lake keeps it."""
    return instant.astimezone(UTC).replace(tzinfo=None)


def words(duration: Duration) -> str:
    """For people.

    >>> words((1, "month")), words((90, "day")), words(timedelta(hours=2))
    ('1 month', '90 days', '2:00:00')
    """
    if isinstance(duration, timedelta):
        return str(duration)
    return f"{duration[0]} {duration[1]}{'' if duration[0] == 1 else 's'}"
