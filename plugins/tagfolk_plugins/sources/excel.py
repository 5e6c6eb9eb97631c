"""Excel workbooks (.xlsx, .xlsm): a sheet by name or number, the header's row found or said; globs unite by column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field

from tagfolk_plugins import Source, SourceArguments, SourceError, hookimpl
from tagfolk_plugins.sources._files import find_files

if TYPE_CHECKING:
    import pyarrow as pa

BATCH = 10_000
SAMPLE = 1000
Row = tuple[Any, ...]


class ExcelArguments(SourceArguments):
    """``sheet``: name or number from 1 (not said: the first); ``header``: its row from 1 (not said: found)."""

    path: str | list[str]
    sheet: str | int | None = None
    header: int | None = Field(default=None, ge=1)


class ExcelSource(Source):
    """``plugin = "excel"``."""

    name = "excel"
    Arguments = ExcelArguments
    arguments: ExcelArguments

    def _files(self) -> list[Path]:
        return find_files(self.arguments.path, self.context.root, self.context.name)

    def schema(self) -> pa.Schema:
        """The columns, with types from the first thousand rows."""
        return self._schema(SAMPLE)

    def _schema(self, most: int | None) -> pa.Schema:
        import pyarrow as pa

        kinds: dict[str, set[str]] = {}
        for path in self._files():
            for names, rows in self._sheet(path):
                for name in names:
                    kinds.setdefault(name, set())
                for row in islice(rows, most):
                    for name, value in zip(names, row):
                        if (kind := _kind(value)) is not None:
                            kinds[name].add(kind)
        return pa.schema([pa.field(name, _arrow(found)) for name, found in kinds.items()])

    def _sheet(self, path: Path) -> Iterator[tuple[list[str], Iterator[Row]]]:
        """The header and the rows of one workbook's sheet; a generator, so that the file is closed after its use."""
        import zipfile

        import openpyxl
        from openpyxl.utils.exceptions import InvalidFileException

        try:
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        except (
            OSError,
            zipfile.BadZipFile,
            KeyError,
            ValueError,
            InvalidFileException,
        ) as error:
            raise SourceError(f"source '{self.context.name}': {path.name} is no Excel workbook that can be read",
                              "save it as .xlsx; an old .xls must be saved anew") from error  # fmt: skip
        try:
            sheet = book[self._sheet_name(book.sheetnames, path)]
            rows = (tuple(row) for row in sheet.iter_rows(values_only=True))
            names = self._header(rows, path)
            yield names, (row for row in rows if any(v is not None and v != "" for v in row))
        finally:
            book.close()

    def _sheet_name(self, sheets: list[str], path: Path) -> str:
        wanted = self.arguments.sheet
        if wanted is None:
            return sheets[0]
        if isinstance(wanted, int) and 1 <= wanted <= len(sheets):
            return sheets[wanted - 1]
        if isinstance(wanted, str) and wanted in sheets:
            return wanted
        raise SourceError(
            f"source '{self.context.name}': {path.name} has no sheet {wanted!r}", f"sheets: {', '.join(sheets)}"
        )

    def _header(self, rows: Iterator[Row], path: Path) -> list[str]:
        """The names of the columns. Not said which row: the first one with nothing but texts, more than one."""
        said = self.arguments.header
        for number, row in enumerate(rows, 1):
            cells = [v for v in row if v is not None and str(v).strip()]
            if said is not None and number < said:
                continue
            titled = len(cells) > 1 or len(row) == 1
            if said is None and not (cells and titled and all(isinstance(v, str) for v in cells)):
                if number > 50:
                    break
                continue
            if number > 1:
                self._note(f"{path.name}: header in row {number}")
            return _unique(row)
        raise SourceError(f"source '{self.context.name}': {path.name} has no row that looks like a header",
                          "say which row it is: header = 1")  # fmt: skip

    def _note(self, line: str) -> None:
        if line not in self.notes.findings:
            self.notes.findings.append(line)

    def read(self, columns: Sequence[str] | None = None, since: object = None) -> Iterator[pa.RecordBatch]:
        """The rows. A column whose cells are of several kinds is text."""
        import pyarrow as pa

        del since  # workbooks are read whole
        schema = self._schema(None)
        wanted = pa.schema([field for field in schema if columns is None or field.name in columns])
        for path in self._files():
            for names, rows in self._sheet(path):
                while some := list(islice(rows, BATCH)):
                    at = {name: index for index, name in enumerate(names)}
                    arrays = [
                        pa.array(
                            [
                                _as(row[at[f.name]], f.type) if f.name in at and at[f.name] < len(row) else None
                                for row in some
                            ],
                            f.type,
                        )
                        for f in wanted
                    ]
                    yield pa.RecordBatch.from_arrays(arrays, schema=wanted)


def _unique(row: Row) -> list[str]:
    seen: set[str] = set()
    names = []
    for number, cell in enumerate(row, 1):
        base = name = str(cell).strip() if cell is not None and str(cell).strip() else f"column{number}"
        count = 1
        while name.casefold() in seen:
            count += 1
            name = f"{base}_{count}"
        seen.add(name.casefold())
        names.append(name)
    return names


def _kind(value: Any) -> str | None:
    """The kind of a cell; None for an empty one."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "integer" if float(value).is_integer() else "number"
    if isinstance(value, datetime):
        return "date" if value.time() == time(0) else "time"
    return "date" if isinstance(value, date) else "text"


def _arrow(kinds: set[str]) -> pa.DataType:
    import pyarrow as pa

    if kinds and kinds <= {"integer", "number"}:
        return pa.float64() if "number" in kinds else pa.int64()
    if kinds and kinds <= {"date", "time"}:
        return pa.timestamp("us") if "time" in kinds else pa.date32()
    return pa.bool_() if kinds == {"boolean"} else pa.string()


def _as(value: Any, kind: pa.DataType) -> Any:
    """A cell as its column's type wants it."""
    import pyarrow as pa

    if value is None or value == "":
        return None
    if pa.types.is_string(kind):
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        if isinstance(value, datetime) and value.time() == time(0):
            return value.date().isoformat()
        return value.isoformat(sep=" ") if isinstance(value, datetime) else str(value)
    if pa.types.is_int64(kind):
        return int(value)
    if pa.types.is_date32(kind):
        return value.date() if isinstance(value, datetime) else value
    if pa.types.is_timestamp(kind) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)
    return value


@hookimpl
def tagfolk_sources() -> list[type[Source]]:
    """The source."""
    return [ExcelSource]
