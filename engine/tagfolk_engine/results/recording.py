"""One run into the store, everything in one transaction: the rows that begin and end, sizes, tags, links, methods."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlmodel import col, func, select

from tagfolk_engine.results.arrow import table_of
from tagfolk_engine.results.columns import Record
from tagfolk_engine.results.diff import Diff
from tagfolk_engine.results.membership import Memberships
from tagfolk_engine.results.models import Assignment, Run
from tagfolk_engine.results.store import Store
from tagfolk_engine.results.writer import Writer

if TYPE_CHECKING:
    from datetime import datetime

    import pyarrow as pa


@dataclass
class Outcome:
    """What a run found, beside its memberships.

    ``records``: small tables by model, added as they are. ``replace``: tables of which the rows with the same key are
    taken away first (``tag`` → its key column). ``members_begun``/``members_ended``: (segment, customer_id[, synced]).
    ``links_…`` and ``kept_…``: rows of ``identity_link`` and ``rule_held`` that begin, and (id, until or last) of
    those that end.
    """

    run: Run
    records: list[Record] = field(default_factory=list)
    replace: Mapping[str, str] = field(default_factory=dict)
    members_begun: pa.Table | None = None
    members_ended: pa.Table | None = None
    links_begun: pa.Table | None = None
    links_ended: pa.Table | None = None
    kept_begun: pa.Table | None = None
    kept_ended: pa.Table | None = None


def next_id(store: Store, model: type[Record]) -> int:
    """The first id that is free in a table whose ids the writer gives (runs hold the lock, so it stays free)."""
    with store.session() as session:
        last = session.exec(select(func.max(model.id))).one()  # type: ignore[attr-defined]
    return int(last or 0) + 1


def later_runs(store: Store, as_of: datetime) -> Sequence[Run]:
    """The standing runs whose T lies after ``as_of``: what a run of that T takes the place of."""
    with store.session() as session:
        return session.exec(select(Run).where(col(Run.replaced_by).is_(None), Run.as_of > as_of)).all()


def run_before(store: Store, as_of: datetime) -> Run | None:
    """The latest standing run whose T is not after ``as_of``."""
    with store.session() as session:
        standing = select(Run).where(col(Run.replaced_by).is_(None), Run.as_of <= as_of)
        return session.exec(standing.order_by(col(Run.id).desc()).limit(1)).first()


def record(
    store: Store,
    memberships: Memberships,
    diff: Diff,
    outcome: Outcome,
    *,
    rewind: bool,
    keep_open: tuple[int, ...] = (),
) -> None:
    """Write the run. Everything or nothing: an error, or the death of this process, leaves the store as it was.

    ``rewind``: runs of a later T stand; their part of the history is put aside into ``assignment_replaced``. The
    lake's copy of the memberships is written after the commit (a missing copy is made anew from the store).
    """
    run = outcome.run
    first = next_id(store, Assignment)
    before = run_before(store, run.as_of) if rewind else None
    with store.writer(keep_open, None if rewind else _rows(diff, outcome)) as writer:
        writer.append("run", table_of([run]))
        if rewind:
            _rewind(writer, run, before)
        _assignments(writer, diff, first, run.as_of)
        _members(writer, outcome)
        _stretches(writer, "identity_link", outcome.links_begun, outcome.links_ended, ended="until")
        _stretches(writer, "rule_held", outcome.kept_begun, outcome.kept_ended, ended="last")
        _small(writer, outcome)
        writer.commit()
    _copy(memberships, run, diff)


def _copy(memberships: Memberships, run: Run, diff: Diff) -> None:
    """The lake's copy. The run stands already: a disk that refuses only means that readers make the copy anew."""
    import duckdb

    with contextlib.suppress(OSError, duckdb.IOException):
        memberships.put(run, diff.after())


def _rows(diff: Diff, outcome: Outcome) -> int:
    """About how many rows a run writes."""
    tables = (outcome.members_begun, outcome.members_ended, outcome.links_begun, outcome.links_ended,
              outcome.kept_begun, outcome.kept_ended)  # fmt: skip
    begun, ended = diff.changes
    more: int = sum(table.num_rows for table in tables if table is not None)
    return begun + ended + len(outcome.records) + more


