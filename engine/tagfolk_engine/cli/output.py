"""What commands write: one JSON document, or lines and tables for people."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tagfolk_dsl.diagnostics import Diagnostic


def say(text: str = "") -> None:
    """A line on stdout, as it stands."""
    sys.stdout.write(text + "\n")


def tell(text: str) -> None:
    """A line on stderr."""
    sys.stderr.write(text + "\n")


def document(data: object) -> None:
    """The one JSON document of ``--json``."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], title: str = "") -> None:
    """A table for people; figures to the right. Markup in the data is shown, not obeyed."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    rows = [list(row) for row in rows]
    made = Table(title=Text(title, style="bold") if title else None, title_justify="left", box=None, pad_edge=False)
    for index, name in enumerate(columns):
        figures = bool(rows) and all(isinstance(row[index], (int, float)) or row[index] is None for row in rows)
        made.add_column(Text(name), justify="right" if figures else "left", header_style="bold")
    for row in rows:
        made.add_row(*(Text(shown(value)) for value in row))
    Console(width=None if sys.stdout.isatty() else 240).print(made)


def shown(value: object) -> str:
    """A value as people read it.

    >>> shown(1234567), shown(None), shown(0.5), shown(True)
    ('1,234,567', '', '0.5', 'yes')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    if isinstance(value, (list, tuple)):
        return ", ".join(shown(item) for item in value)
    return str(value)


def findings(
    diagnostics: Iterable[Diagnostic], sources: Mapping[str, str], language: str, *, stream: Any = None
) -> None:
    """Errors and warnings with their lines and carets."""
    from tagfolk_dsl.diagnostics import render

    stream = stream or sys.stdout
    for found in diagnostics:
        stream.write(render(found, sources.get(found.span.file), language) + "\n")
