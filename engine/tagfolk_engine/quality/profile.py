"""What a load brought, as figures: of each source, attribute, event and property."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from tagfolk_engine.lake import Snapshot

Kind = Literal["source", "attribute", "event", "property"]


@dataclass(frozen=True)
class Measured:
    """The figures of one thing; None: it has no such figure.

    ``filled``: the part that is known; ``valid``: of what was given, the part that was kept; ``rejected`` and
    ``duplicates``: parts of the records read; ``age_days``: from the last event to T; ``rows``: this load's for one of
    the load before; ``drift``: the population stability index against the load before.
    """

    name: str
    kind: Kind
    filled: float | None = None
    valid: float | None = None
    rejected: float | None = None
    duplicates: float | None = None
    age_days: float | None = None
    rows: float | None = None
    drift: float | None = None

    def as_json(self) -> dict[str, Any]:
        """For programs: no figures that there are not."""
        return {key: value for key, value in asdict(self).items() if value is not None}


def profile(snapshot: Snapshot, as_of: datetime, *, drift_of: Collection[str] | None = None) -> list[Measured]:
    """Measure a snapshot as of T. ``drift_of``: the columns whose drift is wanted (None: all attributes)."""
    report, before = snapshot.meta.report, snapshot.previous()
    old: dict[str, Any] = before.meta.report if before is not None else {}
    found = [_source(name, one, old.get("sources", {}).get(name)) for name, one in report.get("sources", {}).items()]
    for name, event in snapshot.meta.events.items():
        then = before.meta.events[name].rows if before is not None and name in before.meta.events else None
        found.append(Measured(name, "event", age_days=_age(event.last, as_of), rows=_part(event.rows, then)))
    drifts = _drifts(snapshot, before, drift_of)
    for key, kind in (("attributes", "attribute"), ("properties", "property")):
        for name, one in report.get(key, {}).items():
            found.append(_field(name, kind, one, snapshot, drifts.get(name)))
    return found


def _source(name: str, one: dict[str, Any], before: dict[str, Any] | None) -> Measured:
    read = int(one.get("read", 0))
    rows = _part(int(one.get("kept", 0)), int(before.get("kept", 0)) if before else None)
    return Measured(
        name, "source", rejected=_part(one.get("rejected", 0), read), duplicates=_part(one.get("duplicates", 0), read),
        rows=rows,
    )  # fmt: skip


def _field(name: str, kind: Any, one: dict[str, Any], snapshot: Snapshot, drift: float | None) -> Measured:
    event = name.partition(".")[0]
    of = snapshot.meta.customers if kind == "attribute" else snapshot.meta.events[event].rows
    filled, dropped = float(one.get("filled", 0)), int(one.get("dropped", 0))
    known = filled * of
    return Measured(name, kind, filled=filled, valid=_part(known, known + dropped), drift=drift)


def _drifts(snapshot: Snapshot, before: Snapshot | None, wanted: Collection[str] | None) -> dict[str, float]:
    """The index of each wanted column that was there before too."""
    if before is None:
        return {}
    import duckdb

    from tagfolk_engine.quality.drift import moved

    found: dict[str, float] = {}
    with duckdb.connect() as con:
        for name, attribute in snapshot.meta.attributes.items():
            if wanted is None or name in wanted:
                value = moved(con, before.file("customers"), snapshot.file("customers"), name, attribute.type)
                found |= {name: value} if value is not None else {}
        for event, meta in snapshot.meta.events.items():
            for column, info in meta.properties.items():
                name, table = f"{event}.{column}", f"event_{event}"
                if wanted is not None and name in wanted and event in before.meta.events:
                    value = moved(con, before.file(table), snapshot.file(table), column, info.type)
                    found |= {name: value} if value is not None else {}
    return found


def _part(count: float, whole: float | None) -> float | None:
    return count / whole if whole else None


def _age(last: str | None, as_of: datetime) -> float | None:
    """Days from the last event to T; a T before the last event has fresh data."""
    if last is None:
        return None
    moment = datetime.fromisoformat(last)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (as_of - moment).total_seconds() / 86400)
