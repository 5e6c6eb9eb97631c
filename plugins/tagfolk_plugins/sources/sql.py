"""A table or query of a database: any SQLAlchemy URL, read in batches, never whole into memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any

from pydantic import Field, model_validator

from tagfolk_plugins import Source, SourceArguments, SourceError, hookimpl

if TYPE_CHECKING:
    import pyarrow as pa
    from sqlalchemy import Connection, Engine
    from sqlalchemy.sql import Executable

SAMPLE = 1000


class SqlArguments(SourceArguments):
    """``url`` and either ``table`` (with its ``schema``, if needed) or ``query``; ``batch`` rows at a time."""

    url: str
    table: str | None = None
    schema_: str | None = Field(default=None, alias="schema")
    query: str | None = None
    batch: int = Field(default=50_000, ge=1)

    @model_validator(mode="after")
    def _one_of_two(self) -> SqlArguments:
        if (self.table is None) == (self.query is None):
            raise ValueError("say either table or query")
        return self


class SqlSource(Source):
    """``plugin = "sql"``."""

    name = "sql"
    Arguments = SqlArguments
    arguments: SqlArguments

    def _engine(self) -> Engine:
        from sqlalchemy import create_engine
        from sqlalchemy.engine import make_url
        from sqlalchemy.exc import ArgumentError, NoSuchModuleError

        try:
            url = make_url(self.arguments.url)
            if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
                path = self.context.root / url.database
                if not path.is_file():  # SQLite would make an empty database
                    raise SourceError(f"source '{self.context.name}': there is no database file {url.database}",
                                      "mend url in tagfolk.toml")  # fmt: skip
                url = url.set(database=str(path))
            elif url.drivername == "postgresql":
                url = url.set(drivername="postgresql+psycopg")
            return create_engine(url)
        except (ArgumentError, NoSuchModuleError):
            raise SourceError(f"source '{self.context.name}': url is no database URL that is known",
                              "write it as dialect://user:password@host/database, the password from "
                              "${NAME}") from None  # fmt: skip
        except ModuleNotFoundError as error:
            raise SourceError(f"source '{self.context.name}': the driver {error.name} is not installed",
                              f"pip install {error.name}, or for PostgreSQL: pip install "
                              f"'tagfolk[postgres]'") from None  # fmt: skip

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        """A connection; what the database refuses comes out in words, without the password."""
        from sqlalchemy.exc import DBAPIError, SQLAlchemyError

        engine = self._engine()
        try:
            with engine.connect() as connection:
                yield connection
        except DBAPIError as error:
            raise self._refused(str(error.orig), str(engine.url.render_as_string(hide_password=True))) from None
        except SQLAlchemyError as error:
            raise self._refused(str(error), str(engine.url.render_as_string(hide_password=True))) from None
        finally:
            engine.dispose()

    def _refused(self, text: str, url: str) -> SourceError:
        from sqlalchemy.engine import make_url

        password = make_url(self.arguments.url).password
        what = " ".join(text.split())
        if password:
            what = what.replace(str(password), "***")
        low = what.lower()
        if any(sign in low for sign in ("password", "authentication", "access denied", "role", "not permitted")):
            hint = "check the user and the password (from which environment variable?)"
        elif any(
            sign in low
            for sign in (
                "refused",
                "could not connect",
                "timeout",
                "timed out",
                "resolve",
                "unreachable",
                "translate host",
            )
        ):
            hint = "check host and port, and whether the database is up and reachable from here"
        elif any(sign in low for sign in ("no such table", "does not exist", "no such column", "unknown")):
            hint = "check table or query in tagfolk.toml"
        else:
            hint = "see what the database says"
        return SourceError(f"source '{self.context.name}': {url}: {what[:300]}", hint)

    def _statement(self, connection: Connection, columns: Sequence[str] | None = None) -> Executable:
        from sqlalchemy import MetaData, Table, select, text
        from sqlalchemy.exc import NoSuchTableError

        said = self.arguments
        if said.query is not None:
            return text(said.query)
        assert said.table is not None  # the arguments' own check
        try:
            table = Table(said.table, MetaData(), schema=said.schema_, autoload_with=connection)
        except NoSuchTableError:
            raise self._no_table(connection, said.table) from None
        wanted = [c for c in table.columns if columns is None or c.name in columns]
        return select(*wanted)

    def _no_table(self, connection: Connection, table: str) -> SourceError:
        from sqlalchemy import inspect

        inspector = inspect(connection)
        names = [*inspector.get_table_names(self.arguments.schema_), *inspector.get_view_names(self.arguments.schema_)]
        listed = ", ".join(sorted(names)[:12]) or "none"
        return SourceError(f"source '{self.context.name}': there is no table '{table}'", f"tables: {listed}")

    def schema(self) -> pa.Schema:
        """The columns; their types from what the database says and the first rows."""
        with self._connection() as connection:
            result = connection.execution_options(stream_results=True).execute(self._statement(connection))
            names = list(result.keys())
            rows = result.fetchmany(SAMPLE)
            declared = self._declared(connection)
            return _schema(names, [tuple(row) for row in rows], declared)

    def _declared(self, connection: Connection) -> dict[str, pa.DataType]:
        """The types that a table's columns are declared with, where they leave no doubt."""
        import pyarrow as pa
        from sqlalchemy import inspect, types

        if self.arguments.table is None:
            return {}
        found: dict[str, pa.DataType] = {}
        for column in inspect(connection).get_columns(self.arguments.table, self.arguments.schema_):
            kind = column["type"]
            for kinds, arrow in (
                (types.Boolean, pa.bool_()), (types.Integer, pa.int64()), (types.Numeric, pa.float64()),
                (types.DateTime, pa.timestamp("us", "UTC" if getattr(kind, "timezone", False) else None)),
                (types.Date, pa.date32()), (types.String, pa.string()),
            ):  # fmt: skip
                if isinstance(kind, kinds):
                    found[column["name"]] = arrow
                    break
        return found

    def read(self, columns: Sequence[str] | None = None, since: object = None) -> Iterator[pa.RecordBatch]:
        """The rows, streamed."""
        import pyarrow as pa

        del since  # incremental reads need a cursor column, which is not said here
        with self._connection() as connection:
            streamed = connection.execution_options(stream_results=True, yield_per=self.arguments.batch)
            result = streamed.execute(self._statement(connection, columns))
            names = list(result.keys())
            rows = (tuple(row) for row in result)
            first = list(islice(rows, self.arguments.batch))
            schema = _schema(names, first, self._declared(connection))
            wanted = [i for i, n in enumerate(names) if columns is None or n in columns]
            schema = pa.schema([schema.field(i) for i in wanted])
            while first:
                arrays = [pa.array([_as(row[i], f.type) for row in first], f.type) for i, f in zip(wanted, schema)]
                yield pa.RecordBatch.from_arrays(arrays, schema=schema)
                first = list(islice(rows, self.arguments.batch))


