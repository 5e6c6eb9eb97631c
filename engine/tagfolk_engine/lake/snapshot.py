"""Reading a snapshot: its description, and its tables as views of a DuckDB connection."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING

from pydantic import ValidationError

from tagfolk_engine.lake.errors import LakeError
from tagfolk_engine.lake.locks import hold_shared
from tagfolk_engine.lake.meta import FORMAT, SnapshotMeta

if TYPE_CHECKING:
    import duckdb
    from sqlglot import exp

LOCK = ".readers"
"""Readers hold this file shared, so that no writer deletes a snapshot under them."""


class Snapshot:
    """One state of the lake. It never changes; as long as the object lives its files stay."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name
        self._lock: IO[bytes] | None = hold_shared(path / LOCK)

    def __repr__(self) -> str:
        return f"Snapshot({self.name})"

    @cached_property
    def meta(self) -> SnapshotMeta:
        """What the snapshot holds. Raises LakeError where it cannot be read or has another format."""
        hint = "load again: tagfolk load"
        try:
            meta = SnapshotMeta.model_validate_json((self.path / "meta.json").read_bytes())
        except FileNotFoundError:
            raise LakeError(f"the snapshot {self.name} has no meta.json", hint) from None
        except (ValidationError, json.JSONDecodeError) as error:
            raise LakeError(f"meta.json of the snapshot {self.name} cannot be read", hint) from error
        if meta.format != FORMAT:
            raise LakeError(f"the snapshot {self.name} has format {meta.format}, this version reads {FORMAT}", hint)
        return meta

    def file(self, table: str) -> Path:
        """The Parquet file of ``customers``, ``event_NAME``, ``identity`` or ``anchors``."""
        return self.path / f"{table}.parquet"

    def attach(self, connection: duckdb.DuckDBPyConnection, *, before: datetime | None = None) -> None:
        """Make the views ``customers`` and ``event_NAME`` in ``connection``.

        ``customers``: customer INTEGER (a dense key of this snapshot only), customer_id VARCHAR, one column per
        attribute. ``event_NAME``: customer, time TIMESTAMP (UTC, naive), local TIMESTAMP (the workspace's wall
        clock), one column per property. ``before``: events at or after this instant do not exist (naive is UTC).
        """
        from sqlglot import exp

        edge = None
        if before is not None:
            edge = before.astimezone(UTC).replace(tzinfo=None) if before.tzinfo else before
        for table in ("customers", *(f"event_{name}" for name in self.meta.events)):
            reader = exp.func("read_parquet", exp.Literal.string(str(self.file(table))), dialect="duckdb")
            query = exp.select(*self._columns(table)).from_(reader)
            if edge is not None and table != "customers":
                literal = exp.cast(exp.Literal.string(edge.isoformat(sep=" ")), "timestamp")
                query = query.where(exp.LT(this=exp.column("time", quoted=True), expression=literal))
            view = exp.to_identifier(table, quoted=True).sql("duckdb")
            connection.execute(f"CREATE OR REPLACE TEMP VIEW {view} AS {query.sql('duckdb')}")

    def _columns(self, table: str) -> list[exp.Expr | str]:
        """All columns; of events whose wall clock is always as far from UTC, ``local`` is reckoned."""
        event = self.meta.events.get(table.removeprefix("event_")) if table != "customers" else None
        if event is None or event.offset is None:
            return ["*"]
        from sqlglot import exp

        time: exp.Expr = exp.column("time", quoted=True)
        if event.offset:
            seconds = exp.Literal.number(abs(event.offset))
            shift = exp.Anonymous(
                this="to_seconds", expressions=[seconds if event.offset > 0 else exp.Neg(this=seconds)]
            )
            time = exp.Add(this=time, expression=shift)
        names = ["customer", "time", *event.properties]
        columns: list[exp.Expr | str] = [exp.column(name, quoted=True) for name in names]
        columns.insert(2, time.as_("local"))
        return columns

    def previous(self) -> Snapshot | None:
        """The snapshot before this one, while it is kept."""
        name = self.meta.previous
        path = self.path.parent / name if name else None
        return Snapshot(path) if path is not None and (path / "meta.json").is_file() else None
