"""The engine of the settings: whole runs on each, snapshots in the database, and what is said where one is missing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from sqlglot import exp
from support.memory_snapshot import MemorySnapshot
from support.rich_worlds import rich_case
from support.teashop import ORDERS, Teashop
from tagfolk_engine.compile import sql
from tagfolk_engine.compile.dialect import select
from tagfolk_engine.evaluate import EvaluationError
from tagfolk_engine.evaluate.backends import open_backend


@dataclass(frozen=True)
class Settings:
    backend: str
    url: str | None = None
    memory: str | None = None


def runs_alike(folder: Path, backend: str, url: str) -> None:
    """Two runs of a shop, on DuckDB and on the other engine: the same history of every tag."""
    found = []
    for name, table in (("embedded", ""), (backend, f'\n[engine]\nbackend = "{backend}"\nurl = "{url}"\n')):
        shop = Teashop.make(folder / name)
        config = shop.root / "tagfolk.toml"
        config.write_text(config.read_text("utf-8") + table, encoding="utf-8")
        shop.run("2024-06-30")
        shop.orders(ORDERS + "d,2024-06-15 10:00:00,500\n")
        report = shop.run("2024-07-10")
        found.append((shop.assignments(), report["tags"]))
    assert found[0][0]
    assert found[0] == found[1]


@pytest.mark.postgres
def test_a_run_in_postgres(tmp_path: Path, postgres_url: str) -> None:
    runs_alike(tmp_path, "postgres", postgres_url)


@pytest.mark.spark
def test_a_run_on_spark(tmp_path: Path, spark_url: str) -> None:
    runs_alike(tmp_path, "spark", spark_url)


def snapshot(lake: Path, seed: int = 0) -> MemorySnapshot:
    """A new snapshot of a lake in that folder."""
    case = rich_case(seed)
    made = MemorySnapshot(case.world, case.vocabulary)
    made.path, made.name = lake / "any", uuid4().hex[:12]
    return made


def schemas(url: str) -> dict[str, int]:
    """The schemas of snapshots in a database, with the number that the database gave each."""
    import psycopg

    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT nspname, oid FROM pg_namespace WHERE nspname LIKE 'tagfolk%'").fetchall()
    return dict(rows)


@pytest.mark.postgres
def test_a_snapshot_is_written_into_the_database_once(tmp_path: Path, postgres_url: str) -> None:
    settings = Settings("postgres", postgres_url)
    others = schemas(postgres_url)

    def ours() -> dict[str, int]:
        return {name: oid for name, oid in schemas(postgres_url).items() if name not in others}

    first = snapshot(tmp_path)
    open_backend(settings, first).close()
    written = ours()
    assert len(written) == 1
    open_backend(settings, first).close()
    assert ours() == written
    for _ in range(3):
        open_backend(settings, snapshot(tmp_path)).close()
    assert len(ours()) == 2
    assert not set(written) & set(ours())
    assert others.items() <= schemas(postgres_url).items()


@pytest.mark.postgres
def test_a_snapshot_that_is_read_stays(tmp_path: Path, postgres_url: str) -> None:
    settings = Settings("postgres", postgres_url)
    reader = open_backend(settings, snapshot(tmp_path))
    for _ in range(4):
        open_backend(settings, snapshot(tmp_path)).close()
    rows = select([exp.Count(this=exp.Star())], sql.table("customers"))
    assert reader.row(rows)[0] > 0
    reader.close()


@pytest.mark.postgres
def test_half_a_snapshot_is_never_seen(tmp_path: Path, postgres_url: str) -> None:
    broken = snapshot(tmp_path)
    broken.vocabulary.attributes["x" * 64] = next(iter(broken.vocabulary.attributes.values()))  # type: ignore[index]
    before = schemas(postgres_url)
    with pytest.raises(EvaluationError, match="names of 63 bytes at most"):
        open_backend(Settings("postgres", postgres_url), broken)
    assert schemas(postgres_url) == before


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (Settings("postgres", "postgresql://127.0.0.1:1/none"), r"the database of \[engine\] url cannot be reached"),
        (Settings("postgres"), r"\[engine\] backend = 'postgres' needs a url"),
        (Settings("abacus", "x"), "no engine is called 'abacus'; there are duckdb, postgres, spark"),
    ],
)
def test_what_is_said(tmp_path: Path, settings: Settings, said: str) -> None:
    with pytest.raises(EvaluationError, match=said):
        open_backend(settings, snapshot(tmp_path))
