"""Chinese sentences: one function per node."""

from __future__ import annotations

from functools import singledispatch

from tagfolk_dsl.sentences.values import value_of
from tagfolk_dsl.sentences.words import UNITS_ZH, Words, chinese, glue
from tagfolk_dsl.tree import (
    Across,
    Aggregate,
    Always,
    And,
    Anniversary,
    Arithmetic,
    Attribute,
    Boolean,
    Bucket,
    Burst,
    Change,
    Compare,
    Condition,
    DateAge,
    DateIn,
    DaysBetween,
    Effect,
    Elapsed,
    EventTime,
    Ever,
    Fellows,
    FirstIn,
    Had,
    Has,
    HasFor,
    InPeriods,
    InRange,
    InSegment,
    Known,
    Matches,
    Member,
    MethodColumn,
    Metric,
    Moment,
    Negative,
    Not,
    Occurs,
    Or,
    Overall,
    Property,
    Rank,
    Rule,
    Sequence,
    Share,
    Step,
    TagValue,
    TimePart,
    TopValues,
    Type,
    Unit,
    Window,
)

OPERATORS = {"=": "是", "!=": "不是", "<": "少于", "<=": "不超过", ">": "超过", ">=": "不少于"}
DATE_OPERATORS = {"=": "是", "!=": "不是", "<": "早于", "<=": "不晚于", ">": "晚于", ">=": "不早于"}
FUNCTIONS = {
    "count": "{e}次数", "sum": "{e}{p}总和", "avg": "{e}{p}平均值", "min": "{e}{p}最小值", "max": "{e}{p}最大值",
    "median": "{e}{p}中位数", "stddev": "{e}{p}标准差", "distinct": "{e}{p}种类数", "first": "首次{e}的{p}",
    "last": "末次{e}的{p}", "most_common": "最常见的{e}{p}", "days_with": "{e}天数", "weeks_with": "有{e}的周数",
    "months_with": "有{e}的月数", "avg_gap": "{e}平均间隔天数", "median_gap": "{e}中位间隔天数",
    "first_gap": "首次{e}到第二次{e}的间隔天数",
}  # fmt: skip
TESTS = {"like": "形如", "matches": "匹配", "contains": "包含", "starts": "开头为", "ends": "结尾为"}
COUNTED = {**UNITS_ZH, Unit.DAY: "天数", Unit.WEEK: "周数", Unit.MONTH: "月数", Unit.QUARTER: "季度数",
Unit.YEAR: "年数",
           Unit.HOUR: "小时数", Unit.MINUTE: "分钟数", Unit.SECOND: "秒数"}  # fmt: skip


def event_zh(event: str, where: Condition | None, w: Words) -> str:
    """An event with its ``where`` before it: 品类是茶的购买."""
    if where is None:
        return w.event(event)
    return glue(condition_zh(where, w.inside(event)), "的", w.event(event))


def within_zh(window: Window, w: Words, of: bool) -> str:
    """A window before what it belongs to."""
    said = w.window(window)
    return glue(said, "的") if said and of else said


@singledispatch
def metric_zh(m: Metric, w: Words) -> str:
    """A metric in Chinese."""
    literal = w.literal(m)
    if literal is None:
        raise TypeError(f"a metric without Chinese words: {type(m).__name__}")
    return literal


@metric_zh.register
def _aggregate(m: Aggregate, w: Words) -> str:
    p = w.property(m.event, m.property) if m.property else ""
    if p and not chinese(p):
        p = f" {p} "
    said = FUNCTIONS[m.function].format(e=event_zh(m.event, m.where, w), p=p).strip()
    return glue(within_zh(m.window, w, of=True), said)


@metric_zh.register
def _share(m: Share, w: Words) -> str:
    part = m.part
    what = event_zh(part.event, part.where, w)
    figure = "次数" if part.property is None else w.property(part.event, part.property)
    return glue(within_zh(part.window, w, of=True), what, figure, "占比")


@metric_zh.register
def _attribute(m: Attribute, w: Words) -> str:
    return w.attribute(m.name)


@metric_zh.register
def _property(m: Property, w: Words) -> str:
    return w.property(w.within, m.name)


@metric_zh.register
def _time(m: EventTime, w: Words) -> str:
    return "时间"


@metric_zh.register
def _part(m: TimePart, w: Words) -> str:
    return glue(metric_zh(m.of, w), {"hour": "的小时", "weekday": "的星期", "month": "的月份"}[m.part])


@metric_zh.register
def _column(m: MethodColumn, w: Words) -> str:
    return f"{m.method}.{m.column}"


@metric_zh.register
def _tag_value(m: TagValue, w: Words) -> str:
    return w.tag(m.tag)


def moment_zh(m: Moment, w: Words) -> str:
    """The first or last event."""
    which = "首次" if m.which == "first" else "上次"
    return glue(within_zh(m.window, w, of=True), which, event_zh(m.event, m.where, w))


