"""Where a key or value stands in a TOML text. ``tomllib`` reads values but tells no positions.

A small scanner over a text that ``tomllib`` has accepted: it follows tables, keys and the ends of values, and reads
no value itself.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property

from tagfolk_dsl.tree import Span

Path = tuple[str | int, ...]
_BARE_END = set(" \t=.]}\r\n#,")


@dataclass
class Places:
    """``keys`` and ``values``: path of a setting → where its key, and its value, stands."""

    file: str
    keys: dict[Path, Span] = field(default_factory=dict)
    values: dict[Path, Span] = field(default_factory=dict)

    @cached_property
    def _parts(self) -> frozenset[Path]:
        return frozenset(path[:n] for path in (*self.keys, *self.values) for n in range(len(path) + 1))

    def knows(self, path: Path) -> bool:
        """Whether the file has this path, or something under it."""
        return path in self._parts

    def key(self, path: Path) -> Span:
        """Where the key stands, or that of the nearest table around it (a missing key has no place)."""
        while path and path not in self.keys:
            path = path[:-1]
        return self.keys.get(path, Span(self.file, 1, 1, 1, 1))

    def value(self, path: Path) -> Span:
        """Where the value stands, or the key of the nearest table around it."""
        return self.values.get(path) or self.key(path)


class _Scanner:
    def __init__(self, text: str, file: str) -> None:
        self.text, self.at, self.places = text, 0, Places(file)
        self.starts = [0] + [i + 1 for i, c in enumerate(text) if c == "\n"]
        self.counts: dict[Path, int] = {}

    def span(self, start: int, end: int) -> Span:
        a, b = bisect_right(self.starts, start), bisect_right(self.starts, end)
        return Span(self.places.file, a, start - self.starts[a - 1] + 1, b, end - self.starts[b - 1] + 1)

    def skip(self, also: str = "") -> None:
        """Over blanks (and line ends, commas where asked) and comments."""
        while self.at < len(self.text):
            if self.text[self.at] in " \t" + also:
                self.at += 1
            elif self.text[self.at] == "#" and also:
                self.at = self._line_end()
            else:
                return

    def _line_end(self) -> int:
        end = self.text.find("\n", self.at)
        return len(self.text) if end < 0 else end

    def document(self) -> Places:
        table: Path = ()
        while True:
            self.skip("\r\n")
            if self.at >= len(self.text):
                return self.places
            if self.text[self.at] == "[":
                table = self.header()
            else:
                self.pair(table)

    def header(self) -> Path:
        start = self.at
        many = self.text.startswith("[[", self.at)
        self.at += 2 if many else 1
        path: Path = ()
        for name, _ in self.dotted():
            path = (*path, name)
            if path in self.counts and not (many and self._ends()):
                path = (*path, self.counts[path] - 1)  # a table inside the last element of an array
        if many:
            self.counts[path] = self.counts.get(path, 0) + 1
            path = (*path, self.counts[path] - 1)
        end = self.text.index("]", self.at) + (2 if many else 1)
        self.at = end
        self.places.keys[path] = self.span(start, end)
        return path

    def _ends(self) -> bool:
        """Whether the dotted key just read is at its last part."""
        return self.text[self.at : self.at + 1] != "."

    def dotted(self) -> list[tuple[str, tuple[int, int]]]:
        """The parts of a dotted key, each with its place."""
        parts = []
        while True:
            self.skip()
            start = self.at
            name = self.quoted() if self.text[self.at] in "\"'" else self.bare()
            parts.append((name, (start, self.at)))
            self.skip()
            if self.at < len(self.text) and self.text[self.at] == ".":
                self.at += 1
                continue
            return parts

    def bare(self) -> str:
        start = self.at
        while self.at < len(self.text) and self.text[self.at] not in _BARE_END:
            self.at += 1
        return self.text[start : self.at]

    def quoted(self) -> str:
        """Over a string of any of TOML's four kinds; its text without the quotes (escapes as written)."""
        mark = self.text[self.at]
        triple = self.text.startswith(mark * 3, self.at)
        close = mark * 3 if triple else mark
        start = self.at = self.at + len(close)
        while not self.text.startswith(close, self.at):
            self.at += 2 if mark == '"' and self.text[self.at] == "\\" else 1
        while triple and self.text.startswith(mark, self.at + 3):  # up to two quotes may end the text itself
            self.at += 1
        end = self.at
        self.at += len(close)
        return self.text[start:end]

    def pair(self, table: Path) -> None:
        path = table
        for name, (start, end) in self.dotted():
            path = (*path, name)
            self.places.keys.setdefault(path, self.span(start, end))
        self.at = self.text.index("=", self.at) + 1
        self.skip()
        self.value(path)

    def value(self, path: Path) -> None:
        start = self.at
        first = self.text[self.at]
        if first in "\"'":
            self.quoted()
        elif first == "[":
            self.array(path)
        elif first == "{":
            self.inline(path)
        else:
            self.scalar()
        self.places.values[path] = self.span(start, self.at)
        if path and isinstance(path[-1], int):
            self.places.keys.setdefault(path, self.places.values[path])

    def scalar(self) -> None:
        """Over a number, date or boolean (a date may hold one blank)."""
        start = self.at
        while self.at < len(self.text) and self.text[self.at] not in ",]}#\r\n":
            self.at += 1
        self.at = start + len(self.text[start : self.at].rstrip())

    def array(self, path: Path) -> None:
        self.at += 1
        index = 0
        while True:
            self.skip("\r\n,")
            if self.text[self.at] == "]":
                self.at += 1
                return
            self.value((*path, index))
            index += 1

    def inline(self, path: Path) -> None:
        self.at += 1
        while True:
            self.skip("\r\n,")
            if self.text[self.at] == "}":
                self.at += 1
                return
            self.pair(path)


def locate(text: str, file: str) -> Places:
    r"""The places of all keys and values of a valid TOML text.

    >>> places = locate('[store]\nurl = "x"', "tagfolk.toml")
    >>> places.value(("store", "url")).line, places.value(("store", "url")).column
    (2, 7)
    """
    return _Scanner(text, file).document()
