"""Runs for tests of the store: memberships given as plain tuples, written the way a real run writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
from sqlalchemy import text
from tagfolk_engine.results.diff import Cause, Diff
from tagfolk_engine.results.membership import Memberships
from tagfolk_engine.results.models import Assignment, Run
from tagfolk_engine.results.recording import Outcome, later_runs, next_id, record
from tagfolk_engine.results.store import Store

Holding = tuple[str, str, str | None]


def day(number: int) -> datetime:
    """T of a run: a day of July 2024."""
    return datetime(2024, 7, number, 16, tzinfo=UTC)


def run(store: Store, lake: Path, as_of: datetime, holds: set[Holding], cause: Cause = "rule") -> Run:
    """What a run of ``as_of`` does that finds ``holds``."""
    memberships = Memberships(store, lake)
    later = later_runs(store, as_of)
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'Asia/Shanghai'")
    rows = sorted(holds, key=str)
    now = pa.table(
        {
            "customer_id": pa.array([r[0] for r in rows], pa.string()),
            "tag": pa.array([r[1] for r in rows], pa.string()),
            "value": pa.array([r[2] for r in rows], pa.string()),
        }
    )
    connection.register("given", now)
    connection.execute("CREATE TEMP TABLE assignment_now AS SELECT 0 AS customer, * FROM given")
    held = memberships.stored_at(as_of) if later else memberships.file()
    tags = {r[1] for r in rows} | {r[0] for r in tags_of(store)}
    diff = Diff(connection, held, tags)
    diff.causes(dict.fromkeys(tags, cause))
    latest = store.latest()
    diff.reopen(memberships.ended_at(as_of) if latest is not None and latest.as_of == as_of else None)
    number = next_id(store, Run)
    at = datetime.now(UTC)
    row = Run(
        id=number, as_of=as_of, started_at=at, finished_at=at, snapshot="s", rules="r", version="0", customers=len(rows)
    )
    record(store, memberships, diff, Outcome(row), rewind=bool(later))
    return row


def tags_of(store: Store) -> list[tuple[str]]:
    with store.engine.connect() as connection:
        return [(row[0],) for row in connection.execute(text("SELECT DISTINCT tag FROM assignment"))]


def rows(store: Store) -> list[tuple[str, str, str | None, int, int | None, str, str | None]]:
    """The assignment table: customer, tag, value, day since, day until, causes."""
    from sqlmodel import select

    with store.session() as session:
        found = session.exec(select(Assignment).order_by(Assignment.customer_id, Assignment.tag, Assignment.since))  # type: ignore[arg-type]
        return [
            (a.customer_id, a.tag, a.value, a.since.day, a.until.day if a.until else None, a.cause, a.until_cause)
            for a in found
        ]
