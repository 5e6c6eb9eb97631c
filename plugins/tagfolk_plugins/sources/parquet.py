"""Parquet files: a path or glob, united by column name, with the types that they have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tagfolk_plugins import Source, SourceArguments, SourceError, hookimpl
from tagfolk_plugins.sources._duck import reader
from tagfolk_plugins.sources._files import find_files

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb
    import pyarrow as pa

BATCH = 100_000


class ParquetArguments(SourceArguments):
    """``path``: a file or glob, or several."""

    path: str | list[str]


class ParquetSource(Source):
    """``plugin = "parquet"``."""

    name = "parquet"
    Arguments = ParquetArguments
    arguments: ParquetArguments

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
        """All files through DuckDB's reader."""
        self.schema()
        return reader(connection, "read_parquet", self._files(), union_by_name=True)

    def read(self, columns: Sequence[str] | None = None, since: object = None) -> Iterator[pa.RecordBatch]:
        """The rows; a column that a file lacks is missing there."""
        import pyarrow.dataset as ds

        del since  # files are read whole
        whole = ds.dataset([str(path) for path in self._files()], schema=self.schema(), format="parquet")
        yield from whole.to_batches(columns=None if columns is None else list(columns), batch_size=BATCH)


@hookimpl
def tagfolk_sources() -> list[type[Source]]:
    """The source."""
    return [ParquetSource]
