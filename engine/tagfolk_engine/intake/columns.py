"""A column of a staged source, and what its text holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sqlglot import exp

Kind = Literal["integer", "number", "boolean", "date", "time", "text", "typed"]


@dataclass(frozen=True)
class Column:
    """A column of a staged source. ``kind`` "typed": ``type`` (DuckDB's) says it all. Otherwise it is text.

    ``formats``: how its dates are written, commonest first ("iso" or a strptime format). ``offsets``: some of its
    times may say their offset from UTC. ``misfits``: values that are none of the kind.
    """

    name: str
    type: str
    kind: Kind
    formats: tuple[str, ...] = ()
    ambiguous: bool = False
    misfits: int = 0
    offsets: bool = True

    @property
    def is_text(self) -> bool:
        """Whether it lies as text in the staged table."""
        return self.type == "VARCHAR"

    def raw(self) -> exp.Expr:
        """The column; text trimmed, and missing where nothing is left."""
        column = exp.column(self.name, quoted=True)
        if not self.is_text:
            return column
        return exp.func("NULLIF", exp.func("TRIM", column), exp.Literal.string(""))

    def findings(self) -> list[str]:
        """What to tell people about it."""
        lines = []
        if self.kind in ("date", "time") and self.formats:
            lines.append(f"{self.name}: {self.kind}s written as {' or '.join(map(shown_format, self.formats))}")
        if self.ambiguous:
            shown = shown_format(self.formats[0])
            lines.append(f"{self.name}: day and month cannot be told apart; read as {shown}")
        if self.misfits and self.kind not in ("text", "typed"):
            lines.append(f"{self.name}: {self.misfits} value{'s are' if self.misfits > 1 else ' is'} no {self.kind}")
        return lines


def shown_format(name: str) -> str:
    """A date format as people write it.

    >>> shown_format("%d/%m/%Y")
    'DD/MM/YYYY'
    """
    if name == "iso":
        return "ISO (YYYY-MM-DD)"
    for code, text in (("%Y", "YYYY"), ("%y", "YY"), ("%m", "MM"), ("%d", "DD"), ("%H", "hh"), ("%M", "mm"),
                       ("%S", "ss"), ("%b", "Mon"), ("%B", "Month"), ("%I", "hh"), ("%p", "AM/PM")):  # fmt: skip
        name = name.replace(code, text)
    return name


def bind(columns: Mapping[str, Column], name: str) -> Column | None:
    """The column that an expression means: names are compared without case."""
    return columns.get(name) or {c.casefold(): column for c, column in columns.items()}.get(name.casefold())
