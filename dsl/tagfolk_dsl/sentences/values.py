"""The right side of a comparison in words: a listed value as people call it in the language."""

from __future__ import annotations

from collections.abc import Callable

from tagfolk_dsl.sentences.words import Words
from tagfolk_dsl.tree import Aggregate, Attribute, Metric, Property, TagValue, Text, TimePart

WEEKDAYS = {
    "mon": ("Monday", "周一"), "tue": ("Tuesday", "周二"), "wed": ("Wednesday", "周三"), "thu": ("Thursday", "周四"),
    "fri": ("Friday", "周五"), "sat": ("Saturday", "周六"), "sun": ("Sunday", "周日"),
}  # fmt: skip


def value_of(value: Metric, against: Metric, w: Words, metric: Callable[[Metric, Words], str]) -> str:
    """A value beside the metric it is compared with; ``metric`` says it where it is a metric itself."""
    if not isinstance(value, Text):
        return metric(value, w)
    text = value.value
    if isinstance(against, TagValue):
        return w.tag_text(against.tag, text)
    if isinstance(against, Attribute):
        return w.listed(w.vocabulary.attributes.get(against.name) if w.vocabulary else None, text)
    if isinstance(against, Property):
        return w.listed(w.info(w.within, against.name), text)
    if isinstance(against, Aggregate) and against.property:
        return w.listed(w.info(against.event, against.property), text)
    if isinstance(against, TimePart) and text in WEEKDAYS:
        return WEEKDAYS[text][w.zh]
    return text
