"""ADBC without its ``dbapi`` layer, which imports pandas and polars (a second) for what is not needed here."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import adbc_driver_manager as adbc

if TYPE_CHECKING:
    import pyarrow as pa

Error: type[Exception] = adbc.Error


class Transaction:
    """One connection with one transaction; closing without ``commit`` undoes it. Raises ``Error``."""

    def __init__(self, backend: str, address: str) -> None:
        """``backend``: ``sqlite`` (a path) or ``postgresql`` (a libpq URL)."""
        driver = importlib.import_module(f"adbc_driver_{backend}")
        self._database: Any = driver.connect(address)
        self._connection: Any = adbc.AdbcConnection(self._database)

    def begin(self) -> None:
        """From here on nothing stands before ``commit``."""
        self._connection.set_autocommit(False)

    def execute(self, statement: str) -> None:
        """Run a statement and leave its rows, if any."""
        with adbc.AdbcStatement(self._connection) as prepared:
            prepared.set_sql_query(statement)
            stream, _ = prepared.execute_query()
            stream.release()

    def ingest(self, table: str, data: pa.RecordBatchReader, *, temporary: bool) -> None:
        """Add rows to a table, or make a temporary one of them."""
        mode = adbc.INGEST_OPTION_MODE_CREATE if temporary else adbc.INGEST_OPTION_MODE_APPEND
        with adbc.AdbcStatement(self._connection) as prepared:
            prepared.set_options(**{adbc.INGEST_OPTION_TARGET_TABLE: table, adbc.INGEST_OPTION_MODE: mode})
            if temporary:
                prepared.set_options(**{"adbc.ingest.temporary": "true"})
            prepared.bind_stream(data)
            prepared.execute_update()

    def commit(self) -> None:
        self._connection.commit()

    def close(self) -> None:
        self._connection.close()
        self._database.close()
