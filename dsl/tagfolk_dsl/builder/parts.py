"""What the builder's methods share: places, and what a part may be where it stands."""

from __future__ import annotations

from typing import Any, cast

from tagfolk_dsl.builder.folding import LITERALS, whole
from tagfolk_dsl.lexer import Token
from tagfolk_dsl.syntax_errors import SyntaxProblem
from tagfolk_dsl.tree import (
    Arithmetic,
    Bare,
    Boolean,
    Burst,
    Condition,
    Day,
    Ever,
    FirstIn,
    Had,
    Instant,
    Metric,
    Name,
    Negative,
    Node,
    Number,
    Rank,
    Span,
    Text,
)

Parts = list[Any]


def spanned(parts: Parts) -> Span:
    """From the first part to the last."""
    first, last = parts[0].span, parts[-1].span
    return Span(first.file, first.line, first.column, last.end_line, last.end_column)


def metric(node: Node) -> Metric:
    """The node where a metric is due."""
    if isinstance(node, Bare):
        return node.metric
    if isinstance(node, Metric):
        return node
    raise SyntaxProblem(
        "T012",
        node.span,
        "a metric or a value is expected here, and this is a condition",
        "这里应是指标或值，而这是条件",
        "compare metrics, and join conditions with 'and'",
        "比较指标；条件用“且”连接",
    )


def condition(node: Node) -> Condition:
    """The node where a condition is due: a metric alone is one (the checker looks what it is)."""
    if isinstance(node, Burst) and cast(Any, node.within) is None:
        raise SyntaxProblem(
            "T003",
            node.span,
            f"'at least {node.at_least} {node.event}' needs a length such as 'within 24 hours'",
            f"“至少{node.at_least}次{node.event}”需要时长，例如“24小时内”",
        )
    if isinstance(node, FirstIn) and isinstance(node.window, Ever):
        raise SyntaxProblem(
            "T003",
            node.span,
            f"'first {node.event}' needs a time such as 'in 30 days'",
            f"“首次{node.event}”需要时间，例如“在近30天”",
        )
    if isinstance(node, Had) and node.at is None and node.window is None:
        raise SyntaxProblem(
            "T003",
            node.span,
            f"'had {node.tag}' needs a time such as '3 months ago' or 'in 12 months'",
            f"“曾有{node.tag}”需要时间，例如“3个月前”或“近12个月”",
        )
    if isinstance(node, Condition):
        return node
    if isinstance(node, (*LITERALS, Arithmetic, Negative)):
        raise SyntaxProblem(
            "T013",
            node.span,
            "a condition is expected here, and this is only a value",
            "这里应是条件，而这只是一个值",
            "compare it, as in 'purchases in 30 days >= 3'",
            "与某个值比较，例如“近30天购买次数 >= 3”",
        )
    return Bare(cast(Metric, node), span=node.span)


def ends(word: Token) -> tuple[Metric | None, Metric | None]:
    """Both ends of a RANGE token."""
    low, high = (None if part is None else literal(part) for part in word.value)
    if low is None and high is None:
        raise SyntaxProblem(
            "T003", word.span, "a range has at least one end, as in '20..35'", "区间至少有一端，例如 20..35"
        )
    return low, high


def literal(word: Token) -> Metric:
    """A value as written, or a name."""
    if word.type == "NUMBER":
        return Number(word.value, word.text, span=word.span)
    if word.type == "NAME":
        return Name(word.value, span=word.span)
    kinds = {"TEXT": Text, "DATE": Day, "INSTANT": Instant, "BOOL": Boolean}
    return cast(Metric, kinds[word.type](word.value, span=word.span))


def how_many(word: Token) -> int:
    """The number of ``top 3 of``."""
    count = whole(word.value[1], "how many", "个数")
    if count < 1 or word.value[0] != "top":
        raise SyntaxProblem("T010", word.span, "there are at least one commonest values", "至少要取 1 个最常见的值")
    return count


def ranked(by: Metric, word: Token, among: Condition | None, span: Span) -> Rank:
    """``top 20%`` or ``top 100`` of a metric."""
    end, number = word.value
    if number.text[-1] in "%％":
        if not 0 < number.value <= 1:
            raise SyntaxProblem("T010", number.span, "a rank is between 0% and 100%", "排名比例应在 0% 与 100% 之间")
        return Rank(end, by, fraction=number.value, among=among, span=span)
    count = whole(number, "how many", "人数")
    if count < 1:
        raise SyntaxProblem("T010", number.span, "how many is at least 1", "人数至少为 1")
    return Rank(end, by, count=count, among=among, span=span)
