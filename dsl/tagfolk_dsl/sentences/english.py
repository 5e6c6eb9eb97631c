"""English sentences: one function per node."""

from __future__ import annotations

from functools import singledispatch

from tagfolk_dsl.sentences.values import value_of
from tagfolk_dsl.sentences.words import Words
from tagfolk_dsl.tree import (
    Across,
    Aggregate,
    Always,
    And,
    Anniversary,
    Arithmetic,
    Attribute,
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
    Number,
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
    Window,
)

OPERATORS = {"=": "is", "!=": "is not", "<": "is under", "<=": "is at most", ">": "is over", ">=": "is at least"}
DATE_OPERATORS = {"=": "is", "!=": "is not", "<": "is before", "<=": "is by", ">": "is after", ">=": "is from"}
FUNCTIONS = {
    "sum": "total {p} of {e}", "avg": "average {p} of {e}", "min": "smallest {p} of {e}", "max": "largest {p} of {e}",
    "median": "median {p} of {e}", "stddev": "standard deviation of {p} of {e}",
    "distinct": "number of different {p} of {e}", "first": "{p} of the first {o}", "last": "{p} of the last {o}",
    "most_common": "most common {p} of {e}", "days_with": "days with {e}", "weeks_with": "weeks with {e}",
    "months_with": "months with {e}", "avg_gap": "average days between {e}", "median_gap": "median days between {e}",
    "first_gap": "days between the first two {e}", "count": "{e}",
}  # fmt: skip
TESTS = {"like": "is like", "matches": "matches", "contains": "contains", "starts": "starts with", "ends": "ends with"}


def join(*parts: str) -> str:
    """The parts that are not empty, with spaces."""
    return " ".join(part for part in parts if part)


def where_en(event: str, where: Condition | None, w: Words) -> str:
    """The ``where`` of an event."""
    return "" if where is None else f"where {condition_en(where, w.inside(event))}"


@singledispatch
def metric_en(m: Metric, w: Words) -> str:
    """A metric in English."""
    literal = w.literal(m)
    if literal is None:
        raise TypeError(f"a metric without English words: {type(m).__name__}")
    return literal


@metric_en.register
def _aggregate(m: Aggregate, w: Words) -> str:
    p = w.property(m.event, m.property) if m.property else ""
    core = FUNCTIONS[m.function].format(p=p, e=w.events(m.event), o=w.event(m.event))
    return join(core, where_en(m.event, m.where, w), w.window(m.window))


@metric_en.register
def _share(m: Share, w: Words) -> str:
    part = m.part
    of = w.events(part.event)
    whole = of if part.property is None else f"total {w.property(part.event, part.property)} of {of}"
    return join("share of", whole, where_en(part.event, part.where, w), w.window(part.window))


@metric_en.register
def _attribute(m: Attribute, w: Words) -> str:
    return w.attribute(m.name)


@metric_en.register
def _property(m: Property, w: Words) -> str:
    return w.property(w.within, m.name)


@metric_en.register
def _time(m: EventTime, w: Words) -> str:
    return "time"


@metric_en.register
def _part(m: TimePart, w: Words) -> str:
    return f"{m.part} of {metric_en(m.of, w)}"


@metric_en.register
def _column(m: MethodColumn, w: Words) -> str:
    return f"{m.column.replace('_', ' ')} ({m.method})"


@metric_en.register
def _tag_value(m: TagValue, w: Words) -> str:
    return w.tag(m.tag)


def moment_en(m: Moment, w: Words) -> str:
    """The first or last event."""
    return join(m.which, w.event(m.event), where_en(m.event, m.where, w), w.window(m.window))


@metric_en.register
def _elapsed(m: Elapsed, w: Words) -> str:
    since = f"the {moment_en(m.since, w)}" if isinstance(m.since, Moment) else metric_en(m.since, w)
    return f"{m.unit.value}s since {since}"


@metric_en.register
def _between(m: DaysBetween, w: Words) -> str:
    return f"days from the {moment_en(m.start, w)} to the {moment_en(m.end, w)}"


@metric_en.register
def _overall(m: Overall, w: Words) -> str:
    return f"{metric_en(m.aggregate, w)} over all customers"