@metric_zh.register
def _elapsed(m: Elapsed, w: Words) -> str:
    since = moment_zh(m.since, w) if isinstance(m.since, Moment) else metric_zh(m.since, w)
    return glue("距", since, "的", COUNTED[m.unit])


@metric_zh.register
def _between(m: DaysBetween, w: Words) -> str:
    return glue("从", moment_zh(m.start, w), "到", moment_zh(m.end, w), "的天数")


@metric_zh.register
def _overall(m: Overall, w: Words) -> str:
    return glue("全体客户", metric_zh(m.aggregate, w))


@metric_zh.register
def _across(m: Across, w: Words) -> str:
    names = {"avg": "平均值", "sum": "总和", "min": "最小值", "max": "最大值", "median": "中位数", "stddev": "标准差",
             "count": "人数", "distinct": "种类数"}  # fmt: skip
    among = "" if m.among is None else glue("（限", condition_zh(m.among, w), "的客户）")
    return glue("各客户", metric_zh(m.metric, w), f"的{names[m.function]}{among}")


@metric_zh.register
def _bucket(m: Bucket, w: Words) -> str:
    return f"{m.size} 份随机分桶" + (f"（{m.salt}）" if m.salt else "")


@metric_zh.register
def _arithmetic(m: Arithmetic, w: Words) -> str:
    sides = [f"({metric_zh(s, w)})" if isinstance(s, Arithmetic) else metric_zh(s, w) for s in (m.left, m.right)]
    signs = {"*": "×", "/": "÷"}
    return f"{sides[0]} {signs.get(m.operator, m.operator)} {sides[1]}"


@metric_zh.register
def _negative(m: Negative, w: Words) -> str:
    return f"-({metric_zh(m.operand, w)})"


@metric_zh.register
def _top_values(m: TopValues, w: Words) -> str:
    what = glue(event_zh(m.event, m.where, w), "的", w.property(m.event, m.property))
    return glue(within_zh(m.window, w, of=True), "最常见的", f"{m.count} 个", what)


@singledispatch
def condition_zh(c: Condition, w: Words) -> str:
    """A condition in Chinese."""
    raise TypeError(f"a condition without Chinese words: {type(c).__name__}")


def bracket_zh(c: Condition, w: Words) -> str:
    """A condition inside another, in brackets where 且 and 或 would mix."""
    said = condition_zh(c, w)
    return f"（{said}）" if isinstance(c, (And, Or)) else said


@condition_zh.register
def _always(c: Always, w: Words) -> str:
    return "所有客户"


@condition_zh.register
def _and(c: And, w: Words) -> str:
    return _joined([bracket_zh(i, w) if isinstance(i, Or) else condition_zh(i, w) for i in c.items], "且")


@condition_zh.register
def _or(c: Or, w: Words) -> str:
    return _joined([bracket_zh(i, w) for i in c.items], "或")


def _joined(said: list[str], word: str) -> str:
    """Parts with 且 or 或 between them."""
    return "，".join([said[0], *(glue(word, part) for part in said[1:])])


@condition_zh.register
def _not(c: Not, w: Words) -> str:
    return f"并非（{condition_zh(c.item, w)}）"


@condition_zh.register
def _occurs(c: Occurs, w: Words) -> str:
    window, what = w.window(c.window), event_zh(c.event, c.where, w)
    if c.mode == "every":
        return glue(
            window, "每次", w.event(c.event), "都", condition_zh(c.where, w.inside(c.event)) if c.where else "有"
        )
    if isinstance(c.window, Ever):
        return glue("从未有过" if c.mode == "no" else "曾有过", what)
    return glue(window, "没有" if c.mode == "no" else "有", what)


@condition_zh.register
def _first_in(c: FirstIn, w: Words) -> str:
    return glue("首次", event_zh(c.event, c.where, w), "在", w.window(c.window))


@condition_zh.register
def _in_periods(c: InPeriods, w: Words) -> str:
    unit = UNITS_ZH[c.unit]
    return glue(f"最近 {c.of} {unit}中至少 {c.at_least} {unit}有", event_zh(c.event, c.where, w))


@condition_zh.register
def _compare(c: Compare, w: Words) -> str:
    if isinstance(c.right, Boolean) and c.operator in ("=", "!="):
        yes = c.right.value == (c.operator == "=")
        return glue(metric_zh(c.left, w), f"为“{'是' if yes else '否'}”")
    table = DATE_OPERATORS if getattr(c.left, "type", None) in (Type.DATE, Type.TIME) else OPERATORS
    return glue(metric_zh(c.left, w), table[c.operator], value_of(c.right, c.left, w, metric_zh))


@condition_zh.register
def _range(c: InRange, w: Words) -> str:
    left = metric_zh(c.metric, w)
    if c.low is not None and c.high is not None:
        return glue(left, "在", metric_zh(c.low, w), "到", metric_zh(c.high, w), "之间")
    if c.low is not None:
        return glue(left, "不少于", metric_zh(c.low, w))
    return glue(left, "不超过", metric_zh(c.high, w)) if c.high is not None else glue(left, "已知")


