"""What the grammar's expressions mean: each method gets the parts of one production and gives a node."""

from __future__ import annotations

from typing import Any, cast

from tagfolk_dsl.builder.calls import opened
from tagfolk_dsl.builder.folding import filtered, length_of, timed
from tagfolk_dsl.builder.parts import Parts, condition, ends, metric, ranked, spanned
from tagfolk_dsl.builder.primaries import Primaries
from tagfolk_dsl.lexer import Token, join
from tagfolk_dsl.syntax_errors import SyntaxProblem
from tagfolk_dsl.tree import (
    And,
    Anniversary,
    Arithmetic,
    Change,
    Compare,
    Condition,
    DateAge,
    Ever,
    InRange,
    Known,
    Matches,
    Member,
    Metric,
    Name,
    Negative,
    Node,
    Not,
    Or,
    Rank,
    Sequence,
    Step,
)

_SIGNS = {"+": "+", "-": "-", "*": "*", "/": "/", "×": "*", "÷": "/"}


class Expressions(Primaries):
    """The callbacks of expressions. Parts are tokens and finished nodes, in the order of the text."""

    # --- joining ------------------------------------------------------------------------------------------------

    def condition(self, parts: Parts) -> Condition:
        return condition(parts[0])

    def metric(self, parts: Parts) -> Metric:
        return metric(parts[0])

    def either(self, parts: Parts) -> Or:
        return Or(tuple(condition(part) for part in parts[::2]), span=spanned(parts))

    def both(self, parts: Parts) -> And:
        return And(tuple(condition(part) for part in parts[::2]), span=spanned(parts))

    def negated(self, parts: Parts) -> Not:
        return Not(condition(parts[1]), span=spanned(parts))

    # --- comparisons ---------------------------------------------------------------------------------------------

    def compare(self, parts: Parts) -> Compare:
        return Compare(metric(parts[0]), parts[1].value, metric(parts[2]), span=spanned(parts))

    def in_range(self, parts: Parts) -> InRange:
        low, high = ends(parts[1])
        return InRange(metric(parts[0]), low, high, span=spanned(parts))

    def between(self, parts: Parts) -> InRange:
        return InRange(metric(parts[0]), metric(parts[2]), metric(parts[4]), span=spanned(parts))

    def list(self, parts: Parts) -> tuple[Metric, ...]:
        return tuple(metric(part) for part in parts if not isinstance(part, Token))

    def member(self, parts: Parts) -> Member:
        return Member(metric(parts[0]), parts[3], parts[1].type == "NOT_IN", span=spanned(parts))

    def pattern(self, parts: Parts) -> Token:
        return cast(Token, parts[0])

    def like(self, parts: Parts) -> Matches:
        how, pattern = parts[1], parts[2]
        if (pattern.type == "REGEX") != (how.value == "matches") and not (
            how.value == "matches" and pattern.type == "TEXT"
        ):
            raise SyntaxProblem(
                "T003",
                pattern.span,
                f"after '{how.text}' comes "
                + ("a /regular expression/" if how.value == "matches" else "a quoted text"),
                f"“{how.text}”之后应是" + ("/正则表达式/" if how.value == "matches" else "引号中的文本"),
            )
        return Matches(metric(parts[0]), how.value, pattern.value, span=spanned(parts))

    def known(self, parts: Parts) -> Known:
        return Known(metric(parts[0]), parts[1].value, span=spanned(parts))

    def change(self, parts: Parts) -> Change:
        return Change(metric(parts[0]), *parts[1].value, span=spanned(parts))

    def date_age(self, parts: Parts) -> DateAge:
        return DateAge(metric(parts[0]), *parts[1].value, span=spanned(parts))

    def anniversary(self, parts: Parts) -> Anniversary:
        return Anniversary(metric(parts[0]), parts[1].value, span=spanned(parts))

    def anniversary_before(self, parts: Parts) -> Anniversary:
        return Anniversary(metric(parts[1]), parts[0].value, span=spanned(parts))

    # --- ranks ---------------------------------------------------------------------------------------------------

    def among(self, parts: Parts) -> Condition:
        return condition(parts[1])

    def rank(self, parts: Parts) -> Rank:
        return ranked(metric(parts[0]), parts[1], parts[2] if len(parts) > 2 else None, spanned(parts))

    def rank_by(self, parts: Parts) -> Rank:
        return ranked(metric(parts[1]), parts[0], parts[2] if len(parts) > 2 else None, spanned(parts))

    def rank_among(self, parts: Parts) -> Rank:
        return ranked(metric(parts[2]), parts[3], condition(parts[0]), spanned(parts))

    # --- sequences -----------------------------------------------------------------------------------------------

    def event(self, parts: Parts) -> Any:
        name = Name(parts[0].value, span=parts[0].span)
        return name if len(parts) == 1 else filtered(name, condition(parts[2]), parts[1].span)

    def limit(self, parts: Parts) -> Parts:
        return parts

    def step(self, parts: Parts) -> tuple[Step, Token | None, str | None]:
        """(the step, a second time that is the sequence's window, the matching property)."""
        then, rest = parts[0], parts[1:]
        negated = isinstance(rest[0], Token)
        event, _, where, _ = opened(rest[negated])
        directly, within = then.value
        window: Token | None = None
        of_first, without, matching = False, None, None
        for limit in rest[negated + 1 :]:
            word = limit[0]
            if word.type == "WITHOUT":
                name, _, unless, _ = opened(limit[1])
                without = (cast(str, name), unless)
            elif word.type == "MATCHING":
                matching = limit[1].value
            elif within is None:
                within, of_first = length_of(word), len(limit) > 1
            elif len(limit) > 1 and not of_first:
                of_first = True
            else:
                window = word
        span = join(then.span, rest[-1][-1].span if isinstance(rest[-1], list) else rest[-1].span)
        step = Step(cast(str, event), where, negated, directly, within, of_first, without, span=span)
        return step, window, matching

    def sequence(self, parts: Parts) -> Sequence:
        event, property_, where, window = opened(parts[0])
        if event is None or property_ is not None:
            raise SyntaxProblem(
                "T012",
                parts[0].span,
                "before 'then' stands an event",
                "“之后”前面应是事件",
                "as in 'visit then purchase within 7 days'",
                "例如“访问 后7天内 购买”",
            )
        steps = [part for part in parts if isinstance(part, tuple)]
        times = [parts[-1]] if isinstance(parts[-1], Token) else []
        times = [found for _, found, _ in steps if found is not None] + times
        matching = next((name for _, _, name in steps if name is not None), None)
        last = parts[-1] if isinstance(parts[-1], Token) else steps[-1][0]
        if len(steps) > 4:
            raise SyntaxProblem("T018", steps[4][0].span, "a sequence has at most 5 steps", "序列最多 5 步")
        for step, _, _ in steps[:-1]:
            if step.negated:
                raise SyntaxProblem("T001", step.span, "'then no' ends a sequence", "“后…未”只能是序列的最后一步")
        node: Any = Sequence(
            event,
            where,
            tuple(step for step, _, _ in steps),
            window or Ever(),
            matching,
            span=join(parts[0].span, last.span),
        )
        for time in times:
            node = timed(node, time)
        return cast(Sequence, node)

    # --- arithmetic ------------------------------------------------------------------------------------------------

    def arithmetic(self, parts: Parts) -> Arithmetic:
        return Arithmetic(_SIGNS[parts[1].value], metric(parts[0]), metric(parts[2]), span=spanned(parts))  # type: ignore[arg-type]

    def negative(self, parts: Parts) -> Negative:
        return Negative(metric(parts[1]), span=spanned(parts))

    def timed(self, parts: Parts) -> Node:
        return timed(parts[0], parts[1])

    def timed_before(self, parts: Parts) -> Node:
        return timed(parts[1], parts[0])

    def filtered(self, parts: Parts) -> Node:
        return filtered(parts[0], condition(parts[2]), parts[1].span)
