"""A time or a ``where`` after something: put into the node where the node has a place for it, else wrapped around."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from tagfolk_dsl.lexer import Token, join
from tagfolk_dsl.syntax_errors import SyntaxProblem
from tagfolk_dsl.tree import (
    Across,
    Aggregate,
    Boolean,
    Burst,
    Condition,
    Day,
    DaysBetween,
    Duration,
    Elapsed,
    Ever,
    Filtered,
    FirstIn,
    Had,
    InPeriods,
    Instant,
    Last,
    Metric,
    Moment,
    Name,
    Node,
    Number,
    Occurs,
    Overall,
    Sequence,
    Share,
    Span,
    Text,
    TopValues,
    Window,
    Windowed,
)

LITERALS = (Number, Text, Boolean, Day, Instant)
_HOLDERS = (Aggregate, Occurs, FirstIn, TopValues, Moment, Sequence)


def twice(span: Span, what: str, what_zh: str) -> SyntaxProblem:
    """The error for a second time, ``where`` or clause."""
    return SyntaxProblem("T016", span, f"{what} is said twice here", f"这里重复写了{what_zh}", "keep one", "只保留一个")


def with_span(node: Any, span: Span) -> Any:
    """The node with another place."""
    object.__setattr__(node, "span", span)
    return node


def timed(node: Node, word: Token) -> Node:
    """``node`` seen in the time that ``word`` says; the result spans both."""
    span = join(*sorted((node.span, word.span), key=lambda one: (one.line, one.column)))
    if word.type == "PERIODS":
        return cast(Node, with_span(_in_periods(node, word), span))
    if word.type == "AGO":
        if isinstance(node, Had) and node.at is None and node.window is None:
            return Had(node.tag, at=word.value, span=span)
        raise SyntaxProblem(
            "T004",
            word.span,
            "a time 'ago' asks for a state ('had vip 3 months ago'); a stretch is 'from 6 to 3 months ago'",
            "“…前”只用于过去的状态（曾有 会员 3个月前）；一段时间写作“6个月前到3个月前”",
        )
    window: Window
    if word.type == "DURATION":
        window = Last(word.value, span=word.span)
    else:
        window = Ever(span=word.span) if word.value is None else word.value
    short = word.type in ("WITHIN", "DURATION")
    return cast(Node, with_span(_in_window(node, window, word, short), span))


def _in_window(node: Any, window: Window, word: Token, short: bool) -> Any:
    if isinstance(node, Burst):
        if node.within is None and short and isinstance(window, Last):
            return replace(node, within=window.length)
        return replace(node, window=_only(node.window, window, word))
    if isinstance(node, _HOLDERS):
        return replace(node, window=_only(node.window, window, word))
    if isinstance(node, Had):
        if node.window is not None or node.at is not None:
            raise twice(word.span, "a time", "时间")
        return replace(node, window=window)
    if isinstance(node, Share):
        return replace(node, part=_in_window(node.part, window, word, short))
    if isinstance(node, Elapsed) and isinstance(node.since, Moment):
        return replace(node, since=_in_window(node.since, window, word, short))
    if isinstance(node, DaysBetween):
        return replace(
            node, start=_in_window(node.start, window, word, short), end=_in_window(node.end, window, word, short)
        )
    if isinstance(node, Overall):
        return replace(node, aggregate=_in_window(node.aggregate, window, word, short))
    if isinstance(node, Across):
        return replace(node, metric=_in_window(node.metric, window, word, short))
    if isinstance(node, Windowed):
        raise twice(word.span, "a time", "时间")
    if isinstance(node, Metric) and not isinstance(node, LITERALS):
        return Windowed(node, window)
    if isinstance(node, LITERALS):
        raise SyntaxProblem(
            "T004",
            word.span,
            "a time belongs after a metric or an event, not after a value",
            "时间应放在指标或事件之后，不能放在值之后",
        )
    raise SyntaxProblem(
        "T004",
        word.span,
        "a time belongs after a metric or an event, not after a condition",
        "时间应放在指标或事件之后，不能放在条件之后",
        "put it into the condition",
        "把时间写进条件里",
    )


def _only(before: Window, window: Window, word: Token) -> Window:
    if not isinstance(before, Ever):
        raise twice(word.span, "a time", "时间")
    return window


def _in_periods(node: Any, word: Token) -> InPeriods:
    at_least, of, unit = word.value
    if isinstance(node, Occurs) and node.mode == "some" and isinstance(node.window, Ever):
        return InPeriods(node.event, node.where, at_least, of, unit)
    where = None
    if isinstance(node, Filtered):
        node, where = node.metric, node.where
    if isinstance(node, Name):
        return InPeriods(node.name, where, at_least, of, unit)
    raise SyntaxProblem(
        "T004",
        word.span,
        "'in at least 3 of the last 5 weeks' follows an event",
        "“近5周中至少3周”用于事件",
    )


def filtered(node: Node, condition: Condition, where: Span) -> Node:
    """``node where condition``."""
    span = join(node.span, condition.span)
    return cast(Node, with_span(_where(node, condition, where), span))


def _where(node: Any, condition: Condition, where: Span) -> Any:
    if isinstance(node, (Aggregate, Occurs, FirstIn, TopValues, Moment, Burst)):
        if node.where is not None:
            raise twice(where, "'where'", "“其中”")
        return replace(node, where=condition)
    if isinstance(node, Share):
        return replace(node, part=_where(node.part, condition, where))
    if isinstance(node, Elapsed) and isinstance(node.since, Moment):
        return replace(node, since=_where(node.since, condition, where))
    if isinstance(node, Overall):
        return replace(node, aggregate=_where(node.aggregate, condition, where))
    if isinstance(node, Windowed):
        return Windowed(_where(node.metric, condition, where), node.window)
    if isinstance(node, Filtered):
        raise twice(where, "'where'", "“其中”")
    if isinstance(node, Metric) and not isinstance(node, LITERALS):
        return Filtered(node, condition)
    raise SyntaxProblem(
        "T001",
        where,
        "'where' belongs after an event or a metric",
        "“其中”应放在事件或指标之后",
    )


def whole(number: Token, what: str, what_zh: str) -> int:
    """A whole number of a phrase."""
    if number.value != int(number.value) or number.text[-1] in "%％" or not 0 <= number.value <= 10**12:
        raise SyntaxProblem("T010", number.span, f"{what} is a whole number", f"{what_zh}应为整数")
    return int(number.value)


def length_of(word: Token) -> Duration:
    """The duration of a WITHIN or DURATION token."""
    value = word.value
    return value.length if isinstance(value, Last) else cast(Duration, value)
