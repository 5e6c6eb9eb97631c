"""A tag that is declared but that nothing grants."""

from __future__ import annotations

from tagfolk_dsl.checker.resolver import Resolver
from tagfolk_dsl.program import Program


def granted(program: Program, r: Resolver) -> None:
    """Declared tags without a granting effect."""
    for name in program.tags:
        tag = r.symbols.tags[name]
        if tag.kind != "rules" or tag.grants or tag.declared is None or name in r.report.broken:
            continue
        r.report.warning(
            "W001",
            r.report.word(tag.declared.span, name),
            f"no rule grants the tag '{name}'",
            f"没有规则授予标签“{name}”",
            f"add a rule that ends in '-> {name}'; pins alone can also give it",
            f"添加以“-> {name}”结尾的规则；也可以只靠人工固定",
        )
