"""PostgreSQL as the engine: rules run in the database, in temporary tables of one connection.

The lake's tables stand in a schema of the database that is named after the snapshot. It is made in one transaction the
first time a snapshot is seen and found again later; readers of the one before keep it. All traffic is Arrow (ADBC).
"""

from __future__ import annotations

from hashlib import md5
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tagfolk_engine.compile.dialect import Dialect
from tagfolk_engine.compile.postgres import POSTGRES
from tagfolk_engine.evaluate.backend import Remote, Snapshot, first_line
from tagfolk_engine.evaluate.errors import EvaluationError

if TYPE_CHECKING:
    import pyarrow as pa

KEPT = 2
"""So many snapshots stay in the database: the newest, and the one that readers may still be at."""
LONGEST = 63
"""Bytes of a name: PostgreSQL cuts longer ones off without a word."""
_TYPES = {"double precision": "double", "timestamp without time zone": "timestamp"}


class Postgres(Remote):
    """A connection to the database of ``url`` (postgresql://…), at the schema of a snapshot."""

    dialect: Dialect = POSTGRES

    def __init__(self, snapshot: Snapshot, url: str) -> None:
        super().__init__(snapshot)
        self._url = plain_url(url)
        prefix, self._schema = schema_name(snapshot)
        self._connection = self._connected(autocommit=True)
        try:
            # held until the connection ends: so long nobody drops the schema
            self._fetch("SELECT pg_advisory_lock_shared(2, hashtext($1))::text AS held", [self._schema])
            if not self._there():
                self._publish()
                self._forget(prefix)
            self.run(f"SET search_path TO {_quoted(self._schema)}")
            self.run("SET jit = off")
        except BaseException:
            self._connection.close()
            raise

    def _connected(self, autocommit: bool) -> Any:
        try:
            import adbc_driver_postgresql.dbapi as driver
        except ModuleNotFoundError:
            raise EvaluationError("the PostgreSQL engine needs: pip install 'tagfolk[postgres]'") from None
        try:
            return driver.connect(self._url, autocommit=autocommit)
        except driver.Error as error:
            raise EvaluationError(f"the database of [engine] url cannot be reached: {first_line(error)}") from error

    # --- the snapshot's tables ------------------------------------------------------------------------------

    def _there(self) -> bool:
        found = self._fetch("SELECT count(*) AS n FROM pg_namespace WHERE nspname = $1", [self._schema])
        return bool(found.column("n")[0].as_py())

    def _publish(self) -> None:
        """Write the snapshot's tables into a schema of their own: all of it or nothing."""
        import adbc_driver_postgresql.dbapi as driver

        connection = self._connected(autocommit=False)
        try:
            with connection.cursor() as cursor:
                # two processes that see a new snapshot at once: the second finds it made
                cursor.execute("SELECT pg_advisory_xact_lock(1, hashtext($1))::text", [self._schema])
                cursor.fetchall()
                if self._there():
                    return
                cursor.execute(f"CREATE SCHEMA {_quoted(self._schema)}")
                for name, reader in self.canonical():
                    place = f"{_quoted(self._schema)}.{_quoted(name)}"
                    cursor.execute(f"CREATE TABLE {place} ({columns_of(reader.schema)})")
                    cursor.adbc_ingest(name, reader, mode="append", db_schema_name=self._schema)
                    cursor.execute(f"CREATE INDEX ON {place} (customer)")
            connection.commit()
            for name in self.tables():
                self.run(f"ANALYZE {_quoted(self._schema)}.{_quoted(name)}")
        except driver.Error as error:
            message = f"the lake's tables could not be written into the database: {first_line(error)}"
            raise EvaluationError(message) from error
        finally:
            connection.close()

    def _forget(self, prefix: str) -> None:
        """Drop snapshots that nobody reads any more; one that somebody still reads waits for the next time."""
        found = self._fetch(
            "SELECT nspname::text AS name FROM pg_namespace WHERE starts_with(nspname, $1) ORDER BY oid DESC", [prefix]
        )
        for name in found.column("name").to_pylist()[KEPT:]:
            free = self._fetch("SELECT pg_try_advisory_lock(2, hashtext($1)) AS free", [name]).column("free")[0].as_py()
            if free:
                self.run(f"DROP SCHEMA IF EXISTS {_quoted(name)} CASCADE")
                self._fetch("SELECT pg_advisory_unlock(2, hashtext($1)) AS done", [name])

    # --- statements -----------------------------------------------------------------------------------------

    def run(self, text: str) -> None:
        """Carry out a statement without rows."""
        self._with_cursor(lambda cursor: cursor.execute(text))

    def fetch(self, text: str) -> pa.Table:
        """A query's rows."""
        return self._fetch(text, None)

    def _fetch(self, text: str, values: list[str] | None) -> pa.Table:
        def ask(cursor: Any) -> pa.Table:
            cursor.execute(text, values) if values else cursor.execute(text)
            return cursor.fetch_arrow_table()

        return self._with_cursor(ask)

    def _with_cursor(self, work: Any) -> Any:
        import adbc_driver_postgresql.dbapi as driver

        self.statements += 1
        try:
            with self._connection.cursor() as cursor:
                return work(cursor)
        except driver.Error as error:
            raise EvaluationError(f"the database could not carry out a step: {first_line(error)}") from error

    def give(self, name: str, table: pa.Table) -> None:
        """Make an Arrow table readable by statements."""
        self.run(f"CREATE TEMPORARY TABLE {_quoted(name)} ({columns_of(table.schema)})")
        if len(table):
            self._with_cursor(lambda cursor: cursor.adbc_ingest(name, table, mode="append", db_schema_name="pg_temp"))

    def columns(self) -> list[tuple[str, str, str]]:
        """(table, column, type) of the snapshot's tables, in order."""
        found = self._fetch(
            "SELECT table_name::text AS t, column_name::text AS c, data_type::text AS d "
            "FROM information_schema.columns WHERE table_schema = $1 ORDER BY table_name, ordinal_position",
            [self._schema],
        )
        return [(row["t"], row["c"], _TYPES.get(row["d"], row["d"])) for row in found.to_pylist()]

    def close(self) -> None:
        """End the connection; its temporary tables go with it."""
        self._connection.close()
        super().close()


