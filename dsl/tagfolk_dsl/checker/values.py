"""The other side of a comparison: a value of the right type, a listed spelling, or another metric."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from tagfolk_dsl.checker.dispatch import resolve_metric
from tagfolk_dsl.checker.metrics import named
from tagfolk_dsl.checker.nearest import nearest
from tagfolk_dsl.checker.report import listing
from tagfolk_dsl.checker.resolver import Found, Resolver
from tagfolk_dsl.checker.scope import Scope
from tagfolk_dsl.checker.symbols import TagSymbol
from tagfolk_dsl.checker.types import WORDS, fits, is_date, type_of
from tagfolk_dsl.tree import (
    Aggregate,
    Attribute,
    Boolean,
    Condition,
    Day,
    Instant,
    Metric,
    Name,
    Number,
    Property,
    Span,
    TagValue,
    Text,
    TimePart,
    Type,
)
from tagfolk_dsl.vocabulary import FieldInfo

WEEKDAYS: Mapping[str, str] = {
    spelling: day
    for day, spellings in {
        "mon": ("monday", "Monday", "Mon", "周一", "星期一"), "tue": ("tuesday", "Tuesday", "Tue", "周二", "星期二"),
        "wed": ("wednesday", "Wednesday", "Wed", "周三", "星期三"), "thu": ("thursday", "Thursday", "Thu", "周四",
        "星期四"),
        "fri": ("friday", "Friday", "Fri", "周五", "星期五"), "sat": ("saturday", "Saturday", "Sat", "周六", "星期六"),
        "sun": ("sunday", "Sunday", "Sun", "周日", "星期日", "周天", "星期天"),
    }.items()
    for spelling in (day, *spellings)
}  # fmt: skip


@dataclass(frozen=True)
class Listed:
    """The values that a text metric can have, as far as they are listed: spelling → canonical value."""

    of: str
    spellings: Mapping[str, str]
    code: str
    """The warning for another value: W007 a value mapping, W015 a tag's values."""


def listed(metric: Metric, r: Resolver, scope: Scope) -> Listed | None:
    """The listed values of a metric, if there are any."""
    if isinstance(metric, TimePart) and metric.part == "weekday":
        return Listed("weekday", WEEKDAYS, "W007")
    if isinstance(metric, TagValue):
        return tag_values(r.symbols.tags[metric.tag], r)
    field = field_of(metric, r, scope)
    if field is None or not field.values:
        return None
    return Listed(field.name, spelled(field), "W007")


def field_of(metric: Metric, r: Resolver, scope: Scope) -> FieldInfo | None:
    """The attribute or property whose values a metric has."""
    vocabulary = r.symbols.vocabulary
    if isinstance(metric, Attribute):
        return vocabulary.attributes.get(metric.name)
    if isinstance(metric, Property) and scope.event is not None:
        return scope.event.properties.get(metric.name)
    if isinstance(metric, Aggregate) and metric.function in ("first", "last", "most_common") and metric.property:
        return vocabulary.events[metric.event].properties.get(metric.property)
    return None


def spelled(field: FieldInfo) -> Mapping[str, str]:
    """Every listed spelling with its canonical value."""
    found = {value: value for value in field.values}
    for value, spellings in field.values.items():
        for spelling in spellings:
            found.setdefault(spelling, value)
    return found


def tag_values(tag: TagSymbol, r: Resolver) -> Listed | None:
    """The values of a tag, where all of them are written out in its statements."""
    given = [e.value for e, _ in tag.grants if e.value is not None]
    if tag.bands is not None:
        given += [band.value for band in tag.bands.bands]
    found: dict[str, str] = {}
    for value, spellings in tag.card.values:
        found[value] = value
        for spelling in spellings:
            found.setdefault(spelling, value)
    for one in given:
        text = written(one)
        if text is None:
            return Listed(tag.name, found, "") if found else None
        found.setdefault(text, text)
    return Listed(tag.name, found, "W015") if found else None


def written(value: Metric) -> str | None:
    """The text of a value that is written out; None: a metric."""
    if isinstance(value, Text):
        return value.value
    if isinstance(value, Number):
        return str(value.value)
    if isinstance(value, Boolean):
        return "yes" if value.value else "no"
    return value.value.isoformat() if isinstance(value, (Day, Instant)) else None


def operand(node: Metric, against: Metric | None, r: Resolver, scope: Scope) -> Metric | None:
    """What stands on the right of a comparison with ``against`` (None: that side is wrong already)."""
    if isinstance(node, Name):
        return _word(node, against, r, scope)
    resolved = resolve_metric(node, r, scope)
    if resolved is None or against is None:
        return resolved
    return coerce(resolved, against, r, scope)


