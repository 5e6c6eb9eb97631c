"""Resolving metrics: one function per node, ``None`` where something in it is wrong (and reported)."""

from __future__ import annotations

from tagfolk_dsl.checker.aggregates import aggregate, need_number
from tagfolk_dsl.checker.dispatch import resolve_metric
from tagfolk_dsl.checker.resolver import Found, Resolver
from tagfolk_dsl.checker.scope import PushedFilter, PushedWindow, Scope
from tagfolk_dsl.checker.symbols import TagSymbol
from tagfolk_dsl.checker.windows import check_window
from tagfolk_dsl.tree import (
    Aggregate,
    Arithmetic,
    Attribute,
    Boolean,
    Bucket,
    Condition,
    Day,
    Dotted,
    EventTime,
    Filtered,
    Instant,
    MethodColumn,
    Metric,
    Name,
    Negative,
    Number,
    Overall,
    Property,
    Span,
    TagValue,
    Text,
    Type,
    Windowed,
)
from tagfolk_dsl.vocabulary import EventInfo, FieldInfo


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
