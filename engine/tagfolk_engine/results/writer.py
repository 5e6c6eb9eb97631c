"""Bulk writing in one transaction, through ADBC.

SQLite is written by a process of its own (``sqlite_child``): ADBC brings its own copy of the SQLite library, and two
copies in one process that open the same file undo each other's locks.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator
from types import TracebackType
from typing import TYPE_CHECKING

from sqlalchemy import URL
from sqlmodel import SQLModel

from tagfolk_engine.results.arrow import stored
from tagfolk_engine.results.errors import StoreError

if TYPE_CHECKING:
    import pyarrow as pa


class Writer(ABC):
    """One transaction. Leaving the ``with`` without ``commit`` leaves the store as it was."""

    dialect: str

    def append(self, table: str, data: pa.Table | pa.RecordBatchReader) -> None:
        """Add rows; ``data`` has columns of the table by name, the others are null."""
        self._ingest(table, stored(SQLModel.metadata.tables[table], data, self.dialect), temporary=False)

    def stage(self, name: str, like: str, data: pa.Table | pa.RecordBatchReader) -> None:
        """A temporary table with columns of the table ``like``, for statements of the same transaction."""
        self._ingest(name, stored(SQLModel.metadata.tables[like], data, self.dialect), temporary=True)

    @abstractmethod
    def execute(self, statement: str) -> None:
        """Run a statement (it holds no values: those come by ``stage``)."""

    @abstractmethod
    def commit(self) -> None:
        """Make everything stand at once."""

    @abstractmethod
    def close(self) -> None:
        """Let go; what was not committed is undone."""

    @abstractmethod
    def _ingest(self, table: str, data: pa.RecordBatchReader, *, temporary: bool) -> None: ...

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


class PostgresWriter(Writer):
    """ADBC's ``COPY`` in the transaction of one session."""

    dialect = "postgresql"

    def __init__(self, url: URL) -> None:
        from tagfolk_engine.results.adbc import Error, Transaction

        self._said = url.render_as_string(hide_password=True)
        self._error = Error
        with self._trouble():
            address = url.set(drivername="postgresql").render_as_string(hide_password=False)
            self._transaction = Transaction("postgresql", address)
            self._transaction.begin()

    @contextlib.contextmanager
    def _trouble(self) -> Iterator[None]:
        try:
            yield
        except self._error as error:
            raise StoreError(f"cannot write to {self._said}: {error}; nothing was stored") from error

    def _ingest(self, table: str, data: pa.RecordBatchReader, *, temporary: bool) -> None:
        with self._trouble():
            self._transaction.ingest(table, data, temporary=temporary)

    def execute(self, statement: str) -> None:
        with self._trouble():
            self._transaction.execute(statement)

    def commit(self) -> None:
        with self._trouble():
            self._transaction.commit()

    def close(self) -> None:
        self._transaction.close()


class SqliteWriter(Writer):
    """Sends rows and statements to the child that holds the transaction; it undoes all when we die."""

    dialect = "sqlite"

    def __init__(self, path: str, keep_open: tuple[int, ...] = ()) -> None:
        self._path = path
        self._child = subprocess.Popen(
            [sys.executable, "-m", "tagfolk_engine.results.sqlite_child", path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=keep_open if sys.platform != "win32" else (),
            start_new_session=True,  # Ctrl-C is for us: we tell the child
        )

    def _ingest(self, table: str, data: pa.RecordBatchReader, *, temporary: bool) -> None:
        import pyarrow as pa

        self._send({"do": "stage" if temporary else "append", "table": table})
        assert self._child.stdin is not None
        try:
            with pa.ipc.new_stream(self._child.stdin, data.schema) as stream:
                for batch in data:
                    stream.write_batch(batch)
            self._child.stdin.flush()
        except (BrokenPipeError, OSError):
            pass  # the child has said why in its answer
        self._answer()

    def execute(self, statement: str) -> None:
        self._send({"do": "execute", "statement": statement})
        self._answer()

    def commit(self) -> None:
        self._send({"do": "commit"})
        self._answer()

    def close(self) -> None:
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        with contextlib.suppress(BrokenPipeError):  # it is gone already
            self._child.stdin.close()
        self._child.stdout.close()
        self._child.wait()

    def _send(self, message: dict[str, str]) -> None:
        assert self._child.stdin is not None
        try:
            self._child.stdin.write(json.dumps(message).encode() + b"\n")
            self._child.stdin.flush()
        except BrokenPipeError:
            pass  # the answer says why

    def _answer(self) -> None:
        assert self._child.stdout is not None
        line = self._child.stdout.readline()
        if not line:
            raise StoreError(f"the writer of {self._path} ended before its work was done; nothing was stored")
        error = json.loads(line).get("error")
        if error:
            raise StoreError(f"cannot write to {self._path}: {error}; nothing was stored", hint(error))


def hint(error: str) -> str:
    """What to do about an error of SQLite."""
    if "full" in error:
        return "make room on that disk and run again"
    if "disk I/O error" in error:
        return "is that disk full, or a limit on the size of files reached? make room and run again"
    if "locked" in error:
        return "another program has the file open for writing; close it and run again"
    if "readonly" in error or "read-only" in error:
        return "the file or its folder may not be written by this user"
    return ""
