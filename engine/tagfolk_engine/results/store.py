"""The store: where results, history and audit live (SQLite or PostgreSQL)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlmodel import Session, col, select

from tagfolk_engine.results import identity, people  # noqa: F401  (registers their tables)
from tagfolk_engine.results.errors import StoreError
from tagfolk_engine.results.migrate import migrate
from tagfolk_engine.results.models import Run
from tagfolk_engine.results.small_writer import SMALL, SmallSqliteWriter
from tagfolk_engine.results.writer import PostgresWriter, SqliteWriter, Writer

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.pool import ConnectionPoolEntry


class Store:
    """A store by its URL; made and upgraded at first use. Nothing is opened before it is needed."""

    def __init__(self, url: str) -> None:
        try:
            self.url: URL = make_url(url)
        except ArgumentError as error:
            raise StoreError(f"{url!r} is not a database URL", "for example sqlite:///.tagfolk/results.db") from error
        if self.url.get_backend_name() not in ("sqlite", "postgresql"):
            raise StoreError(
                f"the store cannot be {self.url.get_backend_name()!r}", "use a sqlite:/// or postgresql:// URL"
            )
        if self.url.drivername == "postgresql":
            self.url = self.url.set(drivername="postgresql+psycopg")

    @property
    def said(self) -> str:
        """The URL for people: without its password."""
        return self.url.render_as_string(hide_password=True)

    @property
    def sqlite(self) -> bool:
        """Whether the store is a file of ours."""
        return self.url.get_backend_name() == "sqlite"

    @cached_property
    def engine(self) -> Engine:
        """The SQLAlchemy engine, with all tables in place. Raises StoreError."""
        with self.trouble():
            engine = self._engine()
            migrate(engine)
        return engine

    def _engine(self) -> Engine:
        try:
            if not self.sqlite:
                return create_engine(self.url, pool_pre_ping=True, pool_size=2)
        except (NoSuchModuleError, ModuleNotFoundError) as error:
            raise StoreError(
                "this store needs a driver that is not installed", "pip install 'tagfolk[postgres]'"
            ) from error
        if self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(self.url, poolclass=NullPool, connect_args={"timeout": 60})
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)
        return engine

    @contextmanager
    def session(self, *, write: bool = False) -> Iterator[Session]:
        """A session; with ``write`` it takes SQLite's write lock at once and commits at the end. Raises StoreError."""
        with self.trouble(), Session(self.engine.execution_options(write=write), expire_on_commit=False) as session:
            yield session
            if write:
                session.commit()

    def writer(self, keep_open: tuple[int, ...] = (), rows: int | None = None) -> Writer:
        """A transaction for writing; ``keep_open``: descriptors of the locks that hold while it lives.

        ``rows``: about how many will be written, where it is known: few need no process of their own.
        """
        if self.sqlite:
            _ = self.engine  # the tables are there before the writer opens the file
            path = str(self.url.database)
            return SmallSqliteWriter(path) if rows is not None and rows <= SMALL else SqliteWriter(path, keep_open)
        _ = self.engine
        return PostgresWriter(self.url)

    @contextmanager
    def trouble(self) -> Iterator[None]:
        """What SQLAlchemy raises inside → StoreError in words, without a password."""
        try:
            yield
        except SQLAlchemyError as error:
            cause = getattr(error, "orig", None) or error
            raise StoreError(f"the store {self.said} failed: {_line(cause)}", _advice(str(cause))) from error
        except OSError as error:
            raise StoreError(f"the store {self.said} cannot be opened: {error}") from error

    def latest(self) -> Run | None:
        """The latest run that stands (not replaced by one of an earlier T)."""
        with self.session() as session:
            return session.exec(
                select(Run).where(col(Run.replaced_by).is_(None)).order_by(col(Run.id).desc()).limit(1)
            ).first()

    def dispose(self) -> None:
        """Close all connections."""
        if "engine" in self.__dict__:
            self.engine.dispose()


def _on_connect(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """Transactions are ours (the driver would begin them late), and readers never wait for a writer (WAL)."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()


def _on_begin(connection: Connection) -> None:
    write = connection.get_execution_options().get("write", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:300]


def _advice(error: str) -> str:
    if "could not connect" in error or "connection failed" in error or "refused" in error or "resolve" in error:
        return "is the database running, and are [store] url's host and port right?"
    if "full" in error:
        return "make room on that disk and run again"
    if "authentication" in error:
        return "check the user and password in [store] url"
    return ""
