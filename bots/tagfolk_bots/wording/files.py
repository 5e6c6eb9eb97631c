"""Rows as a CSV file that no spreadsheet takes for formulas."""

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
