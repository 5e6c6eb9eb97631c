"""Conditions as expressions that are TRUE where the language says true, and FALSE or NULL elsewhere.

NULL under AND and OR does what the language's "false" does; only ``not`` has to make it FALSE first (``sql.negation``).
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal

from sqlglot import exp
from tagfolk_dsl.tree import (
    Aggregate,
    Always,
    And,
    Anniversary,
    Arithmetic,
    Burst,
    Change,
    Compare,
    Condition,
    DateAge,
    DateIn,
    Fellows,
    FirstIn,
    Had,
    Has,
    InPeriods,
    InRange,
    Known,
    Matches,
    Member,
    Metric,
    Negative,
    Not,
    Number,
    Occurs,
    Or,
    Rank,
    Sequence,
    Type,
    Window,
)  # fmt: skip

from tagfolk_engine.compile import sql
from tagfolk_engine.compile.frame import EventScope, Frame
from tagfolk_engine.compile.metrics import COUNTS, aggregate, instant, lower_metric
from tagfolk_engine.compile.regexps import Untranslatable
from tagfolk_engine.compile.sql import E
from tagfolk_engine.compile.values import Value, compare, constant, figure, number
from tagfolk_engine.evaluate.errors import EvaluationError, NotYet
from tagfolk_engine.plan import basis
from tagfolk_engine.plan.nodes import Among, Granted, HeldFor, ManyTest, StoredHas


def lower(node: Condition, frame: Frame, scope: EventScope | None = None) -> E:
    """The condition over the wide row of a customer (with ``scope``: over an event)."""
    match node:
        case And(items=items):
            return sql.all_of([lower(item, frame, scope) for item in items])
        case Or(items=items):
            return sql.any_of([lower(item, frame, scope) for item in items])
        case Not(item=item):
            inner = lower(item, frame, scope)
            return exp.Not(this=sql.paren(inner)) if frame.three_valued else sql.negation(inner)
        case Always():
            return sql.true()
        case Compare(left=left, operator=operator, right=right):
            return _compare(operator, left, right, frame, scope)
        case InRange(metric=metric, low=low, high=high):
            ends = [_compare(">=", metric, low, frame, scope)] if low is not None else []
            ends += [_compare("<=", metric, high, frame, scope)] if high is not None else []
            return sql.all_of(ends or [sql.known(lower_metric(metric, frame, scope).sql.copy())])
        case Member(metric=metric, values=values, negated=negated):
            exact = _listed(lower_metric(metric, frame, scope), [lower_metric(value, frame, scope) for value in values])
            if exact is not None:
                return exp.Not(this=exact) if negated else exact
            if negated:
                return sql.all_of([_compare("!=", metric, value, frame, scope) for value in values])
            return sql.any_of([_compare("=", metric, value, frame, scope) for value in values])
        case Matches(metric=metric):
            return _matches(node, lower_metric(metric, frame, scope), frame)
        case Known(metric=metric, known=known):
            tested = lower_metric(metric, frame, scope).sql.copy()
            return sql.known(tested) if known else sql.missing(tested)
        case DateIn(metric=metric, window=window):
            return _date_in(lower_metric(metric, frame, scope), window, frame)
        case DateAge(metric=metric, how=how, length=length):
            value, bound = lower_metric(metric, frame, scope), frame.cutoff.back(length)
            if how == "more":
                return _between(value, None, bound, frame)
            return _between(value, bound, frame.cutoff.utc, frame)
        case Anniversary(metric=metric):
            return _anniversary(node, lower_metric(metric, frame, scope), frame)
    return _of_customer(node, frame)


def _of_customer(node: Condition, frame: Frame) -> E:
    match node:
        case Occurs():
            return _occurs(node, frame)
        case FirstIn(window=window):
            moment = frame.figure(basis.first(node))
            return sql.all_of([sql.known(moment), *frame.inside(moment, window)])
        case InPeriods(at_least=at_least):
            held = [
                sql.case(_some(aggregate(part, frame)), sql.integer(1), sql.integer(0)) for part in basis.periods(node)
            ]
            total: E = held[0]
            for part in held[1:]:
                total = exp.Add(this=total, expression=part)
            return sql.compare(">=", exp.Paren(this=total), sql.integer(at_least))
        case Change():
            return _change(node, frame)
        case Rank():
            return _rank(node, frame)
        case Has(tag=tag):
            return frame.column(("held", tag))
        case Granted(tag=tag):
            return frame.column(("granted", tag))
        case StoredHas(tag=tag):
            return sql.certain(frame.column(("stored", tag)))
        case ManyTest(tag=tag, granted=granted, stored=stored):
            known = sql.certain(frame.column(node))
            return known if granted or stored else sql.all_of([frame.column(("held", tag)), known])
        case Among(customers=customers):
            ids: list[E] = [sql.text(customer) for customer in customers]
            return exp.In(this=sql.column("customer_id"), expressions=ids) if ids else sql.false()
        case Fellows():
            return frame.column(node)
        case Sequence() | Burst() | Had() | HeldFor():
            return sql.certain(frame.column(node))
    raise NotYet(f"'{type(node).__name__}' here", node)


def _compare(operator: str, left: Metric, right: Metric, frame: Frame, scope: EventScope | None) -> E:
    a, b = lower_metric(left, frame, scope), lower_metric(right, frame, scope)
    if {a.type, b.type} == {Type.DATE, Type.TIME}:
        a, b = instant(a, frame), instant(b, frame)
    return compare(operator, a, b)


def _listed(subject: Value, values: list[Value]) -> E | None:
    """Membership in a plain list, where equal means the same: texts, days, whole numbers."""
    plain = all(value.constant is not None and value.type is subject.type for value in values)
    whole = subject.integral and all(value.integral for value in values)
    if not values or not plain or not (whole or subject.type in (Type.TEXT, Type.DATE)):
        return None
    return exp.In(this=sql.paren(subject.sql.copy()), expressions=[value.sql for value in values])


def _some(count: Value) -> E:
    return sql.compare(">=", count.sql.copy(), sql.integer(1))


def _occurs(node: Occurs, frame: Frame) -> E:
    fits, everything = basis.occurrences(node)
    count = aggregate(fits, frame)
    if node.mode == "some":
        return _some(count)
    if node.mode == "no":
        return sql.compare("=", count.sql.copy(), sql.integer(0))
    return sql.all_of([_some(count), sql.compare("=", count.sql.copy(), aggregate(everything, frame).sql.copy())])


def _like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _matches(node: Matches, value: Value, frame: Frame) -> E:
    if node.how == "matches":
        try:
            return frame.dialect.regexp(value.sql.copy(), node.pattern)
        except Untranslatable as error:
            message = f"{frame.dialect.name} cannot match /{node.pattern}/ as it is meant: {error}"
            raise EvaluationError(message, node.span) from None
    inside = _like(node.pattern)
    pattern = {
        "like": inside.replace("*", "%").replace("?", "_"),
        "contains": f"%{inside}%",
        "starts": f"{inside}%",
        "ends": f"%{inside}",
    }[node.how]
    return frame.dialect.like(value.sql.copy(), pattern)


def _date_in(value: Value, window: Window, frame: Frame) -> E:
    lower_bound, upper = frame.cutoff.bounds(window)
    return _between(value, lower_bound, upper, frame)


def _between(value: Value, start: datetime | None, end: datetime | None, frame: Frame) -> E:
    """A date's local midnight, or an instant, in [start, end)."""

    def bound(at: datetime) -> E:
        return sql.day(frame.cutoff.first_day_at(at)) if value.type is Type.DATE else sql.timestamp(at)

    tests = [sql.compare(">=", value.sql.copy(), bound(start))] if start is not None else []
    tests += [sql.compare("<", value.sql.copy(), bound(end))] if end is not None else []
    return sql.all_of(tests)


