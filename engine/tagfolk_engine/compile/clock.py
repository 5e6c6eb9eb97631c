"""Local time and instants inside statements, without trusting an engine's own time zone data.

The zone's offsets are written out as a balanced CASE over the moments at which they change, so that every engine
converts alike: an ambiguous local time is the earlier instant, a nonexistent one moves forward by the gap.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from tagfolk_engine.compile import sql
from tagfolk_engine.compile.dialect import Dialect
from tagfolk_engine.compile.sql import E

FIRST, LAST = datetime(1900, 1, 1), datetime(2100, 1, 1)


@lru_cache(maxsize=32)
def transitions(zone: ZoneInfo) -> tuple[int, tuple[tuple[datetime, int, int], ...]]:
    """The offset (seconds) at 1900, and each change up to 2100: (naive UTC instant, offset before, offset after)."""

    def offset(moment: datetime) -> int:
        found = moment.replace(tzinfo=UTC).astimezone(zone).utcoffset()
        return int(found.total_seconds()) if found else 0

    changes = []
    moment, before = FIRST, offset(FIRST)
    while moment < LAST:
        following = moment + timedelta(days=7)
        after = offset(following)
        if after != before:
            low, high = moment, following
            while high - low > timedelta(seconds=1):
                middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
                low, high = (middle, high) if offset(middle) == before else (low, middle)
            after = offset(high)
            changes.append((high, before, after))
        moment, before = following, after
    return offset(FIRST), tuple(changes)


class Clock:
    """Conversions for one zone on one engine."""

    def __init__(self, zone: ZoneInfo, dialect: Dialect) -> None:
        self._dialect = dialect
        self._first, self._changes = transitions(zone)

    @property
    def changes(self) -> bool:
        """Does the zone's offset ever change (in the years looked at)?"""
        return bool(self._changes)

    def local(self, utc: E) -> E:
        """A naive UTC instant as local time."""
        steps = [(at, after) for at, _, after in self._changes]
        return self._tree(utc, steps, self._first, 1)

    def instant(self, local: E) -> E:
        """A local time as an instant, naive UTC."""
        steps = []
        for at, before, after in self._changes:
            change = at + timedelta(seconds=max(before, after))
            steps.append((change, after))
        return self._tree(local, steps, self._first, -1)

    def _tree(self, moment: E, steps: list[tuple[datetime, int]], first: int, sign: int) -> E:
        if not steps:
            return self._dialect.seconds_later(moment.copy(), sign * first) if first else moment.copy()
        middle = len(steps) // 2
        at, after = steps[middle]
        return sql.case(
            sql.compare("<", moment.copy(), sql.timestamp(at)),
            self._tree(moment, steps[:middle], first, sign),
            self._tree(moment, steps[middle + 1 :], after, sign),
        )
