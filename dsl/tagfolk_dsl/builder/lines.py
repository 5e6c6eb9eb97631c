"""What the grammar's statements, clauses and block lines mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from tagfolk_dsl.builder.calls import opened
from tagfolk_dsl.builder.expressions import Expressions
from tagfolk_dsl.builder.folding import whole
from tagfolk_dsl.builder.parts import Parts, condition, ends, metric, ranked, spanned
from tagfolk_dsl.keywords import LAYERS, REFRESHES, WEIGHTS
from tagfolk_dsl.lexer import Token
from tagfolk_dsl.syntax_errors import SyntaxProblem, nearest
from tagfolk_dsl.tree import (
    Always,
    Compare,
    Condition,
    Duration,
    Effect,
    InRange,
    Last,
    Limit,
    Metric,
    Name,
    Named,
    Node,
    Refresh,
    Span,
    Text,
    Window,
)


@dataclass(frozen=True)
class Head:
    """The head line of a statement. ``node`` is its metric, condition or time."""

    kind: str
    name: str
    span: Span
    title: str | None = None
    node: Any = None
    effects: tuple[Effect, ...] = ()
    named: bool = True
    arguments: tuple[tuple[str, object], ...] = ()
    method: str = ""


@dataclass(frozen=True)
class Clause:
    """A clause line: its word and what it says."""

    key: str
    value: Any
    span: Span


@dataclass(frozen=True)
class Test:
    """The left side of a band: without ``by`` a condition, with it something the metric is held against."""

    kind: str
    parts: tuple[Any, ...]
    span: Span

    def about(self, by: Metric | None) -> Condition:
        """The condition the band stands for."""
        if self.kind == "otherwise":
            return Always(span=self.span)
        if self.kind == "expr":
            node = self.parts[0]
            if by is None or isinstance(node, Condition):
                return condition(node)
            return Compare(by, "=", metric(node), span=self.span)
        if by is None:
            raise SyntaxProblem(
                "T015",
                self.span,
                "this band holds no metric: name one with 'by' in the head, or write a whole condition",
                "这一档没有指标：在首行用“按”写明指标，或写完整的条件",
            )
        if self.kind == "compare":
            return Compare(by, self.parts[0].value, metric(self.parts[1]), span=self.span)
        if self.kind == "range":
            low, high = ends(self.parts[0])
            return InRange(by, low, high, span=self.span)
        return ranked(by, self.parts[0], self.parts[1] if len(self.parts) > 1 else None, self.span)


class Builder(Expressions):
    """All callbacks of the grammar."""

    # --- heads -------------------------------------------------------------------------------------------------

    def let(self, parts: Parts) -> Head:
        return Head("let", parts[1].value, spanned(parts), node=parts[3])

    def _named_head(self, parts: Parts) -> Head:
        title = next((part.value for part in parts if isinstance(part, Token) and part.type == "TEXT"), None)
        node = next((part for part in parts if isinstance(part, Node)), None)
        return Head(parts[0].type.lower(), parts[1].value, spanned(parts), title, node)

    tag = score = template = _named_head

    def classify(self, parts: Parts) -> Head:
        head = self._named_head(parts)
        return Head("classify", head.name, head.span, head.title, None if head.node is None else metric(head.node))

    def segment(self, parts: Parts) -> Head:
        title = parts[2].value if parts[2].type == "TEXT" else None
        return Head("segment", parts[1].value, spanned(parts), title, condition(parts[-1]))

    def rule(self, parts: Parts) -> Head:
        named = isinstance(parts[0], Token)
        name = parts[1].value if named else ""
        effects = parts[-1]
        span = Span(
            parts[0].span.file,
            parts[0].span.line,
            parts[0].span.column,
            effects[-1].span.end_line,
            effects[-1].span.end_column,
        )
        node = parts[3] if named else parts[0]
        return Head("rule", name, span, None, condition(node), effects, named)

    def use(self, parts: Parts) -> Head:
        arguments = tuple(part for part in parts if isinstance(part, tuple))
        return Head("use", parts[-1].value, spanned(parts), arguments=arguments, method=parts[1].value)

    def example(self, parts: Parts) -> Head:
        return Head("example", "", spanned(parts), parts[1].value, parts[3].value)

    # --- arguments of methods -------------------------------------------------------------------------------------

    def argument(self, parts: Parts) -> tuple[str, object]:
        if parts[1].value != "=":
            raise SyntaxProblem("T001", parts[1].span, "an argument is written NAME = VALUE", "参数写作“名称 = 值”")
        return parts[0].value, parts[2]

    def given_argument(self, parts: Parts) -> Node:
        return condition(parts[0]) if isinstance(parts[0], Condition) else cast(Node, parts[0])

    def bare_window(self, parts: Parts) -> Duration | Window:
        word = parts[0]
        if word.type in ("AGO", "PERIODS"):
            raise SyntaxProblem("T004", word.span, "this is no length of time", "这不是时长")
        value = word.value
        return value.length if word.type == "WITHIN" and isinstance(value, Last) else cast(Duration, value)

    def several(self, parts: Parts) -> tuple[object, ...]:
        return tuple(part for part in parts if not isinstance(part, Token))

    def named(self, parts: Parts) -> Named:
        name, operator = parts[0], parts[1]
        if operator.value != "=" or not isinstance(name, Name):
            raise SyntaxProblem(
                "T001", operator.span, "a list in brackets is named NAME = (…)", "括号中的列表写作“名称 = (…)”"
            )
        values = tuple(part for part in parts[2:] if not isinstance(part, Token))
        return Named(name.name, values, span=spanned(parts))

    # --- clauses -------------------------------------------------------------------------------------------------

    def clause(self, parts: Parts) -> Clause:
        head, rest = parts[0], parts[1:]
        key = head.type.lower()
        reader = getattr(self, f"_{key}", None)
        value = reader(rest) if reader else rest[0].value
        return Clause(key, value, head.span)

    def _also(self, rest: Parts) -> tuple[str, ...]:
        return tuple(part.value for part in rest if part.type != "COMMA")

    _sync = _also

    def _layer(self, rest: Parts) -> str:
        return choice(rest[0], LAYERS)

    def _weight(self, rest: Parts) -> str:
        return choice(rest[0], WEIGHTS)

    def _refresh(self, rest: Parts) -> Refresh:
        if rest[0].type == "NAME":
            return Refresh(every=cast(Any, choice(rest[0], REFRESHES)), span=rest[0].span)
        event, _, where, _ = opened(rest[1])
        return Refresh(event=event, where=where, span=spanned(rest))

    def _priority(self, rest: Parts) -> int:
        number = rest[0]
        if number.value != int(number.value) or abs(number.value) > 10**9:
            raise SyntaxProblem("T010", number.span, "a priority is a whole number", "优先级应为整数")
        return int(number.value)

    def _holdout(self, rest: Parts) -> Any:
        number = rest[0]
        if number.text[-1] not in "%％" or not 0 <= number.value < 1:
            raise SyntaxProblem(
                "T010", number.span, "a holdout is a percentage such as 10%", "对照组是百分比，例如 10%"
            )
        return number.value

    def _limit(self, rest: Parts) -> Limit:
        count = whole(rest[0], "a limit", "上限")
        return Limit(count, metric(rest[2]) if len(rest) > 2 else None, span=spanned(rest))

    def value_name(self, parts: Parts) -> tuple[str, tuple[str, ...]]:
        value = parts[0].text if parts[0].type == "NUMBER" else parts[0].value
        return value, tuple(part.value for part in parts[1:])

    def _values(self, rest: Parts) -> Any:
        pairs = tuple(part for part in rest if isinstance(part, tuple))
        return "many" if pairs in ((("many", ()),), (("多个", ()),)) else pairs

    # --- lines of blocks -------------------------------------------------------------------------------------------

    def test(self, parts: Parts) -> Test:
        return Test("expr", tuple(parts), parts[0].span)

    def test_compare(self, parts: Parts) -> Test:
        return Test("compare", tuple(parts), spanned(parts))

    def test_range(self, parts: Parts) -> Test:
        return Test("range", tuple(parts), spanned(parts))

    def test_rank(self, parts: Parts) -> Test:
        return Test("rank", tuple(parts), spanned(parts))

    def otherwise(self, parts: Parts) -> Test:
        return Test("otherwise", (), parts[0].span)

    def band(self, parts: Parts) -> tuple[Test, Metric, Span]:
        return parts[0], self.given(parts[2]), spanned(parts)

    def score_line(self, parts: Parts) -> tuple[Condition, int, Span]:
        return condition(parts[0]), parts[1].value, spanned(parts)

    def score_grant(self, parts: Parts) -> tuple[tuple[Effect, ...], Test, Span]:
        return parts[1], parts[3], spanned(parts)

    def template_line(self, parts: Parts) -> tuple[Token, tuple[Metric, ...], Span]:
        return parts[0], tuple(metric(part) for part in parts[1::2]), spanned(parts)

    def record(self, parts: Parts) -> tuple[list[tuple[Token, Token]], Span]:
        return list(zip(parts[::2], parts[1::2], strict=True)), spanned(parts)

    def expectation(self, parts: Parts) -> Condition:
        return condition(parts[1])

    # --- effects -------------------------------------------------------------------------------------------------

    def given(self, node: Any) -> Any:
        """A value that is granted: a bare word is text, in brackets it is a metric."""
        if type(node) is Name and id(node) not in self.in_brackets:
            return Text(node.name, span=node.span)
        return metric(node)

    def effects(self, parts: Parts) -> tuple[Effect, ...]:
        flat: list[Effect] = []
        for part in parts[::2]:
            flat.extend(part)
        return tuple(flat)

    def keep(self, parts: Parts) -> Duration | str:
        return parts[0].value if parts[0].type == "FOR" else "forever"

    def grant(self, parts: Parts) -> list[Effect]:
        word = parts[0]
        keep = next((part for part in parts[1:] if isinstance(part, (Duration, str))), None)
        value = self.given(parts[2]) if len(parts) > 2 else None
        last = next((part for part in reversed(parts) if hasattr(part, "span")), word)
        span = Span(word.span.file, word.span.line, word.span.column, last.span.end_line, last.span.end_column)
        return [Effect(word.value, value, False, cast(Any, keep), span=span)]

    def withhold(self, parts: Parts) -> list[Effect]:
        return [Effect(parts[1].value, withhold=True, span=parts[1].span)]

    def replacing(self, parts: Parts) -> list[Effect]:
        return [*parts[0], Effect(parts[2].value, withhold=True, replacing=True, span=parts[2].span)]


def choice(word: Token, choices: dict[str, str]) -> str:
    """One of a few words, in either language; gives the English one."""
    if word.value in choices:
        return str(word.value)
    for english, chinese in choices.items():
        if word.value == chinese:
            return english
    near = nearest(str(word.value), (*choices, *choices.values()))
    raise SyntaxProblem(
        "T002",
        word.span,
        f"'{word.text}' is none of {', '.join(choices)}",
        f"“{word.text}”不是 {'、'.join(choices.values())} 之一",
        f"did you mean '{near}'?" if near else "",
        f"是不是“{near}”？" if near else "",
        near,
    )
