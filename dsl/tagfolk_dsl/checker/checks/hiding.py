"""A declared name that hides another: a ``let`` called as an attribute, a tag called as an event."""

from __future__ import annotations

from tagfolk_dsl.checker.resolver import Resolver
from tagfolk_dsl.program import Program
from tagfolk_dsl.tree import Classify, Let, Score, TagDeclaration

ORDER: tuple[tuple[str, str, str], ...] = (
    ("lets", "let", "“令”"),
    ("attributes", "attribute", "客户属性"),
    ("tags", "tag", "标签"),
    ("events", "event", "事件"),
    ("plurals", "count of an event", "事件次数"),
)
"""Who hides whom: the first one that knows a word gives it its meaning."""


def hiding(program: Program, r: Resolver) -> None:
    """Every declared spelling that another table knows too."""
    for statement in r.symbols.statements:
        if isinstance(statement, Let):
            own = "lets"
        elif isinstance(statement, (TagDeclaration, Classify, Score)):
            own = "tags"
        else:
            continue
        for spelling in (statement.name, *statement.card.also):
            _hidden(spelling, own, statement, r)


def _hidden(spelling: str, own: str, statement: Let | TagDeclaration | Classify | Score, r: Resolver) -> None:
    """The first other meaning of one spelling."""
    for table, word, word_zh in ORDER:
        if table == own or spelling not in getattr(r.symbols, table):
            continue
        if own == "tags" and table == "lets":
            return  # told at the let
        wins = next(t for t, _, _ in ORDER if t in (own, table)) == own
        means = "this one" if wins else f"the {word}"
        means_zh = "这里声明的" if wins else word_zh
        r.report.warning(
            "W011",
            r.report.word(statement.span, spelling),
            f"'{spelling}' is also the name of the {word} '{spelling}'",
            f"“{spelling}”同时也是{word_zh}的名称",
            f"in rules it means {means}; another name would be clearer",
            f"规则中它指{means_zh}；最好换个名称",
        )
        return
