"""Spark as the engine, through Spark Connect (sc://host:port): the same Parquet files of the lake, on a cluster.

What the plan keeps as temporary tables are local checkpoints behind temporary views of the session.
"""

from __future__ import annotations

import sys
import warnings
from contextlib import contextmanager
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tagfolk_engine.compile.dialect import Dialect
from tagfolk_engine.compile.spark import SPARK
from tagfolk_engine.evaluate.backend import Remote, Snapshot, first_line
from tagfolk_engine.evaluate.errors import EvaluationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pyarrow as pa

    from tagfolk_engine.compile.sql import E

_TYPES = {"string": "text", "timestamp_ntz": "timestamp", "float": "double", "tinyint": "int", "smallint": "int"}


class Spark(Remote):
    """A session of its own at the server of ``url``. The server must be able to read the lake's files."""

    dialect: Dialect = SPARK

    def __init__(self, snapshot: Snapshot, url: str) -> None:
        super().__init__(snapshot)
        self._parts: dict[str, list[Any]] = {}
        self._session = _session(url)
        try:
            self._said(lambda: self._session.conf.set("spark.sql.session.timeZone", "UTC"))
            self._views(snapshot)
        except BaseException:
            self.close()
            raise

    def _views(self, snapshot: Snapshot) -> None:
        folder = getattr(snapshot, "path", None)
        if folder is None:
            raise EvaluationError("only a loaded snapshot can be evaluated on Spark")
        for name in self.tables():
            place = str(Path(folder) / f"{name}.parquet")
            self._said(lambda p=place, n=name: self._session.read.parquet(p).createOrReplaceTempView(n))  # type: ignore[misc]

    def _said(self, work: Callable[[], Any]) -> Any:
        """What the server answers, its complaints in our words."""
        from pyspark.errors import PySparkException

        self.statements += 1
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return work()
        except PySparkException as error:
            raise EvaluationError(f"Spark could not carry out a step: {first_line(error)}") from error

    def create(self, name: str, query: E) -> None:
        """Keep a query's result: computed now, once, and held by the cluster."""
        self._parts.pop(name, None)
        self.insert(name, query)

    def insert(self, name: str, query: E) -> None:
        """Add a query's rows to a kept result."""
        text = self.dialect.text(query)

        def work() -> None:
            parts = [*self._parts.get(name, []), self._session.sql(text).localCheckpoint()]
            reduce(lambda a, b: a.unionAll(b), parts).createOrReplaceTempView(name)
            self._parts[name] = parts

        self._said(work)

    def drop(self, name: str) -> None:
        """Forget a kept result."""
        if self._parts.pop(name, None) is not None:
            self._said(lambda: self._session.catalog.dropTempView(name))

    def run(self, text: str) -> None:
        """Carry out a statement without rows."""
        self._said(lambda: self._session.sql(text).collect())

    def fetch(self, text: str) -> pa.Table:
        """A query's rows; times without a zone, as everywhere."""
        import pyarrow as pa

        found: pa.Table = self._said(lambda: self._session.sql(text).toArrow())
        naive = [
            field.with_type(pa.timestamp("us")) if pa.types.is_timestamp(field.type) else field
            for field in found.schema
        ]
        return found.cast(pa.schema(naive))

    def give(self, name: str, table: pa.Table) -> None:
        """Make an Arrow table readable by statements."""
        from pyspark.sql.pandas.types import from_arrow_schema

        # of no rows Spark would have to guess the columns
        rows: Any = table if len(table) else []
        kinds = from_arrow_schema(table.schema)
        self._said(lambda: self._session.createDataFrame(rows, kinds).createOrReplaceTempView(name))
        self._parts[name] = []

    def columns(self) -> list[tuple[str, str, str]]:
        """(table, column, type) of the snapshot's tables, in order."""
        found = []
        for table in self.tables():
            kinds = self._said(lambda t=table: self._session.table(t).dtypes)  # type: ignore[misc]
            found += [(table, column, _TYPES.get(kind, kind)) for column, kind in kinds]
        return found

    def close(self) -> None:
        """End the session; what it kept goes with it."""
        self._session.stop()
        super().close()


@contextmanager
def _named_main() -> Iterator[None]:
    """Pyspark takes a program without a file (``python -c``, a worker process) for its own doctests and ends it."""
    main = sys.modules["__main__"]
    if hasattr(main, "__file__"):
        yield
        return
    main.__file__ = "tagfolk"
    try:
        yield
    finally:
        del main.__file__


def _session(url: str) -> Any:
    try:
        with warnings.catch_warnings(), _named_main():
            warnings.simplefilter("ignore")
            from pyspark.errors import PySparkException
            from pyspark.sql.connect.session import SparkSession
    except ModuleNotFoundError:
        raise EvaluationError("the Spark engine needs: pip install 'tagfolk[spark]'") from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return SparkSession.builder.remote(url).create()
    except PySparkException as error:
        raise EvaluationError(f"the Spark server of [engine] url cannot be reached: {first_line(error)}") from error
