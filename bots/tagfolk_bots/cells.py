"""Cells of an answer as people read them, and rows as a CSV file."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence

from tagfolk_bots.messages import Cell, Language, Row

_SHARES = {"share", "percent", "rate", "filled", "占比", "比例", "份额", "比率"}


def show(cell: Cell, column: str, language: Language) -> str:
    """A cell as people read it.

    >>> show(1234567, "customers", "en"), show(0.3912, "share", "en"), show(True, "vip", "zh"), show(None, "x", "en")
    ('1,234,567', '39.1 %', '是', '')
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return {"en": ("no", "yes"), "zh": ("否", "是")}[language][cell]
    if isinstance(cell, int | float) and column.lower() in _SHARES and -1 <= cell <= 1:
        return f"{cell * 100:.1f} %"
    if isinstance(cell, int):
        return f"{cell:,}"
    if isinstance(cell, float):
        if not math.isfinite(cell):
            return ""
        return f"{cell:,.0f}" if cell == int(cell) else f"{cell:,.2f}"
    return cell


def csv_file(columns: Sequence[str], rows: Sequence[Row]) -> bytes:
    """All rows as CSV that Excel opens in UTF-8; a cell that begins like a formula is defused with a quote."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_defused(name) for name in columns])
    writer.writerows([_defused(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _defused(cell: Cell) -> Cell:
    if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r", "\n"):
        return "'" + cell
    return cell
