"""A whole file: its statements, the comments where they stood, and one blank line where there were some."""

from __future__ import annotations

from tagfolk_dsl.formatter.statements import INDENT, Row, StatementWriter
from tagfolk_dsl.formatter.words import Language
from tagfolk_dsl.tree import File

Comment = tuple[int, int, str, bool]


def format_file(file: File, language: Language | None = None) -> str:
    """A file's canonical text; ``language`` also turns the keywords (None: English). Files with errors lose what
    could not be read: format only a file without any."""
    writer = StatementWriter(language or "en")
    comments = sorted(file.comments)
    out: list[str] = []
    last = 0
    was_block = False
    for statement in file.statements:
        rows = list(writer.rows(statement))
        above = _taken(comments, rows[0].line, alone=True) if rows[0].line else []
        for _, _, text, _ in _gap(above, out, last):
            out.append(text)
        start = above[0][0] if above else rows[0].line
        if above:
            last = above[-1][0]
            start = rows[0].line
            if start - last > 1:
                out.append("")
        elif out and (start - last > 1 or was_block or len(rows) > 1 or not start):
            out.append("")
        for index, row in enumerate(rows):
            _write(row, out, comments, inside=index > 0)
        last = max(statement.span.end_line, rows[0].end_line)
        was_block = len(rows) > 1
        rest = [one for one in comments if one[0] <= last]
        for one in rest:
            comments.remove(one)
            out.append((INDENT if was_block else "") + one[2])
    for _, _, text, _ in _gap(comments, out, last):
        out.append(text)
    return "\n".join(out) + "\n" if out else ""


def _gap(above: list[Comment], out: list[str], last: int) -> list[Comment]:
    """The comments above a statement, with blank lines where the source had them."""
    spaced: list[Comment] = []
    before = last
    for comment in above:
        if (out or spaced) and comment[0] - before > 1:
            spaced.append((0, 0, "", True))
        spaced.append(comment)
        before = comment[0]
    return spaced


def _taken(comments: list[Comment], line: int, *, alone: bool) -> list[Comment]:
    """Takes the comments above a line out of the list."""
    found = [one for one in comments if one[0] < line and (one[3] or not alone)]
    for one in found:
        comments.remove(one)
    return found


def _write(row: Row, out: list[str], comments: list[Comment], *, inside: bool) -> None:
    if inside and row.line:
        out.extend(INDENT + one[2] for one in _taken(comments, row.line, alone=True))
    beside = [one for one in comments if row.line and row.line <= one[0] <= row.end_line and not one[3]]
    for one in beside:
        comments.remove(one)
    out.append("  ".join([row.text, *(one[2] for one in beside)]))
