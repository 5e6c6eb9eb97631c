"""Walking over trees: every node below one, and what checks ask of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from tagfolk_dsl.tree import (
    Aggregate,
    Condition,
    Has,
    HasFor,
    InSegment,
    Metric,
    Moment,
    Node,
    Span,
    TagValue,
    TopValues,
    Window,
)

NODES = (
    "Metric", "Condition", "Moment", "Aggregate", "Step", "Effect", "Band", "Score", "Limit", "TemplateLine", "Example",
    "Expectation", "Statement", "object",
)  # fmt: skip
"""Words in the types of the fields that can hold metrics or conditions; windows and durations hold none."""

_fields: dict[type, tuple[str, ...]] = {}


def _names(kind: type[Node]) -> tuple[str, ...]:
    """The fields of a node class that can hold nodes."""
    names = _fields.get(kind)
    if names is None:
        held = [f.name for f in fields(kind) if any(word in str(f.type) for word in NODES)]
        names = _fields[kind] = tuple(held)
    return names


def children(node: Node) -> Iterator[Node]:
    """The nodes directly inside a node, in order."""
    for name in _names(type(node)):
        value = getattr(node, name)
        if isinstance(value, Node):
            yield value
        elif type(value) is tuple:
            yield from _nodes(value)


def _nodes(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _nodes(item)


def walk(node: Node) -> Iterator[Node]:
    """A node and all below it."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        if _names(type(current)):
            waiting.extend(children(current))


def windows(metric: Metric) -> list[Window]:
    """The windows of a metric's own aggregates; what other figures inside ``where`` look at does not count."""
    found: list[Window] = []
    waiting: list[Node] = [metric]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (Aggregate, Moment, TopValues)):
            found.append(node.window)
        else:
            waiting.extend(child for child in children(node) if not isinstance(child, Condition))
    return found


def looked_at(node: Node) -> Iterator[tuple[str, Span]]:
    """The tags that a tree asks for in this run (``had`` is the past), with the place of each question.

    Segments are not opened here: see :mod:`tagfolk_dsl.graph`.
    """
    for below in walk(node):
        if isinstance(below, (Has, HasFor, TagValue)):
            yield below.tag, below.span


def segments(node: Node) -> Iterator[tuple[str, Span]]:
    """The segments that a tree asks for."""
    for below in walk(node):
        if isinstance(below, InSegment):
            yield below.segment, below.span
