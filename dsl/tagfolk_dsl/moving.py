"""Trees at another line: what an editor's inserted line does to every statement below it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeVar

from tagfolk_dsl.tree import Node, Span

T = TypeVar("T", bound=Node)

_FLAT = (str, int, float, bool, type(None))
_copiers: dict[type, Callable[[Any, int], Any]] = {}


def moved(node: T, by: int) -> T:
    """The same tree ``by`` lines further down (up, where negative). The given tree stays as it is."""
    return node if by == 0 else _move(node, by)


def moved_span(span: Span, by: int) -> Span:
    """The same place ``by`` lines further down; nowhere stays nowhere."""
    return Span(span.file, span.line + by, span.column, span.end_line + by, span.end_column) if span.line else span


def _move(value: Any, by: int) -> Any:
    kind = type(value)
    if kind in _FLAT:
        return value
    if kind is tuple:
        return tuple([_move(item, by) for item in value]) if value else value
    if not isinstance(value, Node):
        return value
    copier = _copiers.get(kind)
    if copier is None:
        copier = _copiers[kind] = _copier(kind)
    return copier(value, by)


def _copier(kind: type[Node]) -> Callable[[Any, int], Any]:
    """A function that copies nodes of one class; a clause's line counts in ``lines``."""
    names = [field.name for field in fields(kind) if field.name != "span"]
    put = object.__setattr__

    def copy(node: Any, by: int) -> Any:
        new = object.__new__(kind)
        put(new, "span", moved_span(node.span, by))
        for name in names:
            value = getattr(node, name)
            if name == "lines" and value and type(value[0]) is tuple:
                value = tuple((key, line + by) for key, line in value)
            elif type(value) not in _FLAT:
                value = _move(value, by)
            put(new, name, value)
        return new

    return copy
