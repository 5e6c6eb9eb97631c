"""Resolving what looks at events: aggregates with their property, ``where`` and window, moments, elapsed times."""

from __future__ import annotations

from tagfolk_dsl.checker.dispatch import resolve_condition, resolve_metric
from tagfolk_dsl.checker.resolver import Resolver
from tagfolk_dsl.checker.scope import TOP, Scope
from tagfolk_dsl.checker.types import SAME_AS_PROPERTY, WORDS, is_date, type_of
from tagfolk_dsl.checker.windows import check_window
from tagfolk_dsl.tree import (
    Across,
    Aggregate,
    And,
    Condition,
    DaysBetween,
    Elapsed,
    Ever,
    Metric,
    Moment,
    Share,
    Span,
    TimePart,
    TopValues,
    Type,
    Window,
)
from tagfolk_dsl.vocabulary import EventInfo, FieldInfo

NUMBERS_ONLY = frozenset({"sum", "avg", "median", "stddev"})
WITHOUT_PROPERTY = frozenset({"count", "days_with", "weeks_with", "months_with", "avg_gap", "median_gap", "first_gap"})


def event_where(event: EventInfo, own: Condition | None, r: Resolver, scope: Scope) -> tuple[Condition | None, bool]:
    """An aggregate's own ``where`` and those pushed in, resolved and joined; False where one is wrong."""
    parts: list[Condition] = []
    good = True
    surface = [] if own is None else [own]
    for pushed in scope.filters:
        pushed.taken = True
        surface.append(pushed.where)
    for condition in surface:
        resolved = resolve_condition(condition, r, scope.inside(event))
        if resolved is None:
            good = False
        elif isinstance(resolved, And):
            parts.extend(resolved.items)
        else:
            parts.append(resolved)
    if not parts:
        return None, good
    return (parts[0] if len(parts) == 1 else And(tuple(parts), span=parts[0].span)), good


def event_window(own: Window, r: Resolver, scope: Scope, span: Span) -> tuple[Window, bool]:
    """An aggregate's own window, else the one pushed in."""
    if not isinstance(own, Ever):
        return own, check_window(own, r, own.span if own.span.line else span)
    if scope.window is None:
        return own, True
    scope.window.taken = True
    return scope.window.window, True


@resolve_metric.register
def aggregate(node: Aggregate, r: Resolver, scope: Scope) -> Aggregate | None:
    """An aggregate: its event, property, ``where``, window and type."""
    event = r.event(node.event, node.span)
    if event is None:
        _take(scope)
        return None
    where, good = event_where(event, node.where, r, scope)
    window, good_window = event_window(node.window, r, scope, node.span)
    field = None
    if node.property is not None:
        field = r.property(event, node.property, node.span)
        if field is None:
            return None
    if not (_property_fits(node, event, field, r) and good and good_window):
        return None
    kind = field.type if field is not None and node.function in SAME_AS_PROPERTY else Type.NUMBER
    name = field.name if field is not None else None
    return Aggregate(node.function, event.name, name, where, window, kind, span=node.span)


def _take(scope: Scope) -> None:
    """What is pushed in found a home, though a broken one: no further complaint."""
    if scope.window is not None:
        scope.window.taken = True
    for pushed in scope.filters:
        pushed.taken = True


def _property_fits(node: Aggregate, event: EventInfo, field: FieldInfo | None, r: Resolver) -> bool:
    """Whether the aggregate has the kind of property that it needs."""
    function = node.function
    if function in WITHOUT_PROPERTY:
        if field is None:
            return True
        r.report.error(
            "T043",
            node.span,
            f"{function} takes an event, not a property",
            f"“{function}”只接受事件，不接受属性",
            f"{function}({event.name}), or distinct({event.name}.{field.name})",
            f"{function}({event.name})，或 种类数({event.name}.{field.name})",
        )
        return False
    if field is None:
        numbers = [p.name for p in event.properties.values() if p.type == Type.NUMBER or function not in NUMBERS_ONLY]
        example = f"{function}({event.name}.{numbers[0] if numbers else 'PROPERTY'})"
        r.report.error(
            "T043",
            node.span,
            f"{function} needs a property of {event.name}",
            f"“{function}”需要事件“{event.name}”的属性",
            f"for example {example}",
            f"例如 {example}",
        )
        return False
    ordered = function in ("min", "max") and is_date(field.type)
    if function in (*NUMBERS_ONLY, "min", "max") and field.type != Type.NUMBER and not ordered:
        word, word_zh = WORDS[field.type]
        numbers = [p.name for p in event.properties.values() if p.type == Type.NUMBER]
        some = f"; numbers of {event.name}: {', '.join(numbers)}" if numbers else ""
        some_zh = f"；“{event.name}”的数字属性：{'、'.join(numbers)}" if numbers else ""
        r.report.error(
            "T042",
            r.report.word(node.span, node.property or ""),
            f"{function} needs numbers, but '{field.name}' is {word}",
            f"“{function}”需要数字，而“{field.name}”是{word_zh}",
            f"distinct, first, last and most_common take any property{some}",
            f"种类数、首次、末次、最常可用于任何属性{some_zh}",
        )
        return False
    return True


