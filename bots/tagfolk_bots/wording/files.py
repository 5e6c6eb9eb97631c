"""Rows as a CSV or Excel file in which nothing is taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from tagfolk_bots.messages import Cell

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def defuse(cell: Cell) -> Cell:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front; numbers stay numbers.

    >>> defuse("=1+1"), defuse("-5 cats"), defuse(-5), defuse("张三")
    ("'=1+1", "'-5 cats", -5, '张三')
    """
    if isinstance(cell, str) and cell.lstrip().startswith(_FORMULA):
        return "'" + cell
    return cell


def csv_file(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """UTF-8 with a mark that spreadsheets need to see Chinese; lines end as RFC 4180 says."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([defuse(c) for c in columns])
    writer.writerows([defuse(c) for c in row] for row in rows)
    return ("\ufeff" + out.getvalue()).encode()


def excel_file(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """One sheet with a heading; texts are texts, also where they begin like a formula, numbers are numbers."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.cell.cell import Cell as SheetCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    sheet = book.create_sheet("tagfolk")
    sheet.freeze_panes = "A2"

    def cell(value: Cell, *, bold: bool = False) -> SheetCell:
        shown = ILLEGAL_CHARACTERS_RE.sub("", str(defuse(value))) if isinstance(value, str) else value
        made = WriteOnlyCell(sheet, shown)
        if isinstance(shown, str):
            made.data_type = "s"
        if bold:
            made.font = Font(bold=True)
        return made

    sheet.append([cell(name, bold=True) for name in columns])
    for row in rows:
        sheet.append([cell(value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