def _anniversary(node: Anniversary, value: Value, frame: Frame) -> E:
    """The days of the coming window as month × 100 + day; 29 February counts as the 28th in other years."""
    start, end = frame.cutoff.window(node.window)
    assert start is not None
    assert end is not None
    first, stop = frame.cutoff.first_day_at(start), frame.cutoff.first_day_at(end)
    if (stop - first).days >= 366:
        return sql.known(value.sql.copy())
    days = {first + timedelta(days=i) for i in range((stop - first).days)}
    marks = {day.month * 100 + day.day for day in days}
    if 228 in marks and any(day.month == 2 and day.day == 28 and not _leap(day.year) for day in days):
        marks.add(229)
    local = sql.cast(value.sql.copy(), "timestamp") if value.type is Type.DATE else frame.local(value.sql)
    month, day_of = (exp.Extract(this=exp.var(part), expression=local.copy()) for part in ("month", "day"))
    mark = sql.arithmetic(
        "+", sql.arithmetic("*", sql.cast(month, "bigint"), sql.integer(100)), sql.cast(day_of, "bigint")
    )
    if not marks:
        return sql.false()
    return exp.In(this=mark, expressions=[sql.integer(found) for found in sorted(marks)])


def _leap(year: int) -> bool:
    return datetime.combine(datetime(year, 3, 1) - timedelta(days=1), time()).day == 29


def _change(node: Change, frame: Frame) -> E:
    now = lower_metric(node.metric, frame)
    before = lower_metric(basis.before(node), frame)
    factor = Decimal(1) - node.fraction if node.how == "fell" else Decimal(1) + node.fraction
    wanted = Value(sql.arithmetic("*", sql.double(factor), number(before)), Type.NUMBER)
    positive = sql.compare(">", number(before), sql.double(0))
    return sql.all_of([positive, compare("<=" if node.how == "fell" else ">=", now, wanted)])


def ranked(node: Rank, frame: Frame) -> tuple[Value, E]:
    """What a rank compares, and which customers it looks at."""
    value = lower_metric(node.metric, frame)
    looked_at = [sql.known(value.sql.copy())]
    leaves = countable(node.metric)
    if leaves:
        looked_at.append(sql.any_of([_matched(leaf, frame) for leaf in leaves]))
    if node.among is not None:
        looked_at.append(lower(node.among, frame))
    return value, sql.all_of(looked_at)


def _rank(node: Rank, frame: Frame) -> E:
    edge = frame.scalars[node]
    if edge is None:
        return sql.false()
    value, looked_at = ranked(node, frame)
    if frame.three_valued:
        looked_at = sql.cases([(sql.missing(value.sql.copy()), sql.null())], looked_at)
    threshold = figure(edge) if isinstance(edge, int | float) else constant(edge)  # type: ignore[arg-type]
    return sql.all_of([looked_at, compare(">=" if node.end == "top" else "<=", value, threshold)])


def countable(metric: Metric) -> list[Aggregate] | None:
    """The counts and sums that a metric is made of by arithmetic alone; None where it is more than that."""
    match metric:
        case Aggregate(function=function) if function in COUNTS or function == "sum":
            return [metric]
        case Number():
            return []
        case Negative(operand=operand):
            return countable(operand)
        case Arithmetic(left=left, right=right):
            a, b = countable(left), countable(right)
            return None if a is None or b is None else a + b
    return None


def _matched(leaf: Aggregate, frame: Frame) -> E:
    """Is there an event that the aggregate counts? A sum without one is still NULL in its column."""
    column = frame.figure(leaf)
    return sql.known(column) if leaf.function == "sum" else sql.compare(">", column, sql.integer(0))
