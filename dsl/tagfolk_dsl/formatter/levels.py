"""How tightly texts bind, and so where brackets are needed."""

from __future__ import annotations

from tagfolk_dsl.tree import (
    Aggregate,
    And,
    Anniversary,
    Arithmetic,
    Attribute,
    Bare,
    Boolean,
    Bucket,
    Change,
    Compare,
    Condition,
    DateAge,
    Day,
    DaysBetween,
    Dotted,
    Elapsed,
    EventTime,
    Ever,
    Filtered,
    InRange,
    Instant,
    Known,
    Matches,
    Member,
    MethodColumn,
    Moment,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Or,
    Overall,
    Property,
    Rank,
    Sequence,
    TagValue,
    Text,
    TimePart,
)

OR, AND, NOT, COMPARISON, SUM, PRODUCT, UNARY, POSTFIX, PRIMARY = range(9)
LITERALS = (Number, Text, Boolean, Day, Instant)
PLAIN = (*LITERALS, Name, Dotted, Attribute, Property, MethodColumn, TagValue, EventTime, TimePart)
_LOW_LEVELS: dict[type, int] = {Or: OR, And: AND, Not: NOT}
_COMPARISONS = (Compare, InRange, Member, Matches, Known, DateAge, Anniversary, Change, Rank, Sequence)


def level_of(node: Node) -> int:
    """How tightly the text of a node binds."""
    if type(node) in _LOW_LEVELS:
        return _LOW_LEVELS[type(node)]
    if isinstance(node, _COMPARISONS):
        return COMPARISON
    if isinstance(node, Arithmetic):
        return SUM if node.operator in "+-" else PRODUCT
    if isinstance(node, Negative):
        return UNARY
    if isinstance(node, Bare):
        return level_of(node.metric)
    if isinstance(
        node, (*LITERALS, Name, Dotted, Attribute, Property, MethodColumn, TagValue, TimePart, EventTime, Bucket)
    ):
        return PRIMARY
    return POSTFIX


def is_plain(node: Condition) -> bool:
    """Whether a condition is one comparison of plain things, as ``where`` takes it without brackets."""
    if isinstance(node, Compare):
        return isinstance(node.left, PLAIN) and isinstance(node.right, PLAIN)
    if isinstance(node, InRange):
        # "10.." is bracketed: a time such as 2022-01-26之前 right after it would be its other end
        return isinstance(node.metric, PLAIN) and (
            isinstance(node.low, (*LITERALS, Name, type(None))) and isinstance(node.high, (*LITERALS, Name))
        )
    if isinstance(node, (Member, Matches, Known, DateAge)):
        return isinstance(node.metric, PLAIN)
    return False


def ends_open(node: Node) -> bool:
    """Whether a text ends in a ``where`` without brackets: what comes next could be read as part of it."""
    if isinstance(node, Filtered):
        return is_plain(node.where)
    if isinstance(node, Arithmetic):
        return ends_open(node.right)
    if isinstance(node, Negative):
        return ends_open(node.operand)
    if isinstance(node, Overall):
        return ends_open(node.aggregate)
    if isinstance(node, Elapsed):
        return ends_open(node.since)
    if isinstance(node, DaysBetween):
        return ends_open(node.end)
    if isinstance(node, (Aggregate, Moment)):
        return node.where is not None and isinstance(node.window, Ever) and is_plain(node.where)
    return False
