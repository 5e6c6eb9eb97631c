"""PostgreSQL's row of words (16 and newer)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from tagfolk_engine.compile import sql
from tagfolk_engine.compile.dialect import Dialect
from tagfolk_engine.compile.regexps import POSTGRES as REGEXPS
from tagfolk_engine.compile.regexps import translate
from tagfolk_engine.compile.sql import E, cast, func

_BITS = exp.DataType.build("bit(32)", dialect="postgres")


@dataclass(frozen=True)
class PostgresDialect(Dialect):
    """Text is text of collation "C": by the columns of the tables, and by every literal that is written."""

    def text(self, tree: E) -> str:
        """The statement in PostgreSQL's own words."""
        for literal in list(tree.find_all(exp.Literal)):
            if literal.is_string and not isinstance(literal.parent, exp.Cast | exp.Interval | exp.Escape):
                literal.replace(exp.Collate(this=literal.copy(), expression=exp.to_identifier("C", quoted=True)))
        return super().text(tree)


def _micros(moment: E) -> E:
    seconds = exp.Extract(this=exp.var("epoch"), expression=moment)
    return cast(exp.Mul(this=seconds, expression=sql.integer(1_000_000)), "bigint")


def _within(function: str, fraction: E, value: E) -> E:
    order = exp.Order(expressions=[exp.Ordered(this=value)])
    return exp.WithinGroup(this=func(function, fraction), expression=order)


def _earliest(value: E, key: E) -> E:
    """The first of the values in the order of their keys."""
    order = exp.Order(this=value.copy(), expressions=[exp.Ordered(this=key.copy()), exp.Ordered(this=value.copy())])
    both = sql.all_of([sql.known(key), sql.known(value)])
    chosen = exp.Filter(this=func("array_agg", order), expression=exp.Where(this=both))
    return exp.Bracket(this=exp.Paren(this=chosen), expressions=[sql.integer(1)], offset=1)


def _interval(amount: int, unit: str) -> E:
    return exp.Interval(this=sql.text(str(amount)), unit=exp.var(unit))


def _plus(moment: E, amount: int, unit: str) -> E:
    return exp.Paren(this=exp.Add(this=moment, expression=_interval(amount, unit)))


def _later(moment: E, seconds: E) -> E:
    return exp.Paren(this=exp.Add(
        this=moment, expression=exp.Paren(this=exp.Mul(this=sql.paren(seconds), expression=_interval(1, "second")))
    ))  # fmt: skip


def _hash32(value: E) -> E:
    digits = func("substr", func("md5", value), sql.integer(1), sql.integer(8))
    return cast(exp.Cast(this=func("concat", sql.text("x"), digits), to=_BITS.copy()), "bigint")


def _try_cast(value: E, kind: str) -> E:
    called = {"double": "double precision"}.get(kind, kind)
    return sql.case(func("pg_input_is_valid", value, sql.text(called)), cast(value.copy(), kind))


def _like(value: E, pattern: str) -> E:
    return exp.Escape(this=exp.Like(this=value, expression=sql.text(pattern)), expression=sql.text("\\"))


POSTGRES: Dialect = PostgresDialect(
    name="postgres",
    micros=_micros,
    median=lambda value: _within("percentile_cont", sql.double(0.5), value),
    quantile=lambda value, fraction: _within("percentile_disc", fraction, value),
    stddev=lambda value: func("stddev_samp", value),
    earliest=_earliest,
    regexp=lambda value, pattern: exp.RegexpLike(this=value, expression=sql.text(translate(pattern, REGEXPS))),
    like=_like,
    weekday=lambda local: cast(exp.Extract(this=exp.var("isodow"), expression=local), "bigint"),
    seconds_later=lambda moment, amount: _plus(moment, amount, "second"),
    later=_later,
    days_later=lambda moment, amount: _plus(moment, amount, "day"),
    months_later=lambda moment, amount: _plus(moment, amount, "month"),
    micros_later=lambda moment, amount: _plus(moment, amount, "microsecond"),
    hash32=_hash32,
    number_text=lambda value: cast(value, "text"),
    time_text=lambda local: func("to_char", local, sql.text('YYYY-MM-DD"T"HH24:MI:SS')),
    try_cast=_try_cast,
    any=lambda value: func("bool_or", value),
    every=lambda value: func("bool_and", value),
)
