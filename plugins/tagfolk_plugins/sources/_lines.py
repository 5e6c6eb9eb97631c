"""The lines of CSV files: copies in UTF-8, lines that are broken, copies without them."""

from __future__ import annotations

import csv
import io
import re
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tagfolk_plugins import RejectedRecord
from tagfolk_plugins.sources._dialect import Dialect
from tagfolk_plugins.sources._encoding import BLOCK, Encoding
from tagfolk_plugins.sources._files import open_bytes

if TYPE_CHECKING:
    import duckdb

_LONGEST = 100
"""A quoted text that runs over more lines than this is a quote that was not closed."""


def convert(path: Path, target: Path, encoding: Encoding, dialect: Dialect) -> Path:
    """A copy in UTF-8 with line feeds (and commas, where columns stand apart by blanks), streamed."""
    with (
        io.TextIOWrapper(open_bytes(path), encoding=encoding.codec, newline=None) as old,
        target.open("w", encoding="utf-8", newline="") as new,
    ):
        if dialect.whitespace:
            writer = csv.writer(new, lineterminator="\n")
            for line in old:
                writer.writerow(line.split())
        else:
            while block := old.read(BLOCK):
                new.write(block)
    return target


@dataclass(frozen=True)
class Numbering:
    """Turns a line of a mended copy into the line of the original. ``removed``: original lines left out, ascending."""

    removed: list[int]

    def original(self, line: int) -> int:
        """The original's line number.

        >>> Numbering([3]).original(2), Numbering([3]).original(3)
        (2, 4)
        """
        result = line
        while (moved := line + bisect_right(self.removed, result)) != result:
            result = moved
        return result


@dataclass(frozen=True)
class Broken:
    """A line that DuckDB could not read. ``swallows``: an open quote may have taken good lines with it."""

    line: int
    text: str
    reason: str
    swallows: bool

    def rejected(self, file: str, numbering: Numbering) -> RejectedRecord:
        """As the engine takes it."""
        return RejectedRecord(f"{file}:{numbering.original(self.line)}", self.text, self.reason)


def broken_lines(connection: duckdb.DuckDBPyConnection) -> dict[str, list[Broken]]:
    """What DuckDB's reader left out since the last call, by file; the connection's lists of it are emptied."""
    import duckdb

    try:
        rows = connection.execute(
            "SELECT s.file_path, e.line_byte_position, e.csv_line, e.error_type, e.error_message "
            "FROM reject_errors e JOIN reject_scans s USING (scan_id, file_id) ORDER BY 1, 2, e.column_idx"
        ).fetchall()
    except duckdb.CatalogException:  # no file was read with store_rejects
        return {}
    connection.execute("DROP TABLE reject_errors; DROP TABLE reject_scans")
    found: dict[str, list[Broken]] = {}
    last: tuple[str, int] | None = None
    by_file: dict[str, list[int]] = {}
    for file, position, *_ in rows:
        by_file.setdefault(file, []).append(position)
    lines = {file: _line_numbers(Path(file), positions) for file, positions in by_file.items()}
    for file, position, text, kind, message in rows:
        if last == (file, position):  # several findings about one line
            continue
        last = (file, position)
        body = text.lstrip("\r\n")
        blank = text[: len(text) - len(body)].count("\n")
        body = body.rstrip("\r\n")
        swallows = kind == "UNQUOTED VALUE" or "\n" in body or "LINE SIZE" in kind
        found.setdefault(file, []).append(
            Broken(lines[file][position] + blank, body, _reason(kind, message, body), swallows)
        )
    return found


def _reason(kind: str, message: str, text: str) -> str:
    counts = re.search(r"Columns: (\d+) Found: (\d+)", message)
    if counts:
        return f"{counts[2]} columns instead of {counts[1]}"
    return {
        "UNQUOTED VALUE": "a quote is not closed, or text follows a closing quote",
        "INVALID ENCODING": "not valid UTF-8",
        "INVALID UNICODE": "not valid UTF-8",
    }.get(kind, kind.lower().replace("_", " ") or f"cannot be read: {text[:40]}")


def _line_numbers(path: Path, positions: list[int]) -> dict[int, int]:
    """The physical line at each byte position (from 1, ascending)."""
    found: dict[int, int] = {}
    line, at = 1, 0
    wanted = deque(sorted(set(positions)))
    with open_bytes(path) as handle:
        while wanted and (block := handle.read(BLOCK)):
            done = 0
            while wanted and wanted[0] - 1 <= at + len(block):
                end = wanted[0] - 1 - at
                line += block.count(b"\n", done, end)
                done = end
                found[wanted.popleft()] = line
            line += block.count(b"\n", done)
            at += len(block)
    return found | dict.fromkeys(wanted, line)


def mend(path: Path, target: Path, dialect: Dialect) -> list[tuple[int, str, str]]:
    """A copy without the lines whose quotes are broken; those lines with their numbers and the reason."""
    whole, opened = _patterns(dialect)
    removed: list[tuple[int, str, str]] = []
    with (
        io.TextIOWrapper(open_bytes(path), encoding="utf-8-sig", errors="replace", newline="\n") as old,
        target.open("w", encoding="utf-8", newline="") as new,
    ):
        lines = _Lines(old)
        while (line := lines.take()) is not None:
            parts = [line]
            record = line
            while not whole.fullmatch(record.rstrip("\r\n")):
                more = lines.take() if opened.fullmatch(record) and len(parts) < _LONGEST else None
                if more is None:
                    lines.put_back(parts[1:])
                    removed.append(
                        (
                            lines.number,
                            parts[0].rstrip("\r\n"),
                            "a quote is not closed, or text follows a closing quote",
                        )
                    )
                    break
                parts.append(more)
                record += more
            else:
                new.write(record)
    return removed


class _Lines:
    """Lines that can be put back. ``number``: of the line taken last and not put back."""

    def __init__(self, source: Iterator[str]) -> None:
        self._source, self._held, self.number = source, deque[str](), 0

    def take(self) -> str | None:
        line = self._held.popleft() if self._held else next(self._source, None)
        self.number += line is not None
        return line

    def put_back(self, lines: list[str]) -> None:
        self._held.extendleft(reversed(lines))
        self.number -= len(lines)


def _patterns(dialect: Dialect) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A record that is whole, and one whose last quote is still open."""
    comma, quote, escape = (re.escape(c) for c in (dialect.delimiter, dialect.quote or '"', dialect.escape or '"'))
    inside = f"(?:[^{quote}]|{quote}{quote})*+" if escape == quote else f"(?:[^{quote}{escape}]|{escape}.)*+"
    field = f"(?:{quote}{inside}{quote}|(?!{quote})[^{comma}\\n]*+)"
    return (re.compile(f"{field}(?:{comma}{field})*+", re.DOTALL),
            re.compile(f"(?:{field}{comma})*+{quote}{inside}", re.DOTALL))  # fmt: skip
