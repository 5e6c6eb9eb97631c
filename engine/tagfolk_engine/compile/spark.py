"""Spark's row of words (3.5 and newer). Times are TIMESTAMP_NTZ, and the session's time zone is UTC."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from tagfolk_engine.compile import sql
from tagfolk_engine.compile.dialect import Dialect
from tagfolk_engine.compile.regexps import SPARK as REGEXPS
from tagfolk_engine.compile.regexps import translate
from tagfolk_engine.compile.sql import E, cast, func


@dataclass(frozen=True)
class SparkDialect(Dialect):
    """A naive time is a naive time: Spark's own TIMESTAMP would hang on the session's zone."""

    def text(self, tree: E) -> str:
        """The statement in Spark's own words."""
        for kind in list(tree.find_all(exp.DataType)):
            if kind.this is exp.DataType.Type.TIMESTAMP:
                kind.set("this", exp.DataType.Type.TIMESTAMPNTZ)
        return super().text(tree)


def _micros(moment: E) -> E:
    return func("unix_micros", cast(moment, "timestamptz"))


def _within(function: str, fraction: E, value: E) -> E:
    order = exp.Order(expressions=[exp.Ordered(this=value)])
    return exp.WithinGroup(this=func(function, fraction), expression=order)


def _earliest(value: E, key: E) -> E:
    both = sql.all_of([sql.known(key.copy()), sql.known(value.copy())])
    pair = func("named_struct", sql.text("k"), key, sql.text("v"), value)
    return exp.Bracket(this=func("min", sql.case(both, pair)), expressions=[sql.text("v")])


def _plus(moment: E, amount: int, unit: str) -> E:
    interval = exp.Interval(this=sql.text(str(amount)), unit=exp.var(unit))
    return exp.Paren(this=exp.Add(this=moment, expression=interval))


def _later(moment: E, seconds: E) -> E:
    second = exp.Interval(this=sql.text("1"), unit=exp.var("second"))
    stretch = exp.Mul(this=exp.Paren(this=seconds), expression=second)
    return exp.Paren(this=exp.Add(this=moment, expression=exp.Paren(this=stretch)))


def _micros_later(moment: E, amount: int) -> E:
    assert amount % 1_000_000 == 0, "durations are whole seconds"
    return _plus(moment, amount // 1_000_000, "second")


def _hash32(value: E) -> E:
    digits = func("substr", func("md5", value), sql.integer(1), sql.integer(8))
    return cast(func("conv", digits, sql.integer(16), sql.integer(10)), "bigint")


def _weekday(local: E) -> E:
    """From Spark's days of the week, Sunday first; its other one, ``weekday``, is not the same everywhere."""
    days = exp.Mod(this=sql.arithmetic("+", func("dayofweek", local), sql.integer(5)), expression=sql.integer(7))
    return sql.arithmetic("+", exp.Paren(this=days), sql.integer(1))


def _number_text(value: E) -> E:
    """Java writes large and small numbers with an E; as a decimal they keep all their digits."""
    plain = cast(value, "text")
    long = exp.Cast(this=value.copy(), to=exp.DataType.build("decimal(38, 18)"))
    trimmed = func("rtrim", sql.text("0"), cast(long, "text"))
    return sql.case(_like(plain.copy(), "%E%"), trimmed, plain)


def _like(value: E, pattern: str) -> E:
    return exp.Escape(this=exp.Like(this=value, expression=sql.text(pattern)), expression=sql.text("\\"))


SPARK: Dialect = SparkDialect(
    name="spark",
    micros=_micros,
    median=lambda value: func("percentile", value, sql.double(0.5)),
    quantile=lambda value, fraction: _within("percentile_disc", fraction, value),
    stddev=lambda value: func("stddev_samp", value),
    earliest=_earliest,
    regexp=lambda value, pattern: exp.RegexpLike(this=value, expression=sql.text(translate(pattern, REGEXPS))),
    like=_like,
    weekday=_weekday,
    seconds_later=lambda moment, amount: _plus(moment, amount, "second"),
    later=_later,
    days_later=lambda moment, amount: _plus(moment, amount, "day"),
    months_later=lambda moment, amount: _plus(moment, amount, "month"),
    micros_later=_micros_later,
    hash32=_hash32,
    number_text=_number_text,
    time_text=lambda local: func("date_format", local, sql.text("yyyy-MM-dd'T'HH:mm:ss")),
    try_cast=lambda value, kind: exp.TryCast(this=value, to=exp.DataType.build(kind)),
    any=lambda value: func("bool_or", value),
    every=lambda value: func("bool_and", value),
)
