"""Metrics as expressions: over the wide row of a customer, or inside ``where`` over an event."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import cast

from sqlglot import exp
from tagfolk_dsl.tree import (
    Across,
    Aggregate,
    Arithmetic,
    Attribute,
    Boolean,
    Bucket,
    Day,
    DaysBetween,
    Elapsed,
    EventTime,
    Instant,
    MethodColumn,
    Metric,
    Moment,
    Negative,
    Number,
    Overall,
    Property,
    Share,
    TagValue,
    Text,
    TimePart,
    Type,
    Unit,
)  # fmt: skip

from tagfolk_engine.compile import sql
from tagfolk_engine.compile.frame import EventScope, Frame
from tagfolk_engine.compile.sql import E
from tagfolk_engine.compile.values import MISSING, Value, constant, figure, number
from tagfolk_engine.evaluate.cutoff import resolve, step
from tagfolk_engine.evaluate.errors import NotYet
from tagfolk_engine.plan import basis
from tagfolk_engine.plan.nodes import GrantedValue, StoredValue

COUNTS = frozenset({"count", "distinct", "days_with", "weeks_with", "months_with"})
_DAY = 86_400_000_000
_MICROS = {
    Unit.SECOND: 1_000_000, Unit.MINUTE: 60_000_000, Unit.HOUR: 3_600_000_000, Unit.DAY: _DAY, Unit.WEEK: 7 * _DAY,
}  # fmt: skip
_MONTHS = {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.YEAR: 12}
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def lower_metric(node: Metric, frame: Frame, scope: EventScope | None = None) -> Value:
    """The metric's value as an expression, missing as NULL."""
    if scope is not None and node in scope.own:
        return scope.own[node]
    match node:
        case Number(value=value):
            return constant(value)
        case Text(value=written):
            return constant(written)
        case Boolean(value=truth):
            return constant(truth)
        case Day(value=day):
            return constant(day)
        case Instant(value=instant):
            return constant(frame.cutoff.at(instant))
        case Property(name=name, type=kind) if scope is not None:
            return scope.property(frame, name, kind)
        case EventTime() if scope is not None:
            return Value(sql.column("time"), Type.TIME)
        case TimePart():
            return _time_part(node, frame, scope)
        case Arithmetic():
            return _arithmetic(node, frame, scope)
        case Negative(operand=operand):
            inner = lower_metric(operand, frame, scope)
            if isinstance(inner.constant, Decimal):
                return constant(-inner.constant)
            return Value(exp.Neg(this=sql.paren(number(inner))), Type.NUMBER, inner.integral)
    return _of_customer(node, frame)


def _of_customer(node: Metric, frame: Frame) -> Value:
    match node:
        case Attribute(name=name, type=kind):
            return Value(frame.column(("attribute", name)), kind, frame.schema.integral(None, name))
        case MethodColumn(type=kind):
            return Value(frame.column(node), kind)
        case Aggregate():
            return aggregate(node, frame)
        case Share(part=part):
            return _share(node, part, frame)
        case Elapsed():
            return _elapsed(node, frame)
        case DaysBetween(start=start, end=end):
            gap = sql.arithmetic("-", _micros(end, frame), _micros(start, frame))
            return Value(_whole(gap, _DAY), Type.NUMBER, True)
        case TagValue(tag=tag, type=kind):
            held = sql.case(frame.column(("held", tag)), frame.column(("value", tag)))
            return Value(held, kind)
        case GrantedValue(tag=tag, type=kind):
            return Value(sql.case(frame.column(("granted", tag)), frame.column(("value", tag))), kind)
        case StoredValue(tag=tag, type=kind):
            return Value(_from_text(frame.column(("stored value", tag)), kind), kind)
        case Overall() | Across():
            return _known_figure(node, frame)
        case Bucket(size=size, salt=salt):
            salted = sql.func("concat", sql.column("customer_id"), sql.text(salt))
            return Value(exp.Mod(this=frame.dialect.hash32(salted), expression=sql.integer(size)), Type.NUMBER, True)
    raise NotYet(f"'{type(node).__name__}' here", node)


