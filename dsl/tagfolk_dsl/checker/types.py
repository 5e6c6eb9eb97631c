"""The type of a resolved metric, and the words for types in messages."""

from __future__ import annotations

from tagfolk_dsl.tree import (
    Aggregate,
    Attribute,
    Boolean,
    Day,
    EventTime,
    Instant,
    MethodColumn,
    Metric,
    Property,
    TagValue,
    Text,
    TimePart,
    TopValues,
    Type,
)

WORDS = {
    Type.NUMBER: ("a number", "数字"),
    Type.TEXT: ("text", "文本"),
    Type.BOOLEAN: ("yes or no", "是/否"),
    Type.DATE: ("a date", "日期"),
    Type.TIME: ("a time", "时间"),
}
"""How messages name a type, in English and Chinese."""

LITERALS = (Text, Boolean, Day, Instant)
"""Values written in the text, beside numbers."""

SAME_AS_PROPERTY = frozenset({"min", "max", "first", "last", "most_common"})
"""Aggregates whose value has the property's type; all others are numbers."""


def type_of(metric: Metric) -> Type:
    """The type of a resolved metric."""
    if isinstance(metric, (Attribute, Property, MethodColumn, TagValue, Aggregate)):
        return metric.type
    if isinstance(metric, (Text, TopValues)):
        return Type.TEXT
    if isinstance(metric, Boolean):
        return Type.BOOLEAN
    if isinstance(metric, Day):
        return Type.DATE
    if isinstance(metric, (Instant, EventTime)):
        return Type.TIME
    if isinstance(metric, TimePart) and metric.part == "weekday":
        return Type.TEXT
    return Type.NUMBER


def fits(left: Type, right: Type) -> bool:
    """Whether two types can be compared: the same, or both dates or times."""
    return left == right or {left, right} == {Type.DATE, Type.TIME}


def is_date(kind: Type) -> bool:
    """A date or an instant."""
    return kind in (Type.DATE, Type.TIME)
