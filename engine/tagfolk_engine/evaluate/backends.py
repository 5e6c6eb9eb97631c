"""Which engine evaluates: ``[engine] backend`` of the workspace."""

from __future__ import annotations

from typing import Protocol

from tagfolk_engine.evaluate.backend import Backend, DuckDB, Snapshot
from tagfolk_engine.evaluate.errors import EvaluationError


class EngineSettings(Protocol):
    """``[engine]`` of tagfolk.toml."""

    @property
    def backend(self) -> str: ...
    @property
    def url(self) -> str | None: ...
    @property
    def memory(self) -> str | None: ...


def open_backend(settings: EngineSettings, snapshot: Snapshot) -> Backend:
    """A connection of the engine that the settings name, over a snapshot. Give it to ``Evaluator(backend=…)``.

    Raises EvaluationError where the engine cannot be reached or lacks its package.
    """
    if settings.backend == "duckdb":
        return DuckDB(snapshot, settings.memory)
    if not settings.url:
        raise EvaluationError(f"[engine] backend = '{settings.backend}' needs a url")
    if settings.backend == "postgres":
        from tagfolk_engine.evaluate.postgres import Postgres

        return Postgres(snapshot, settings.url)
    if settings.backend == "spark":
        from tagfolk_engine.evaluate.spark import Spark

        return Spark(snapshot, settings.url)
    raise EvaluationError(f"no engine is called '{settings.backend}'; there are duckdb, postgres, spark")
