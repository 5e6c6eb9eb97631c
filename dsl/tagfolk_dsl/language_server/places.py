"""Places: the language counts lines and characters from 1, the protocol from 0 and mostly in UTF-16 units."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlparse

from lsprotocol import types
from pygls.workspace import PositionCodec

from tagfolk_dsl.tree import Span


class Places:
    """Converts between spans and the positions of one client."""

    def __init__(self, root: Path, codec: PositionCodec) -> None:
        self.root = root
        self.codec = codec

    def range(self, span: Span, lines: Sequence[str]) -> types.Range:
        """A span as the client's range. A span without an end is one character; without a place, the file's start."""
        line = max(span.line, 1) - 1
        end_line = max(span.end_line or span.line, 1) - 1
        column = max(span.column, 1) - 1
        end = span.end_column - 1 if span.end_column else column + 1
        return types.Range(self._position(line, column, lines), self._position(end_line, end, lines))

    def _position(self, line: int, column: int, lines: Sequence[str]) -> types.Position:
        text = lines[line] if line < len(lines) else ""
        return types.Position(line, self.codec.client_num_units(text[:column]))

    def column(self, position: types.Position, lines: Sequence[str]) -> int:
        """The 0-based character of a client's position in its line."""
        text = lines[position.line] if position.line < len(lines) else ""
        for column in range(len(text) + 1):
            if self.codec.client_num_units(text[:column]) >= position.character:
                return column
        return len(text)

    def path(self, uri: str) -> str | None:
        """A file of the workspace by its path inside; None for one outside."""
        parts = urlparse(uri)
        if parts.scheme != "file":
            return None
        try:
            return Path(unquote(parts.path)).resolve().relative_to(self.root).as_posix()
        except ValueError:
            return None

    def uri(self, path: str) -> str:
        """A file of the workspace by its address."""
        return (self.root / path).as_uri()
