"""The embedded engine: one DuckDB connection over a snapshot, and what the evaluation asks of an engine."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from tagfolk_engine.compile.clock import Span
from tagfolk_engine.compile.dialect import DUCKDB, Dialect
from tagfolk_engine.compile.frame import Schema
from tagfolk_engine.compile.sql import E
from tagfolk_engine.evaluate.errors import EvaluationError

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


class Snapshot(Protocol):
    """What the evaluation needs of a snapshot of the lake: its views on a connection."""

    def attach(self, connection: Any) -> None:
        """Create the views ``customers`` and ``event_NAME``."""


class Backend(Protocol):
    """What the evaluation asks of an engine."""

    dialect: Dialect
    statements: int
    span: Span | None
    """The earliest and latest time of the data, once somebody has asked."""

    def create(self, name: str, query: E) -> None:
        """Keep a query's result as a temporary table."""

    def insert(self, name: str, query: E) -> None:
        """Add a query's rows to a temporary table."""

    def drop(self, name: str) -> None:
        """Forget a temporary table."""

    def row(self, query: E) -> tuple[Any, ...]:
        """The only row of a query."""

    def arrow(self, query: E) -> pa.Table:
        """A query's result."""

    def give(self, name: str, table: pa.Table) -> None:
        """Make an Arrow table readable by statements."""

    def schema(self) -> Schema:
        """The columns of the snapshot's views."""


def half_of_memory() -> str:
    """Half of the machine's memory as DuckDB writes it: what the engine may use unless it is told otherwise."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return f"{max(256, pages // 2 // 1_000_000)}MB"


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]


class DuckDB:
    """The snapshot's views on a connection of its own, within a memory limit and with a folder to spill to."""

    dialect = DUCKDB

    def __init__(self, snapshot: Snapshot, memory_limit: str | None = None) -> None:
        import duckdb

        self.spill = Path(tempfile.gettempdir()) / f"tagfolk-spill-{os.getpid()}"
        self.connection: duckdb.DuckDBPyConnection = duckdb.connect(
            ":memory:",
            config={
                "memory_limit": memory_limit or half_of_memory(),
                "temp_directory": str(self.spill),
                "preserve_insertion_order": False,
            },
        )
        self.statements = 0
        self.span: Span | None = None
        snapshot.attach(self.connection)

    def _execute(self, text: str) -> duckdb.DuckDBPyConnection:
        import duckdb

        self.statements += 1
        try:
            return self.connection.execute(text)
        except duckdb.OutOfMemoryException as error:
            message = "the engine ran out of memory or of disk to spill to: give it more by [engine] memory_limit"
            raise EvaluationError(f"{message} ({_first_line(error)})") from error
        except duckdb.Error as error:
            raise EvaluationError(f"the engine could not carry out a step: {_first_line(error)}") from error

    def create(self, name: str, query: E) -> None:
        """Keep a query's result as a temporary table."""
        from sqlglot import exp

        from tagfolk_engine.compile import sql

        made = exp.Create(this=sql.table(name), kind="TABLE", expression=query)
        made.set("properties", exp.Properties(expressions=[exp.TemporaryProperty()]))
        self._execute(self.dialect.text(made))

    def insert(self, name: str, query: E) -> None:
        """Add a query's rows to a temporary table."""
        from sqlglot import exp

        from tagfolk_engine.compile import sql

        self._execute(self.dialect.text(exp.Insert(this=sql.table(name), expression=query)))

    def drop(self, name: str) -> None:
        """Forget a temporary table."""
        from sqlglot import exp

        from tagfolk_engine.compile import sql

        self._execute(self.dialect.text(exp.Drop(this=sql.table(name), kind="TABLE", exists=True)))

    def row(self, query: E) -> tuple[Any, ...]:
        """The only row of a query."""
        found = self._execute(self.dialect.text(query)).fetchone()
        assert found is not None
        return tuple(found)

    def arrow(self, query: E) -> pa.Table:
        """A query's result."""
        return self._execute(self.dialect.text(query)).to_arrow_table()

    def give(self, name: str, table: pa.Table) -> None:
        """Make an Arrow table readable by statements."""
        self.connection.register(name, table)

    def schema(self) -> Schema:
        """The columns of the snapshot's views."""
        rows = self.connection.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns ORDER BY ordinal_position"
        ).fetchall()
        events: dict[str, dict[str, str]] = {}
        customers: dict[str, str] = {}
        for table, column, kind in rows:
            if table == "customers":
                customers[column] = kind.lower()
            elif table.startswith("event_"):
                events.setdefault(table.removeprefix("event_"), {})[column] = kind.lower()
        return Schema(customers, events)

    def close(self) -> None:
        """End the connection and remove what it spilled."""
        self.connection.close()
        if self.spill.is_dir():
            for path in self.spill.iterdir():
                path.unlink(missing_ok=True)
            self.spill.rmdir()