def plain_url(url: str) -> str:
    """A database URL without the driver's name that SQLAlchemy writes into it."""
    scheme, mark, rest = url.partition("://")
    return f"postgresql{mark}{rest}" if scheme.startswith("postgres") else url


def schema_name(snapshot: Snapshot) -> tuple[str, str]:
    """The beginning of the names of all snapshots of a lake, and the name of this one's schema."""
    place = getattr(snapshot, "path", None)
    lake = str(Path(place).parent.resolve()) if place else ""
    prefix = f"tagfolk_{md5(lake.encode(), usedforsecurity=False).hexdigest()[:8]}_"
    name = str(getattr(snapshot, "name", ""))
    whole = prefix + "".join(char if char.isalnum() or char in "_-" else "_" for char in name)
    if not name or len(whole.encode()) > LONGEST:
        raise EvaluationError("only a loaded snapshot can be evaluated in PostgreSQL")
    return prefix, whole


def columns_of(schema: pa.Schema) -> str:
    """The columns of a table for Arrow data. Text is ordered by its bytes, as everywhere in tagfolk."""
    import pyarrow as pa

    def kind(field: pa.Field) -> str:
        if pa.types.is_floating(field.type) or pa.types.is_decimal(field.type):
            return "double precision"
        if pa.types.is_integer(field.type):
            return "bigint" if field.type.bit_width == 64 else "integer"
        if pa.types.is_boolean(field.type):
            return "boolean"
        if pa.types.is_date(field.type):
            return "date"
        return "timestamp" if pa.types.is_timestamp(field.type) else 'text COLLATE "C"'

    for field in schema:
        if len(field.name.encode()) > LONGEST:
            raise EvaluationError(f"PostgreSQL takes names of {LONGEST} bytes at most; '{field.name}' is longer")
    return ", ".join(f"{_quoted(field.name)} {kind(field)}" for field in schema)


def _quoted(name: str) -> str:
    from sqlglot import exp

    return exp.to_identifier(name, quoted=True).sql("postgres")