@condition_zh.register
def _member(c: Member, w: Words) -> str:
    values = "、".join(value_of(v, c.metric, w, metric_zh) for v in c.values)
    return glue(metric_zh(c.metric, w), "不属于" if c.negated else "属于", values)


@condition_zh.register
def _matches(c: Matches, w: Words) -> str:
    pattern = f"/{c.pattern}/" if c.how == "matches" else f"“{c.pattern}”"
    return glue(metric_zh(c.metric, w), TESTS[c.how], pattern)


@condition_zh.register
def _known(c: Known, w: Words) -> str:
    return glue(metric_zh(c.metric, w), "已知" if c.known else "缺失")


@condition_zh.register
def _date_in(c: DateIn, w: Words) -> str:
    return glue(metric_zh(c.metric, w), "在", w.window(c.window) or "过去")


@condition_zh.register
def _date_age(c: DateAge, w: Words) -> str:
    how = "距今超过" if c.how == "more" else "距今不到"
    return glue(metric_zh(c.metric, w), how, w.duration(c.length))


@condition_zh.register
def _anniversary(c: Anniversary, w: Words) -> str:
    return glue(metric_zh(c.metric, w), "的周年在", w.window(c.window))


@condition_zh.register
def _change(c: Change, w: Words) -> str:
    return glue(metric_zh(c.metric, w), f"比前一期{'下降' if c.how == 'fell' else '上升'} {w.percent(c.fraction)} 以上")


@condition_zh.register
def _rank(c: Rank, w: Words) -> str:
    end = "前" if c.end == "top" else "后"
    size = f"{end} {w.percent(c.fraction)}" if c.fraction is not None else f"{end} {c.count} 名"
    among = "" if c.among is None else glue("在", condition_zh(c.among, w), "的客户中，")
    return among + glue(metric_zh(c.metric, w), f"排{size}")


def _step(step: Step, w: Words) -> str:
    when = "之后"
    if step.within is not None:
        when = f"{'第一步' if step.of_first else ''}后 {w.duration(step.within)}内"
    directly = "紧接着" if step.directly else ""
    without = "" if step.without is None else glue("（其间没有", event_zh(step.without[0], step.without[1], w), "）")
    return glue(when, directly, "没有" if step.negated else "有", event_zh(step.event, step.where, w)) + without


@condition_zh.register
def _sequence(c: Sequence, w: Words) -> str:
    same = f"（同一{w.property(c.event, c.matching)}）" if c.matching else ""
    first = glue(w.window(c.window), event_zh(c.event, c.where, w))
    return "，".join([first, *(_step(step, w) for step in c.steps)]) + same


@condition_zh.register
def _burst(c: Burst, w: Words) -> str:
    within = f"某 {w.duration(c.within)}内至少 {c.at_least} 次"
    return glue(w.window(c.window), within, event_zh(c.event, c.where, w))


@condition_zh.register
def _fellows(c: Fellows, w: Words) -> str:
    who = {"some": "有客户", "every": "所有客户都", "no": "没有客户"}[c.quantifier]
    return glue("同一", w.attribute(c.attribute), "中", who, f"满足（{condition_zh(c.condition, w)}）")


@condition_zh.register
def _has(c: Has, w: Words) -> str:
    return glue("没有标签" if c.negated else "有标签", f"“{w.tag(c.tag)}”")


@condition_zh.register
def _has_for(c: HasFor, w: Words) -> str:
    return glue(f"标签“{w.tag(c.tag)}”已持续", w.duration(c.length))


@condition_zh.register
def _had(c: Had, w: Words) -> str:
    when = f"{w.duration(c.at)}前" if c.at is not None else w.window(c.window or Ever())
    return glue(when, f"曾有标签“{w.tag(c.tag)}”")


@condition_zh.register
def _in_segment(c: InSegment, w: Words) -> str:
    return f"属于人群“{w.segment(c.segment)}”"


def effect_zh(e: Effect, w: Words) -> str:
    """An effect."""
    if e.withhold:
        return f"去掉标签“{w.tag(e.tag)}”"
    shown = w.literal(e.value) if e.value is not None else None
    if shown is not None:
        value = glue("，值为", w.tag_text(e.tag, shown))
    else:
        value = "" if e.value is None else glue("，值为", metric_zh(e.value, w))
    keep = ""
    if e.keep is not None:
        keep = "，永久保留" if e.keep == "forever" else f"，保留 {w.duration(e.keep)}"
    return f"授予标签“{w.tag(e.tag)}”{value}{keep}"


def rule_zh(rule: Rule, w: Words) -> str:
    """A rule."""
    return f"{condition_zh(rule.condition, w)}：{'；'.join(effect_zh(e, w) for e in rule.effects)}"
