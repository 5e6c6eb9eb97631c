"""Resolving metrics: one function per node, ``None`` where something in it is wrong (and reported)."""

from __future__ import annotations

from functools import singledispatch

from tagfolk_dsl.checker.resolver import Found, Resolver
from tagfolk_dsl.checker.scope import TOP, PushedFilter, PushedWindow, Scope
from tagfolk_dsl.checker.symbols import TagSymbol
from tagfolk_dsl.checker.types import SAME_AS_PROPERTY, WORDS, is_date, type_of
from tagfolk_dsl.checker.windows import check_window
from tagfolk_dsl.tree import (
    Across,
    Aggregate,
    And,
    Arithmetic,
    Attribute,
    Boolean,
    Bucket,
    Condition,
    Day,
    DaysBetween,
    Dotted,
    Elapsed,
    EventTime,
    Ever,
    Filtered,
    Instant,
    MethodColumn,
    Metric,
    Moment,
    Name,
    Negative,
    Number,
    Overall,
    Property,
    Share,
    Span,
    TagValue,
    Text,
    TimePart,
    TopValues,
    Type,
    Window,
    Windowed,
)  # fmt: skip
from tagfolk_dsl.vocabulary import EventInfo, FieldInfo

NUMBERS_ONLY = frozenset({"sum", "avg", "median", "stddev"})
WITHOUT_PROPERTY = frozenset({"count", "days_with", "weeks_with", "months_with", "avg_gap", "median_gap", "first_gap"})


@singledispatch
def resolve_metric(node: Metric, r: Resolver, scope: Scope) -> Metric | None:
    """A metric with every name in it replaced by what it means."""
    raise TypeError(f"a metric that the checker does not know: {type(node).__name__}")


@resolve_metric.register(Number)
@resolve_metric.register(Text)
@resolve_metric.register(Boolean)
@resolve_metric.register(Day)
@resolve_metric.register(Instant)
@resolve_metric.register(Attribute)
@resolve_metric.register(Property)
@resolve_metric.register(EventTime)
@resolve_metric.register(MethodColumn)
@resolve_metric.register(TagValue)
def _same(node: Metric, r: Resolver, scope: Scope) -> Metric | None:
    return node


@resolve_metric.register
def _bucket(node: Bucket, r: Resolver, scope: Scope) -> Metric | None:
    if node.size >= 1:
        return node
    r.report.error(
        "T068", node.span, "a bucket needs at least one part", "分桶至少要有 1 份", "bucket(100)", "分桶(100)"
    )
    return None


@resolve_metric.register
def _name(node: Name, r: Resolver, scope: Scope) -> Metric | None:
    found = r.find(node.name, scope)
    if found.kind == "unknown":
        _unknown_name(node, r, scope)
        return None
    return named(node, found, r, scope)


def named(node: Name, found: Found, r: Resolver, scope: Scope) -> Metric | None:
    """The value of a word that was found."""
    thing = found.thing
    if found.kind == "time":
        return EventTime(span=node.span)
    if found.kind == "property" and isinstance(thing, FieldInfo):
        return Property(thing.name, thing.type, span=node.span)
    if found.kind == "attribute" and isinstance(thing, FieldInfo):
        return Attribute(thing.name, thing.type, span=node.span)
    if found.kind == "tag" and isinstance(thing, TagSymbol):
        return tag_value(thing, node.span, r)
    if found.kind == "plural" and isinstance(thing, EventInfo):
        return aggregate(Aggregate("count", thing.name, span=node.span), r, scope)
    if found.kind == "let":
        meant = r.let(r.symbols.lets[node.name], scope)
        if isinstance(meant, Condition):
            r.report.error(
                "T051",
                node.span,
                f"'{node.name}' is a condition, not a figure",
                f"“{node.name}”是条件，不是数值",
                "use it by itself: it holds or it does not",
                "直接当条件使用，不能比较大小",
            )
            return None
        return meant
    _wrong_kind(node, found, r)
    return None


def _wrong_kind(node: Name, found: Found, r: Resolver) -> None:
    """A known name that has no value: an event, an analysis, a segment."""
    if found.kind == "event" and isinstance(found.thing, EventInfo):
        count = next((c for c, e in r.symbols.plurals.items() if e is found.thing and c.startswith(node.name)), None)
        count = count or f"count({node.name})"
        r.report.error(
            "T047",
            node.span,
            f"'{node.name}' is an event, not a figure",
            f"“{node.name}”是事件，不是数值",
            f"'{count}' counts them",
            f"用“{count}”表示次数",
            count,
        )
        return
    hint = {
        "use": (f"name a column: '{node.name}.…'", f"写出列名：“{node.name}.…”"),
        "segment": (f"write 'in segment {node.name}'", f"写“属于人群 {node.name}”"),
    }.get(found.kind, ("", ""))
    r.report.error("T031", node.span, f"'{node.name}' has no value to compare", f"“{node.name}”没有可比较的值", *hint)


def _unknown_name(node: Name, r: Resolver, scope: Scope) -> None:
    """Nothing of this name: inside ``where`` a property is due, elsewhere anything with a value."""
    if scope.event is not None:
        r.property(scope.event, node.name, node.span)
        return
    symbols = r.symbols
    others = [*symbols.lets, *symbols.attributes, *symbols.plurals, *symbols.tags, *symbols.events]
    r.report.unknown("T020", "name", node.span, node.name, symbols.metric_names(), also=others)


