"""Resolving ``example`` blocks: one customer's record by canonical names, and what must come of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from tagfolk_dsl.checker.dispatch import resolve_condition
from tagfolk_dsl.checker.resolver import Resolver
from tagfolk_dsl.checker.scope import TOP, Scope
from tagfolk_dsl.checker.values import operand
from tagfolk_dsl.tree import (
    And,
    Attribute,
    Bare,
    Boolean,
    Condition,
    Day,
    Example,
    ExampleEvent,
    Expectation,
    Has,
    Instant,
    Metric,
    Name,
    Negative,
    Not,
    Number,
    Or,
    Property,
    Span,
    Text,
)
from tagfolk_dsl.vocabulary import FieldInfo


def resolve_example(node: Example, r: Resolver) -> Example | None:
    """An example; None where something in it is wrong."""
    good = True
    attributes: dict[str, Metric] = {}
    for name, value in node.attributes:
        span = value.span if value.span.line else node.span
        info = r.symbols.attributes.get(name)
        if info is None:
            good = False
            known, also = r.symbols.vocabulary.attributes, [*r.symbols.attributes, *r.symbols.events]
            r.report.unknown("T023", "attribute", _line(node.span, span), name, known, also=also)
            continue
        if info.name in attributes:
            good = False
            r.report.error(
                "T076",
                r.report.word(_line(node.span, span), name),
                f"'{name}' is given twice in this example",
                f"示例中“{name}”给出了两次",
                "keep one of the lines",
                "保留其中一行",
            )
            continue
        written = _value(value, Attribute(info.name, info.type), TOP, r)
        good = good and written is not None
        if written is not None:
            attributes[info.name] = written
    events = [_event(event, node, r) for event in node.events]
    expectations = []
    for expectation in node.expectations:
        condition = resolve_condition(_tags_alone(expectation.condition, r), r, TOP)
        good = good and condition is not None
        if condition is not None:
            expectations.append(Expectation(condition, expectation.text, span=expectation.span))
    done = tuple(event for event in events if event is not None)
    if not good or len(done) != len(events):
        return None
    return Example(node.title, node.at, tuple(attributes.items()), done, tuple(expectations), span=node.span)


def _tags_alone(condition: Condition, r: Resolver) -> Condition:
    """``expect vip`` and ``expect not vip`` name the tag alone: that is ``has vip``."""
    if isinstance(condition, Not):
        return Not(_tags_alone(condition.item, r), span=condition.span)
    if isinstance(condition, (And, Or)):
        items = tuple(_tags_alone(item, r) for item in condition.items)
        return And(items, span=condition.span) if isinstance(condition, And) else Or(items, span=condition.span)
    if isinstance(condition, Bare) and isinstance(condition.metric, Name):
        kind = r.find(condition.metric.name, TOP).kind
        if kind in ("tag", "unknown"):
            return Has(condition.metric.name, span=condition.span)
    return condition


def _line(whole: Span, value: Span) -> Span:
    """The line of a value up to the value, where its name stands."""
    if value == whole or not value.line:
        return whole
    return Span(value.file, value.line, 1, value.line, value.column)


def _event(event: ExampleEvent, example: Example, r: Resolver) -> ExampleEvent | None:
    """An event line: the event, its properties, and whether it is before the example's time."""
    info = r.event(event.event, event.span)
    if info is None:
        return None
    fields: Mapping[str, FieldInfo] = r.properties(info)
    given: dict[str, Metric] = {}
    good = True
    for name, value in event.properties:
        field = fields.get(name)
        if field is None:
            good = r.property(info, name, event.span) is not None and good
            continue
        if field.name in given:
            good = False
            r.report.error(
                "T076",
                event.span,
                f"'{name}' is given twice in this event",
                f"事件中“{name}”给出了两次",
                "keep one of them",
                "保留一个",
            )
            continue
        written = _value(value, Property(field.name, field.type), Scope(event=info), r)
        good = good and written is not None
        if written is not None:
            given[field.name] = written
    if _start(event.time) >= _end(example.at):
        r.report.warning(
            "W018",
            event.span,
            "this event is not before the example's time, so nothing sees it",
            "这个事件不早于示例的时间点，因此不会被看到",
            f"a time before {example.at}",
            f"改为早于 {example.at} 的时间",
        )
    return ExampleEvent(info.name, event.time, tuple(given.items()), span=event.span) if good else None


def _value(value: Metric, against: Metric, scope: Scope, r: Resolver) -> Metric | None:
    """A written value of an attribute or property; a bare word is text."""
    if isinstance(value, Name):
        value = Text(value.name, span=value.span)
    if isinstance(value, Negative) and isinstance(value.operand, Number):
        value = Number(-value.operand.value, f"-{value.operand.text}", span=value.span)
    if not isinstance(value, (Text, Number, Boolean, Day, Instant)):
        r.report.error(
            "T040",
            value.span,
            "an example takes written values only",
            "示例中只能写具体的值",
            '30, "tea", 2024-01-31',
            '30、"茶"、2024-01-31',
        )
        return None
    return operand(value, against, r, scope)


def _start(moment: date | datetime) -> datetime:
    """A day's midnight; an instant without its offset (the checker knows no zone)."""
    if isinstance(moment, datetime):
        return moment.replace(tzinfo=None)
    return datetime(moment.year, moment.month, moment.day)


def _end(moment: date | datetime) -> datetime:
    """The cutoff of ``at``: the end of a day, or the instant."""
    return _start(moment) if isinstance(moment, datetime) else _start(moment) + timedelta(days=1)
