"""Functions with brackets: ``sum(purchase.amount where …)``, ``share(…)``, ``hour(time)``, ``bucket(100)``."""

from __future__ import annotations

from typing import Any, cast, get_args

from tagfolk_dsl.lexer import Token
from tagfolk_dsl.syntax_errors import SyntaxProblem
from tagfolk_dsl.tree import (
    Aggregate,
    Bucket,
    Condition,
    Dotted,
    Ever,
    Filtered,
    Function,
    Metric,
    Name,
    Node,
    Number,
    Share,
    Span,
    Text,
    TimePart,
    Window,
    Windowed,
)

_OVER_EVENTS = frozenset(("count", "avg_gap", "median_gap", "first_gap"))
_PARTS = frozenset(("hour", "weekday", "month"))


def call(function: Token, arguments: list[Any], span: Span) -> Metric:
    """The node of a function call."""
    name = function.value
    if name == "bucket":
        return _bucket(function, arguments, span)
    if len(arguments) != 1:
        raise _wrong(function, "takes one thing in its brackets", "括号内只有一项")
    (argument,) = arguments
    if name in _PARTS:
        if not isinstance(argument, Metric):
            raise _wrong(function, "takes a time, as in 'hour(time)'", "括号内应是时间，例如 hour(time)")
        return TimePart(name, argument, span=span)
    if name == "share":
        return _share(function, argument, span)
    event, property_, where, window = opened(argument)
    if event is None or (name in _OVER_EVENTS) != (property_ is None):
        if name in _OVER_EVENTS:
            raise _wrong(function, f"takes an event, as in '{name}(purchase)'", f"括号内应是事件，例如 {name}(购买)")
        raise _wrong(
            function,
            f"takes a property of an event, as in '{name}(purchase.amount)'",
            f"括号内应是事件的属性，例如 {name}(购买.金额)",
        )
    assert name in get_args(Function)
    return Aggregate(cast(Function, name), event, property_, where, window or Ever(), span=span)


def opened(node: Any) -> tuple[str | None, str | None, Condition | None, Window | None]:
    """(event, property, where, window) of ``purchase.amount where … in …``; event None where it is something else."""
    where: Condition | None = None
    window: Window | None = None
    if isinstance(node, Windowed):
        node, window = node.metric, node.window
    if isinstance(node, Filtered):
        node, where = node.metric, node.where
    if isinstance(node, Name):
        return node.name, None, where, window
    if isinstance(node, Dotted):
        return node.left, node.right, where, window
    return None, None, where, window


def _share(function: Token, argument: Node, span: Span) -> Share:
    if isinstance(argument, Aggregate) and argument.function in ("count", "sum"):
        return Share(argument, span=span)
    event, property_, where, window = opened(argument)
    if event is None or property_ is not None:
        raise _wrong(
            function,
            "takes an event or a sum with 'where', as in 'share(purchase where category = tea)'",
            "括号内应是带“其中”的事件或总和，例如 share(purchase where category = tea)",
        )
    return Share(Aggregate("count", event, None, where, window or Ever(), span=argument.span), span=span)


def _bucket(function: Token, arguments: list[Any], span: Span) -> Bucket:
    size = arguments[0] if arguments else None
    salt = arguments[1] if len(arguments) == 2 else Text("")
    if (
        not isinstance(size, Number)
        or not isinstance(salt, (Text, Name))
        or len(arguments) > 2
        or (size.value != int(size.value) or not 1 <= size.value <= 1_000_000_000)
    ):
        raise _wrong(
            function,
            "takes a whole number and, if wanted, a text, as in 'bucket(100, \"spring\")'",
            '括号内应是整数，还可以有一段文本，例如 bucket(100, "spring")',
        )
    return Bucket(int(size.value), salt.value if isinstance(salt, Text) else salt.name, span=span)


def _wrong(function: Token, message: str, message_zh: str) -> SyntaxProblem:
    return SyntaxProblem("T017", function.span, f"'{function.text}' {message}", f"“{function.text}”{message_zh}")
