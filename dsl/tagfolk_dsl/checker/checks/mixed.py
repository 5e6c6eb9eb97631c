"""A tag granted here with a value and there without, or with values of several types."""

from __future__ import annotations

from tagfolk_dsl.checker.resolver import Resolver
from tagfolk_dsl.checker.types import WORDS, fits, type_of
from tagfolk_dsl.program import Program
from tagfolk_dsl.tree import Effect, Type


def mixed(program: Program, r: Resolver) -> None:
    """Each tag's grants beside its first one."""
    first: dict[str, Effect] = {}
    granting = [effect for rule in program.rules for effect in rule.effects]
    granting += [effect for score in program.scores for grant in score.grants for effect in grant.effects]
    for effect in granting:
        if effect.withhold:
            continue
        before = first.setdefault(effect.tag, effect)
        at = r.report.word(effect.span, effect.tag)
        if (before.value is None) != (effect.value is None):
            r.report.warning(
                "W016",
                at,
                f"'{effect.tag}' is granted with a value in one rule and without in another",
                f"标签“{effect.tag}”在一处带取值授予，在另一处不带",
                "give it a value everywhere or nowhere",
                "要么都带取值，要么都不带",
            )
        elif before.value is not None and effect.value is not None:
            one, other = type_of(before.value), type_of(effect.value)
            if not fits(one, other):
                _types(effect, one, other, r)


def _types(effect: Effect, one: Type, other: Type, r: Resolver) -> None:
    """Two types of value of one tag."""
    r.report.warning(
        "W016",
        r.report.word(effect.span, effect.tag),
        f"'{effect.tag}' is {WORDS[one][0]} in one rule and {WORDS[other][0]} here; all its values become text",
        f"“{effect.tag}”在一处是{WORDS[one][1]}，在这里是{WORDS[other][1]}；全部按文本处理",
        "give values of one type",
        "请统一取值的类型",
    )
