"""Rows of an answer as Slack shows them: its own table block where they fit, lined-up text where not."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from tagfolk_bots.cells import show
from tagfolk_bots.messages import Language, Row
from tagfolk_bots.slack import limits
from tagfolk_bots.slack.text import cut

Block = dict[str, object]

SHOWN = 20
"""Rows in a message; more are in the file."""
_CELL = 200


def table_block(columns: Sequence[str], rows: Sequence[Row], language: Language) -> Block | None:
    """Slack's table block of the first rows, or None where the columns are too many for one."""
    if not columns or len(columns) > limits.TABLE_COLUMNS:
        return None
    body = [
        [cut(show(cell, name, language), _CELL) for name, cell in zip(columns, row, strict=True)]
        for row in rows[:SHOWN]
    ]
    lines = [[cut(name, _CELL) for name in columns], *body]
    while len(lines) > 1 and sum(len(cell) for line in lines for cell in line) > limits.TABLE_CHARACTERS:
        lines.pop()
    settings = [{"align": "right"} if _numeric(rows, index) else {"is_wrapped": True} for index in range(len(columns))]
    return {
        "type": "table",
        "column_settings": settings,
        "rows": [[{"type": "raw_text", "text": cell or " "} for cell in line] for line in lines],
    }


def table_text(columns: Sequence[str], rows: Sequence[Row], language: Language) -> str:
    """The first rows as lined-up text, for a preformatted block where a table block is refused."""
    lines = [
        list(columns),
        *([show(cell, name, language) for name, cell in zip(columns, row, strict=True)] for row in rows[:SHOWN]),
    ]
    lines = [[cut(cell.replace("\n", " "), 40) for cell in line] for line in lines]
    widths = [max(_width(line[index]) for line in lines) for index in range(len(columns))]
    right = [_numeric(rows, index) for index in range(len(columns))]
    shown = []
    for line in lines:
        cells = []
        for cell, wide, numeric in zip(line, widths, right, strict=True):
            room = " " * (wide - _width(cell))
            cells.append(room + cell if numeric else cell + room)
        shown.append("  ".join(cells).rstrip())
    return cut("\n".join(shown), limits.SECTION_TEXT)


def _width(text: str) -> int:
    """Columns of a text in a fixed-width font: a wide (Chinese) character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _numeric(rows: Sequence[Row], index: int) -> bool:
    cells = [row[index] for row in rows[:SHOWN] if row[index] not in (None, "<5")]
    return bool(cells) and all(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in cells)
