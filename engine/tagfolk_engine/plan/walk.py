"""Walking and rewriting trees without knowing every node."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import Any, TypeVar

from tagfolk_dsl.tree import Node

N = TypeVar("N", bound=Node)


_KNOWN: dict[type[Node], tuple[str, ...]] = {}


def _names(kind: type[Node]) -> tuple[str, ...]:
    if kind not in _KNOWN:
        _KNOWN[kind] = tuple(f.name for f in fields(kind) if f.name != "span")
    return _KNOWN[kind]


def children(node: Node) -> Iterator[Node]:
    """The nodes directly inside a node, also those in tuples."""
    for name in _names(type(node)):
        yield from _nodes(getattr(node, name))


def _nodes(value: Any) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _nodes(item)


def walk(node: Node) -> Iterator[Node]:
    """The node and everything inside it, outermost first."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(children(current))


def rewrite(node: N, change: Callable[[Node], Node | None]) -> N:
    """A copy in which every node for which ``change`` gives another is replaced by it, innermost first.

    The given node itself may be replaced by a node of another class; callers know what they asked for.
    """
    changed: dict[str, Any] = {}
    for name in _names(type(node)):
        old = getattr(node, name)
        new = _rewrite_value(old, change)
        if new is not old:
            changed[name] = new
    result = replace(node, **changed) if changed else node
    return change(result) or result  # type: ignore[return-value]


def _rewrite_value(value: Any, change: Callable[[Node], Node | None]) -> Any:
    if isinstance(value, Node):
        return rewrite(value, change)
    if isinstance(value, tuple):
        items = tuple(_rewrite_value(item, change) for item in value)
        return items if any(a is not b for a, b in zip(items, value)) else value
    return value
