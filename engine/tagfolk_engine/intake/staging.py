"""The working database of a load: DuckDB on disk, within a memory limit, in a folder that is deleted afterwards."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from tagfolk_engine.intake.errors import SourceFailed
from tagfolk_engine.lake.errors import LakeError

if TYPE_CHECKING:
    import duckdb

MEMORY = "1GB"
"""What DuckDB may hold in memory during a load where ``[engine] memory`` says nothing: the whole process then stays
under 2 GB with 20 million events."""


@dataclass
class Stage:
    """The connection and its folder."""

    connection: duckdb.DuckDBPyConnection
    folder: Path

    def run(self, query: exp.Expr | str) -> duckdb.DuckDBPyConnection:
        """Execute one statement."""
        return self.connection.execute(query if isinstance(query, str) else query.sql("duckdb"))

    def create(self, table: str, query: exp.Expr) -> int:
        """Make a table from a query; its number of rows."""
        self.run(f"CREATE OR REPLACE TABLE {quoted(table)} AS {query.sql('duckdb')}")
        return self.number(exp.select(exp.Count(this=exp.Star())).from_(exp.to_table(quoted(table))))

    def number(self, query: exp.Expr | str) -> int:
        """The one number that a query gives."""
        row = self.run(query).fetchone()
        return int(row[0] or 0) if row else 0

    def rows(self, query: exp.Expr | str) -> list[tuple[Any, ...]]:
        """All rows of a small result."""
        return self.run(query).fetchall()

    def types(self, query: exp.Query) -> Mapping[str, str]:
        """Column → DuckDB's type of a query that is not run."""
        return {name: kind for name, kind, *_ in self.rows(f"DESCRIBE {query.sql('duckdb')}")}


def quoted(name: str) -> str:
    """A name as a SQL identifier."""
    return exp.to_identifier(name, quoted=True).sql("duckdb")


@contextmanager
def stage(state: Path, memory: str | None = None, threads: int | None = None) -> Iterator[Stage]:
    """A working database under ``state``/tmp. A full disk comes out as LakeError; the folder is always deleted."""
    import duckdb

    try:
        (state / "tmp").mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="load-", dir=state / "tmp"))
    except OSError as error:
        raise refused(error, state) from error
    try:
        config: dict[str, Any] = {"memory_limit": memory or MEMORY, "temp_directory": str(folder / "spill")}
        if threads:
            config["threads"] = threads
        with duckdb.connect(config=config) as connection:
            connection.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
            yield Stage(connection, folder)
    except (duckdb.Error, OSError) as error:
        raise refused(error, state) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def refused(error: Exception, state: Path) -> LakeError | SourceFailed:
    """What DuckDB or the system refused, in words."""
    text = str(error)
    if any(sign in text for sign in ("No space left", "Disk quota", "Could not write", "max_temp_directory_size")):
        return LakeError(f"the disk is full: no room to load in {state}; the data loaded before is untouched",
                         "make room on that disk, then load again")  # fmt: skip
    if isinstance(error, MemoryError) or "Out of Memory" in text or "failed to allocate" in text:
        return LakeError("the load needs more memory than it may take; the data loaded before is untouched",
                         'raise memory under [engine] in tagfolk.toml, as memory = "2GB"')  # fmt: skip
    if isinstance(error, OSError):
        return LakeError(f"{state} cannot be written: {error.strerror or text}; the data loaded before is untouched",
                         "check who owns the folder and its permissions")  # fmt: skip
    return SourceFailed(
        "the data could not be loaded: " + text.splitlines()[0], "see which expression of tagfolk.toml it is"
    )
