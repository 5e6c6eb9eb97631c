"""The resolver: what the single passes share while names become what they mean.

It owns the tables of names and the report, expands ``let`` (finding circles), knows the type and the listed values
of tags, and looks events, properties and names up. A piece that cannot be resolved is ``None``, its mistake is in
the report, and whatever contains it stays silent: no mistake is told twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tagfolk_dsl.checker.memory import Memory
from tagfolk_dsl.checker.report import Report
from tagfolk_dsl.checker.scope import TOP, Scope
from tagfolk_dsl.checker.symbols import Symbols, TagSymbol, spellings
from tagfolk_dsl.checker.types import type_of
from tagfolk_dsl.tree import Boolean, Condition, Day, Instant, Let, Metric, Number, Span, Text, Type
from tagfolk_dsl.vocabulary import EventInfo, FieldInfo

Kind = Literal["time", "property", "let", "attribute", "tag", "plural", "event", "use", "segment", "unknown"]


@dataclass(frozen=True)
class Found:
    """What a bare word is: its kind and the thing itself (None for ``time`` and ``unknown``)."""

    kind: Kind
    thing: object = None


class Resolver:
    """Names, types and the report of one check."""

    def __init__(self, symbols: Symbols, report: Report, memory: Memory | None = None) -> None:
        """``memory``: what the last check of this workspace kept."""
        self.memory = memory
        self.symbols = symbols
        self.report = report
        self._lets: dict[str, Metric | Condition | None] = {}
        self._open: list[str] = []
        self._types: dict[str, Type | None] = {}
        self._typing: set[str] = set()
        self._properties: dict[str, dict[str, FieldInfo]] = {}

    def find(self, name: str, scope: Scope) -> Found:
        """What a bare word is here. Inside ``where`` the event's properties come first."""
        symbols = self.symbols
        if scope.event is not None:
            field = self.properties(scope.event).get(name)
            if field is not None:
                return Found("property", field)
            if name in ("time", "时间"):
                return Found("time")
        tables: tuple[tuple[Kind, object], ...] = (
            ("let", symbols.lets.get(name)),
            ("attribute", symbols.attributes.get(name)),
            ("tag", symbols.tags.get(name)),
            ("event", symbols.events.get(name)),
            ("plural", symbols.plurals.get(name)),
            ("use", symbols.uses.get(name)),
            ("segment", symbols.segments.get(name)),
        )
        return next((Found(kind, thing) for kind, thing in tables if thing is not None), Found("unknown"))

    def properties(self, event: EventInfo) -> dict[str, FieldInfo]:
        """The properties of an event by each of their names."""
        found = self._properties.get(event.name)
        if found is None:
            found = self._properties[event.name] = spellings(event.properties)
        return found

    def event(self, name: str, span: Span) -> EventInfo | None:
        """The event of a word where an event is due."""
        event = self.symbols.event(name)
        if event is None:
            self.unknown_event(name, span)
        return event

    def unknown_event(self, name: str, span: Span) -> None:
        """Say that there is no such event, and what the word is instead."""
        what = self.find(name, TOP).kind
        more = {
            "tag": (
                f"'{name}' is a tag: write 'has {name}' or 'lacks {name}'",
                f"“{name}”是标签：写“有 {name}”或“没有 {name}”",
            ),
            "attribute": (
                f"'{name}' is an attribute: write '{name} known' or '{name} missing'",
                f"“{name}”是客户属性：写“{name} 已知”或“{name} 缺失”",
            ),
            "let": (f"'{name}' is a let, not an event", f"“{name}”是“令”定义的名称，不是事件"),
            "segment": (f"'{name}' is a segment: write 'in segment {name}'", f"“{name}”是人群：写“属于人群 {name}”"),
        }.get(what, ("", ""))
        symbols = self.symbols
        self.report.unknown(
            "T021",
            "event",
            span,
            name,
            symbols.vocabulary.events,
            also=[*symbols.events, *symbols.plurals],
            more=more,
        )

    def property(self, event: EventInfo, name: str, span: Span) -> FieldInfo | None:
        """A property of an event; ``time`` is one of every event."""
        if name in ("time", "时间") and name not in self.properties(event):
            return FieldInfo("time", Type.TIME)
        field = self.properties(event).get(name)
        if field is None:
            self.report.unknown(
                "T022",
                "property",
                span,
                name,
                [*event.properties, "time"],
                also=self.properties(event),
                of=(f" of {event.name}", f"事件“{event.name}”"),
            )
        return field

    def tag(self, name: str, span: Span) -> TagSymbol | None:
        """A tag that is declared or granted."""
        tag = self.symbols.tags.get(name)
        if tag is None:
            what = self.find(name, TOP).kind
            more = {
                "segment": (
                    f"'{name}' is a segment: write 'in segment {name}'",
                    f"“{name}”是人群：写“属于人群 {name}”",
                ),
                "event": (f"'{name}' is an event: write 'ever {name}'", f"“{name}”是事件：写“曾{name}”"),
                "attribute": (
                    f"'{name}' is an attribute: compare it, '{name} = …'",
                    f"“{name}”是客户属性：写“{name} = …”",
                ),
            }.get(what, ("", ""))
            symbols = self.symbols
            self.report.unknown("T024", "tag", span, name, symbols.tag_names(), also=symbols.tags, more=more)
        return tag

    def attribute(self, name: str, span: Span) -> FieldInfo | None:
        """An attribute of customers, where only one can stand."""
        found = self.symbols.attributes.get(name)
        if found is None:
            known = self.symbols.vocabulary.attributes
            self.report.unknown("T023", "attribute", span, name, known, also=self.symbols.attributes)
        return found

    def let(self, let: Let, scope: Scope) -> Metric | Condition | None:
        """What a ``let`` stands for, with what is pushed into it from here. A circle of lets is an error."""
        from tagfolk_dsl.checker.conditions import meaning  # the two rooms need each other

        scope = scope.customer()
        if scope.plain and not scope.early and let.name in self._lets:
            return self._lets[let.name]
        if let.name in self._open:
            circle = [*self._open[self._open.index(let.name) :], let.name]
            shown = " → ".join(circle)
            first = self.symbols.lets[min(circle)]
            self.report.error(
                "T062",
                self.report.word(first.span, first.name),
                f"these lets go round in a circle: {shown}",
                f"这些“令”互相引用成环：{shown}",
                "let one of them stand on its own",
                "让其中一个不再引用其他",
            )
            return None
        self._open.append(let.name)
        try:
            found = meaning(let.meaning, self, scope)
        finally:
            self._open.pop()
        if scope.plain and not scope.early:
            self._lets[let.name] = found
        return found

    def tag_type(self, tag: TagSymbol) -> Type | None:
        """The type of a tag's value by what its statements give; None: a plain tag, or not known yet (a circle)."""
        if tag.name in self._types:
            return self._types[tag.name]
        if tag.kind == "score":
            return Type.NUMBER
        if tag.name in self._typing:
            return None
        self._typing.add(tag.name)
        try:
            values = [e.value for e, _ in tag.grants if e.value is not None]
            if tag.bands is not None:
                values += [band.value for band in tag.bands.bands]
            kinds = {kind for value in values if (kind := self._value_type(value)) is not None}
            if len(kinds) == 1:
                found: Type | None = kinds.pop()
            elif kinds == {Type.DATE, Type.TIME}:
                found = Type.TIME
            else:
                found = Type.TEXT if values or tag.card.values or tag.many else None
        finally:
            self._typing.discard(tag.name)
        self._types[tag.name] = found
        return found

    def is_valued(self, tag: TagSymbol) -> bool:
        """Whether anything gives the tag a value."""
        given = any(e.value is not None for e, _ in tag.grants)
        return given or tag.kind != "rules" or bool(tag.card.values) or tag.many

    def _value_type(self, value: Metric) -> Type | None:
        """The type of an effect's value; quick for what is written out."""
        from tagfolk_dsl.checker.dispatch import resolve_metric

        if isinstance(value, (Text, Number, Boolean, Day, Instant)):
            return type_of(value)
        resolved = resolve_metric(value, self, TOP)
        return None if resolved is None else type_of(resolved)
