"""Resolving conditions: one function per node, ``None`` where something in it is wrong (and reported)."""

from __future__ import annotations

from collections.abc import Mapping

from tagfolk_dsl.checker.aggregates import event_where, event_window, need_date, need_number
from tagfolk_dsl.checker.bare import bare, is_event, named_event
from tagfolk_dsl.checker.dispatch import resolve_condition, resolve_metric
from tagfolk_dsl.checker.report import join
from tagfolk_dsl.checker.resolver import Resolver
from tagfolk_dsl.checker.scope import TOP, Scope
from tagfolk_dsl.checker.types import LITERALS, WORDS, is_date, type_of
from tagfolk_dsl.checker.values import operand
from tagfolk_dsl.checker.windows import check_window
from tagfolk_dsl.tree import (
    Always,
    And,
    Anniversary,
    Bare,
    Between,
    Change,
    Compare,
    Comparison,
    Condition,
    DateAge,
    DateIn,
    Day,
    Fellows,
    Filtered,
    Had,
    Has,
    HasFor,
    InRange,
    InSegment,
    Known,
    Last,
    Matches,
    Member,
    Metric,
    Name,
    Not,
    Number,
    Occurs,
    Or,
    Period,
    Rank,
    Span,
    Type,
    Windowed,
)

FLIPPED: Mapping[str, Comparison] = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
"""``10 < age`` is ``age > 10``: the metric stands first."""


def meaning(node: Metric | Condition, r: Resolver, scope: Scope) -> Metric | Condition | None:
    """What a ``let`` stands for: a figure, or a condition where a bare event, tag or boolean says so."""
    if isinstance(node, Bare):
        node = node.metric
    if isinstance(node, Condition):
        return resolve_condition(node, r, scope)
    core: Metric = node
    windowed = False
    while isinstance(core, (Windowed, Filtered)):
        windowed = windowed or isinstance(core, Windowed)
        core = core.metric
    if isinstance(core, Name):
        found = r.find(core.name, scope)
        dated = found.kind == "attribute" and windowed
        if found.kind == "event" or dated:
            return bare(node, r, scope)
        if found.kind == "let":
            inner = r.let(r.symbols.lets[core.name], TOP)
            return bare(node, r, scope) if isinstance(inner, Condition) else resolve_metric(node, r, scope)
    return resolve_metric(node, r, scope)


@resolve_condition.register
def _bare(node: Bare, r: Resolver, scope: Scope) -> Condition | None:
    return bare(node.metric, r, scope)


@resolve_condition.register
def _always(node: Always, r: Resolver, scope: Scope) -> Condition | None:
    return node


@resolve_condition.register
def _and(node: And, r: Resolver, scope: Scope) -> Condition | None:
    items = _all(node.items, r, scope)
    return None if items is None else And(items, span=node.span)


@resolve_condition.register
def _or(node: Or, r: Resolver, scope: Scope) -> Condition | None:
    items = _all(node.items, r, scope)
    return None if items is None else Or(items, span=node.span)


def _all(items: tuple[Condition, ...], r: Resolver, scope: Scope) -> tuple[Condition, ...] | None:
    """All of them, each looked at even if one before it is wrong."""
    resolved = [resolve_condition(item, r, scope) for item in items]
    good = tuple(item for item in resolved if item is not None)
    return good if len(good) == len(items) else None


@resolve_condition.register
def _not(node: Not, r: Resolver, scope: Scope) -> Condition | None:
    item = resolve_condition(node.item, r, scope)
    if item is None:
        return None
    if isinstance(item, Occurs) and item.mode == "some":
        return Occurs("no", item.event, item.where, item.window, span=node.span)
    if isinstance(item, Has):
        return Has(item.tag, not item.negated, span=node.span)
    return Not(item, span=node.span)


@resolve_condition.register
def _compare(node: Compare, r: Resolver, scope: Scope) -> Condition | None:
    if _written(node.left) and not _written(node.right):
        right = resolve_metric(node.right, r, scope)
        left = operand(node.left, right, r, scope)
    else:
        left = resolve_metric(node.left, r, scope)
        right = operand(node.right, left, r, scope)
    if left is None or right is None:
        return None
    if node.operator in ("<", "<=", ">", ">=") and not _ordered(right if _written(left) else left, node, r):
        return None
    if _written(left) and not _written(right):
        return Compare(right, FLIPPED[node.operator], left, span=node.span)
    return Compare(left, node.operator, right, span=node.span)


def _written(metric: Metric) -> bool:
    """A value that is written out."""
    return isinstance(metric, (Number, *LITERALS))


def _ordered(metric: Metric, node: Compare, r: Resolver) -> bool:
    """Whether greater and less mean something for a metric."""
    kind = type_of(metric)
    if kind == Type.NUMBER or is_date(kind):
        return True
    word, word_zh = WORDS[kind]
    r.report.error(
        "T041",
        node.left.span,
        f"'{node.operator}' needs numbers or dates, and this is {word}",
        f"“{node.operator}”用于数字或日期，而这里是{word_zh}",
        "use =, != or in (…)",
        "用 =、!= 或 属于 (…)",
    )
    return False