def _known_figure(node: Overall | Across, frame: Frame) -> Value:
    found = frame.scalars[node]
    if found is None:
        return MISSING
    if isinstance(found, int | float | Decimal) and not isinstance(found, bool):
        return figure(found)
    return constant(cast(str, found))


def aggregate(node: Aggregate, frame: Frame) -> Value:
    """An aggregate's column, with its value where there is no matching event."""
    column = frame.figure(node)
    if node.function in COUNTS:
        return Value(sql.coalesce(column, sql.integer(0)), Type.NUMBER, True)
    if node.function == "sum":
        return Value(sql.coalesce(column, sql.double(0)), Type.NUMBER)
    picked = node.function in ("min", "max", "first", "last", "most_common")
    exact = picked and node.property is not None and frame.schema.integral(node.event, node.property)
    return Value(column, node.type, exact and node.type is Type.NUMBER)


def _share(node: Share, part: Aggregate, frame: Frame) -> Value:
    above = number(aggregate(part, frame))
    below = number(aggregate(basis.whole(node), frame))
    return Value(_divide(above, below), Type.NUMBER)


def _divide(above: E, below: E) -> E:
    safe = exp.Nullif(this=below, expression=sql.double(0))
    return exp.Paren(this=exp.Div(this=sql.paren(above), expression=safe, typed=False, safe=False))


def _arithmetic(node: Arithmetic, frame: Frame, scope: EventScope | None) -> Value:
    left, right = lower_metric(node.left, frame, scope), lower_metric(node.right, frame, scope)
    if node.operator == "/":
        return Value(_divide(number(left), number(right)), Type.NUMBER)
    return Value(sql.arithmetic(node.operator, number(left), number(right)), Type.NUMBER)


def _time_part(node: TimePart, frame: Frame, scope: EventScope | None) -> Value:
    if isinstance(node.of, EventTime) and scope is not None:
        local: E = sql.column("local")
    else:
        inner = lower_metric(node.of, frame, scope)
        local = sql.cast(inner.sql.copy(), "timestamp") if inner.type is Type.DATE else frame.local(inner.sql)
    if node.part == "weekday":
        day = frame.dialect.weekday(local)
        branches = [
            (sql.compare("=", day.copy(), sql.integer(i)), sql.text(name)) for i, name in enumerate(_WEEKDAYS, start=1)
        ]
        return Value(sql.cases(branches), Type.TEXT)
    part = exp.Extract(this=exp.var(node.part), expression=local)
    return Value(sql.cast(part, "bigint"), Type.NUMBER, True)


def instant(value: Value, frame: Frame) -> Value:
    """A date as its local midnight, an instant as it is."""
    if value.type is not Type.DATE:
        return value
    if value.constant is not None:
        return constant(frame.cutoff.at(value.constant))  # type: ignore[arg-type]
    return Value(frame.instant(value.sql), Type.TIME)


def since(node: Moment | Metric, frame: Frame) -> Value:
    """What an elapsed time counts from."""
    if isinstance(node, Moment):
        return Value(frame.figure(basis.moment(node)), Type.TIME)
    return lower_metric(node, frame)


def _micros(node: Moment, frame: Frame) -> E:
    return frame.dialect.micros(frame.figure(basis.moment(node)))


def _whole(micros: E, unit: int) -> E:
    """Complete units of a stretch of microseconds, towards zero."""
    left = exp.Mod(this=sql.paren(micros.copy()), expression=sql.integer(unit))
    rest = sql.arithmetic("-", micros.copy(), left)
    return sql.cast(exp.Div(this=rest, expression=sql.double(unit)), "bigint")


def _elapsed(node: Elapsed, frame: Frame) -> Value:
    origin = since(node.since, frame)
    moment = instant(origin, frame)
    if node.unit in _MICROS:
        gap = sql.arithmetic("-", sql.integer(_epoch_micros(frame)), frame.dialect.micros(moment.sql.copy()))
        units = _whole(gap, _MICROS[node.unit])
    else:
        units = _calendar_units(node.unit, origin, moment, frame)
    past = sql.compare("<=", moment.sql.copy(), frame.now())
    return Value(sql.case(past, units), Type.NUMBER, True)