def tag_value(tag: TagSymbol, span: Span, r: Resolver) -> Metric | None:
    """The value of a valued tag; a plain tag has none."""
    if not r.is_valued(tag):
        r.report.error(
            "T066",
            span,
            f"the tag '{tag.name}' has no values",
            f"标签“{tag.name}”没有取值",
            f"write 'has {tag.name}'",
            f"写“有 {tag.name}”",
        )
        return None
    kind = r.tag_type(tag)
    return TagValue(tag.name, kind or Type.TEXT, tag.many, span=span)


@resolve_metric.register
def _dotted(node: Dotted, r: Resolver, scope: Scope) -> Metric | None:
    use = r.symbols.uses.get(node.left)
    if use is not None:
        method = r.symbols.vocabulary.methods.get(use.method)
        if method is None:
            return None  # told at the ``use``
        kind = method.columns.get(node.right)
        if kind is None:
            r.report.unknown(
                "T028", "column", node.span, node.right, method.columns, of=(f" of {use.method}", f"方法“{use.method}”")
            )
            return None
        return MethodColumn(node.left, node.right, kind, span=node.span)
    event = r.symbols.event(node.left)
    if event is None:
        r.report.unknown(
            "T030",
            "analysis",
            node.span,
            node.left,
            r.symbols.uses,
            more=("write 'use METHOD(…) as " + node.left + "' first", f"先写“使用 方法(…) 为 {node.left}”"),
        )
        return None
    field = r.property(event, node.right, node.span)
    if field is None:
        return None
    if scope.event is not None and scope.event.name == event.name:
        return EventTime(span=node.span) if field.name == "time" else Property(field.name, field.type, span=node.span)
    name = f"{node.left}.{node.right}"
    r.report.error(
        "T047",
        node.span,
        f"'{name}' has many values per customer",
        f"“{name}”每位客户有多个值",
        f"say which: sum({name}), avg({name}), last({name})",
        f"说明取哪个：总和({name})、平均({name})、末次({name})",
    )
    return None


@resolve_metric.register
def _windowed(node: Windowed, r: Resolver, scope: Scope) -> Metric | None:
    pushed = PushedWindow(node.window, node.window.span if node.window.span.line else node.span)
    good = check_window(node.window, r, pushed.span)
    inner = resolve_metric(node.metric, r, scope.windowed(pushed))
    if inner is not None and not pushed.taken:
        untaken_window(pushed, r)
        return None
    return inner if good else None


def untaken_window(pushed: PushedWindow, r: Resolver) -> None:
    """A window with nothing to apply to."""
    r.report.error(
        "T049",
        pushed.span,
        "this window has nothing to apply to",
        "这个时间范围没有作用的对象",
        "a window goes with events: attributes, tags and metrics that have a window take none",
        "时间范围只用于事件；客户属性、标签和已有时间范围的指标不能再加",
    )


@resolve_metric.register
def _filtered(node: Filtered, r: Resolver, scope: Scope) -> Metric | None:
    pushed = PushedFilter(node.where, node.where.span if node.where.span.line else node.span)
    inner = resolve_metric(node.metric, r, scope.filtered(pushed))
    if inner is not None and not pushed.taken:
        untaken_filter(pushed, r)
        return None
    return inner


def untaken_filter(pushed: PushedFilter, r: Resolver) -> None:
    """A ``where`` with nothing to apply to."""
    r.report.error(
        "T050",
        pushed.span,
        "this 'where' has no events to choose from",
        "这个“其中”没有可筛选的事件",
        "'where' goes with an event or a metric over events",
        "“其中”只能跟在事件或事件指标后面",
    )


def event_where(event: EventInfo, own: Condition | None, r: Resolver, scope: Scope) -> tuple[Condition | None, bool]:
    """An aggregate's own ``where`` and those pushed in, resolved and joined; False where one is wrong."""
    from tagfolk_dsl.checker.conditions import resolve_condition

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
def _overall(node: Overall, r: Resolver, scope: Scope) -> Metric | None:
    inner = resolve_metric(node.aggregate, r, scope.customer())
    if inner is None or isinstance(inner, Aggregate):
        return None if inner is None else Overall(inner, span=node.span)
    r.report.error(
        "T055",
        node.span,
        "overall needs one aggregate over events",
        "“总体”需要一个事件聚合",
        "overall avg(purchase.amount) in 12 months",
        "总体 平均(购买.金额) 近12个月",
    )
    return None


@resolve_metric.register
def _across(node: Across, r: Resolver, scope: Scope) -> Metric | None:
    from tagfolk_dsl.checker.conditions import resolve_condition

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
def _arithmetic(node: Arithmetic, r: Resolver, scope: Scope) -> Metric | None:
    left, right = resolve_metric(node.left, r, scope), resolve_metric(node.right, r, scope)
    good = left is None or need_number(left, node.left.span, r, "T046")
    good = (right is None or need_number(right, node.right.span, r, "T046")) and good
    if left is None or right is None or not good:
        return None
    return Arithmetic(node.operator, left, right, span=node.span)


@resolve_metric.register
def _negative(node: Negative, r: Resolver, scope: Scope) -> Metric | None:
    inner = resolve_metric(node.operand, r, scope)
    if inner is None or not need_number(inner, node.operand.span, r, "T046"):
        return None
    return (
        Number(-inner.value, f"-{inner.text}", span=node.span)
        if isinstance(inner, Number)
        else Negative(inner, span=node.span)
    )


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
