"""CSV files: delimiter, quotes, header, encoding and line ends found out (or said), globs, gzip.

Every column is given as text as it stands in the file: what a column means (number, date …) the engine finds out
over the whole table. A line that cannot be split into the header's columns is rejected with its file and line.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator, Sequence
from functools import cached_property, reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field, field_validator

from tagfolk_plugins import RejectedRecord, Source, SourceArguments, SourceContext, SourceError, hookimpl
from tagfolk_plugins.sources._dialect import Dialect, find_dialect, sample_rows
from tagfolk_plugins.sources._duck import reader as duck_reader
from tagfolk_plugins.sources._encoding import Encoding, detect
from tagfolk_plugins.sources._files import find_files, open_bytes, unreadable
from tagfolk_plugins.sources._lines import Numbering, broken_lines, convert, mend

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

FILE_COLUMN = "tagfolk_file"
BATCH = 100_000


class CsvArguments(SourceArguments):
    """``path`` a file or glob, or several; the rest is found out where it is not said."""

    path: str | list[str]
    delimiter: str | None = None
    quote: str | None = Field(default=None, max_length=1)
    escape: str | None = Field(default=None, max_length=1)
    encoding: str | None = None
    header: bool | None = None
    columns: list[str] | None = None
    skip: int = Field(default=0, ge=0)

    @field_validator("encoding")
    @classmethod
    def _known(cls, value: str | None) -> str | None:
        import codecs

        if value is None:
            return None
        name = {"macroman": "mac_roman", "mac roman": "mac_roman", "gbk": "gb18030"}.get(value.lower(), value)
        try:
            return codecs.lookup(name).name.replace("mac-roman", "mac_roman")
        except LookupError:
            raise ValueError(f"unknown encoding '{value}'") from None

    @field_validator("delimiter")
    @classmethod
    def _one(cls, value: str | None) -> str | None:
        if value is not None and value != "whitespace" and len(value) != 1:
            raise ValueError("a delimiter is one character, or 'whitespace'")
        return value


class CsvSource(Source):
    """``plugin = "csv"``."""

    name = "csv"
    Arguments = CsvArguments
    arguments: CsvArguments

    def __init__(self, arguments: CsvArguments, context: SourceContext) -> None:
        super().__init__(arguments, context)
        self._mended: dict[Path, Path] = {}
        self._removed: dict[Path, list[int]] = {}
        self._broken: list[RejectedRecord] = []
        self._ready: dict[Path, tuple[Path, Dialect]] = {}
        self._dialects: dict[tuple[Path, Encoding], Dialect] = {}

    @cached_property
    def _folder(self) -> Path:
        """Where converted copies go; deleted with this object."""
        parent = self.context.root / ".tagfolk" / "tmp"
        parent.mkdir(parents=True, exist_ok=True)
        self._temporary = tempfile.TemporaryDirectory(prefix="csv-", dir=parent, ignore_cleanup_errors=True)
        return Path(self._temporary.name)

    def _files(self) -> list[Path]:
        return find_files(self.arguments.path, self.context.root, self.context.name)

    def schema(self) -> pa.Schema:
        """The columns, all text; ``untyped`` in the metadata says that types are to be found out."""
        import pyarrow as pa

        names: dict[str, str] = {}
        for path in self._files():
            try:
                dialect = self._dialect(path, detect(path, given=self.arguments.encoding, whole=False))
            except OSError as error:
                raise unreadable(self.context.name, path, error) from error
            for column in dialect.columns:
                names.setdefault(column.casefold(), column)
        return pa.schema([pa.field(n, pa.string()) for n in names.values()], metadata={"tagfolk": "untyped"})

    def _dialect(self, path: Path, encoding: Encoding) -> Dialect:
        said = self.arguments
        known = self._dialects.get((path, encoding))
        if known is not None:
            return known
        try:
            found = find_dialect(path, encoding, delimiter=said.delimiter, quote=said.quote, escape=said.escape,
                                header=said.header, columns=said.columns, skip=said.skip)  # fmt: skip
        except UnicodeDecodeError as error:
            raise self._wrong_encoding(path, encoding, error) from None
        except ValueError as error:
            raise SourceError(f"source '{self.context.name}': {path.name}: {error}",
                              "check the file, or say header = false") from None  # fmt: skip
        self._dialects[path, encoding] = found
        return found

    def _wrong_encoding(self, path: Path, encoding: Encoding, error: UnicodeDecodeError) -> SourceError:
        better = detect(path)
        return SourceError(
            f"source '{self.context.name}': {path.name} is not {encoding.shown}: {error.reason}",
            f'it reads as {better.shown}: leave encoding out, or say encoding = "{better.codec}"',
        )

    def _prepare(self) -> dict[Path, tuple[Path, Dialect]]:
        """Each file: the file that DuckDB reads (a UTF-8 copy where needed) and how."""
        seen: dict[str, list[str]] = {}
        for path in self._files():
            try:
                encoding = detect(path, given=self.arguments.encoding)
                dialect = self._dialect(path, encoding)
                ready = self._mended.get(path, path)
                if ready is path and not (encoding.plain and not dialect.whitespace):
                    ready = convert(path, self._folder / f"{len(self._ready)}-{path.stem}.csv", encoding, dialect)
            except UnicodeDecodeError as error:
                raise self._wrong_encoding(path, encoding, error) from None
            except OSError as error:
                raise unreadable(self.context.name, path, error) from error
            self._ready[path] = (ready, dialect)
            ends = ", lines end in CR" if encoding.carriage else ""
            seen.setdefault(f"encoding: {encoding.shown}{ends}", []).append(path.name)
            seen.setdefault(f"delimiter: {dialect.delimiter_shown}", []).append(path.name)
            if not dialect.header:
                seen.setdefault("no header: columns are named column1, column2 …", []).append(path.name)
        for line, names in seen.items():
            self.notes.findings.append(line if len(names) == len(self._ready) else f"{line} ({_some(names)})")
        return self._ready

    def scan(self, connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
        """All files united by column name, every column text, and ``tagfolk_file`` with the file's name."""
        self.notes.findings.clear()
        self._ready = {}
        groups: dict[tuple[Any, ...], list[tuple[Path, Dialect]]] = {}
        for ready, dialect in self._prepare().values():
            groups.setdefault(dialect.group, []).append((ready, dialect))
        relations = [self._relation(connection, members) for members in groups.values()]
        names: dict[str, str] = {}
        for relation in relations:
            for column in relation.columns:
                names.setdefault(column.casefold(), column)
        parts = []
        for relation in relations:
            have = {c.casefold(): c for c in relation.columns}
            listed = ", ".join(
                (_quoted(have[key]) if key in have else "CAST(NULL AS VARCHAR)") + f" AS {_quoted(name)}"
                for key, name in names.items()
            )
            parts.append(relation.project(listed))
        return reduce(lambda one, other: one.union(other), parts)

    def _relation(
        self, connection: duckdb.DuckDBPyConnection, members: list[tuple[Path, Dialect]]
    ) -> duckdb.DuckDBPyRelation:
        import duckdb

        dialect = members[0][1]
        try:
            return duck_reader(
                connection, "read_csv", [path for path, _ in members], delim=dialect.delimiter, quote=dialect.quote,
                escape=dialect.escape, header=dialect.header, skip=dialect.skip,
                columns=dict.fromkeys(dialect.columns, "VARCHAR"), filename=FILE_COLUMN, auto_detect=False,
                store_rejects=True, rejects_limit=0, strict_mode=True,
            )  # fmt: skip
        except duckdb.Error as error:
            raise SourceError(f"source '{self.context.name}': {_first_line(error)}") from error

    def finish(self, connection: duckdb.DuckDBPyConnection) -> bool:
        """After the relation was read: gather the broken lines. False: quotes were broken too, read it once more."""
        originals = {str(ready): path for path, (ready, _) in self._ready.items()}
        again = False
        for ready, records in broken_lines(connection).items():
            path = originals.get(ready)
            if path is None:
                continue
            if any(record.swallows for record in records) and path not in self._mended:
                encoded, dialect = self._ready[path]
                target = self._folder / f"mended-{len(self._mended)}-{path.stem}.csv"
                removed = mend(encoded, target, dialect)
                self._mended[path] = target
                self._removed[path] = [line for line, _, _ in removed]
                self._broken += [RejectedRecord(f"{self._shown(path)}:{n}", text, why) for n, text, why in removed]
                again = True
            elif path in self._mended:
                numbering = Numbering(self._removed[path])
                self._broken += [r.rejected(self._shown(path), numbering) for r in records]
            else:
                self._broken += [r.rejected(self._shown(path), Numbering([])) for r in records]
        if again:
            self._broken = [r for r in self._broken if r.place.rpartition(":")[0] in map(self._shown, self._mended)]
        self.notes.rejected = self._broken
        return not again

    def _shown(self, path: Path) -> str:
        """A file as the workspace names it."""
        return path.relative_to(self.context.root).as_posix() if path.is_relative_to(self.context.root) else path.name

    def sample(self) -> pa.Table:
        """The first rows of the first file."""
        import pyarrow as pa

        path = self._files()[0]
        dialect = self._dialect(path, detect(path, given=self.arguments.encoding, whole=False))
        rows = sample_rows(path, detect(path, given=self.arguments.encoding, whole=False), dialect)
        schema = self.schema()
        columns = {n: [row[i] for row in rows] for i, n in enumerate(dialect.columns)}
        return pa.table(
            [pa.array(columns.get(n, [None] * len(rows)), pa.string()) for n in schema.names], schema=schema
        )

    def places(self, file: str, records: Sequence[int]) -> dict[int, str]:
        """Where the n-th good records (from 0, ascending) of a file stand: "data/pos.csv:17"."""
        path = next((p for p, (ready, _) in self._ready.items() if str(ready) == file), None)
        if path is None or not records:
            return {}
        ready, dialect = self._ready[path]
        numbering = Numbering(self._removed.get(path, []))
        wanted, found = set(records), {}
        with open_bytes(ready) as raw:
            lines = (line.decode("utf-8-sig", errors="replace") for line in raw)
            for _ in range(dialect.skip):
                next(lines, None)
            reader = csv.reader(lines, **dialect.python())
            good = -1 if dialect.header else 0
            begins = 1
            for row in reader:
                if row and (len(row) == len(dialect.columns) or good < 0):
                    if good in wanted:
                        found[good] = f"{self._shown(path)}:{numbering.original(begins + dialect.skip)}"
                    good += 1
                    if len(found) == len(wanted):
                        break
                begins = reader.line_num + 1
        return found

    def read(self, columns: Sequence[str] | None = None, since: object = None) -> Iterator[pa.RecordBatch]:
        """The rows as text, through DuckDB's reader."""
        import duckdb

        del since  # a CSV file has no order to trust
        with duckdb.connect() as connection:
            whole = False
            while not whole:  # broken quotes show only when all was read: then it is read from a mended copy
                relation = self.scan(connection)
                relation.count("*").fetchall()
                whole = self.finish(connection)
            wanted = [c for c in relation.columns if c != FILE_COLUMN and (columns is None or c in columns)]
            yield from relation.project(", ".join(map(_quoted, wanted))).to_arrow_reader(BATCH)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__


@hookimpl
def tagfolk_sources() -> list[type[Source]]:
    """The source."""
    return [CsvSource]
