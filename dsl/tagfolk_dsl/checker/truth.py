"""Whether conditions can hold together: what each says of a metric's values, joined until nothing fits.

It never calls a condition impossible that is not. What it does not understand it takes for possible; work is bounded.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

from tagfolk_dsl.checker.ranges import ALL, INFINITY, Values, compared, numbers, texts
from tagfolk_dsl.checker.windows import seconds
from tagfolk_dsl.tree import (
    Aggregate,
    Ago,
    Always,
    And,
    Boolean,
    Bucket,
    Compare,
    Condition,
    Day,
    Elapsed,
    Ever,
    Has,
    InRange,
    Known,
    Last,
    Member,
    Metric,
    Not,
    Number,
    Occurs,
    Or,
    Overall,
    Share,
    TagValue,
    Text,
    TimePart,
    Window,
)

WHOLE = frozenset({"count", "distinct", "days_with", "weeks_with", "months_with"})
MOST_COUNTS = 12
"""So many counts of one condition are compared pairwise by their windows."""
MOST_BRANCHES = 200
"""So many branches of ``or`` are followed for one question."""


@dataclass
class Facts:
    """What is known of each metric, and the budget of branches left."""

    values: dict[Hashable, Values] = field(default_factory=dict)
    budget: list[int] = field(default_factory=lambda: [MOST_BRANCHES])

    def copy(self) -> Facts:
        """For one branch of an ``or``."""
        return Facts(dict(self.values), self.budget)

    def learn(self, key: Hashable, values: Values) -> bool:
        """Join what is new to what is known; False where nothing fits any more."""
        known = self.values.get(key)
        if known is None:
            known = domain(key)
        joined = known & values
        if _is_whole(key):
            joined = joined.whole()
        self.values[key] = joined
        return not joined.empty


def possible(conditions: Iterable[Condition]) -> bool:
    """Whether all of the conditions may hold for one customer; False only where they surely cannot."""
    return _possible(list(conditions), Facts())


def never(condition: Condition) -> bool:
    """Whether a condition can hold for nobody."""
    return not possible((condition,))


def always(condition: Condition) -> bool:
    """Whether a condition holds for everybody."""
    return not possible((Not(condition),))


def _possible(waiting: list[Condition], facts: Facts) -> bool:
    choices: list[tuple[Condition, ...]] = []
    while waiting:
        node = waiting.pop()
        if isinstance(node, And):
            waiting.extend(node.items)
        elif isinstance(node, Or):
            choices.append(node.items)
        elif isinstance(node, Not) and isinstance(node.item, Not):
            waiting.append(node.item.item)
        elif isinstance(node, Not) and isinstance(node.item, Or):
            waiting.extend(Not(item) for item in node.item.items)
        elif isinstance(node, Not) and isinstance(node.item, And):
            choices.append(tuple(Not(item) for item in node.item.items))
        elif isinstance(node, Always):
            continue
        elif isinstance(node, Not) and isinstance(node.item, Always):
            return False
        else:
            key, values = said(node)
            if not facts.learn(key, values):
                return False
    if not _windows_fit(facts):
        return False
    return _some_branch(choices, facts)


def _some_branch(choices: list[tuple[Condition, ...]], facts: Facts) -> bool:
    """Whether each ``or`` has a branch that fits what is known, one after the other."""
    if not choices:
        return True
    rest = [Or(items) if len(items) > 1 else items[0] for items in choices[1:]]
    for item in choices[0]:
        facts.budget[0] -= 1
        if facts.budget[0] < 0 or _possible([item, *rest], facts.copy()):
            return True
    return False


def said(node: Condition) -> tuple[Hashable, Values]:
    """What a condition says of one metric. What is not understood is a yes of its own."""
    if isinstance(node, Not):
        key, values = said(node.item)
        return key, ~values
    if isinstance(node, Compare):
        return _compared(node)
    if isinstance(node, InRange):
        low, high = _figure(node.low), _figure(node.high)
        if (node.low is None or low is not None) and (node.high is None or high is not None) and _single(node.metric):
            return node.metric, numbers(-INFINITY if low is None else low, INFINITY if high is None else high)
    if isinstance(node, Member) and _single(node.metric) and node.values:
        return _member(node)
    if isinstance(node, Known) and _single(node.metric):
        anything = Values(ALL) if _numeric(node.metric) else Values(texts=frozenset(), outside=True)
        return node.metric, anything if node.known else ~anything
    if isinstance(node, Occurs) and node.mode != "every":
        count = Aggregate("count", node.event, None, node.where, node.window)
        return count, compared(">=", 1) if node.mode == "some" else compared("=", 0)
    if isinstance(node, Has):
        return ("has", node.tag), texts("no" if node.negated else "yes")
    return ("holds", node), texts("yes")


def _compared(node: Compare) -> tuple[Hashable, Values]:
    number = _figure(node.right)
    if number is not None and _single(node.left):
        return node.left, compared(node.operator, number)
    text = _text(node.right)
    if text is not None and _single(node.left) and node.operator in ("=", "!="):
        values = texts(text)
        if node.operator == "!=":
            values = Values(texts=values.texts, outside=True)
        return node.left, values
    return ("holds", node), texts("yes")


def _member(node: Member) -> tuple[Hashable, Values]:
    words = [text for value in node.values if (text := _text(value)) is not None]
    figures = [number for value in node.values if (number := _figure(value)) is not None]
    if len(words) == len(node.values):
        return node.metric, Values(texts=frozenset(words), outside=node.negated)
    if len(figures) == len(node.values):
        stretches = tuple((n, True, n, True) for n in sorted(set(figures)))
        values = Values(stretches)
        return node.metric, Values((~values).stretches) if node.negated else values
    return ("holds", node), texts("yes")


def _single(metric: Metric) -> bool:
    """Whether a metric has one value per customer; a tag with many may be two things at once."""
    return not (isinstance(metric, TagValue) and metric.many)


def _numeric(metric: Metric) -> bool:
    from tagfolk_dsl.checker.types import type_of
    from tagfolk_dsl.tree import Type

    return type_of(metric) in (Type.NUMBER, Type.DATE, Type.TIME)


def _figure(value: Metric | None) -> float | None:
    """A written number or day as a number."""
    if isinstance(value, Number):
        return float(value.value)
    return float(value.value.toordinal()) if isinstance(value, Day) else None


def _text(value: Metric) -> str | None:
    """A written text or yes/no as text."""
    if isinstance(value, Text):
        return value.value
    return ("yes" if value.value else "no") if isinstance(value, Boolean) else None


def domain(key: Hashable) -> Values:
    """What a metric may be before anything is said of it."""
    if isinstance(key, tuple):
        return texts("yes", "no")
    if isinstance(key, Overall):
        return domain(key.aggregate)
    if isinstance(key, Aggregate):
        if key.function in WHOLE:
            return numbers(0, 0) if key.where is not None and never(key.where) else numbers(low=0)
        if key.function == "sum":
            return numbers()
        if key.function.endswith("gap"):
            return Values(numbers(low=0).stretches, missing=True)
    if isinstance(key, Share) and key.part.function == "count":
        return Values(numbers(0, 1).stretches, missing=True)
    if isinstance(key, Bucket):
        return numbers(0, key.size - 1)
    if isinstance(key, TimePart) and key.part != "weekday":
        return Values(numbers(0, 23).stretches if key.part == "hour" else numbers(1, 12).stretches, missing=True)
    if isinstance(key, TimePart):
        return Values(texts=frozenset({"mon", "tue", "wed", "thu", "fri", "sat", "sun"}), missing=True)
    if isinstance(key, Elapsed):
        return Values(numbers(low=0).stretches, missing=True)
    if isinstance(key, Metric) and _numeric(key):
        return Values(ALL, missing=True)
    return Values(texts=frozenset(), outside=True, missing=True)


def _is_whole(key: Hashable) -> bool:
    """Whether a metric is always a whole number."""
    if isinstance(key, Overall):
        key = key.aggregate
    if isinstance(key, TimePart):
        return key.part != "weekday"
    return isinstance(key, (Bucket, Elapsed)) or (isinstance(key, Aggregate) and key.function in WHOLE)


def _windows_fit(facts: Facts) -> bool:
    """No count in a narrower window can exceed the count in a wider one."""
    counts = [(k, v) for k, v in facts.values.items() if isinstance(k, Aggregate) and k.function == "count"]
    if len(counts) < 2 or len(counts) > MOST_COUNTS:
        return True
    for wide, above in counts:
        for narrow, below in counts:
            if wide is narrow or wide.event != narrow.event or not (wide.where is None or wide.where == narrow.where):
                continue
            if holds_in(wide.window, narrow.window) and below.low > above.high:
                return False
    return True


def holds_in(wide: Window, narrow: Window) -> bool:
    """Whether one window surely lies in another."""
    if isinstance(wide, Ever) or wide == narrow:
        return True
    if isinstance(wide, Last) and isinstance(narrow, (Last, Ago)):
        start = narrow.length if isinstance(narrow, Last) else narrow.start
        return seconds(wide.length) >= seconds(start) and (wide.length.unit == start.unit or _apart(wide, start))
    return False


def _apart(wide: Last, start: object) -> bool:
    """Whether lengths in different units differ by more than the calendar can bend them."""
    from tagfolk_dsl.tree import Duration

    return isinstance(start, Duration) and seconds(wide.length) >= 1.1 * seconds(start)