@metric_en.register
def _across(m: Across, w: Words) -> str:
    names = {"avg": "average", "sum": "total", "min": "smallest", "max": "largest", "count": "number of customers with",
             "stddev": "standard deviation of", "distinct": "number of different"}  # fmt: skip
    among = "" if m.among is None else f" ({condition_en(m.among, w)})"
    return f"{names.get(m.function, m.function)} {metric_en(m.metric, w)} across customers{among}"


@metric_en.register
def _bucket(m: Bucket, w: Words) -> str:
    return f"random bucket of {m.size}" + (f' ("{m.salt}")' if m.salt else "")


@metric_en.register
def _arithmetic(m: Arithmetic, w: Words) -> str:
    sides = [f"({metric_en(s, w)})" if isinstance(s, Arithmetic) else metric_en(s, w) for s in (m.left, m.right)]
    return f"{sides[0]} {m.operator} {sides[1]}"


@metric_en.register
def _negative(m: Negative, w: Words) -> str:
    return f"-({metric_en(m.operand, w)})"


@metric_en.register
def _top_values(m: TopValues, w: Words) -> str:
    core = f"{m.count} most common {w.property(m.event, m.property)} of {w.events(m.event)}"
    return join(core, where_en(m.event, m.where, w), w.window(m.window))


@singledispatch
def condition_en(c: Condition, w: Words) -> str:
    """A condition in English."""
    raise TypeError(f"a condition without English words: {type(c).__name__}")


def bracket_en(c: Condition, w: Words) -> str:
    """A condition inside another, in brackets where ``and`` and ``or`` would mix."""
    said = condition_en(c, w)
    return f"({said})" if isinstance(c, (And, Or)) else said


@condition_en.register
def _always(c: Always, w: Words) -> str:
    return "everybody"


@condition_en.register
def _and(c: And, w: Words) -> str:
    return " and ".join(bracket_en(i, w) if isinstance(i, Or) else condition_en(i, w) for i in c.items)


@condition_en.register
def _or(c: Or, w: Words) -> str:
    return " or ".join(bracket_en(i, w) for i in c.items)


@condition_en.register
def _not(c: Not, w: Words) -> str:
    return f"not ({condition_en(c.item, w)})"


@condition_en.register
def _occurs(c: Occurs, w: Words) -> str:
    where, window = where_en(c.event, c.where, w), w.window(c.window)
    if c.mode == "no":
        return join("no", w.event(c.event), where, window or "ever")
    if c.mode == "every":
        return join("every", w.event(c.event), window, where)
    return join("at least one", w.event(c.event), where, window)


@condition_en.register
def _first_in(c: FirstIn, w: Words) -> str:
    return join("first", w.event(c.event), where_en(c.event, c.where, w), w.window(c.window))


@condition_en.register
def _in_periods(c: InPeriods, w: Words) -> str:
    what = join(w.event(c.event), where_en(c.event, c.where, w))
    return f"{what} in at least {c.at_least} of the last {c.of} {c.unit.value}s"


@condition_en.register
def _compare(c: Compare, w: Words) -> str:
    if isinstance(c.left, Aggregate) and c.left.function == "count" and isinstance(c.right, Number):
        how = {"=": "exactly", "!=": "not", "<": "fewer than", "<=": "at most", ">": "more than", ">=": "at least"}
        one = c.right.value == 1
        of = join(w.event(c.left.event), where_en(c.left.event, c.left.where, w), w.window(c.left.window))
        return f"{how[c.operator]} {metric_en(c.right, w)} {of if one else metric_en(c.left, w)}"
    table = DATE_OPERATORS if getattr(c.left, "type", None) in (Type.DATE, Type.TIME) else OPERATORS
    return f"{metric_en(c.left, w)} {table[c.operator]} {value_of(c.right, c.left, w, metric_en)}"


@condition_en.register
def _range(c: InRange, w: Words) -> str:
    left = metric_en(c.metric, w)
    if c.low is not None and c.high is not None:
        return f"{left} is between {metric_en(c.low, w)} and {metric_en(c.high, w)}"
    if c.low is not None:
        return f"{left} is at least {metric_en(c.low, w)}"
    return f"{left} is at most {metric_en(c.high, w)}" if c.high is not None else f"{left} is known"


@condition_en.register
def _member(c: Member, w: Words) -> str:
    values = [value_of(v, c.metric, w, metric_en) for v in c.values]
    listed = ", ".join(values[:-1]) + (f" or {values[-1]}" if len(values) > 1 else values[-1] if values else "nothing")
    return f"{metric_en(c.metric, w)} is {'none of ' if c.negated else ''}{listed}"


