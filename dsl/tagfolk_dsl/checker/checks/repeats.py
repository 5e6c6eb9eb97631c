"""The same thing said twice: a rule that another one repeats, a value twice in a list."""

from __future__ import annotations

from tagfolk_dsl.checker.resolver import Resolver
from tagfolk_dsl.program import Program
from tagfolk_dsl.tree import Member, Rule
from tagfolk_dsl.walk import walk


def repeats(program: Program, r: Resolver) -> None:
    """Rules and lists of values."""
    first: dict[tuple[object, object], Rule] = {}
    for rule in program.rules:
        before = first.setdefault((rule.condition, rule.effects), rule)
        if before is not rule:
            r.report.warning(
                "W014",
                rule.span,
                f"this rule says the same as '{before.name}'",
                f"这条规则与“{before.name}”相同",
                f"see {before.span.file}, line {before.span.line}; one is enough",
                f"见 {before.span.file} 第 {before.span.line} 行；一条就够了",
            )
        for node in walk(rule.condition):
            if isinstance(node, Member):
                _list(node, r)


def _list(node: Member, r: Resolver) -> None:
    """A value twice in ``in (…)``."""
    seen = set()
    for value in node.values:
        if value in seen:
            shown = r.report.text(value.span) or "this value"
            r.report.warning(
                "W019",
                value.span,
                f"{shown} is in the list already",
                f"{shown} 已经在列表中",
                "one is enough",
                "写一次就够了",
            )
        seen.add(value)