@resolve_condition.register
def _range(node: InRange, r: Resolver, scope: Scope) -> Condition | None:
    if isinstance(node.low, Day) and isinstance(node.high, Day):
        span = join(node.low.span, node.high.span)
        window = Between(node.low.value, node.high.value, span=span)
        if is_event(node.metric, r, scope):
            return bare(Windowed(node.metric, window, span=node.span), r, scope)
        metric = resolve_metric(node.metric, r, scope)
        if metric is not None and type_of(metric) == Type.TIME:
            return DateIn(metric, window, span=node.span) if check_window(window, r, span) else None
    else:
        metric = resolve_metric(node.metric, r, scope)
    if metric is not None and not _has_order(metric, node.metric.span, r):
        return None
    low = None if node.low is None else operand(node.low, metric, r, scope)
    high = None if node.high is None else operand(node.high, metric, r, scope)
    if metric is None or (node.low and not low) or (node.high and not high):
        return None
    return InRange(metric, low, high, span=node.span) if _way_round(low, high, r) else None


def _has_order(metric: Metric, span: Span, r: Resolver) -> bool:
    """Whether a range means something for a metric."""
    kind = type_of(metric)
    if kind == Type.NUMBER or is_date(kind):
        return True
    r.report.error(
        "T041",
        span,
        f"a range needs numbers or dates, and this is {WORDS[kind][0]}",
        f"范围用于数字或日期，而这里是{WORDS[kind][1]}",
        "use = or in (…)",
        "用 = 或 属于 (…)",
    )
    return False


def _way_round(low: Metric | None, high: Metric | None, r: Resolver) -> bool:
    """Whether the written ends of a range stand the right way round."""
    numbers = isinstance(low, Number) and isinstance(high, Number) and low.value > high.value
    days = isinstance(low, Day) and isinstance(high, Day) and low.value > high.value
    if low is None or high is None or not (numbers or days):
        return True
    first, last = _shown(low), _shown(high)
    r.report.error(
        "T064",
        join(low.span, high.span),
        f"the range {first}..{last} is the wrong way round",
        f"范围 {first}..{last} 的两端颠倒了",
        f"write {last}..{first}",
        f"写 {last}..{first}",
        f"{last}..{first}",
    )
    return False


def _shown(value: Metric) -> str:
    """A written number or day."""
    if isinstance(value, Number):
        return value.text or str(value.value)
    return value.value.isoformat() if isinstance(value, Day) else ""


@resolve_condition.register
def _member(node: Member, r: Resolver, scope: Scope) -> Condition | None:
    metric = resolve_metric(node.metric, r, scope)
    values = [operand(value, metric, r, scope) for value in node.values]
    good = tuple(value for value in values if value is not None)
    if metric is None or len(good) != len(values):
        return None
    return Member(metric, good, node.negated, span=node.span)


@resolve_condition.register
def _matches(node: Matches, r: Resolver, scope: Scope) -> Condition | None:
    metric = resolve_metric(node.metric, r, scope)
    if metric is None:
        return None
    kind = type_of(metric)
    if kind != Type.TEXT:
        r.report.error(
            "T044",
            node.metric.span,
            f"only text can be matched, and this is {WORDS[kind][0]}",
            f"只有文本可以匹配，而这里是{WORDS[kind][1]}",
            "compare it with =, < or >",
            "用 =、< 或 > 比较",
        )
        return None
    return Matches(metric, node.how, node.pattern, span=node.span)


@resolve_condition.register
def _known(node: Known, r: Resolver, scope: Scope) -> Condition | None:
    if is_event(node.metric, r, scope):
        return bare(node.metric, r, scope) if node.known else _not(Not(Bare(node.metric), span=node.span), r, scope)
    metric = resolve_metric(node.metric, r, scope)
    return None if metric is None else Known(metric, node.known, span=node.span)


@resolve_condition.register
def _date_in(node: DateIn, r: Resolver, scope: Scope) -> Condition | None:
    if is_event(node.metric, r, scope):
        return bare(Windowed(node.metric, node.window, span=node.span), r, scope)
    metric = resolve_metric(node.metric, r, scope)
    good = check_window(node.window, r, node.window.span if node.window.span.line else node.span)
    if metric is None or not need_date(metric, node.metric.span, r) or not good:
        return None
    return DateIn(metric, node.window, span=node.span)


@resolve_condition.register
def _date_age(node: DateAge, r: Resolver, scope: Scope) -> Condition | None:
    metric = resolve_metric(node.metric, r, scope)
    if metric is None or not need_date(metric, node.metric.span, r):
        return None
    return DateAge(metric, node.how, node.length, span=node.span)


