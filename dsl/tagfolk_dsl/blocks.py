"""Statements with their blocks: lines read one by one and put together into the tree."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, cast

from tagfolk_dsl.builder import Clause, Head, Test
from tagfolk_dsl.builder.expressions import literal
from tagfolk_dsl.keywords import CLAUSES, LAYERS
from tagfolk_dsl.layout import Line
from tagfolk_dsl.lexer import Token, join
from tagfolk_dsl.names import Names
from tagfolk_dsl.reading import LineReader, plain
from tagfolk_dsl.syntax_errors import SyntaxProblem, nearest
from tagfolk_dsl.tree import (
    Band,
    Card,
    Classify,
    Effect,
    Example,
    ExampleEvent,
    Expectation,
    Let,
    Metric,
    Name,
    Node,
    Rule,
    Score,
    ScoreGrant,
    ScoreLine,
    Segment,
    Span,
    Statement,
    TagDeclaration,
    Template,
    TemplateLine,
    Text,
    Use,
)

_CARD = frozenset(("title", "also", "about", "layer", "weight", "refresh", "owner", "values"))
_TAKES: dict[str, frozenset[str]] = {
    "let": frozenset(("title", "also")),
    "tag": _CARD,
    "classify": _CARD,
    "score": _CARD,
    "template": _CARD,
    "segment": _CARD | {"action", "notify", "sync", "limit", "holdout"},
    "rule": frozenset(("why", "priority", "refresh", "owner")),
}
_MANY = frozenset(("also", "notify", "sync", "values"))


class BlockReader(LineReader):
    """Reads whole statements."""

    def __init__(self, path: str, names: Names, lines: list[str], comments: dict[int, int]) -> None:
        super().__init__(path, names)
        self.lines = lines
        self.comments = comments
        self.named: dict[str, int] = {}

    def statement(self, line: Line) -> Statement | None:
        """The statement of a top-level line; None where it cannot be read (its error is noted)."""
        kind = line.kind or "rule"
        return cast("Statement | None", getattr(self, "_" + kind)(line))

    # --- heads -------------------------------------------------------------------------------------------------

    def _head(self, line: Line, *, skip: int = 2, extra: str = "") -> Head | None:
        """``KIND NAME …``: the first words are a keyword and a name, whatever they are."""
        words, kind = line.words, line.kind

        def first() -> list[Token]:
            out = [_as(words[0], kind.upper())]
            if len(words) > 1:
                out.append(_as(words[1], "NAME") if words[1].type == "WORD" else _as(words[1], _plain_type(words[1])))
            if extra and len(words) > 2:
                out.append(
                    _as(words[2], extra) if words[2].type in ("=", ":") else _as(words[2], _plain_type(words[2]))
                )
            return out

        return cast("Head | None", self.read(kind, words, first, skip=skip, operand=bool(extra)))

    def _let(self, line: Line) -> Let | None:
        head = self._head(line, skip=3, extra="EQUALS")
        card = self._card(line, "let")[0]
        return Let(head.name, head.node, card, span=_all(line)) if head else None

    def _tag(self, line: Line) -> TagDeclaration | None:
        head = self._head(line)
        card = self._card(line, "tag", head)[0]
        return TagDeclaration(head.name, card, span=_all(line)) if head else None

    def _use(self, line: Line) -> Use | None:
        head = self._head(line)
        self._no_block(line)
        return Use(head.method, head.arguments, head.name, span=_all(line)) if head else None

    # --- rules and segments ----------------------------------------------------------------------------------------

    def _with_condition(self, line: Line) -> None:
        """A head that ends in ':' has its condition in the first line below that is no clause."""
        if line.words[-1].type != ":":
            return
        for child in line.children:
            if not _is_clause(child):
                line.words.extend(child.words)
                line.children.remove(child)
                line.children[:0] = child.children
                return

    def _rule(self, line: Line) -> Rule | None:
        words = line.words
        if line.kind == "rule":
            self._with_condition(line)
            if len(words) > 1 and words[1].type == ":":
                del words[:2]
            elif len(words) > 2 and words[2].type == ":":
                text = self._written(words[3:])
                return self._made_rule(line, self._head(line, skip=3, extra="COLON"), text)
            else:
                del words[0]
        if not words:
            return None
        text = self._written(words)
        return self._made_rule(line, cast("Head | None", self.read("rule", words)), text)

    def _made_rule(self, line: Line, head: Head | None, text: str) -> Rule | None:
        clauses = self._clauses(line, "rule")
        if head is None:
            return None
        name = head.name
        if not head.named:
            tag = next((effect.tag for effect in head.effects if not effect.withhold), head.effects[0].tag)
            count = self.named[tag] = self.named.get(tag, 0) + 1
            name = tag if count == 1 else f"{tag}#{count}"
        return Rule(
            name,
            head.node,
            head.effects,
            clauses.get("why"),
            clauses.get("priority", 0),
            clauses.get("owner"),
            clauses.get("refresh"),
            head.named,
            text,
            clauses.get("#lines", ()),
            span=_all(line),
        )

    def _segment(self, line: Line) -> Segment | None:
        self._with_condition(line)
        colon = next((i for i, word in enumerate(line.words) if word.type == ":"), 0)
        text = self._written(line.words[colon + 1 :])
        head = self._head(line)
        card, clauses = self._card(line, "segment", head)
        if head is None:
            return None
        return Segment(
            head.name,
            head.node,
            clauses.get("action"),
            clauses.get("notify", ()),
            clauses.get("sync", ()),
            clauses.get("limit"),
            clauses.get("holdout"),
            card,
            text,
            span=_all(line),
        )

    # --- blocks of bands, points, layers and records ------------------------------------------------------------------

    def _classify(self, line: Line) -> Classify | None:
        head = self._head(line)
        own = [child for child in line.children if not (child.has_arrow or _is_clause(child))]
        bands = [child for child in line.children if child.has_arrow or child in own]
        card = self._card(line, "classify", head, bands)[0]
        made = [band for child in bands if (band := self._band(child, head.node if head else Name("")))]
        if head is None:
            return None
        self._not_empty(line, bands, "bands such as 'top 20% -> high'", "档位，例如“前20% -> 高”")
        return Classify(head.name, head.node, tuple(made), card, span=_all(line))

    def _band(self, line: Line, by: Metric | None) -> Band | None:
        self._no_block(line)
        text = self._written(line.words)
        found = self.read("band", line.words, tags=False)
        if found is None:
            return None
        test, value, span = cast("tuple[Test, Metric, Span]", found)
        try:
            return Band(test.about(by), value, text, span=span)
        except SyntaxProblem as problem:
            self.report(problem)
            return None

    def _score(self, line: Line) -> Score | None:
        head = self._head(line)
        scored = [child for child in line.children if not _is_clause(child) or _points(child.words)]
        card = self._card(line, "score", head, scored)[0]
        lines: list[ScoreLine] = []
        grants: list[ScoreGrant] = []
        name = head.name if head else ""
        for child in scored:
            self._no_block(child)
            if child.words[0].type == "->" or child.words[0].key == "arrow":
                if (grant := self._grant(child, name)) is not None:
                    grants.append(grant)
            elif (points := self._scored(child)) is not None:
                lines.append(points)
        if head is None:
            return None
        self._not_empty(
            line, scored, "lines such as 'purchases in 12 months >= 10  +3'", "计分行，例如“近12个月购买次数 >= 10  +3”"
        )
        return Score(name, tuple(lines), tuple(grants), card, span=_all(line))

    def _scored(self, line: Line) -> ScoreLine | None:
        words, end = line.words, self.end_of(line.words)
        points = _points(words)
        if points is not None:
            del words[-2:]
        text = self._written(words)
        found = self.read_scored(words, points, end)
        if found is None:
            return None
        condition, value, span = found
        return ScoreLine(condition, value, text, span=span)

    def read_scored(self, words: list[Token], points: Token | None, end: Token) -> Any:
        """A score line's condition and points."""
        from tagfolk_dsl.lexer import Phrases

        try:
            tokens = Phrases(words, points or end, self.names).read()
            return self.parse("score_line", [*tokens, points] if points else tokens, end)
        except SyntaxProblem as problem:
            self.report(problem)
            return None

    def _grant(self, line: Line, score: str) -> ScoreGrant | None:
        found = self.read("score_grant", line.words)
        if found is None:
            return None
        effects, test, span = cast("tuple[tuple[Effect, ...], Test, Span]", found)
        try:
            return ScoreGrant(effects, test.about(Name(score, span=test.span)), span=span)
        except SyntaxProblem as problem:
            self.report(problem)
            return None

    def _template(self, line: Line) -> Template | None:
        head = self._head(line)
        layered = [child for child in line.children if _layer(child.words[0]) and not _has_text(child)]
        card = self._card(line, "template", head, layered)[0]
        made: list[TemplateLine] = []
        for child in layered:
            words = child.words
            self._no_block(child)
            found = self._led("template_line", words, "LAYER")
            if found is not None:
                made.append(TemplateLine(cast(Any, _layer(words[0])), found[1], span=found[2]))
        if head is None:
            return None
        self._not_empty(line, layered, "layers such as 'base age, city'", "各层，例如“基础 年龄, 城市”")
        return Template(head.name, tuple(made), card, span=_all(line))

    def _example(self, line: Line) -> Example | None:
        words = line.words
        types = {0: "EXAMPLE", 2: "AT"}
        tokens = plain(words)
        for index, kind in types.items():
            if index < len(tokens) and (index == 0 or tokens[index].key == "at"):
                tokens[index].type = kind
        try:
            head: Head | None = self.parse("example", tokens, self.end_of(words))
        except SyntaxProblem as problem:
            self.report(problem)
            head = None
        attributes: list[tuple[str, Metric]] = []
        events: list[ExampleEvent] = []
        expected: list[Expectation] = []
        for child in line.children:
            self._no_block(child)
            if child.words[0].key == "expect":
                text = self._written(child.words[1:])
                found = self._led("expectation", child.words, "EXPECT")
                if found is not None:
                    expected.append(Expectation(found, text, span=_all(child)))
            else:
                self._record(child, attributes, events)
        if head is None:
            return None
        return Example(head.title or "", head.node, tuple(attributes), tuple(events), tuple(expected), span=_all(line))

    def _led(self, start: str, words: list[Token], type_: str) -> Any:
        """A line whose first word is a keyword whatever follows."""
        return self.read(start, words, lambda: [_as(words[0], type_)], skip=1)

    def _record(self, line: Line, attributes: list[tuple[str, Metric]], events: list[ExampleEvent]) -> None:
        """``purchase 2023-12-20 amount 20`` is an event, ``age 30`` an attribute."""
        try:
            found = self.parse("record", plain(line.words), self.end_of(line.words))
        except SyntaxProblem as problem:
            self.report(problem)
            return
        (name, value), *rest = found[0]
        dated = value.type in ("DATE", "INSTANT")
        if dated and (rest or name.text in self.names.events):
            pairs = tuple((one.text, literal(other)) for one, other in rest)
            events.append(ExampleEvent(name.text, value.value, pairs, span=_all(line)))
            return
        attributes.append((name.text, literal(value)))
        for one, _ in rest:
            self.report(
                SyntaxProblem(
                    "T001",
                    one.span,
                    f"'{one.text}' does not fit: an attribute has one value, and an event a day after its name",
                    f"“{one.text}”不能放在这里：属性只有一个值，事件名之后是日期",
                )
            )
            return

    # --- clauses -------------------------------------------------------------------------------------------------

    def _card(
        self, line: Line, kind: str, head: Head | None = None, others: Collection[Line] = ()
    ) -> tuple[Card, dict[str, Any]]:
        clauses = self._clauses(line, kind, others)
        values = clauses.get("values", ())
        many = "many" in values
        title = clauses.get("title", head.title if head else None)
        return Card(
            title,
            clauses.get("also", ()),
            clauses.get("about"),
            clauses.get("layer"),
            clauses.get("weight"),
            clauses.get("owner"),
            clauses.get("refresh"),
            tuple(value for value in values if value != "many"),
            many,
            clauses.get("#lines", ()),
        ), clauses

    def _clauses(self, line: Line, kind: str, others: Collection[Line] = ()) -> dict[str, Any]:
        found: dict[str, Any] = {}
        mine = {id(child) for child in others}
        for child in line.children:
            if id(child) in mine:
                continue
            clause = self._clause(child, kind)
            if clause is None:
                continue
            found["#lines"] = (*found.get("#lines", ()), (clause.key, clause.span.line))
            if clause.key in _MANY:
                more = clause.value if isinstance(clause.value, tuple) else (clause.value,)
                found[clause.key] = (*found.get(clause.key, ()), *more)
            elif clause.key in found:
                self.report(
                    SyntaxProblem(
                        "T016",
                        clause.span,
                        f"'{clause.key}' is said twice here",
                        f"“{child.words[0].text}”重复了",
                        "keep one",
                        "只保留一个",
                    )
                )
            else:
                found[clause.key] = clause.value
        return found

    def _clause(self, line: Line, kind: str) -> Clause | None:
        first = line.words[0]
        self._no_block(line)
        if first.key not in _TAKES[kind]:
            self.report(_no_clause(line, kind))
            if line.has_arrow:
                self.read("rule", line.words)
            return None
        try:
            return cast("Clause | None", self.parse("clause", self._clause_tokens(line.words), self.end_of(line.words)))
        except SyntaxProblem as problem:
            self.report(problem)
            return None

    def _clause_tokens(self, words: list[Token]) -> list[Token]:
        from tagfolk_dsl.lexer import Phrases

        first, end = words[0], self.end_of(words)
        head = _as(first, first.key.upper())
        if first.key == "refresh" and len(words) > 1 and words[1].key in ("on", "at"):
            return [head, _as(words[1], "ON"), *Phrases(words, end, self.names).read(2)]
        if first.key == "limit" and len(words) > 2:
            if words[2].key == "by":
                return [head, words[1], _as(words[2], "BY"), *Phrases(words, end, self.names).read(3)]
            if words[2].key == "at_random" or (words[2].key == "at" and len(words) > 3 and words[3].key == "random"):
                stop = 3 if words[2].key == "at_random" else 4
                return [head, words[1], _as(words[2], "AT_RANDOM"), *plain(words[stop:])]
        rest = plain(words[1:])
        if rest and rest[0].type in ("MINUS", "PLUS"):
            rest = rest[1:]
        return [head, *rest]

    # --- small things ----------------------------------------------------------------------------------------------

    def _no_block(self, line: Line) -> None:
        if line.children:
            child = line.children[0].words[0]
            self.report(
                SyntaxProblem(
                    "T011",
                    child.span,
                    "nothing can be indented under the line above",
                    "上一行之下不能再缩进",
                    "move it to the left",
                    "把它移到左边",
                )
            )

    def _not_empty(self, line: Line, children: Collection[Line], what: str, what_zh: str) -> None:
        if not children:
            self.report(
                SyntaxProblem(
                    "T019",
                    self.end_of(line.words).span,
                    f"below come indented lines: {what}",
                    f"下面应有缩进的{what_zh}",
                )
            )

    def _written(self, words: list[Token]) -> str:
        """A condition as it was written: the words up to the arrow, as one line without comments."""
        stop = next((i for i, word in enumerate(words) if word.type == "->" or word.key == "arrow"), len(words))
        if stop == 0:
            return ""
        span = join(words[0].span, words[stop - 1].span)
        parts = []
        for number in range(span.line, span.end_line + 1):
            line = self.lines[number - 1]
            start = span.column - 1 if number == span.line else 0
            stop = span.end_column - 1 if number == span.end_line else self.comments.get(number, len(line) + 1) - 1
            parts.append(line[start:stop].strip())
        return " ".join(part for part in parts if part)


