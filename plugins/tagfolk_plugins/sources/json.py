"""JSON files: one object a line, or an array of objects; a path or glob, gzip. Broken lines are rejected by number.

Nested objects stay nested: an expression says ``address.city``.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tagfolk_plugins import RejectedRecord, Source, SourceArguments, SourceError, hookimpl
from tagfolk_plugins.sources._duck import reader
from tagfolk_plugins.sources._files import find_files, open_bytes, unreadable

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

BATCH = 100_000
_DATES = re.compile(r"TIMESTAMP(?: WITH TIME ZONE|_\w+)?|DATE|TIME|UUID|JSON")


class JsonArguments(SourceArguments):
    """``path``: a file or glob, or several."""

    path: str | list[str]


class JsonSource(Source):
    """``plugin = "json"``."""

    name = "json"
    Arguments = JsonArguments
    arguments: JsonArguments

    @cached_property
    def _folder(self) -> Path:
        """Where copies without broken lines go; deleted with this object."""
        parent = self.context.root / ".tagfolk" / "tmp"
        parent.mkdir(parents=True, exist_ok=True)
        self._temporary = tempfile.TemporaryDirectory(prefix="json-", dir=parent, ignore_cleanup_errors=True)
        return Path(self._temporary.name)

    def _files(self) -> list[Path]:
        return find_files(self.arguments.path, self.context.root, self.context.name)

    def schema(self) -> pa.Schema:
        """The columns that the first objects have."""
        import duckdb

        with duckdb.connect() as connection:
            paths = [self._readable(path, number, most=2000) for number, path in enumerate(self._files())]
            return self._relation(connection, paths, sample=2000).limit(0).to_arrow_table().schema

    @cached_property
    def _prepared(self) -> list[Path]:
        """The files, those with broken lines as copies without them."""
        return [self._readable(path, number) for number, path in enumerate(self._files())]

    def _readable(self, path: Path, number: int, most: int | None = None) -> Path:
        """The file where it is whole, else a copy of its good lines; with ``most`` always a copy of the first ones."""
        try:
            with open_bytes(path) as raw:
                array = raw.read(4096).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"[")
            if array:
                return self._whole_array(path, number)
            if most is None and self._is_whole(path):
                return path
            return self._good_lines(path, number, most)
        except OSError as error:
            raise unreadable(self.context.name, path, error) from error

    def _whole_array(self, path: Path, number: int) -> Path:
        """An array that ends too early or is broken is refused with its line: no part of it can be trusted."""
        with open_bytes(path) as raw:
            text = raw.read()
        try:
            rows = json.loads(text.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise SourceError(f"source '{self.context.name}': {path.name} is not UTF-8", "save it as UTF-8") from error
        except json.JSONDecodeError as error:
            raise SourceError(f"source '{self.context.name}': {path.name}:{error.lineno}:{error.colno}: {error.msg}",
                              "mend the file there, or write one object a line: then only the broken line is "
                              "left out") from error  # fmt: skip
        target = self._folder / f"{number}-array.jsonl"
        with target.open("w", encoding="utf-8") as new:
            for index, row in enumerate(rows):
                if isinstance(row, dict):
                    new.write(json.dumps(row, ensure_ascii=False) + "\n")
                else:
                    self.notes.rejected.append(
                        RejectedRecord(f"{path.name} element {index + 1}", json.dumps(row), "not an object")
                    )
        return target

    def _is_whole(self, path: Path) -> bool:
        """Whether DuckDB finds an object in every line, quickly; where it is not sure, line after line is looked at."""
        import duckdb

        with path.open("rb") as raw:
            begin = raw.read(3)
        if begin == b"\xef\xbb\xbf" or (begin[:2] == b"\x1f\x8b") != (path.suffix == ".gz"):
            return False
        # a character that JSON never holds unescaped parts the columns, so that a line is one
        form: dict[str, str | int | bool] = {
            "delim": "\x01", "quote": "", "escape": "", "header": False, "auto_detect": False, "new_line": "\\n",
            "max_line_size": 1 << 26, "null_padding": False,
        }  # fmt: skip
        try:
            with duckdb.connect() as connection:
                lines = reader(connection, "read_csv", [path], (), columns={"line": "VARCHAR"}, **form)
                wrong = lines.filter("line IS NOT NULL AND (NOT json_valid(line) OR json_type(line) <> 'OBJECT')")
                return wrong.limit(1).fetchone() is None
        except duckdb.Error:
            return False

    def _good_lines(self, path: Path, number: int, most: int | None) -> Path:
        broken: list[RejectedRecord] = []
        target = self._folder / f"{number}-lines{'-sample' if most else ''}.jsonl"
        with open_bytes(path) as raw, target.open("wb") as new:
            for line_number, line in enumerate(raw, 1):
                text = line.strip().removeprefix(b"\xef\xbb\xbf")
                reason = _broken(text) if text else ""
                if reason:
                    broken.append(
                        RejectedRecord(f"{self._shown(path)}:{line_number}", text.decode("utf-8", "replace"), reason)
                    )
                elif text:
                    new.write(text + b"\n")
                if most and line_number >= most:
                    return target
        if most:
            return target
        self.notes.rejected.extend(broken)
        return target

    def _shown(self, path: Path) -> str:
        return path.relative_to(self.context.root).as_posix() if path.is_relative_to(self.context.root) else path.name

    def _relation(
        self, connection: duckdb.DuckDBPyConnection, paths: list[Path], sample: int = -1
    ) -> duckdb.DuckDBPyRelation:
        import duckdb

        form: dict[str, str | int | bool] = {
            "format": "newline_delimited", "union_by_name": True, "maximum_object_size": 1 << 26,
        }  # fmt: skip
        try:
            found = reader(connection, "read_json", paths, (), sample_size=sample, **form)
            # dates stay text: DuckDB would drop their offsets, and the engine reads more ways to write them
            kinds = {n: _DATES.sub("VARCHAR", str(kind)) for n, kind in zip(found.columns, found.types)}
            return reader(connection, "read_json", paths, (), columns=kinds, **form)
        except duckdb.Error as error:
            raise SourceError(
                f"source '{self.context.name}': {str(error).splitlines()[0]}", "check the file"
            ) from error

    def scan(self, connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
        """All files through DuckDB's reader; types from all objects."""
        return self._relation(connection, self._prepared)

    def read(self, columns: Sequence[str] | None = None, since: object = None) -> Iterator[pa.RecordBatch]:
        """The objects as rows."""
        import duckdb

        del since  # files are read whole
        with duckdb.connect() as connection:
            relation = self.scan(connection)
            wanted = [c for c in relation.columns if columns is None or c in columns]
            yield from relation.select(*wanted).to_arrow_reader(BATCH)


def _broken(text: bytes) -> str:
    """Why a line is no object; empty where it is one."""
    try:
        row = json.loads(text)
    except UnicodeDecodeError:
        return "not UTF-8"
    except json.JSONDecodeError as error:
        return f"not JSON: {error.msg} at column {error.colno}"
    return "" if isinstance(row, dict) else "not an object"


@hookimpl
def tagfolk_sources() -> list[type[Source]]:
    """The source."""
    return [JsonSource]
