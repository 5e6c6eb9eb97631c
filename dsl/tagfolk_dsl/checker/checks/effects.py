"""Effects of one rule that do not go together: a tag granted and withheld, or given twice."""

from __future__ import annotations

from tagfolk_dsl.checker.resolver import Resolver
from tagfolk_dsl.program import Program
from tagfolk_dsl.tree import Effect


def effects(program: Program, r: Resolver) -> None:
    """Every rule's effects among themselves."""
    groups = [rule.effects for rule in program.rules]
    groups += [grant.effects for score in program.scores for grant in score.grants]
    for group in groups:
        if len(group) > 1:
            _group(group, r)


def _group(group: tuple[Effect, ...], r: Resolver) -> None:
    """The effects of one rule."""
    first: dict[str, Effect] = {}
    for effect in group:
        other = first.setdefault(effect.tag, effect)
        if other is effect:
            continue
        at = r.report.word(effect.span, effect.tag)
        if other.withhold != effect.withhold:
            r.report.error(
                "T067",
                at,
                f"this rule both grants and withholds '{effect.tag}'",
                f"这条规则既授予又去掉“{effect.tag}”",
                "keep one of the two",
                "保留其中之一",
            )
        elif other == effect or effect.withhold or not r.symbols.tags[effect.tag].many:
            r.report.error(
                "T067",
                at,
                f"this rule names '{effect.tag}' twice",
                f"这条规则两次写到“{effect.tag}”",
                "keep one of the two",
                "保留其中之一",
            )
