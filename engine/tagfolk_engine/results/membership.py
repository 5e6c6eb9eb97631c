"""Who holds what: from the store, with a Parquet copy in the lake so that readers do not wait for the database.

The store is the truth. The copy carries the run's id, start and revision in its name: another run, another store or a
pin makes another name, and a copy that is not there is made anew.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, or_, select
from sqlmodel import col

from tagfolk_engine.results.models import Assignment, RuleHeld, Run
from tagfolk_engine.results.store import Store

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

PREFIX = "membership-"
_BATCH = 100_000


class Memberships:
    """The stored memberships and their history. ``before``: nothing that began at or after this instant exists."""

    def __init__(self, store: Store, lake: Path, *, before: datetime | None = None) -> None:
        self.store = store
        self.lake = lake
        self.before = before

    def now(self) -> pa.Table:
        """What holds after the latest run: customer_id, tag, value, since (UTC)."""
        import pyarrow.parquet as pq

        path = self.file()
        if path is None:
            return _empty("customer_id", "tag", "value", "since")
        return pq.read_table(path, columns=["customer_id", "tag", "value", "since"])

    def held(self, tag: str) -> pa.Table:
        """All times at which customers held a tag: customer_id, value, since, until (UTC; null: still)."""
        a = Assignment
        query = select(col(a.customer_id), col(a.value), col(a.since), col(a.until)).where(
            col(a.tag) == tag,
            or_(col(Assignment.until).is_(None), col(Assignment.until) > col(a.since)),
        )
        if self.before is not None:
            query = query.where(col(a.since) < self.before)
        table = self._read(query, ["customer_id", "value", "since", "until"])
        return table if self.before is None else _open_after(table, self.before)

    def last_true(self, rule: str) -> pa.Table:
        """For a rule that keeps its tag: customer_id, at (T of the last run at which its condition held)."""
        run = self.store.latest()
        query = select(col(RuleHeld.customer_id), col(RuleHeld.since), col(RuleHeld.last)).where(
            col(RuleHeld.rule) == rule
        )
        if self.before is not None:
            query = query.where(col(RuleHeld.since) < self.before)
        table = self._read(query, ["customer_id", "since", "last"])
        return _latest_true(table, run.as_of if run else None)

    def file(self) -> Path | None:
        """The Parquet copy of what holds now (id, customer_id, tag, value, since), made where it is missing.

        None before the first run.
        """
        run = self.store.latest()
        if run is None:
            return None
        path = self.path(run)
        if not path.is_file():
            self.write(run, self.stored_now())
        return path

    def path(self, run: Run) -> Path:
        """Where the copy for a run lies."""
        stamp = run.started_at.astimezone(UTC).strftime("%Y%m%dT%H%M%S%f")
        return self.lake / f"{PREFIX}{run.id}-{stamp}-{run.revision}.parquet"

    def stored_now(self) -> pa.RecordBatchReader:
        """What holds now, from the store itself."""
        return self.stored_at(None)

    def stored_at(self, as_of: datetime | None) -> pa.RecordBatchReader:
        """What holds by the runs up to ``as_of`` (None: all runs): id, customer_id, tag, value, since."""
        a = Assignment
        columns = (col(a.id), col(a.customer_id), col(a.tag), col(a.value), col(a.since))
        if as_of is None:
            query = select(*columns).where(col(Assignment.until).is_(None))
        else:
            open_then = or_(col(Assignment.until).is_(None), col(Assignment.until) > as_of)
            query = select(*columns).where(col(a.since) <= as_of, open_then)
        return self._stream(query, ["id", "customer_id", "tag", "value", "since"])

    def ended_at(self, as_of: datetime) -> pa.Table:
        """What a run of this very T ended: id, customer_id, tag, value, since."""
        a = Assignment
        columns = (col(a.id), col(a.customer_id), col(a.tag), col(a.value), col(a.since))
        return self._read(select(*columns).where(col(a.until) == as_of), ["id", "customer_id", "tag", "value", "since"])

    def write(self, run: Run, data: pa.RecordBatchReader) -> Path:
        """Put the copy of a run in place in one step, and drop the older ones."""
        import pyarrow.parquet as pq

        path = self.path(run)
        self.lake.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f"{path.name}.{os.getpid()}.new")
        try:
            with pq.ParquetWriter(beside, data.schema, compression="zstd") as writer:
                for batch in data:
                    writer.write_batch(batch)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
        self.forget(keep=path)
        return path

    def put(self, run: Run, relation: duckdb.DuckDBPyRelation) -> Path:
        """The same from a DuckDB relation."""
        path = self.path(run)
        self.lake.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f"{path.name}.{os.getpid()}.new")
        try:
            relation.write_parquet(str(beside), compression="zstd")
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
        self.forget(keep=path)
        return path

    def forget(self, keep: Path | None = None) -> None:
        """Drop all copies but ``keep``; a reader that has one open keeps its file."""
        for old in self.lake.glob(f"{PREFIX}*.parquet"):
            if old != keep:
                old.unlink(missing_ok=True)

    def _read(self, query: Select[*tuple[Any, ...]], names: Sequence[str]) -> pa.Table:
        return self._stream(query, names).read_all()

    def _stream(
        self, query: Select[*tuple[Any, ...]], names: Sequence[str], size: int = 100_000
    ) -> pa.RecordBatchReader:
        import pyarrow as pa

        schema = pa.schema([(name, _TYPES.get(name, pa.string)()) for name in names])

        def batches() -> Iterator[pa.RecordBatch]:
            with self.store.trouble(), self.store.engine.connect() as connection:
                result = connection.execution_options(stream_results=True, write=False).execute(query)
                while rows := result.fetchmany(_BATCH):
                    columns = [
                        pa.array(list(c), type=f.type) for c, f in zip(zip(*rows, strict=True), schema, strict=True)
                    ]
                    yield pa.RecordBatch.from_arrays(columns, schema=schema)

        return pa.RecordBatchReader.from_batches(schema, batches())


def _instant() -> pa.DataType:
    import pyarrow as pa

    return pa.timestamp("us", "UTC")


def _key() -> pa.DataType:
    import pyarrow as pa

    return pa.int64()


_TYPES = {"id": _key, "since": _instant, "until": _instant, "last": _instant}


def _empty(*names: str) -> pa.Table:
    import pyarrow as pa

    return pa.schema([(name, _TYPES.get(name, pa.string)()) for name in names]).empty_table()


def _open_after(table: pa.Table, before: datetime) -> pa.Table:
    """What ended at or after ``before`` had not ended then."""
    import pyarrow as pa
    import pyarrow.compute as pc

    later = pc.greater_equal(table["until"], pa.scalar(before, _instant()))
    until = pc.if_else(pc.fill_null(later, False), pa.scalar(None, _instant()), table["until"])
    return table.set_column(table.schema.get_field_index("until"), "until", until)


def _latest_true(table: pa.Table, run: datetime | None) -> pa.Table:
    """One row per customer: the last time of all stretches; an open stretch lasts to the latest run."""
    import pyarrow as pa
    import pyarrow.compute as pc

    last = pc.coalesce(table["last"], pa.scalar(run, _instant()))
    ends = pa.table({"customer_id": table["customer_id"], "at": last})
    return ends.group_by("customer_id").aggregate([("at", "max")]).rename_columns(["customer_id", "at"])
