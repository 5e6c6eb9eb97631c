"""Which distinct counts go by bit sets: asks the engine how many values there are, once a connection."""

from __future__ import annotations

from datetime import date, timedelta
from typing import cast

from sqlglot import exp
from tagfolk_dsl.tree import Aggregate

from tagfolk_engine.compile import sql
from tagfolk_engine.compile.bitsets import BITS, MOST, Bitsets, Codes, codes_query, sample_query
from tagfolk_engine.compile.dialect import select
from tagfolk_engine.compile.frame import Frame
from tagfolk_engine.evaluate.backend import Backend, DuckDB
from tagfolk_engine.evaluate.given import fresh
from tagfolk_engine.plan.tiers import Tier

SLACK = timedelta(days=40)
"""Before the first event's day: so weeks and months that begin earlier are counted from it too."""
FEW = 2
"""So few plain distinct counts of a property are cheaper than its codes."""


def bitsets(tier: Tier, backend: Backend, frame: Frame) -> Bitsets:
    """The bit sets of a tier's aggregates."""
    counted = [a.property for a in tier.aggregates if a.function == "distinct" and a.property is not None]
    codes = {}
    for name in dict.fromkeys(counted):
        if counted.count(name) >= FEW and (found := _codes(tier.event, name, backend)) is not None:
            codes[name] = found
    return Bitsets(codes, *_days(tier.aggregates, tier, frame))


def _days(nodes: tuple[Aggregate, ...], tier: Tier, frame: Frame) -> tuple[date | None, int]:
    if not any(node.function in ("days_with", "weeks_with", "months_with") for node in nodes):
        return None, 0
    lower = tier.lower if tier.lower is not None else frame.span()[0]
    first = frame.cutoff.local(lower).date() - SLACK
    return first, (frame.cutoff.wall.date() - first).days + 1


def _codes(event: str, name: str, backend: Backend) -> Codes | None:
    """The codes of a property; None where it has too many values. Remembered with the connection."""
    known = cast(DuckDB, backend).codes
    if (event, name) not in known:
        known[event, name] = None
        (some,) = backend.row(sample_query(event, name))
        if some <= MOST:
            table = fresh("codes")
            backend.create(table, codes_query(event, name))
            (values,) = backend.row(_size(table))
            known[event, name] = Codes(table, -(-max(values, 1) // BITS)) if values <= MOST else None
    return known[event, name]


def _size(table: str) -> exp.Select:
    return select([exp.Count(this=exp.Star())], sql.table(table))
