"""Writing a small run into SQLite in this process: no child, no Arrow driver, the same transaction."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlalchemy.dialects import sqlite

from tagfolk_engine.results.errors import StoreError
from tagfolk_engine.results.writer import Writer, hint

if TYPE_CHECKING:
    import pyarrow as pa

SMALL = 20_000
"""Up to so many changed rows Python's own SQLite is faster than starting a process that writes in bulk."""

_NAMES = sqlite.dialect().identifier_preparer


class SmallSqliteWriter(Writer):
    """One ``BEGIN IMMEDIATE`` transaction; killed or closed without ``commit`` it leaves the file as it was."""

    dialect = "sqlite"

    def __init__(self, path: str) -> None:
        self._path = path
        with self._trouble():
            self._connection = sqlite3.connect(path, timeout=60, isolation_level=None)
            self._connection.execute("PRAGMA synchronous=NORMAL")
            self._connection.execute("PRAGMA temp_store=MEMORY")
            self._connection.execute("BEGIN IMMEDIATE")

    @contextlib.contextmanager
    def _trouble(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            said = str(error)
            raise StoreError(f"cannot write to {self._path}: {said}; nothing was stored", hint(said)) from error

    def _ingest(self, table: str, data: pa.RecordBatchReader, *, temporary: bool) -> None:
        names = data.schema.names
        columns = ", ".join(_NAMES.quote(name) for name in names)
        with self._trouble():
            if temporary:
                self._connection.execute(f"CREATE TEMP TABLE {_NAMES.quote(table)} ({columns})")
            target = f"{_NAMES.quote(table)} ({columns})"
            places = ", ".join("?" for _ in names)
            for batch in data:
                rows = zip(*(column.to_pylist() for column in batch.columns), strict=True)
                self._connection.executemany(f"INSERT INTO {target} VALUES ({places})", rows)

    def execute(self, statement: str) -> None:
        with self._trouble():
            self._connection.execute(statement)

    def commit(self) -> None:
        with self._trouble():
            self._connection.execute("COMMIT")

    def close(self) -> None:
        self._connection.close()
