"""Segments as CSV files: ``[sinks.crm] plugin = "csv_file"``, ``path = "out/{segment}.csv"``.

The file always holds the whole segment; it is written beside the old one and put in its place in one step.
"""

from __future__ import annotations

import contextlib
import csv
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from tagfolk_plugins.api.errors import ArgumentError, SinkError
from tagfolk_plugins.api.hookspecs import hookimpl
from tagfolk_plugins.api.sink import Sink, SinkArguments

if TYPE_CHECKING:
    import pyarrow as pa


class CsvArguments(SinkArguments):
    """``path``: from the workspace's folder, ``{segment}`` stands for the segment's name. ``delimiter``: one character.

    ``bom``: begin the file with a byte order mark, which Excel wants for Chinese.
    """

    path: str = "exports/{segment}.csv"
    delimiter: str = ","
    bom: bool = False


class CsvFile(Sink):
    """Writes the segment to a CSV file (UTF-8, a header line, texts quoted where needed)."""

    name: ClassVar[str] = "csv_file"
    Arguments = CsvArguments

    def sync(self, entered: pa.Table, left: pa.Table, current: pa.Table) -> int:
        """The whole segment into the file; the number of its rows."""
        if len(self.arguments.delimiter) != 1:
            raise ArgumentError("delimiter", f"delimiter must be one character, it is {self.arguments.delimiter!r}")
        target = _target(self)
        beside = target.with_name(f".{target.name}.new")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            encoding = "utf-8-sig" if self.arguments.bom else "utf-8"
            with beside.open("w", encoding=encoding, newline="") as file:
                writer = csv.writer(file, delimiter=self.arguments.delimiter, lineterminator="\n")
                writer.writerow(current.column_names)
                for batch in current.to_batches(10_000):
                    writer.writerows(zip(*(column.to_pylist() for column in batch.columns), strict=True))
            beside.replace(target)
        except OSError as error:
            with contextlib.suppress(OSError):  # it may never have been there
                beside.unlink()
            why = error.strerror or error
            raise SinkError(f"cannot write {target.name}: {why}", "check the folder and disk") from error
        return int(current.num_rows)


def _target(sink: Sink) -> Path:
    """The file of this segment."""
    path = str(sink.arguments.path)
    return sink.context.root / path.replace("{segment}", sink.context.segment)


@hookimpl
def tagfolk_sinks() -> list[type[Sink]]:
    """The CSV file."""
    return [CsvFile]
