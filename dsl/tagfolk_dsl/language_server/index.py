"""Where every name of a set of rule files stands: for go to definition, references, rename and hover."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tagfolk_dsl.builder.calls import opened
from tagfolk_dsl.checker.report import Report
from tagfolk_dsl.checker.symbols import Symbols
from tagfolk_dsl.tree import (
    Card,
    Classify,
    Dotted,
    Effect,
    Example,
    Filtered,
    Had,
    Has,
    HasFor,
    InSegment,
    Let,
    Name,
    Node,
    Rule,
    Score,
    Segment,
    Span,
    Statement,
    TagDeclaration,
    Template,
    Use,
)
from tagfolk_dsl.walk import children

Kind = Literal["event", "property", "attribute", "let", "tag", "segment", "use", "column", "rule", "template", "method"]

_DEFINES: dict[type[Statement], Kind] = {
    Let: "let", TagDeclaration: "tag", Classify: "tag", Score: "tag", Segment: "segment", Template: "template",
    Use: "use",
}  # fmt: skip


@dataclass(frozen=True)
class Occurrence:
    """A name where it stands. ``name`` is the thing's own name, ``spelling`` what is written (it may be an also-name).

    ``owner``: the event of a property, the use of a column. ``defines``: this place declares the name.
    """

    kind: Kind
    name: str
    spelling: str
    span: Span
    defines: bool = False
    owner: str = ""

    @property
    def thing(self) -> tuple[str, str, str]:
        """What it is, whatever the spelling."""
        return self.kind, self.owner, self.name


class Index:
    """The occurrences of all names in some files."""

    def __init__(self, symbols: Symbols, report: Report) -> None:
        self.symbols = symbols
        self.report = report
        self._lines: dict[tuple[str, int], list[Occurrence]] = {}
        self.things: dict[tuple[str, str, str], list[Occurrence]] = {}
        self.grants: set[Span] = set()
        """Where tags are granted."""
        for statement in symbols.statements:
            for found in self._statement(statement):
                if found.span.line == found.span.end_line and found not in self.things.get(found.thing, ()):
                    self.things.setdefault(found.thing, []).append(found)
                    self._lines.setdefault((found.span.file, found.span.line), []).append(found)

    def at(self, path: str, line: int, column: int) -> Occurrence | None:
        """The name at a place (1-based; the end of a word counts as the word), the shortest where several fit."""
        found = [one for one in self._lines.get((path, line), ()) if one.span.column <= column <= one.span.end_column]
        return min(found, key=lambda one: (one.span.end_column - one.span.column, not one.defines), default=None)

    def definitions(self, thing: tuple[str, str, str]) -> list[Occurrence]:
        """Where a thing is declared; a tag without a declaration: where it is granted."""
        found = self.things.get(thing, [])
        return [one for one in found if one.defines] or [one for one in found if one.span in self.grants]

    # --- statements ------------------------------------------------------------------------------------------------

    def _statement(self, node: Statement) -> Iterator[Occurrence]:
        kind = _DEFINES.get(type(node))
        name = getattr(node, "name", "")
        if kind is not None and name:
            yield self._made(kind, name, node.span, defines=True)
            yield from self._also(kind, name, getattr(node, "card", None), node)
        if isinstance(node, Rule) and node.named:
            yield self._made("rule", name, node.span, defines=True)
        if isinstance(node, Use):
            yield self._made("method", node.method, node.span)
            for _, argument in node.arguments:
                yield from self._argument(argument)
            return
        if isinstance(node, Example):
            yield from self._example(node)
        yield from self._below(node, None)

    def _also(self, kind: Kind, name: str, card: Card | None, node: Statement) -> Iterator[Occurrence]:
        """The also-names where they are given."""
        lines = [line for key, line in card.lines if key == "also"] if card is not None else []
        for also in card.also if card is not None else ():
            for line in lines:
                span = self.report.word(Span(node.span.file, line, 1, line, 0), also)
                if span.end_column:
                    yield Occurrence(kind, name, also, span, defines=True)
                    break

    def _example(self, node: Example) -> Iterator[Occurrence]:
        for event in node.events:
            if event.event in self.symbols.events:
                yield self._made("event", self.symbols.events[event.event].name, event.span, event.event)
        for name, value in node.attributes:
            info = self.symbols.attributes.get(name)
            if info is not None:
                line = Span(value.span.file, value.span.line, 1, value.span.line, value.span.column)
                yield self._made("attribute", info.name, line, name)

    # --- trees -----------------------------------------------------------------------------------------------------

    def _below(self, node: Node, event: str | None) -> Iterator[Occurrence]:
        for child in children(node):
            yield from self._node(child, event)

    def _node(self, node: Node, event: str | None) -> Iterator[Occurrence]:
        if isinstance(node, Name):
            yield from self._name(node.name, node.span, event)
            return
        if isinstance(node, Dotted):
            yield from self._dotted(node)
            return
        if isinstance(node, (Has, HasFor, Had, Effect)):
            found = self._tag(node.tag, node.span)
            if isinstance(node, Effect) and not node.withhold:
                self.grants.add(found.span)
            yield found
            yield from self._below(node, event)
            return
        if isinstance(node, InSegment):
            segment = self.symbols.segments.get(node.segment)
            yield self._made("segment", segment.name if segment else node.segment, node.span, node.segment)
            return
        if isinstance(node, Filtered):
            yield from self._node(node.metric, event)
            name = opened(node.metric)[0]
            known = self.symbols.event(name) if name else None
            yield from self._node(node.where, known.name if known else event)
            return
        yield from self._of_event(node, event)

    def _of_event(self, node: Node, event: str | None) -> Iterator[Occurrence]:
        """A node about an event: its ``where`` looks at that event's properties."""
        spelling = getattr(node, "event", None)
        known = self.symbols.event(spelling) if isinstance(spelling, str) else None
        if known is None:
            yield from self._below(node, event)
            return
        yield self._made("event", known.name, node.span, str(spelling))
        prop = getattr(node, "property", None)
        if isinstance(prop, str):
            yield from self._property(known.name, prop, node.span)
        yield from self._below(node, known.name)

    def _name(self, name: str, span: Span, event: str | None) -> Iterator[Occurrence]:
        symbols = self.symbols
        if event is not None:
            found = list(self._property(event, name, span))
            if found:
                yield from found
                return
        if name in symbols.lets:
            yield self._made("let", symbols.lets[name].name, span, name)
        elif name in symbols.attributes:
            yield self._made("attribute", symbols.attributes[name].name, span, name)
        elif name in symbols.tags:
            yield self._tag(name, span)
        elif (known := symbols.event(name)) is not None:
            yield self._made("event", known.name, span, name)
        elif name in symbols.uses:
            yield self._made("use", name, span)
        elif name in symbols.segments:
            yield self._made("segment", symbols.segments[name].name, span, name)

    def _dotted(self, node: Dotted) -> Iterator[Occurrence]:
        known = self.symbols.event(node.left)
        after = Span(
            node.span.file, node.span.line, node.span.column + len(node.left), node.span.end_line, node.span.end_column
        )
        if known is not None:
            yield self._made("event", known.name, node.span, node.left)
            yield from self._property(known.name, node.right, after)
        elif node.left in self.symbols.uses:
            yield self._made("use", node.left, node.span)
            yield Occurrence("column", node.right, node.right, self.report.word(after, node.right), owner=node.left)

    def _property(self, event: str, name: str, span: Span) -> Iterator[Occurrence]:
        properties = self.symbols.vocabulary.events[event].properties
        info = properties.get(name) or next((one for one in properties.values() if name in one.also), None)
        if info is not None:
            yield Occurrence("property", info.name, name, self.report.word(span, name), owner=event)

    def _tag(self, spelling: str, span: Span) -> Occurrence:
        tag = self.symbols.tags.get(spelling)
        return self._made("tag", tag.name if tag else spelling, span, spelling)

    def _argument(self, value: object) -> Iterator[Occurrence]:
        if isinstance(value, Node):
            yield from self._node(value, None)
        elif isinstance(value, tuple):
            for one in value:
                yield from self._argument(one)

    def _made(self, kind: Kind, name: str, span: Span, spelling: str = "", *, defines: bool = False) -> Occurrence:
        spelling = spelling or name
        return Occurrence(kind, name, spelling, self.report.word(span, spelling), defines)
