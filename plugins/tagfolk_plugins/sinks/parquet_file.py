"""Segments as Parquet files: ``[sinks.lake] plugin = "parquet_file"``, ``path = "out/{segment}.parquet"``."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, ClassVar

from tagfolk_plugins.api.errors import SinkError
from tagfolk_plugins.api.hookspecs import hookimpl
from tagfolk_plugins.api.sink import Sink, SinkArguments

if TYPE_CHECKING:
    import pyarrow as pa


class ParquetArguments(SinkArguments):
    """``path``: from the workspace's folder, ``{segment}`` stands for the segment's name."""

    path: str = "exports/{segment}.parquet"


class ParquetFile(Sink):
    """Writes the segment to a Parquet file, types and all."""

    name: ClassVar[str] = "parquet_file"
    Arguments = ParquetArguments

    def sync(self, entered: pa.Table, left: pa.Table, current: pa.Table) -> int:
        """The whole segment into the file; the number of its rows."""
        import pyarrow.parquet as pq

        target = self.context.root / self.arguments.path.replace("{segment}", self.context.segment)
        beside = target.with_name(f".{target.name}.new")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(current, beside)
            beside.replace(target)
        except OSError as error:
            with contextlib.suppress(OSError):  # it may never have been there
                beside.unlink()
            why = error.strerror or error
            raise SinkError(f"cannot write {target.name}: {why}", "check the folder and disk") from error
        return int(current.num_rows)


@hookimpl
def tagfolk_sinks() -> list[type[Sink]]:
    """The Parquet file."""
    return [ParquetFile]
