"""The limits of ``[quality.NAME]`` and where they are broken."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tagfolk_engine.quality.profile import Kind, Measured

if TYPE_CHECKING:
    from tagfolk_engine.workspace.settings import QualityTable, Settings

_DAYS = {"minute": 1 / 1440, "hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 365.2425 / 12, "year": 365.2425}


@dataclass(frozen=True)
class Target:
    """A thing that limits can be said of, and the events and attributes that come from it."""

    name: str
    kind: Kind
    events: frozenset[str]
    attributes: frozenset[str]


@dataclass(frozen=True)
class Broken:
    """A limit that the data break. ``stops``: the run does not go on. ``stale``: what looks at it is out of date."""

    target: Target
    what: str
    measured: float | None
    limit: float
    stops: bool
    english: str
    chinese: str

    @property
    def stale(self) -> bool:
        """Whether the tags that look at the data are not to be trusted as of T."""
        return self.stops or self.what == "freshness"

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {"name": self.target.name, "kind": self.target.kind, "what": self.what, "measured": self.measured,
                "limit": self.limit, "stops": self.stops, "message": self.english}  # fmt: skip


def targets(settings: Settings) -> dict[str, Target]:
    """Everything that ``[quality.NAME]`` may name. A name that is several things is the event, then the attribute."""
    found: dict[str, Target] = {}
    for name in settings.sources:
        events = frozenset(e.name for e in settings.events if e.from_ == name)
        attributes = frozenset(a for c in settings.customers if c.from_ == name for a in c.attributes)
        found[name] = Target(name, "source", events, attributes)
    for block in settings.customers:
        found |= {a: Target(a, "attribute", frozenset(), frozenset([a])) for a in block.attributes}
    for event in settings.events:
        for prop in event.properties:
            name = f"{event.name}.{prop}"
            found[name] = Target(name, "property", frozenset([event.name]), frozenset())
        found[event.name] = Target(event.name, "event", frozenset([event.name]), frozenset())
    return found


def unknown(settings: Settings) -> list[str]:
    """A line for each ``[quality.NAME]`` that names nothing, with the nearest name."""
    known, lines = targets(settings), []
    for name in settings.quality:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(sorted(known))}"
            lines.append(f"[quality.{name}] names no source, event, attribute or property: {hint}")
    return lines


def broken(settings: Settings, measured: Sequence[Measured]) -> list[Broken]:
    """The limits that are broken, in the order of the file."""
    known = targets(settings)
    figures: Mapping[tuple[str, str], Measured] = {(m.kind, m.name): m for m in measured}
    found: list[Broken] = []
    for name, table in settings.quality.items():
        target = known.get(name)
        if target is not None:
            found += _of(target, table, figures.get((target.kind, name)), figures)
    return found


def _of(
    target: Target, table: QualityTable, one: Measured | None, figures: Mapping[tuple[str, str], Measured]
) -> list[Broken]:
    found = []
    for what, low, english, chinese in (
        ("filled", True, "is known for {0:.1%} only, at least {1:.1%} is asked", "仅有 {0:.1%} 有值，要求至少 {1:.1%}"),
        ("valid", True, "is valid in {0:.1%} only, at least {1:.1%} is asked", "仅有 {0:.1%} 有效，要求至少 {1:.1%}"),
        ("rows", True, "has {0:.1%} of the rows of the load before, at least {1:.1%} is asked",
         "行数为上次的 {0:.1%}，要求至少 {1:.1%}"),
        ("rejected", False, "has {0:.1%} of its records rejected, at most {1:.1%} is allowed",
         "有 {0:.1%} 的记录被拒收，最多允许 {1:.1%}"),
        ("duplicates", False, "has {0:.1%} duplicates, at most {1:.1%} is allowed",
         "有 {0:.1%} 重复，最多允许 {1:.1%}"),
        ("drift", False, "has moved since the load before (PSI {0:.2f}, at most {1:g})",
         "较上次装载有漂移（PSI {0:.2f}，上限 {1:g}）"),
    ):  # fmt: skip
        limit = getattr(table, what)
        value = getattr(one, what) if one is not None else None
        if limit is None or value is None or (value >= limit - 1e-12 if low else value <= limit + 1e-12):
            continue
        found.append(_broken(target, what, value, limit, table.stop, english, chinese))
    if table.freshness is not None:
        found += _freshness(target, table, figures)
    return found


def _freshness(target: Target, table: QualityTable, figures: Mapping[tuple[str, str], Measured]) -> list[Broken]:
    """The newest event of what comes from a target must not be older than the limit; no event at all is stale."""
    limit = days(str(table.freshness))
    ages = [m.age_days for e in target.events if (m := figures.get(("event", e))) and m.age_days is not None]
    if ages and min(ages) <= limit:
        return []
    age = min(ages) if ages else None
    english = "has no event yet" if age is None else "is {0:.3g} days old, at most {1:g} are allowed"
    chinese = "还没有事件" if age is None else "已有 {0:.3g} 天未更新，最多允许 {1:g} 天"
    return [_broken(target, "freshness", age, limit, table.stop, english, chinese)]


def _broken(
    target: Target, what: str, value: float | None, limit: float, stops: bool, english: str, chinese: str
) -> Broken:
    said, said_zh = english.format(value, limit), chinese.format(value, limit)
    return Broken(target, what, value, limit, stops, f"{target.kind} {target.name} {said}", f"{target.name} {said_zh}")


def days(text: str) -> float:
    """A length of time in days.

    >>> days("2 days"), days("36 hours")
    (2.0, 1.5)
    """
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(minute|hour|day|week|month|year)s?\s*", text)
    if found is None:
        raise ValueError(f"'{text}' is no length of time; write for example '2 days'")
    return float(found[1]) * _DAYS[found[2]]