@condition_en.register
def _matches(c: Matches, w: Words) -> str:
    pattern = f"/{c.pattern}/" if c.how == "matches" else f'"{c.pattern}"'
    return f"{metric_en(c.metric, w)} {TESTS[c.how]} {pattern}"


@condition_en.register
def _known(c: Known, w: Words) -> str:
    return f"{metric_en(c.metric, w)} is {'known' if c.known else 'missing'}"


@condition_en.register
def _date_in(c: DateIn, w: Words) -> str:
    return f"{metric_en(c.metric, w)} {w.window(c.window) or 'is in the past'}"


@condition_en.register
def _date_age(c: DateAge, w: Words) -> str:
    return f"{metric_en(c.metric, w)} {c.how} than {w.duration(c.length)} ago"


@condition_en.register
def _anniversary(c: Anniversary, w: Words) -> str:
    return f"anniversary of {metric_en(c.metric, w)} {w.window(c.window)}"


@condition_en.register
def _change(c: Change, w: Words) -> str:
    return f"{metric_en(c.metric, w)} {c.how} by {w.percent(c.fraction)} or more against the period before"


@condition_en.register
def _rank(c: Rank, w: Words) -> str:
    size = w.percent(c.fraction) if c.fraction is not None else str(c.count)
    among = "" if c.among is None else f" among customers ({condition_en(c.among, w)})"
    return f"{c.end} {size} by {metric_en(c.metric, w)}{among}"


def _step(step: Step, w: Words) -> str:
    what = join("no" if step.negated else "", w.event(step.event), where_en(step.event, step.where, w))
    within = ""
    if step.within is not None:
        within = f"within {w.duration(step.within)}" + (" of the first" if step.of_first else "")
    without = ""
    if step.without is not None:
        without = join("without", w.event(step.without[0]), where_en(step.without[0], step.without[1], w))
    return join("directly then" if step.directly else "then", what, within, without)


@condition_en.register
def _sequence(c: Sequence, w: Words) -> str:
    first = join(w.event(c.event), where_en(c.event, c.where, w))
    same = f"with the same {w.property(c.event, c.matching)}" if c.matching else ""
    return join(first, *(_step(step, w) for step in c.steps), same, w.window(c.window))


@condition_en.register
def _burst(c: Burst, w: Words) -> str:
    what = join(w.events(c.event), where_en(c.event, c.where, w))
    return join(f"at least {c.at_least} {what} within {w.duration(c.within)}", w.window(c.window))


@condition_en.register
def _fellows(c: Fellows, w: Words) -> str:
    return f"{c.quantifier} customer of the same {w.attribute(c.attribute)}: {condition_en(c.condition, w)}"


@condition_en.register
def _has(c: Has, w: Words) -> str:
    return f"{'does not have' if c.negated else 'has'} the tag {w.tag(c.tag)}"


@condition_en.register
def _has_for(c: HasFor, w: Words) -> str:
    return f"has had the tag {w.tag(c.tag)} for {w.duration(c.length)}"


@condition_en.register
def _had(c: Had, w: Words) -> str:
    window: Window = c.window or Ever()
    when = f"{w.duration(c.at)} ago" if c.at is not None else w.window(window) or "at some time"
    return f"had the tag {w.tag(c.tag)} {when}"


@condition_en.register
def _in_segment(c: InSegment, w: Words) -> str:
    return f"in the segment {w.segment(c.segment)}"


def effect_en(e: Effect, w: Words) -> str:
    """An effect."""
    if e.withhold:
        return f"loses the tag {w.tag(e.tag)}"
    shown = w.literal(e.value) if e.value is not None else None
    if shown is not None:
        value = f" = {w.tag_text(e.tag, shown)}"
    else:
        value = "" if e.value is None else f" = {metric_en(e.value, w)}"
    keep = ""
    if e.keep is not None:
        keep = " forever" if e.keep == "forever" else f" for {w.duration(e.keep)}"
    return f"gets the tag {w.tag(e.tag)}{value}{keep}"


def rule_en(rule: Rule, w: Words) -> str:
    """A rule."""
    return f"{condition_en(rule.condition, w)}: {', '.join(effect_en(e, w) for e in rule.effects)}"
