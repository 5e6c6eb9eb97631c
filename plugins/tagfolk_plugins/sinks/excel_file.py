"""Segments as Excel files: ``[sinks.board] plugin = "excel_file"``, ``path = "out/{segment}.xlsx"``."""

from __future__ import annotations

import contextlib
from datetime import datetime
from typing import IO, TYPE_CHECKING, Any, ClassVar

from tagfolk_plugins.api.errors import SinkError
from tagfolk_plugins.api.hookspecs import hookimpl
from tagfolk_plugins.api.sink import Sink, SinkArguments

if TYPE_CHECKING:
    import pyarrow as pa

MOST = 1_048_575
"""Rows that a sheet holds below its header."""


class ExcelArguments(SinkArguments):
    """``path``: from the workspace's folder, ``{segment}`` stands for the segment's name."""

    path: str = "exports/{segment}.xlsx"


class ExcelFile(Sink):
    """Writes the segment to the first sheet of an Excel file. Texts stay texts: none becomes a formula."""

    name: ClassVar[str] = "excel_file"
    Arguments = ExcelArguments

    def sync(self, entered: pa.Table, left: pa.Table, current: pa.Table) -> int:
        """The whole segment into the file; the number of its rows."""
        if current.num_rows > MOST:
            raise SinkError(f"Excel holds {MOST:,} rows, the segment has {current.num_rows:,}", "export to CSV instead")
        target = self.context.root / self.arguments.path.replace("{segment}", self.context.segment)
        beside = target.with_name(f".{target.name}.new")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with beside.open("wb") as file:
                self._write(current, file)
            beside.replace(target)
        except OSError as error:
            with contextlib.suppress(OSError):  # it may never have been there
                beside.unlink()
            why = error.strerror or error
            raise SinkError(f"cannot write {target.name}: {why}", "check the folder and disk") from error
        return int(current.num_rows)

    def _write(self, rows: pa.Table, file: IO[bytes]) -> None:
        from openpyxl import Workbook

        book = Workbook(write_only=True)
        sheet = book.create_sheet((self.context.title or self.context.segment)[:31].translate(_FORBIDDEN))
        sheet.append(list(rows.column_names))
        for batch in rows.to_batches(10_000):
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                sheet.append([_cell(sheet, value) for value in row])
        book.save(file)


_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", "_"))


def _cell(sheet: Any, value: object) -> Any:
    """A value as Excel takes it: no zones, and a text that looks like a formula stays a text."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.replace(tzinfo=None)
    if isinstance(value, str) and value[:1] == "=":
        from openpyxl.cell import WriteOnlyCell

        cell = WriteOnlyCell(sheet, value=value)
        cell.data_type = "s"
        return cell
    return value


@hookimpl
def tagfolk_sinks() -> list[type[Sink]]:
    """The Excel file."""
    return [ExcelFile]
