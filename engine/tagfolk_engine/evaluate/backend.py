"""The embedded engine: one DuckDB connection over a snapshot, and what the evaluation asks of an engine."""

from __future__ import annotations

import os
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from tagfolk_engine.compile.bitsets import Codes
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

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """A DuckDB connection with the snapshot's views and the tables handed over."""

    def hand_over(self, names: Sequence[str]) -> None:
        """Have these tables in ``connection``."""

    def close(self) -> None:
        """End all connections."""


def half_of_memory() -> str:
    """Half of the machine's memory as DuckDB writes it: what the engine may use unless it is told otherwise."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return f"{max(256, pages // 2 // 1_000_000)}MB"


def first_line(error: BaseException) -> str:
    """What an engine says, without its trace."""
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
        self.codes: dict[tuple[str, str], Codes | None] = {}
        """(event, property) → the bits of its values, once somebody has asked; None: too many."""
        snapshot.attach(self.connection)

    def _execute(self, text: str) -> duckdb.DuckDBPyConnection:
        import duckdb

        self.statements += 1
        try:
            return self.connection.execute(text)
        except duckdb.OutOfMemoryException as error:
            message = "the engine ran out of memory or of disk to spill to: give it more by [engine] memory_limit"
            raise EvaluationError(f"{message} ({first_line(error)})") from error
        except duckdb.Error as error:
            raise EvaluationError(f"the engine could not carry out a step: {first_line(error)}") from error

    def create(self, name: str, query: E) -> None:
        """Keep a query's result as a temporary table."""
        self._execute(self.dialect.text(temporary(name, query)))

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
        return schema_of(rows)

    def hand_over(self, names: Sequence[str]) -> None:
        """They are there already."""

    def close(self) -> None:
        """End the connection and remove what it spilled."""
        self.connection.close()
        if self.spill.is_dir():
            for path in self.spill.iterdir():
                path.unlink(missing_ok=True)
            self.spill.rmdir()


def schema_of(columns: Iterable[tuple[str, str, str]]) -> Schema:
    """(table, column, type) as the plan reads it."""
    events: dict[str, dict[str, str]] = {}
    customers: dict[str, str] = {}
    for table, column, kind in columns:
        if table == "customers":
            customers[column] = kind.lower()
        elif table.startswith("event_"):
            events.setdefault(table.removeprefix("event_"), {})[column] = kind.lower()
    return Schema(customers, events)


class Remote(ABC):
    """What engines outside this process have in common: statements as text, rows as Arrow.

    The results are handed to a DuckDB connection over the same snapshot, where the stored history is kept up to date.
    """

    dialect: Dialect

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._local: DuckDB | None = None
        self.statements = 0
        self.span: Span | None = None

    @abstractmethod
    def run(self, text: str) -> None:
        """Carry out a statement without rows."""

    @abstractmethod
    def fetch(self, text: str) -> pa.Table:
        """A query's rows."""

    @abstractmethod
    def give(self, name: str, table: pa.Table) -> None:
        """Make an Arrow table readable by statements."""

    @abstractmethod
    def columns(self) -> list[tuple[str, str, str]]:
        """(table, column, type) of the snapshot's tables, in order."""

    def create(self, name: str, query: E) -> None:
        """Keep a query's result as a temporary table."""
        self.run(self.dialect.text(temporary(name, query)))

    def insert(self, name: str, query: E) -> None:
        """Add a query's rows to a temporary table."""
        from sqlglot import exp

        from tagfolk_engine.compile import sql

        self.run(self.dialect.text(exp.Insert(this=sql.table(name), expression=query)))

    def drop(self, name: str) -> None:
        """Forget a temporary table."""
        from sqlglot import exp

        from tagfolk_engine.compile import sql

        self.run(self.dialect.text(exp.Drop(this=sql.table(name), kind="TABLE", exists=True)))

    def row(self, query: E) -> tuple[Any, ...]:
        """The only row of a query."""
        (found,) = self.arrow(query).to_pylist()
        return tuple(found.values())

    def arrow(self, query: E) -> pa.Table:
        """A query's result."""
        return self.fetch(self.dialect.text(query))

    def schema(self) -> Schema:
        """The columns of the snapshot's tables."""
        return schema_of(self.columns())

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """A DuckDB connection with the snapshot's views and the tables handed over."""
        return self._own().connection

    def _own(self) -> DuckDB:
        if self._local is None:
            self._local = DuckDB(self._snapshot)
        return self._local

    def tables(self) -> list[str]:
        """The names of the snapshot's tables."""
        schema = self._own().schema()
        return ["customers", *(f"event_{event}" for event in schema.events)]

    def canonical(self) -> Iterator[tuple[str, pa.RecordBatchReader]]:
        """The snapshot's tables, read piece by piece."""
        for name in self.tables():
            yield name, self._own().connection.table(name).to_arrow_reader(100_000)

    def hand_over(self, names: Sequence[str]) -> None:
        """Copy these tables into ``connection``."""
        from sqlglot import exp

        from tagfolk_engine.compile import sql
        from tagfolk_engine.compile.dialect import select

        for name in names:
            own = self._own()
            own.connection.register("handed_over", self.arrow(select([exp.Star()], sql.table(name))))
            own.drop(name)
            own.create(name, select([exp.Star()], sql.table("handed_over")))
            own.connection.unregister("handed_over")

    def close(self) -> None:
        """End the connection beside."""
        if self._local is not None:
            self._local.close()


def temporary(name: str, query: E) -> E:
    """``CREATE TEMPORARY TABLE name AS query``."""
    from sqlglot import exp

    from tagfolk_engine.compile import sql

    made = exp.Create(this=sql.table(name), kind="TABLE", expression=query)
    made.set("properties", exp.Properties(expressions=[exp.TemporaryProperty()]))
    return made
