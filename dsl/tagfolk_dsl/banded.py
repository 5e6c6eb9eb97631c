"""Statements with lines of their own kind under them: bands, points, layers, records."""

from __future__ import annotations

from typing import Any, cast

from tagfolk_dsl.block_lines import has_text, is_clause, layer_of, points_of, retyped, whole_of
from tagfolk_dsl.builder import Head, Test
from tagfolk_dsl.builder.parts import literal
from tagfolk_dsl.clauses import ClauseReader
from tagfolk_dsl.layout import Line
from tagfolk_dsl.lexer import Token
from tagfolk_dsl.reading import plain
from tagfolk_dsl.syntax_errors import SyntaxProblem
from tagfolk_dsl.tree import (
    Band,
    Classify,
    Effect,
    Example,
    ExampleEvent,
    Expectation,
    Metric,
    Name,
    Score,
    ScoreGrant,
    ScoreLine,
    Span,
    Template,
    TemplateLine,
)


class BandedReader(ClauseReader):
    """Reads ``classify``, ``score``, ``template`` and ``example``."""

    def _classify(self, line: Line) -> Classify | None:
        head = self._head(line)
        own = [child for child in line.children if not (child.has_arrow or is_clause(child))]
        bands = [child for child in line.children if child.has_arrow or child in own]
        card = self._card(line, "classify", head, bands)[0]
        made = [band for child in bands if (band := self._band(child, head.node if head else Name("")))]
        if head is None:
            return None
        self._not_empty(line, bands, "bands such as 'top 20% -> high'", "档位，例如“前20% -> 高”")
        return Classify(head.name, head.node, tuple(made), card, span=whole_of(line))

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
        scored = [child for child in line.children if not is_clause(child) or points_of(child.words)]
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
        return Score(name, tuple(lines), tuple(grants), card, span=whole_of(line))

    def _scored(self, line: Line) -> ScoreLine | None:
        words, end = line.words, self.end_of(line.words)
        points = points_of(words)
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
        layered = [child for child in line.children if layer_of(child.words[0]) and not has_text(child)]
        card = self._card(line, "template", head, layered)[0]
        made: list[TemplateLine] = []
        for child in layered:
            words = child.words
            self._no_block(child)
            found = self._led("template_line", words, "LAYER")
            if found is not None:
                made.append(TemplateLine(cast(Any, layer_of(words[0])), found[1], span=found[2]))
        if head is None:
            return None
        self._not_empty(line, layered, "layers such as 'base age, city'", "各层，例如“基础 年龄, 城市”")
        return Template(head.name, tuple(made), card, span=whole_of(line))

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
                    expected.append(Expectation(found, text, span=whole_of(child)))
            else:
                self._record(child, attributes, events)
        if head is None:
            return None
        return Example(
            head.title or "", head.node, tuple(attributes), tuple(events), tuple(expected), span=whole_of(line)
        )

    def _led(self, start: str, words: list[Token], type_: str) -> Any:
        """A line whose first word is a keyword whatever follows."""
        return self.read(start, words, lambda: [retyped(words[0], type_)], skip=1)

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
            events.append(ExampleEvent(name.text, value.value, pairs, span=whole_of(line)))
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
