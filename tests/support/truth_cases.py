"""Named cases of the truth: a rule file, some data and what holds, in one TOML file that anybody can read."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from support.naive.world import Event, Pin, Spell, World
from support.worlds import Case, vocabulary

Expected = dict[str, dict[str, list[str | None]]]


def read_case(path: Path) -> tuple[Case, Expected]:
    """The case, and tag → customer → values (None: a plain tag). Times without an offset are local."""
    given = tomllib.loads(path.read_text("utf-8"))
    zone = ZoneInfo(given.get("zone", "UTC"))

    def instant(moment: Any) -> datetime:
        if not isinstance(moment, datetime):
            moment = datetime.combine(moment, time())
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)

    at = given["as_of"]
    cutoff = instant(at) if isinstance(at, datetime) else instant(at + timedelta(days=1))
    events: dict[str, list[Event]] = {name: [] for name in vocabulary().events}
    for row in given.get("events", []):
        data = {k: v for k, v in row.items() if k not in ("event", "customer", "time")}
        events[row["event"]].append(Event(row["customer"], instant(row["time"]), data))
    history = [
        Spell(
            s["customer"], s["tag"], s.get("value"), instant(s["since"]), instant(s["until"]) if "until" in s else None
        )
        for s in given.get("history", [])
    ]
    last_true = {
        rule: {customer: instant(moment) for customer, moment in rows.items()}
        for rule, rows in given.get("last_true", {}).items()
    }
    pins = {(p["customer"], p["tag"]): Pin(p.get("value"), p.get("out", False)) for p in given.get("pins", [])}
    world = World(given["customers"], events, cutoff, zone, history, last_true, {}, pins)
    expected: Expected = {
        tag: {customer: [v or None for v in ([values] if isinstance(values, str) else values)]
              for customer, values in rows.items()}
        for tag, rows in given["expect"].items()
    }  # fmt: skip
    return Case(0, vocabulary(), world, given["rules"].splitlines()), expected


def as_expected(rows: set[tuple[str, str, str | None]], tags: Any) -> Expected:
    """An answer in the form of ``expect``."""
    found: Expected = {tag: {} for tag in tags}
    for customer, tag, value in rows:
        if tag in found:
            found[tag].setdefault(customer, []).append(value)
    return {tag: {customer: sorted(values, key=str) for customer, values in who.items()} for tag, who in found.items()}


__all__ = ["as_expected", "read_case"]