@resolve_condition.register
def _anniversary(node: Anniversary, r: Resolver, scope: Scope) -> Condition | None:
    if is_event(node.metric, r, scope):
        check_window(node.window, r, node.window.span if node.window.span.line else node.span)
        return None
    metric = resolve_metric(node.metric, r, scope)
    if metric is None or not need_date(metric, node.metric.span, r):
        return None
    return Anniversary(metric, node.window, span=node.span)


@resolve_condition.register
def _change(node: Change, r: Resolver, scope: Scope) -> Condition | None:
    from tagfolk_dsl.walk import windows

    metric = resolve_metric(node.metric, r, scope)
    if metric is None or not need_number(metric, node.metric.span, r, "T046"):
        return None
    looked_at = windows(metric)
    if looked_at and all(isinstance(window, (Last, Period)) for window in looked_at):
        return Change(metric, node.how, node.fraction, span=node.span)
    word, word_zh = (node.how, "下降" if node.how == "fell" else "上升")
    r.report.error(
        "T052",
        node.span,
        f"'{word}' needs a window with one before it",
        f"“{word_zh}”需要有前一期的时间范围",
        "for example 'spend in 3 months fell 80%' or 'purchases this month rose 50%'",
        "例如“消费额 近3个月 下降80%”或“本月购买次数 上升50%”",
    )
    return None


@resolve_condition.register
def _rank(node: Rank, r: Resolver, scope: Scope) -> Condition | None:
    metric = resolve_metric(node.metric, r, scope)
    among = None if node.among is None else resolve_condition(node.among, r, TOP)
    good = True
    if node.fraction is not None and not 0 < node.fraction <= 1:
        good = False
        r.report.error(
            "T068",
            node.span,
            "a share of customers lies between 0% and 100%",
            "客户占比应在 0% 到 100% 之间",
            "for example top 20%",
            "例如 前20%",
        )
    if node.count is not None and node.count < 1:
        good = False
        r.report.error(
            "T068",
            node.span,
            "the number of customers is at least 1",
            "名次至少为 1",
            "for example top 100",
            "例如 前100名",
        )
    if metric is None or (node.among is not None and among is None):
        return None
    if not is_date(type_of(metric)) and not need_number(metric, node.metric.span, r, "T056"):
        return None
    return Rank(node.end, metric, node.fraction, node.count, among, span=node.span) if good else None


@resolve_condition.register
def _occurs(node: Occurs, r: Resolver, scope: Scope) -> Condition | None:
    if r.symbols.event(node.event) is None:
        other = named_event(node, r, scope)
        if other is not None:
            return other
    event = r.event(node.event, node.span)
    if event is None:
        return None
    where, good = event_where(event, node.where, r, scope)
    window, good_window = event_window(node.window, r, scope, node.span)
    return Occurs(node.mode, event.name, where, window, span=node.span) if good and good_window else None


@resolve_condition.register
def _fellows(node: Fellows, r: Resolver, scope: Scope) -> Condition | None:
    attribute = r.attribute(node.attribute, node.span)
    condition = resolve_condition(node.condition, r, TOP)
    if attribute is None or condition is None:
        return None
    return Fellows(node.quantifier, attribute.name, condition, span=node.span)


@resolve_condition.register
def _has(node: Has, r: Resolver, scope: Scope) -> Condition | None:
    if node.tag not in r.symbols.tags and node.tag in r.symbols.events and not node.tag.isascii():
        return _occurs(Occurs("no" if node.negated else "some", node.tag, span=node.span), r, scope)
    tag = r.tag(node.tag, node.span)
    return None if tag is None else Has(tag.name, node.negated, span=node.span)


@resolve_condition.register
def _has_for(node: HasFor, r: Resolver, scope: Scope) -> Condition | None:
    tag = r.tag(node.tag, node.span)
    return None if tag is None else HasFor(tag.name, node.length, span=node.span)


@resolve_condition.register
def _had(node: Had, r: Resolver, scope: Scope) -> Condition | None:
    tag = r.tag(node.tag, node.span)
    good = node.window is None or check_window(node.window, r, node.window.span if node.window.span.line else node.span)
    return Had(tag.name, node.at, node.window, span=node.span) if tag is not None and good else None


@resolve_condition.register
def _in_segment(node: InSegment, r: Resolver, scope: Scope) -> Condition | None:
    segment = r.symbols.segments.get(node.segment)
    if segment is not None:
        return InSegment(segment.name, span=node.span)
    known = list(dict.fromkeys(s.name for s in r.symbols.segments.values()))
    is_tag = node.segment in r.symbols.tags
    more = (f"'{node.segment}' is a tag: write 'has {node.segment}'", f"“{node.segment}”是标签：写“有 {node.segment}”")
    r.report.unknown(
        "T025", "segment", node.span, node.segment, known, also=r.symbols.segments, more=more if is_tag else ("", "")
    )
    return None