def _schema(names: list[str], rows: list[tuple[Any, ...]], declared: dict[str, pa.DataType]) -> pa.Schema:
    """Types as declared where the values agree, else as the values are."""
    import pyarrow as pa

    fields = []
    for index, name in enumerate(names):
        values = [row[index] for row in rows if row[index] is not None]
        kind = declared.get(name)
        if kind is None or any(not _fits(v, kind) for v in values):
            kind = _type_of(values)
        fields.append(pa.field(name, kind))
    return pa.schema(fields)


def _fits(value: Any, kind: pa.DataType) -> bool:
    """Whether a value can be of a type: SQLite does not hold its columns to what they declare."""
    try:
        _as(value, kind, strict=True)
    except (TypeError, ValueError):
        return False
    return True


def _type_of(values: list[Any]) -> pa.DataType:
    import pyarrow as pa

    def every(*kinds: type) -> bool:
        return bool(values) and all(isinstance(v, kinds) for v in values)

    if every(bool):
        return pa.bool_()
    if every(int) and not any(isinstance(v, bool) for v in values):
        return pa.int64()
    if every(int, float, Decimal):
        return pa.float64()
    if every(datetime):
        return pa.timestamp("us", "UTC" if any(v.tzinfo for v in values) else None)
    return pa.date32() if every(date) and not any(isinstance(v, datetime) for v in values) else pa.string()


def _as(value: Any, kind: pa.DataType, *, strict: bool = False) -> Any:
    """A value as its column's type wants it; one that cannot be is missing (``strict``: an error)."""
    import pyarrow as pa

    if value is None:
        return None
    try:
        if pa.types.is_string(kind):
            return (
                value
                if isinstance(value, str)
                else value.decode("utf-8", "replace")
                if isinstance(value, bytes)
                else str(value)
            )
        if pa.types.is_boolean(kind):
            if value not in (0, 1):
                raise ValueError(value)
            return bool(value)
        if pa.types.is_int64(kind):
            if isinstance(value, str) or int(value) != value:
                raise ValueError(value)
            return int(value)
        if pa.types.is_float64(kind):
            if isinstance(value, str):
                raise ValueError(value)
            return float(value)
        if pa.types.is_timestamp(kind):
            if not isinstance(value, datetime):
                raise ValueError(value)
            return value
        if not isinstance(value, date):
            raise ValueError(value)
        return value.date() if isinstance(value, datetime) else value
    except (TypeError, ValueError):
        if strict:
            raise
        return None


@hookimpl
def tagfolk_sources() -> list[type[Source]]:
    """The source."""
    return [SqlSource]
