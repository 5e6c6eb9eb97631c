"""Values and their comparison: types, constants folded, and the tolerance of computed numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlglot import exp
from tagfolk_dsl.tree import Type

from tagfolk_engine.compile import sql
from tagfolk_engine.compile.sql import E

TOLERANCE = Decimal("1e-9")
"""Two computed numbers this near to each other, relative to the larger, are equal."""

Constant = Decimal | str | bool | date | datetime


@dataclass(frozen=True)
class Value:
    """An expression with its type. ``integral``: a whole number by its column type, so compared exactly.

    ``constant`` is the value where it is written in the rule or known before the statement (instants: naive UTC).
    """

    sql: E
    type: Type
    integral: bool = False
    constant: Constant | None = None


MISSING = Value(exp.null(), Type.NUMBER)


def constant(value: Constant) -> Value:
    """A value known beforehand."""
    match value:
        case bool():
            return Value(sql.true() if value else sql.false(), Type.BOOLEAN, constant=value)
        case Decimal():
            whole = value == value.to_integral_value() and abs(value) < 2**63
            return Value(sql.number(value), Type.NUMBER, whole, value)
        case datetime():
            return Value(sql.timestamp(value), Type.TIME, constant=value)
        case date():
            return Value(sql.day(value), Type.DATE, constant=value)
    return Value(sql.text(value), Type.TEXT, constant=value)


def figure(value: float | int | Decimal) -> Value:
    """A computed number that is known beforehand, kept to its last bit."""
    if isinstance(value, int):
        return Value(sql.number(value), Type.NUMBER, True, Decimal(value))
    return Value(sql.double(value), Type.NUMBER, False, Decimal(float(value)))


def compare(operator: str, left: Value, right: Value) -> E:
    """``left operator right`` as the language means it; NULL where one is missing."""
    if Type.NUMBER in (left.type, right.type) and left.type == right.type:
        return _numbers(operator, left, right)
    return sql.compare(operator, left.sql.copy(), right.sql.copy())


_FLIPPED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _numbers(operator: str, left: Value, right: Value) -> E:
    if left.integral and right.integral:
        return sql.compare(operator, left.sql.copy(), right.sql.copy())
    if isinstance(right.constant, Decimal):
        return _to_constant(operator, left, right.constant)
    if isinstance(left.constant, Decimal):
        return _to_constant(_FLIPPED[operator], right, left.constant)
    return _to_each_other(operator, left.sql, right.sql)


def _to_constant(operator: str, left: Value, right: Decimal) -> E:
    """Against a known number the tolerance is two known bounds: no arithmetic is left for the engine."""
    near, far = right * (1 - TOLERANCE), right / (1 - TOLERANCE)
    low, high = sorted((near, far))
    subject = left.sql

    def one(sign: str, bound: Decimal) -> E:
        return sql.compare(sign, subject.copy(), sql.double(bound))

    match operator:
        case ">=":
            return one(">=", low)
        case ">":
            return one(">", high)
        case "<=":
            return one("<=", high)
        case "<":
            return one("<", low)
        case "=" if low == high:
            return one("=", low)
        case "=":
            return sql.all_of([one(">=", low), one("<=", high)])
    return sql.any_of([one("<", low), one(">", high)])


def _to_each_other(operator: str, left: E, right: E) -> E:
    def size(side: E) -> E:
        return exp.Abs(this=side.copy())

    gap = exp.Abs(this=sql.arithmetic("-", left.copy(), right.copy()))
    most = exp.Greatest(this=size(left), expressions=[size(right)])
    near = sql.compare("<=", gap, sql.arithmetic("*", sql.double(TOLERANCE), most))
    equal = exp.Paren(this=sql.any_of([sql.compare("=", left.copy(), right.copy()), near]))
    match operator:
        case "=":
            return equal
        case "!=":
            return exp.Not(this=equal)
        case ">=" | "<=":
            return exp.Paren(this=sql.any_of([sql.compare(operator[0], left.copy(), right.copy()), equal]))
    return sql.all_of([sql.compare(operator, left.copy(), right.copy()), exp.Not(this=equal)])


def number(value: Value) -> E:
    """A number as double precision, for arithmetic and sums."""
    if isinstance(value.constant, Decimal):
        return sql.double(value.constant)
    return sql.cast(value.sql.copy(), "double") if value.integral else value.sql.copy()


def as_text(value: Value, dialect_number: E, dialect_time: E) -> E:
    """A tag's value as the results keep it: numbers without a needless point, ISO dates, yes and no."""
    subject = value.sql
    match value.type:
        case Type.TEXT:
            return subject.copy()
        case Type.BOOLEAN:
            return sql.cases([(subject.copy(), sql.text("yes")), (sql.known(subject.copy()), sql.text("no"))])
        case Type.DATE:
            return sql.cast(sql.cast(subject.copy(), "date"), "text")
        case Type.TIME:
            return dialect_time
    whole = sql.all_of([
        sql.compare("=", subject.copy(), exp.Floor(this=subject.copy())),
        sql.compare("<", exp.Abs(this=subject.copy()), sql.double(1e15)),
    ])  # fmt: skip
    return sql.case(whole, sql.cast(sql.cast(subject.copy(), "bigint"), "text"), dialect_number)
