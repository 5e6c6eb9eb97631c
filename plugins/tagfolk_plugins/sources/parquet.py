"""Parquet files: a path or glob, united by column name, with the types that they have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tagfolk_plugins import Source, SourceArguments, SourceContext, SourceError, hookimpl
from tagfolk_plugins.sources._duck import reader
from tagfolk_plugins.sources._files import find_files

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb
    import pyarrow as pa
    from sqlglot import exp

BATCH = 100_000
_BITS = 40
"""How many bits of ``tagfolk_row`` number the row within its file."""


class ParquetArguments(SourceArguments):
    """``path``: a file or glob, or several."""

    path: str | list[str]


class ParquetSource(Source):
    """``plugin = "parquet"``."""

    name = "parquet"
    Arguments = ParquetArguments
    arguments: ParquetArguments
    rereadable = True

    def __init__(self, arguments: ParquetArguments, context: SourceContext) -> None:
        super().__init__(arguments, context)
        self._seen: dict[Path, tuple[int, int]] = {}

    def _files(self) -> list[Path]:
        return find_files(self.arguments.path, self.context.root, self.context.name)

    def schema(self) -> pa.Schema:
        """The columns of all files."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        schemas = []
        for path in self._files():
            try:
                schemas.append(pq.read_schema(path))
            except (pa.ArrowException, OSError) as error:
                raise SourceError(f"source '{self.context.name}': {path.name} is no Parquet file that can be read",
                                  "check that it was written to its end") from error  # fmt: skip
        try:
            return pa.unify_schemas(schemas, promote_options="permissive").remove_metadata()
        except pa.ArrowException as error:
            raise SourceError(f"source '{self.context.name}': the files do not agree: {error}",
                              "give a column the same type in all files") from error  # fmt: skip

    def scan(self, connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
        """All files through DuckDB's reader; without ``tagfolk_row`` where the files have such a column themselves."""
        taken = {name.casefold() for name in self.schema().names}
        files = self._files()
        self._seen = {path: _state(path) for path in files}
        if taken & {"tagfolk_file", "tagfolk_row", "filename", "file_index", "file_row_number"}:
            return reader(connection, "read_parquet", files, union_by_name=True)
        return reader(connection, "read_parquet", files, _position(), union_by_name=True)

    def finish(self, connection: duckdb.DuckDBPyConnection) -> bool:
        """Whether the files are still the ones that ``scan`` found."""
        del connection
        return all(path.exists() and _state(path) == state for path, state in self._seen.items())

    def places(self, file: str, records: Sequence[int]) -> dict[int, str]:
        """The file as the workspace names it, and the row in it."""
        path = next((p for p in self._seen if str(p) == file), None)
        if path is None:
            return {}
        inside = path.is_relative_to(self.context.root)
        shown = path.relative_to(self.context.root).as_posix() if inside else path.name
        return {number: f"{shown} row {number + 1}" for number in records}

    def read(self, columns: Sequence[str] | None = None, since: object = None) -> Iterator[pa.RecordBatch]:
        """The rows; a column that a file lacks is missing there."""
        import pyarrow.dataset as ds

        del since  # files are read whole
        whole = ds.dataset([str(path) for path in self._files()], schema=self.schema(), format="parquet")
        yield from whole.to_batches(columns=None if columns is None else list(columns), batch_size=BATCH)


def _position() -> list[exp.Expr]:
    """Where a row stands: its file, and a number that rises from file to file."""
    from sqlglot import exp

    first = exp.Mul(this=exp.cast(exp.column("file_index"), "bigint"), expression=exp.Literal.number(1 << _BITS))
    row = exp.Add(this=first, expression=exp.column("file_row_number"))
    return [exp.column("filename").as_("tagfolk_file"), row.as_("tagfolk_row")]


def _state(path: Path) -> tuple[int, int]:
    """Size and time of change."""
    found = path.stat()
    return found.st_size, found.st_mtime_ns


@hookimpl
def tagfolk_sources() -> list[type[Source]]:
    """The source."""
    return [ParquetSource]
