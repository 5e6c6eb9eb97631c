"""The arguments of a ``use`` as a method takes them: defaults filled in, each of its declared kind.

The trees come from the checker; every form in which it may hand a name, a number or a list is read here. What a method
cannot take is an ArgumentError that names the argument.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tagfolk_dsl.tree import (
    Aggregate,
    Attribute,
    Bare,
    Boolean,
    Condition,
    Dotted,
    Duration,
    EventTime,
    Filtered,
    Has,
    InSegment,
    Last,
    Metric,
    Name,
    Negative,
    Number,
    Occurs,
    Property,
    Text,
    Unit,
    Use,
    Window,
)  # fmt: skip
from tagfolk_plugins.api.errors import ArgumentError
from tagfolk_plugins.api.method import Argument, EventFilter, Reference

if TYPE_CHECKING:
    from tagfolk_plugins.api.method import Method

_EXACT = {Unit.SECOND: "seconds", Unit.MINUTE: "minutes", Unit.HOUR: "hours"}


def fill(use: Use, method: type[Method]) -> dict[str, Any]:
    """Every declared argument of the method: the value that ``use`` gives, else the default. Raises ArgumentError."""
    declared = {a.name: a for a in method.arguments}
    given: dict[str, object] = {}
    for name, value in use.arguments:
        if name not in declared:
            near = difflib.get_close_matches(name, declared, 1)
            hint = f"did you mean '{near[0]}'?" if near else f"it takes: {', '.join(declared)}"
            raise ArgumentError(name, f"{method.name} takes no argument '{name}'", hint)
        given[name] = value
    filled: dict[str, Any] = {}
    for name, argument in declared.items():
        if name in given:
            filled[name] = convert(argument, given[name])
        elif argument.required:
            raise ArgumentError(name, f"{method.name} needs '{name}'", argument.meaning)
        else:
            filled[name] = argument.default
    return filled


def convert(argument: Argument, value: object) -> Any:
    """One value as its kind asks. Raises ArgumentError."""
    word = _word(value)
    if argument.kind != "groups" and argument.choices and word in argument.choices:
        return word
    if argument.kind == "choice":
        near = difflib.get_close_matches(word or "", argument.choices, 1)
        hint = f"did you mean '{near[0]}'?" if near else ""
        raise ArgumentError(
            argument.name, f"'{argument.name}' must be one of {', '.join(argument.choices)}, it is {_said(value)}", hint
        )
    converted = _KINDS[argument.kind](value)
    if converted is None:
        choices = f" or {' or '.join(argument.choices)}" if argument.choices else ""
        raise ArgumentError(
            argument.name, f"'{argument.name}' must be {_EXPECTED[argument.kind]}{choices}, it is {_said(value)}"
        )
    return converted


_EXPECTED = {
    "event": "an event", "events": "events in brackets", "property": "a property such as purchase.amount",
    "metric": "a metric", "metrics": "metrics in brackets", "condition": "a condition", "window": "a window",
    "duration": "a length of time such as 90 days", "number": "a number", "text": "a text or a word",
    "boolean": "yes or no", "attribute": "an attribute of customers", "tag": "a tag or segment",
    "numbers": "numbers in brackets", "groups": "named lists such as (recency = (30, 60))",
    "choice": "one of its choices",
}  # fmt: skip


def said(value: object) -> str:
    """A piece of the language as it is written."""
    from tagfolk_dsl.formatter import format_condition, format_metric

    if isinstance(value, Condition):
        return format_condition(value)
    if isinstance(value, Metric):
        return format_metric(value)
    return _said(value)


def _said(value: object) -> str:
    if isinstance(value, Number):
        return value.text or format(value.value, "f")
    word = _word(value)
    if word is not None:
        return f"'{word}'"
    if isinstance(value, (Condition, Metric)):
        return f"'{said(value)}'"
    if isinstance(value, Duration):
        return f"{value.amount} {value.unit.value}{'' if value.amount == 1 else 's'}"
    if isinstance(value, Last):
        return _said(value.length)
    if isinstance(value, tuple):
        return f"({', '.join(_said(v) for v in value)})"
    if isinstance(value, Window):
        return type(value).__name__.lower()
    return f"'{value}'"


def _word(value: object) -> str | None:
    """A value that is one name, however it was read."""
    match value:
        case str():
            return value
        case Name(name=name) | Attribute(name=name) | Property(name=name):
            return name
        case Text(value=text):
            return text
        case Has(tag=name, negated=False) | InSegment(segment=name):
            return name
        case Bare(metric=metric):
            return _word(metric)
        case Boolean(value=truth):
            return "yes" if truth else "no"
    return None


def _event(value: object) -> str | None:
    found = _filtered(value)
    return found.event if found is not None and found.where is None else None


def _filtered(value: object) -> EventFilter | None:
    """An event, with its ``where`` if it has one."""
    match value:
        case Occurs(mode="some", event=event, where=where) | Aggregate(function="count", event=event, where=where):
            return EventFilter(event, _reference(where) if where is not None else None, said(value))
        case Filtered(metric=metric, where=where):
            name = _word(metric)
            return EventFilter(name, _reference(where), said(value)) if name else None
        case Bare(metric=metric):
            return _filtered(metric)
    name = _word(value)
    return EventFilter(name, None, name) if name else None


def _events(value: object) -> tuple[EventFilter, ...] | None:
    found = tuple(_filtered(v) for v in _items(value))
    return found if found and all(found) else None  # type: ignore[return-value]


def _items(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)


def _property(value: object) -> str | None:
    match value:
        case Dotted(left=left, right=right):
            return f"{left}.{right}"
        case Bare(metric=metric):
            return _property(metric)
        case EventTime():
            return "time"
        case Aggregate(event=event, property=str(name)):
            return f"{event}.{name}"
    return _word(value)


def _reference(value: Any) -> Reference:
    return Reference(said(value), value)


def _metric(value: object) -> Reference | None:
    if isinstance(value, Bare):
        value = value.metric
    return _reference(value) if isinstance(value, (Metric, Condition)) else None


def _metrics(value: object) -> tuple[Reference, ...] | None:
    found = tuple(_metric(v) for v in _items(value))
    return found if found and all(found) else None  # type: ignore[return-value]


def _condition(value: object) -> Reference | None:
    return _reference(value) if isinstance(value, Condition) else None


def _window(value: object) -> Reference | None:
    if isinstance(value, Duration):
        value = Last(value)
    return Reference(_said(value), value) if isinstance(value, Window) else None


def _duration(value: object) -> timedelta | tuple[int, str] | None:
    if isinstance(value, Last):
        value = value.length
    if not isinstance(value, Duration):
        return None
    if value.unit in _EXACT:
        return timedelta(**{_EXACT[value.unit]: value.amount})
    return value.amount, value.unit.value


def _number(value: object) -> int | float | None:
    match value:
        case Negative(operand=operand):
            inner = _number(operand)
            return None if inner is None else -inner
        case Number(value=figure):
            return _plain(figure)
        case bool():
            return None
        case int() | float():
            return value
        case Decimal():
            return _plain(value)
    return None


def _plain(figure: Decimal) -> int | float:
    return int(figure) if figure == figure.to_integral_value() else float(figure)


def _numbers(value: object) -> tuple[int | float, ...] | None:
    found = tuple(_number(v) for v in _items(value))
    return None if any(v is None for v in found) else found  # type: ignore[return-value]


def _groups(value: object) -> dict[str, tuple[int | float, ...]] | None:
    """From the checker's pairs of name and numbers."""
    pairs = value if isinstance(value, tuple) else ()
    found = {name: _numbers(numbers) for name, numbers in pairs}
    return None if not found or None in found.values() else found  # type: ignore[return-value]


def _boolean(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"yes": True, "no": False, "是": True, "否": False}.get(_word(value) or "")


_KINDS: Mapping[str, Callable[[object], Any]] = {
    "event": _event, "events": _events, "property": _property, "metric": _metric, "metrics": _metrics,
    "condition": _condition, "window": _window, "duration": _duration, "number": _number, "text": _word,
    "boolean": _boolean, "attribute": _word, "tag": _word, "numbers": _numbers, "groups": _groups,
}  # fmt: skip