def _epoch_micros(frame: Frame) -> int:
    return (frame.cutoff.utc - datetime(1970, 1, 1)) // timedelta(microseconds=1)


def _calendar_units(unit: Unit, origin: Value, moment: Value, frame: Frame) -> E:
    """The largest k with x ≤ T − k months, by the local calendar; k quarters and years are 3k and 12k months."""
    wall = frame.cutoff.wall
    if origin.type is Type.DATE:
        local: E = sql.cast(origin.sql.copy(), "timestamp")
    else:
        local = frame.local(origin.sql)
    index = sql.arithmetic("+", sql.arithmetic("*", _field("year", local), sql.integer(12)), _field("month", local))
    apart = sql.arithmetic("-", sql.integer(wall.year * 12 + wall.month), index)
    day = _field("day", local)
    length = _month_length(local, frame)
    clamped = exp.Least(this=sql.integer(wall.day), expressions=[length])
    micros = frame.dialect.micros
    clock = sql.arithmetic("-", micros(local.copy()), micros(sql.func("date_trunc", sql.text("day"), local.copy())))
    since_midnight = (wall - datetime.combine(wall.date(), time())) // timedelta(microseconds=1)
    on_the_day = sql.all_of([
        sql.compare("=", day.copy(), clamped.copy()),
        sql.compare("<=", clock, sql.integer(since_midnight)),
    ])  # fmt: skip
    reached = sql.any_of([sql.compare("<", day.copy(), clamped.copy()), on_the_day])
    odd = _odd_bounds(frame)
    branches = [
        (sql.compare("=", apart.copy(), sql.integer(k)), sql.compare("<=", moment.sql.copy(), sql.timestamp(bound)))
        for k, bound in odd
    ]
    complete = sql.cases(branches, reached) if branches else reached
    months = sql.case(complete, apart.copy(), sql.arithmetic("-", apart.copy(), sql.integer(1)))
    size = _MONTHS[unit]
    return months if size == 1 else _whole(exp.Paren(this=months), size)


def _field(name: str, local: E) -> E:
    return sql.cast(exp.Extract(this=exp.var(name), expression=local.copy()), "bigint")


def _month_length(local: E, frame: Frame) -> E:
    """The number of days of the month of a local time."""
    month, year = _field("month", local), _field("year", local)

    def divides(by: int) -> E:
        return sql.compare("=", exp.Mod(this=year.copy(), expression=sql.integer(by)), sql.integer(0))

    leap = sql.all_of([divides(4), sql.any_of([exp.Not(this=exp.Paren(this=divides(100))), divides(400)])])
    short = exp.In(this=month.copy(), expressions=[sql.integer(m) for m in (4, 6, 9, 11)])
    february = sql.compare("=", month.copy(), sql.integer(2))
    return sql.cases(
        [(february, sql.case(leap, sql.integer(29), sql.integer(28))), (short, sql.integer(30))], sql.integer(31)
    )


def _odd_bounds(frame: Frame) -> list[tuple[int, datetime]]:
    """The k for which T − k months falls on a clock change, where comparing wall clocks would not do."""
    found = []
    zone, wall = frame.cutoff.zone, frame.cutoff.wall
    for k in range(1200):
        then = step(wall, -k, Unit.MONTH)
        early = then.replace(tzinfo=zone, fold=0).utcoffset()
        late = then.replace(tzinfo=zone, fold=1).utcoffset()
        if early != late and then.year > 1900:
            found.append((k, resolve(then, zone) if k else frame.cutoff.utc))
    return found


def _from_text(stored: E, kind: Type) -> E:
    """A stored value in its own type again."""
    match kind:
        case Type.NUMBER:
            return sql.cast(stored, "double")
        case Type.BOOLEAN:
            return sql.compare("=", stored, sql.text("yes"))
        case Type.DATE:
            return sql.cast(stored, "date")
    return stored