def _word(node: Name, against: Metric | None, r: Resolver, scope: Scope) -> Metric | None:
    """A bare word on the right: a property, attribute or let means its value; else it is text, where text is due."""
    found = r.find(node.name, scope)
    due = None if against is None else type_of(against)
    if found.kind == "let":
        meant = r.let(r.symbols.lets[node.name], scope)
        if meant is None:
            return None
        if isinstance(meant, Condition) and due in (Type.TEXT, None):
            found = Found("unknown")  # a condition has no value: the word is text
    if found.kind in ("property", "attribute", "let", "time"):
        value = named(node, found, r, scope)
        if value is None or against is None:
            return value
        means_text = due == Type.TEXT and node.name in _texts(against, r, scope)
        if due == Type.TEXT and not fits(Type.TEXT, type_of(value)):
            quote_it(node, r)
            return None
        if means_text:
            r.report.warning(
                "W008",
                node.span,
                f"'{node.name}' is also a value of the left side; here it means the {found.kind}",
                f"“{node.name}”也是左边的一个取值；这里指同名的{_KIND_ZH.get(found.kind, '指标')}",
                f'write "{node.name}" if you mean the text',
                f'若指文本，请写 "{node.name}"',
                f'"{node.name}"',
            )
        return value
    if due == Type.TEXT:
        assert against is not None
        return coerce(Text(node.name, span=node.span), against, r, scope)
    if due is None:
        return Text(node.name, span=node.span)  # the left side is wrong already: no second complaint
    if found.kind != "unknown":
        return resolve_metric(node, r, scope)
    if due == Type.BOOLEAN:
        yes_or_no(node.span, node.name, r)
    elif near_name(node, r, scope):
        return resolve_metric(node, r, scope)
    else:
        word, word_zh = WORDS[due]
        r.report.error(
            "T040",
            node.span,
            f"{word} is due here, not '{node.name}'",
            f"这里需要{word_zh}，而不是“{node.name}”",
            f"write {word} or the name of a figure",
            f"写{word_zh}或数值的名称",
        )
    return None


def near_name(node: Name, r: Resolver, scope: Scope) -> bool:
    """Whether an unknown word is probably a misspelt name, rather than text where none is due."""
    fields = r.properties(scope.event) if scope.event is not None else {}
    return nearest(node.name, [*fields, *r.symbols.metric_names()]) is not None


_KIND_ZH = {"property": "属性", "attribute": "客户属性", "let": "“令”", "time": "时间"}


def _texts(against: Metric, r: Resolver, scope: Scope) -> frozenset[str]:
    """The texts that the left side is known to have: listed or seen in the data."""
    field = field_of(against, r, scope)
    seen = frozenset(field.seen) if field is not None else frozenset()
    values = listed(against, r, scope)
    return seen | frozenset(values.spellings) if values else seen


def quote_it(node: Name, r: Resolver) -> None:
    """A name with a figure where text is due: it is probably meant as text."""
    r.report.error(
        "T040",
        node.span,
        f"text is compared with '{node.name}', which is no text",
        f"文本不能与非文本的“{node.name}”比较",
        f'write "{node.name}" if you mean the text',
        f'若指文本，请写 "{node.name}"',
        f'"{node.name}"',
    )


def yes_or_no(span: Span, word: str, r: Resolver) -> None:
    """Something else where yes or no is due."""
    r.report.error(
        "T040",
        span,
        f"yes or no is due here, not '{word}'",
        f"这里需要“是”或“否”，而不是“{word}”",
        "write yes or no",
        "写“是”或“否”",
    )


def coerce(value: Metric, against: Metric, r: Resolver, scope: Scope) -> Metric | None:
    """A value read by the type of the other side; the mistake reported where it does not fit."""
    due, kind = type_of(against), type_of(value)
    if due == Type.TEXT:
        value = _as_text(value, against, r, scope)
        if isinstance(value, Text):
            return mapped(value, against, r, scope)
        kind = type_of(value)
    elif is_date(due) and isinstance(value, Text):
        value = as_date(value) or value
        kind = type_of(value)
    elif due == Type.BOOLEAN and isinstance(value, Text) and value.value.lower() in ("yes", "no", "true", "false"):
        return Boolean(value.value.lower() in ("yes", "true"), span=value.span)
    if fits(due, kind):
        return value
    left, right = WORDS[due], WORDS[kind]
    quoted = f'"{value.text or value.value}"' if isinstance(value, Number) and due == Type.TEXT else None
    r.report.error(
        "T040",
        value.span,
        f"{left[0]} is compared with {right[0]}",
        f"{left[1]}不能与{right[1]}比较",
        f"text is quoted: {quoted}" if quoted else f"{left[0]} is due here",
        f"文本要加引号：{quoted}" if quoted else f"这里需要{left[1]}",
        quoted,
    )
    return None


def _as_text(value: Metric, against: Metric, r: Resolver, scope: Scope) -> Metric:
    """A number or yes/no as the text it was written as, where the left side has such texts."""
    if isinstance(value, Boolean):
        return Text(r.report.text(value.span) or ("yes" if value.value else "no"), span=value.span)
    if isinstance(value, Number):
        text = value.text or str(value.value)
        if isinstance(against, TagValue) or text in _texts(against, r, scope):
            return Text(text, span=value.span)
    return value


def as_date(value: Text) -> Metric | None:
    """Text that is a date or a time in ISO form, as that."""
    try:
        return Day(date.fromisoformat(value.value), span=value.span)
    except ValueError:
        pass
    try:
        return Instant(datetime.fromisoformat(value.value), span=value.span)
    except ValueError:
        return None


def mapped(value: Text, against: Metric, r: Resolver, scope: Scope) -> Text:
    """A listed spelling as its canonical value; a warning where the value is not listed."""
    values = listed(against, r, scope)
    if values is None:
        return value
    canonical = values.spellings.get(value.value)
    if canonical is not None:
        return value if canonical == value.value else Text(canonical, span=value.span)
    if values.code and values.of not in r.report.broken:
        near = nearest(value.value, values.spellings)
        known = list(dict.fromkeys(values.spellings.values()))
        ask, ask_zh = (f"did you mean '{near}'? ", f"是不是“{near}”？") if near else ("", "")
        r.report.warning(
            values.code,
            r.report.word(value.span, value.value),
            f"'{value.value}' is no listed value of {values.of}",
            f"“{value.value}”不是“{values.of}”已列出的取值",
            f"{ask}values: {listing(known)}",
            f"{ask_zh}取值：{listing(known, zh=True)}",
            near,
        )
    return value