def _rewind(writer: Writer, run: Run, before: Run | None) -> None:
    """Put aside what runs after T wrote, and open again what they ended."""
    writer.stage("run_edge", "run", table_of([run]).select(["id", "as_of"]))
    later = "(a.since > e.as_of OR a.until > e.as_of)"
    columns = "customer_id, tag, value, since, until, cause, until_cause"
    writer.execute(
        f"INSERT INTO assignment_replaced (run, id, {columns}) "
        f"SELECT e.id, a.id, {', '.join('a.' + name for name in columns.split(', '))} "
        f"FROM assignment a, run_edge e WHERE {later}"
    )
    for table in ("assignment", "identity_link", "rule_held"):
        writer.execute(f"DELETE FROM {table} WHERE since > (SELECT as_of FROM run_edge)")
    edge = "until > (SELECT as_of FROM run_edge)"
    writer.execute(f"UPDATE assignment SET until = NULL, until_cause = NULL WHERE {edge}")
    writer.execute(f"UPDATE identity_link SET until = NULL WHERE {edge}")
    if before is not None:
        writer.stage("run_base", "run", table_of([before]).select(["as_of"]))
        writer.execute("UPDATE rule_held SET last = NULL WHERE last >= (SELECT as_of FROM run_base)")
    writer.execute(
        "UPDATE run SET replaced_by = (SELECT id FROM run_edge) "
        "WHERE as_of > (SELECT as_of FROM run_edge) AND replaced_by IS NULL"
    )


_INDEXES = {
    "ix_assignment_customer_id": "assignment (customer_id)",
    "assignment_tag": "assignment (tag, until)",
}
_BULK = 500_000
"""From this many new rows on, where they are most of the table, building the indexes afterwards is faster."""


def _assignments(writer: Writer, diff: Diff, first: int, as_of: datetime) -> None:
    begun, _ = diff.changes
    writer.stage("run_ending", "assignment", diff.ended(as_of))
    writer.execute(
        "UPDATE assignment SET until = e.until, until_cause = e.until_cause "
        "FROM run_ending e WHERE e.id = assignment.id"
    )
    writer.stage("run_going_on", "assignment", diff.reopened())
    writer.execute("UPDATE assignment SET until = NULL, until_cause = NULL WHERE id IN (SELECT id FROM run_going_on)")
    anew = begun >= _BULK and begun > 4 * (first - 1)
    if anew:
        for name in _INDEXES:
            writer.execute(f"DROP INDEX {name}")
    writer.append("assignment", diff.begun(first, as_of))
    if anew:
        for name, target in _INDEXES.items():
            writer.execute(f"CREATE INDEX {name} ON {target}")


def _members(writer: Writer, outcome: Outcome) -> None:
    if outcome.members_ended is not None and outcome.members_ended.num_rows:
        writer.stage("run_members_ended", "segment_member", outcome.members_ended.select(["segment", "customer_id"]))
        writer.execute(
            "DELETE FROM segment_member WHERE EXISTS (SELECT 1 FROM run_members_ended e "
            "WHERE e.segment = segment_member.segment AND e.customer_id = segment_member.customer_id)"
        )
    if outcome.members_begun is not None and outcome.members_begun.num_rows:
        writer.append("segment_member", outcome.members_begun)


def _stretches(writer: Writer, table: str, begun: pa.Table | None, gone: pa.Table | None, *, ended: str) -> None:
    """Rows that last from run to run: ``gone`` has id and the column that ends them."""
    if gone is not None and gone.num_rows:
        writer.stage(f"run_{table}_ended", table, gone)
        writer.execute(f"UPDATE {table} SET {ended} = e.{ended} FROM run_{table}_ended e WHERE e.id = {table}.id")
    if begun is not None and begun.num_rows:
        writer.append(table, begun)


def _small(writer: Writer, outcome: Outcome) -> None:
    """The small tables; rows of the same key make way first."""
    by_table: dict[str, list[Record]] = {}
    for record in outcome.records:
        by_table.setdefault(str(record.__tablename__), []).append(record)
    for table, records in by_table.items():
        data = table_of(records)
        key = outcome.replace.get(table)
        if key is not None:
            writer.stage(f"run_new_{table}", table, data.select([key]))
            writer.execute(f'DELETE FROM "{table}" WHERE "{key}" IN (SELECT "{key}" FROM "run_new_{table}")')
        writer.append(table, data)