def _as(word: Token, type_: str) -> Token:
    word.type = type_
    if type_ == "NAME":
        word.value = word.text
    return word


def _plain_type(word: Token) -> str:
    return plain([Token(word.type, word.value, word.span, word.key, word.known, word.text)])[0].type


def _all(line: Line) -> Span:
    """From the line's first word to the last of its block."""
    last = line
    while last.children:
        last = last.children[-1]
    ends = [line.words[-1].span if line.words else Span(), last.words[-1].span if last.words else Span()]
    return join(line.words[0].span, max(ends, key=lambda span: (span.end_line, span.end_column)))


def _is_clause(line: Line) -> bool:
    return line.words[0].key in CLAUSES and not line.has_arrow


def _has_text(line: Line) -> bool:
    return len(line.words) > 1 and line.words[1].type == "TEXT"


def _layer(word: Token) -> str | None:
    if word.type not in ("WORD", "LAYER"):
        return None
    return word.text if word.text in LAYERS else next((en for en, zh in LAYERS.items() if zh == word.text), None)


def _points(words: list[Token]) -> Token | None:
    """The points that end a score line: a signed whole number."""
    if len(words) < 2 or words[-1].type != "NUMBER" or words[-2].type not in ("+", "-"):
        return None
    number = words[-1]
    if number.value != int(number.value) or number.text[-1] in "%％" or number.value > 10**9:
        return None
    value = int(number.value) * (-1 if words[-2].type == "-" else 1)
    return Token("POINTS", value, join(words[-2].span, number.span), text=words[-2].text + number.text)


def _no_clause(line: Line, kind: str) -> SyntaxProblem:
    first = line.words[0]
    takes = sorted(_TAKES[kind])
    if line.has_arrow and kind != "classify":
        return SyntaxProblem(
            "T011",
            first.span,
            "a rule begins at the left margin, and nothing takes this one in here",
            "规则应从行首开始",
            "move it to the left",
            "把它移到行首",
        )
    if first.key in CLAUSES:
        return SyntaxProblem(
            "T002",
            first.span,
            f"'{first.text}' does not belong to a {kind}",
            f"这里不能写“{first.text}”",
            f"it takes: {', '.join(takes)}",
            f"可写：{'、'.join(takes)}",
        )
    near = nearest(first.text, takes)
    return SyntaxProblem(
        "T002",
        first.span,
        f"unknown clause '{first.text}'",
        f"未知的条款“{first.text}”",
        f"did you mean '{near}'?" if near else f"a {kind} takes: {', '.join(takes)}",
        f"是不是“{near}”？" if near else f"可写：{'、'.join(takes)}",
        near,
    )


__all__ = ["BlockReader", "Node", "Text"]
