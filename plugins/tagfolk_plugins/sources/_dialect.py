"""How a CSV file separates its columns: found out from its first lines, where it is not said."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tagfolk_plugins.sources._encoding import BLOCK, Encoding
from tagfolk_plugins.sources._files import open_bytes

_DELIMITERS = ",;\t|"
_VALUE = re.compile(
    r"[-+]?[\d.,]+%?|[-+]?[$€£¥￥]\s*[\d.,]+|\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}日?([ T].*)?|true|false", re.IGNORECASE
)
_SHOWN = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "bar", " ": "blank"}


@dataclass(frozen=True)
class Dialect:
    """``whitespace``: columns stand apart by blanks; the file is read through a copy with commas."""

    delimiter: str
    quote: str
    escape: str
    header: bool
    columns: tuple[str, ...]
    skip: int = 0
    whitespace: bool = False

    @property
    def group(self) -> tuple[object, ...]:
        """Files that are alike in this can be read by one call."""
        return (self.delimiter, self.quote, self.escape, self.header, self.columns, self.skip)

    @property
    def delimiter_shown(self) -> str:
        """The delimiter as people call it."""
        return "whitespace" if self.whitespace else _SHOWN.get(self.delimiter, repr(self.delimiter))

    def python(self) -> dict[str, Any]:
        """The same for Python's csv module."""
        doubled = self.escape == self.quote
        return {"delimiter": self.delimiter, "quotechar": self.quote or None, "doublequote": doubled,
                "escapechar": None if doubled else self.escape or None,
                "quoting": csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE}  # fmt: skip


def find_dialect(
    path: Path, encoding: Encoding, *, delimiter: str | None = None, quote: str | None = None,
    escape: str | None = None, header: bool | None = None, columns: list[str] | None = None, skip: int = 0,
) -> Dialect:  # fmt: skip
    """The dialect of a file. Raises ValueError where it has no line, UnicodeDecodeError where the encoding is wrong."""
    lines = [line for line in _sample(path, encoding)[skip:] if line.strip()]
    if not lines:
        if columns:
            return Dialect(delimiter or ",", quote or '"', escape or '"', False, tuple(columns), skip)
        raise ValueError("the file is empty: not even a header")
    whitespace = delimiter == "whitespace"
    text = "\n".join(lines[:500])
    quote = quote if quote is not None else '"'
    escape = escape or ("\\" if f"\\{quote}" in text and quote * 2 not in text else quote)
    if whitespace:
        rows = [line.split() for line in lines[:500]]
        delimiter = ","
    else:
        delimiter = delimiter or _delimiter(lines[:500], quote)
        rows = [row for row in csv.reader(lines[:500], delimiter=delimiter, quotechar=quote or None,
                quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE) if row]  # fmt: skip
    has_header = _has_header(rows) if header is None else header
    names = _unique(rows[0]) if has_header else [f"column{n + 1}" for n in range(_usual_width(rows))]
    if columns:
        if len(columns) != len(names):
            raise ValueError(f"'columns' names {len(columns)} columns, the file has {len(names)}")
        names = list(columns)
    return Dialect(delimiter, quote, escape, has_header, tuple(names), skip, whitespace)


def _sample(path: Path, encoding: Encoding) -> list[str]:
    with open_bytes(path) as handle:
        raw = handle.read(BLOCK)
        cut = len(raw) == BLOCK
    text = _decode(raw, encoding.codec, cut)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines[:-1] if cut and len(lines) > 1 else lines


def _decode(raw: bytes, codec: str, cut: bool) -> str:
    """The text of the first bytes; a character cut in two at their end is left out."""
    import codecs

    return codecs.getincrementaldecoder(codec)().decode(raw, final=not cut)


def sample_rows(path: Path, encoding: Encoding, dialect: Dialect, most: int = 5000) -> list[list[str]]:
    """The first good rows of a file, without its header."""
    lines = _sample(path, encoding)[dialect.skip :]
    rows = (line.split() for line in lines) if dialect.whitespace else csv.reader(lines, **dialect.python())
    good = [row for row in rows if len(row) == len(dialect.columns)]
    return good[1 if dialect.header else 0 :][:most]


def _usual_width(rows: list[list[str]]) -> int:
    return Counter(map(len, rows)).most_common(1)[0][0]


def _delimiter(lines: list[str], quote: str) -> str:
    """The character that cuts most lines into the same number of columns, more than one."""
    best, best_score = ",", 0.0
    for candidate in _DELIMITERS:
        widths = [len(row) for row in csv.reader(lines, delimiter=candidate, quotechar=quote or '"') if row]
        if not widths:
            continue
        width, count = Counter(widths).most_common(1)[0]
        if width > 1:
            score = count / len(widths) + (0.3 if widths[0] == width else 0) + min(width, 10) / 100
            if score > best_score:
                best, best_score = candidate, score
    return best


def _has_header(rows: list[list[str]]) -> bool:
    """Whether the first row names the columns: no value such as a number or date in it, no name twice."""
    first = [cell.strip() for cell in rows[0]]
    if any(_VALUE.fullmatch(cell) for cell in first):
        return False
    return any(first) and len({c for c in first if c}) == len([c for c in first if c])


def _unique(names: list[str]) -> list[str]:
    """Column names without blanks around; an empty one gets its number, a second one of the same name a suffix."""
    seen: set[str] = set()
    result = []
    for number, raw in enumerate(names, 1):
        base = name = raw.strip().lstrip("\ufeff") or f"column{number}"
        count = 1
        while name.casefold() in seen:
            count += 1
            name = f"{base}_{count}"
        seen.add(name.casefold())
        result.append(name)
    return result
