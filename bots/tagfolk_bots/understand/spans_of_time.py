"""Windows of the language back to days, and periods cut into buckets or set against the one before."""

from __future__ import annotations

import re
from datetime import date, timedelta

from tagfolk_bots.understand.periods import between, calendar_period, period_start, shift

_DAY = r"(\d{4})-(\d{2})-(\d{2})"
DEFAULT = {"day": 30, "week": 12, "month": 12, "quarter": 8, "year": 5}
"""So many buckets a trend has where no time is said."""
MOST = 60


def days(window: str, today: date) -> tuple[date | None, date] | None:
    """(first day, day after the last) of a window as periods.py writes them; None for other windows."""
    after = today + timedelta(days=1)
    if m := re.fullmatch(r"in (\d+) (day|week|month|quarter|year)s?", window):
        return shift(after, m[2], -int(m[1])), after
    if m := re.fullmatch(r"(this|last) (week|month|quarter|year)", window):
        _, first, until = calendar_period(m[2], 0 if m[1] == "this" else 1, today)
        return first, until
    if window in ("today", "yesterday"):
        _, first, until = calendar_period("day", 0 if window == "today" else 1, today)
        return first, until
    if m := re.fullmatch(rf"since {_DAY}", window):
        return date(int(m[1]), int(m[2]), int(m[3])), after
    if m := re.fullmatch(rf"before {_DAY}", window):
        return None, date(int(m[1]), int(m[2]), int(m[3]))
    if m := re.fullmatch(rf"on {_DAY}", window):
        first = date(int(m[1]), int(m[2]), int(m[3]))
        return first, first + timedelta(days=1)
    if m := re.fullmatch(rf"between {_DAY} and {_DAY}", window):
        return date(int(m[1]), int(m[2]), int(m[3])), date(int(m[4]), int(m[5]), int(m[6])) + timedelta(days=1)
    return None


def buckets(window: str, unit: str, today: date) -> list[tuple[str, date, date]]:
    """(label, first day, day after the last) of each period of a unit in a window, the last one up to today."""
    found = days(window, today) if window else None
    after = min(found[1], today + timedelta(days=1)) if found else today + timedelta(days=1)
    if found and found[0] is not None:
        start = period_start(found[0], unit)
    else:
        start = shift(period_start(after - timedelta(days=1), unit), unit, 1 - DEFAULT[unit])
    cut: list[tuple[str, date, date]] = []
    while start < after and len(cut) < MOST:
        end = shift(start, unit, 1)
        first = max(start, found[0]) if found and found[0] else start
        cut.append((label(start, unit), first, min(end, after)))
        start = end
    return cut


def label(first: date, unit: str) -> str:
    """``2024-06``, ``2024-Q2``, ``2024``, ``2024-06-03`` (a day, or a week's Monday)."""
    if unit == "year":
        return f"{first.year}"
    if unit == "quarter":
        return f"{first.year}-Q{(first.month + 2) // 3}"
    return f"{first.year}-{first.month:02}" if unit == "month" else first.isoformat()


def previous(window: str, today: date, years: bool = False) -> tuple[str, str] | None:
    """The window and the same span of the period before or of a year ago, both in whole days.

    >>> previous("this month", date(2024, 8, 20))
    ('between 2024-08-01 and 2024-08-20', 'between 2024-07-01 and 2024-07-20')
    """
    first, until = days(window, today) or (None, today)
    if first is None:
        return None
    last = until - timedelta(days=1)
    m = re.fullmatch(r"(?:this|last) (week|month|quarter|year)", window)
    unit = "year" if years else m[1] if m else "day" if window in ("today", "yesterday") else None
    if unit is None:
        length = until - first
        return between(first, until), between(first - length, first)
    earlier = shift(first, unit, -1)
    whole = m is not None and period_start(last, m[1]) == first and shift(first, m[1], 1) == until
    if whole:
        end = shift(until, unit, -1)
    else:
        end = min(shift(last, unit, -1) + timedelta(days=1), first)
    return between(first, until), between(earlier, end)
