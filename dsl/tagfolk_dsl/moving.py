"""Trees at another line: what an editor's inserted line does to every statement below it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from tagfolk_dsl.tree import Card, Node, Rule, Span, Type, Unit

T = TypeVar("T", bound=Node)

_FLAT = frozenset((str, int, float, bool, type(None), Decimal, date, datetime, Unit, Type))
_PLAIN = re.compile(r"(?:str|int|bool|Decimal|Unit|Type|date|datetime|Comparison|Function|Literal\[.*?\]| \| |None)+")
"""Types in whose fields no node can stand."""
_copiers: dict[type, Callable[[Any, int], Any]] = {}


def moved(node: T, by: int) -> T:
    """The same tree ``by`` lines further down (up, where negative). The given tree stays as it is."""
    return node if by == 0 else _move(node, by)


def moved_span(span: Span, by: int) -> Span:
    """The same place ``by`` lines further down; nowhere stays nowhere."""
    file, line, column, end_line, end_column = span
    return Span(file, line + by, column, end_line + by, end_column) if line else span


def _move(value: Any, by: int) -> Any:
    kind = type(value)
    if kind in _FLAT:
        return value
    if kind is tuple:
        return tuple([_move(item, by) for item in value]) if value else value
    copier = _copiers.get(kind)
    if copier is None:
        if not isinstance(value, Node):
            return value
        copier = _copiers[kind] = _copier(kind)
    return copier(value, by)


def _copier(kind: type[Node]) -> Callable[[Any, int], Any]:
    """A function that copies nodes of one class."""
    rest = [field for field in fields(kind) if field.name not in ("span", "lines")]
    plain = [field.name for field in rest if _PLAIN.fullmatch(str(field.type))]
    deep = [field.name for field in rest if field.name not in plain]
    clauses = "lines" in kind.__dataclass_fields__ and kind in (Card, Rule)
    if not clauses and "lines" in kind.__dataclass_fields__:
        deep.append("lines")
    new, put = object.__new__, object.__setattr__

    def copy(node: Any, by: int) -> Any:
        made = new(kind)
        put(made, "span", moved_span(node.span, by))
        for name in plain:
            put(made, name, getattr(node, name))
        for name in deep:
            put(made, name, _move(getattr(node, name), by))
        if clauses:
            put(made, "lines", tuple([(key, line + by) for key, line in node.lines]))
        return made

    return copy