@resolve_metric.register
def _share(node: Share, r: Resolver, scope: Scope) -> Metric | None:
    part = resolve_metric(node.part, r, scope)
    if part is None:
        return None
    if isinstance(part, Aggregate) and part.function in ("count", "sum") and part.where is not None:
        return Share(part, span=node.span)
    r.report.error(
        "T055",
        node.span,
        "share needs a count or a sum with 'where'",
        "占比需要带“其中”的次数或总和",
        "share(purchase where category = tea)",
        "占比(购买 其中 品类 = 茶)",
    )
    return None


def moment(node: Moment, r: Resolver, scope: Scope) -> Moment | None:
    """The first or last event of a kind."""
    event = r.event(node.event, node.span)
    if event is None:
        _take(scope)
        return None
    where, good = event_where(event, node.where, r, scope)
    window, good_window = event_window(node.window, r, scope, node.span)
    return Moment(node.which, event.name, where, window, span=node.span) if good and good_window else None


@resolve_metric.register
def _elapsed(node: Elapsed, r: Resolver, scope: Scope) -> Metric | None:
    if isinstance(node.since, Moment):
        since: Moment | Metric | None = moment(node.since, r, scope)
        return None if since is None else Elapsed(node.unit, since, span=node.span)
    metric = resolve_metric(node.since, r, scope)
    if metric is None or not need_date(metric, node.since.span, r):
        return None
    return Elapsed(node.unit, metric, span=node.span)


def need_date(metric: Metric, span: Span, r: Resolver) -> bool:
    """Report a metric that is no date where one is due."""
    kind = type_of(metric)
    if is_date(kind):
        return True
    r.report.error(
        "T045",
        span,
        f"a date is due here, not {WORDS[kind][0]}",
        f"这里需要日期，而不是{WORDS[kind][1]}",
        *_dates(r),
    )
    return False


def _dates(r: Resolver) -> tuple[str, str]:
    """The date attributes, for a hint."""
    names = [a.name for a in r.symbols.vocabulary.attributes.values() if is_date(a.type)]
    if not names:
        return "there is no date attribute", "没有日期类型的客户属性"
    return f"dates: {', '.join(names[:8])}", f"日期属性：{'、'.join(names[:8])}"


@resolve_metric.register
def _between(node: DaysBetween, r: Resolver, scope: Scope) -> Metric | None:
    start, end = moment(node.start, r, scope), moment(node.end, r, scope)
    return None if start is None or end is None else DaysBetween(start, end, span=node.span)


@resolve_metric.register
def _part(node: TimePart, r: Resolver, scope: Scope) -> Metric | None:
    of = resolve_metric(node.of, r, scope)
    return TimePart(node.part, of, span=node.span) if of is not None and need_date(of, node.of.span, r) else None


@resolve_metric.register
def _across(node: Across, r: Resolver, scope: Scope) -> Metric | None:
    inner = resolve_metric(node.metric, r, scope.customer())
    among = None if node.among is None else resolve_condition(node.among, r, TOP)
    if inner is None or (node.among is not None and among is None):
        return None
    if node.function in (*NUMBERS_ONLY, "min", "max") and not need_number(inner, node.metric.span, r, "T046"):
        return None
    return Across(node.function, inner, among, span=node.span)


def need_number(metric: Metric, span: Span, r: Resolver, code: str) -> bool:
    """Report a metric that is no number where one is due."""
    kind = type_of(metric)
    if kind == Type.NUMBER:
        return True
    word, word_zh = WORDS[kind]
    r.report.error(
        code,
        span,
        f"a number is due here, not {word}",
        f"这里需要数字，而不是{word_zh}",
        "count, sum or compare numbers only",
        "只有数字才能计算和排名",
    )
    return False


@resolve_metric.register
def _top_values(node: TopValues, r: Resolver, scope: Scope) -> Metric | None:
    event = r.event(node.event, node.span)
    if event is None:
        _take(scope)
        return None
    where, good = event_where(event, node.where, r, scope)
    window, good_window = event_window(node.window, r, scope, node.span)
    field = r.property(event, node.property, node.span)
    if field is None or not (good and good_window):
        return None
    return TopValues(node.count, event.name, field.name, where, window, span=node.span)
