"""Which tags are due: by the clock, from each tag's ``refresh`` and the T at which it was last evaluated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tagfolk_dsl.program import Program
from tagfolk_dsl.tree import Condition, Refresh

_MONTHS = {"monthly": 1, "quarterly": 3, "half-yearly": 6, "yearly": 12}


@dataclass(frozen=True)
class Trigger:
    """``refresh on EVENT [where …]``: these tags are evaluated when such an event comes."""

    tag: str
    event: str
    where: Condition | None


def refreshes(program: Program) -> dict[str, list[Refresh]]:
    """What each tag's card and its rules say of when; a tag that says nothing is evaluated every day."""
    found: dict[str, list[Refresh]] = {}
    for tag, info in program.tags.items():
        said = [info.card.refresh] if info.card.refresh else []
        for rule in program.rules:
            if rule.refresh is not None and any(effect.tag == tag for effect in rule.effects):
                said.append(rule.refresh)
        found[tag] = said or [Refresh(every="daily")]
    return found


def triggers(program: Program) -> list[Trigger]:
    """All ``refresh on``."""
    return [
        Trigger(tag, refresh.event, refresh.where)
        for tag, said in refreshes(program).items()
        for refresh in said
        if refresh.event is not None
    ]


def begins(every: str, today: date) -> date:
    """The first day of the period that ``today`` lies in.

    >>> begins("weekly", date(2024, 7, 4)), begins("quarterly", date(2024, 6, 30))
    (datetime.date(2024, 7, 1), datetime.date(2024, 4, 1))
    """
    if every == "daily":
        return today
    if every == "weekly":
        return today - timedelta(days=today.weekday())
    months = _MONTHS[every]
    return date(today.year, (today.month - 1) // months * months + 1, 1)


def due(program: Program, evaluated: Mapping[str, datetime], now: datetime, zone: ZoneInfo) -> list[str]:
    """The tags whose period has begun since they were last evaluated (``evaluated``: their T; missing: never)."""
    today = now.astimezone(zone).date()
    found = []
    for tag, said in refreshes(program).items():
        for refresh in said:
            if refresh.every is None:
                continue
            start = datetime.combine(begins(refresh.every, today), time(), zone).astimezone(UTC)
            if tag not in evaluated or evaluated[tag] < start:
                found.append(tag)
                break
    return found
