"""Local time and instants inside statements, without trusting an engine's own time zone data.

The zone's offset is written out as a balanced CASE over the moments at which it changes, as far as the data reach,
and added once; so every engine converts alike: an ambiguous local time is the earlier instant, a nonexistent one moves
forward by the gap.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from tagfolk_engine.compile import sql
from tagfolk_engine.compile.dialect import Dialect
from tagfolk_engine.compile.sql import E

FIRST, LAST = datetime(1900, 1, 1), datetime(2100, 1, 1)
NEAR = timedelta(days=2)
"""Local times lie no farther than this from their instants."""

Change = tuple[datetime, int, int]
Span = tuple[datetime, datetime]


@lru_cache(maxsize=32)
def transitions(zone: ZoneInfo) -> tuple[int, tuple[Change, ...]]:
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
    """Conversions for one zone on one engine. ``span`` tells between which instants the data lie, when it is asked."""

    def __init__(self, zone: ZoneInfo, dialect: Dialect, span: Callable[[], Span] = lambda: (FIRST, LAST)) -> None:
        self._dialect = dialect
        self._zone = zone
        self._span = span

    @cached_property
    def _steps(self) -> tuple[int, list[Change]]:
        """The offset where the data begin, and its changes as far as they reach."""
        first, changes = transitions(self._zone)
        if not changes:
            return first, []
        low, high = self._span()
        inside = []
        for at, before, after in changes:
            if at < low - NEAR:
                first = after
            elif at <= high + NEAR:
                inside.append((at, before, after))
        return first, inside

    @property
    def changes(self) -> bool:
        """Does the zone's offset ever change while the data last?"""
        return bool(self._steps[1])

    def local(self, utc: E) -> E:
        """A naive UTC instant as local time."""
        first, changes = self._steps
        return self._shifted(utc, [(at, after) for at, _, after in changes], first, 1)

    def instant(self, local: E) -> E:
        """A local time as an instant, naive UTC."""
        first, changes = self._steps
        steps = [(at + timedelta(seconds=max(before, after)), after) for at, before, after in changes]
        return self._shifted(local, steps, first, -1)

    def _shifted(self, moment: E, steps: list[tuple[datetime, int]], first: int, sign: int) -> E:
        if not steps:
            return self._dialect.seconds_later(moment.copy(), sign * first) if first else moment.copy()
        return self._dialect.later(moment.copy(), _offset(moment, steps, sign * first, sign))


def _offset(moment: E, steps: list[tuple[datetime, int]], first: int, sign: int) -> E:
    """The offset in seconds, by halving the changes."""
    if not steps:
        return sql.integer(first)
    middle = len(steps) // 2
    at, after = steps[middle]
    return sql.case(
        sql.compare("<", moment.copy(), sql.timestamp(at)),
        _offset(moment, steps[:middle], first, sign),
        _offset(moment, steps[middle + 1 :], sign * after, sign),
    )
