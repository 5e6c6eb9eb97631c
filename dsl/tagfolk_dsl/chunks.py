"""Rule files read piece by piece, for editors: after a key stroke only the pieces that changed are parsed again.

A piece is one or more whole statements. Where a statement ends for sure is told by the text alone (a line at the
left margin after a line that cannot go on); where that is not sure the pieces are joined, which costs time and
nothing else. A piece that only moved is moved, not parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tagfolk_dsl.diagnostics import Diagnostic
from tagfolk_dsl.moving import moved, moved_span
from tagfolk_dsl.names import Names
from tagfolk_dsl.parser import MOST_ERRORS, parse_piece
from tagfolk_dsl.tree import File, Rule, Statement

_CONTINUES = re.compile(r"(?:and|or)\b|->|[→且并而或则\s#\ufeff)）]", re.IGNORECASE)
_UNFINISHED = re.compile(r"(?:[-+*/=<>,.→≥≤≠×÷＝＞＜，、…且或非]|而且|并且|或者|\b(?:and|or|not))\s*$", re.IGNORECASE)
_QUOTED = re.compile(r'"(?:[^"\\]++|\\.)*+"|“[^”]*+”')
_COMMENT = re.compile(r"(?:^|\s)#.*")


@dataclass(frozen=True)
class Piece:
    """Statements of some lines, as they stand from ``first`` on."""

    first: int
    statements: tuple[Statement, ...]
    comments: tuple[tuple[int, int, str, bool], ...]
    diagnostics: tuple[Diagnostic, ...]

    def at(self, line: int) -> Piece:
        """The same piece from another line on."""
        by = line - self.first
        if by == 0:
            return self
        found = tuple(replace(one, span=moved_span(one.span, by)) for one in self.diagnostics)
        comments = tuple((number + by, column, text, alone) for number, column, text, alone in self.comments)
        return Piece(line, tuple(moved(one, by) for one in self.statements), comments, found)


class PieceReader:
    """Parses the files of one workspace again and again. Not for several threads."""

    def __init__(self) -> None:
        self._names: Names | None = None
        self._files: dict[str, tuple[str, File, list[Diagnostic]]] = {}
        self._pieces: dict[str, dict[str, list[Piece]]] = {}

    def read(self, path: str, text: str, names: Names) -> tuple[File, list[Diagnostic]]:
        """What ``parse_file`` gives. ``names`` hold what all files declare; other names than last time forget all."""
        if names is not self._names:
            self._names = names
            self._files.clear()
            self._pieces.clear()
        known = self._files.get(path)
        if known is not None and known[0] == text:
            return known[1], known[2]
        old = self._pieces.get(path, {})
        new: dict[str, list[Piece]] = {}
        pieces: list[Piece] = []
        for first, part in pieces_of(text):
            waiting = old.get(part)
            piece = waiting.pop(0).at(first) if waiting else _parsed(path, part, names, first)
            new.setdefault(part, []).append(piece)
            pieces.append(piece)
        self._pieces[path] = new
        found = [one for piece in pieces for one in piece.diagnostics][: MOST_ERRORS + 1]
        comments = tuple(one for piece in pieces for one in piece.comments)
        file = File(path, tuple(_numbered(pieces)), comments)
        self._files[path] = text, file, found
        return file, found

    def forget(self, paths: Sequence[str]) -> None:
        """Keep nothing of files that are gone: all but ``paths``."""
        for path in [path for path in self._files if path not in paths]:
            del self._files[path]
            self._pieces.pop(path, None)


def _parsed(path: str, part: str, names: Names, first: int) -> Piece:
    file, found = parse_piece(path, part, names, first)
    return Piece(first, file.statements, file.comments, tuple(found))


def _numbered(pieces: Sequence[Piece]) -> Iterator[Statement]:
    """All statements, rules without a name called by their tag and a number over the whole file."""
    counts: dict[str, int] = {}
    for piece in pieces:
        for statement in piece.statements:
            if isinstance(statement, Rule) and not statement.named:
                tag = next((one.tag for one in statement.effects if not one.withhold), statement.effects[0].tag)
                count = counts[tag] = counts.get(tag, 0) + 1
                name = tag if count == 1 else f"{tag}#{count}"
                statement = statement.called(name)
            yield statement


def pieces_of(text: str) -> Iterator[tuple[int, str]]:
    """(first line, text) of each piece."""
    lines = text.splitlines()
    start, depth, open_end = 0, 0, False
    for number, line in enumerate(lines):
        if number > start and depth == 0 and not open_end and line and not _CONTINUES.match(line):
            yield start + 1, "\n".join(lines[start:number])
            start, depth = number, 0
        if not line or line.isspace():
            continue
        bare = _COMMENT.sub("", _QUOTED.sub('""', line))
        depth = max(0, depth + sum(map(bare.count, "(（")) - sum(map(bare.count, ")）")))
        if bare and not bare.isspace():
            open_end = bool(_UNFINISHED.search(line) or _UNFINISHED.search(bare))
    if lines:
        yield start + 1, "\n".join(lines[start:])
