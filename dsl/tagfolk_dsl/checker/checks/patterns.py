"""Regular expressions that cannot be read, or that no engine runs in linear time."""

from __future__ import annotations

import re

from tagfolk_dsl.checker.resolver import Resolver
from tagfolk_dsl.program import Program
from tagfolk_dsl.tree import Matches, Node
from tagfolk_dsl.walk import walk

MOST_REPEATS = 1000
"""RE2 refuses more repetitions than this."""

NOT_LINEAR: tuple[tuple[str, str, str], ...] = (
    ("(?=", "lookahead", "先行断言"),
    ("(?!", "lookahead", "先行断言"),
    ("(?<=", "lookbehind", "后行断言"),
    ("(?<!", "lookbehind", "后行断言"),
    ("(?P=", "a backreference", "反向引用"),
    ("(?(", "a conditional group", "条件分组"),
    ("(?>", "an atomic group", "原子分组"),
    ("(?#", "a comment", "注释"),
)
"""How groups begin that go back and forth in the text."""


def patterns(program: Program, r: Resolver) -> None:
    """Every ``matches /…/``."""
    for node in trees(program):
        for below in walk(node):
            if isinstance(below, Matches) and below.how == "matches":
                wrong = fault(below.pattern)
                if wrong is not None:
                    r.report.error(
                        "T054",
                        r.report.word(below.span, f"/{below.pattern}/"),
                        wrong[0],
                        wrong[1],
                        "only expressions that run in linear time: no backreferences, no lookaround",
                        "只支持线性时间的表达式：不能有反向引用和环视",
                    )


def trees(program: Program) -> list[Node]:
    """The trees of a program that hold conditions."""
    nodes: list[Node] = [rule.condition for rule in program.rules]
    nodes += [effect.value for rule in program.rules for effect in rule.effects if effect.value is not None]
    nodes += [*program.classifies, *program.scores, *program.segments.values(), *program.uses.values()]
    nodes += [let.meaning for let in program.lets.values()]
    return [*nodes, *program.templates.values(), *program.examples]


def fault(pattern: str) -> tuple[str, str] | None:
    r"""What is wrong with a regular expression, in English and Chinese; None if nothing is.

    >>> fault("^S.+o$") is None
    True
    >>> fault(r"(a)\1")[0]
    'a backreference in the regular expression'
    """
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        return f"the regular expression cannot be read: {error}", f"无法解析正则表达式：{error}"
    at, in_class = 0, False
    while at < len(pattern):
        if pattern[at] == "\\":
            after = pattern[at + 1 : at + 2]
            if not in_class and (after in "123456789" and after):
                return "a backreference in the regular expression", "正则表达式中有反向引用"
            if after and after in "uUNZ":
                return (
                    f"the escape \\{after} in the regular expression, which not every engine knows",
                    f"正则表达式中的转义 \\{after} 不是所有引擎都支持",
                )
            at += 2
            continue
        if pattern[at] == "[" and not in_class:
            in_class = True
            at += 2 if pattern[at + 1 : at + 2] == "]" else 3 if pattern[at + 1 : at + 3] == "^]" else 1
            continue
        if pattern[at] == "]":
            in_class = False
        elif not in_class:
            for start, word, word_zh in NOT_LINEAR:
                if pattern.startswith(start, at):
                    return f"{word} in the regular expression", f"正则表达式中有{word_zh}"
            if re.match(r"\(\?[a-zA-Z-]*[aLux]", pattern[at:]) or re.match(r"\{,\d", pattern[at:]):
                return (
                    "the regular expression has a form that not every engine knows",
                    "正则表达式中有并非所有引擎都支持的写法",
                )
            if pattern[at] in "*+?}" and pattern[at + 1 : at + 2] == "+":
                return "a possessive repetition in the regular expression", "正则表达式中有占有型重复"
        at += 1
    repeats = [int(n) for n in re.findall(r"(?<!\\)\{(?:\d*,)?(\d+)\}", pattern)]
    if repeats and max(repeats) > MOST_REPEATS:
        return (
            f"more than {MOST_REPEATS} repetitions in the regular expression",
            f"正则表达式中重复超过 {MOST_REPEATS} 次",
        )
    return None
