"""A name declared twice (reported at the second place), and an also-name that two things answer to."""

from __future__ import annotations

from tagfolk_dsl.checker.resolver import Resolver
from tagfolk_dsl.program import Program
from tagfolk_dsl.tree import Card, Classify, Let, Rule, Score, Segment, Span, Statement, TagDeclaration, Template, Use

SPACES: dict[type[Statement], str] = {
    Let: "let", TagDeclaration: "tag", Classify: "tag", Score: "tag", Segment: "segment", Use: "use",
    Template: "template", Rule: "rule",
}  # fmt: skip
"""Statements that share a namespace."""


def duplicates(program: Program, r: Resolver) -> None:
    """Names and also-names of statements, by namespace."""
    names: dict[tuple[str, str], Span] = {}
    for statement in r.symbols.statements:
        space = SPACES.get(type(statement))
        if space is None or (isinstance(statement, Rule) and not statement.named):
            continue
        name: str = getattr(statement, "name", "")
        at = r.report.word(statement.span, name)
        first = names.setdefault((space, name), at)
        if first is not at:
            r.report.error(
                "T060",
                at,
                f"'{name}' is declared twice",
                f"“{name}”声明了两次",
                f"the first is in {first.file}, line {first.line}; rename or remove one of them",
                f"第一次在 {first.file} 第 {first.line} 行；请改名或删除其中一个",
            )
    _also(names, r)


def _also(names: dict[tuple[str, str], Span], r: Resolver) -> None:
    """Also-names that are already a name, or another's also-name, in the same namespace."""
    taken: dict[tuple[str, str], str] = {key: key[1] for key in names}
    for statement in r.symbols.statements:
        card = getattr(statement, "card", None)
        space = SPACES.get(type(statement))
        if not isinstance(card, Card) or space is None:
            continue
        own: str = getattr(statement, "name", "")
        for also in card.also:
            other = taken.setdefault((space, also), own)
            if other != own:
                r.report.error(
                    "T072",
                    r.report.word(statement.span, also),
                    f"'{also}' already names '{other}'",
                    f"“{also}”已经是“{other}”的名称",
                    "give it to one of them only",
                    "只能属于其中一个",
                )
