"""Small builders of sqlglot trees. Values only ever become literal nodes, never text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import reduce

from sqlglot import exp

E = exp.Expr

_TYPES: dict[str, exp.DataType] = {}


def column(name: str, table: str | None = None) -> exp.Column:
    """A quoted column."""
    return exp.column(exp.to_identifier(name, quoted=True), table=table)


def table(name: str) -> exp.Table:
    """A quoted table."""
    return exp.Table(this=exp.to_identifier(name, quoted=True))


def named(expression: E, name: str) -> E:
    """``expression AS "name"``."""
    return exp.Alias(this=expression, alias=exp.to_identifier(name, quoted=True))


def func(name: str, *arguments: E) -> E:
    """A function of the engine, by its own name."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def cast(expression: E, kind: str) -> E:
    """``CAST(expression AS kind)``."""
    if kind not in _TYPES:
        _TYPES[kind] = exp.DataType.build(kind)
    return exp.Cast(this=expression, to=_TYPES[kind].copy())


def text(value: str) -> E:
    """A text literal."""
    return exp.Literal.string(value)


def integer(value: int) -> E:
    """A whole number."""
    literal = exp.Literal.number(abs(value))
    return literal if value >= 0 else exp.Neg(this=literal)


def number(value: float | Decimal) -> E:
    """A number: whole ones as they are, others as double precision."""
    if value == int(value) and -(2**63) < value < 2**63:
        return integer(int(value))
    return double(value)


def double(value: float | Decimal | int) -> E:
    """A double-precision number, read from its text so that it is the nearest one on every engine."""
    return cast(text(repr(float(value))), "double")


def timestamp(value: datetime) -> E:
    """An instant, naive UTC."""
    return cast(text(value.isoformat(sep=" ")), "timestamp")


def day(value: date) -> E:
    """A calendar day."""
    return cast(text(value.isoformat()), "date")


def true() -> E:
    return exp.true()


def false() -> E:
    return exp.false()


def null() -> E:
    return exp.null()


def all_of(items: Iterable[E]) -> E:
    """AND of all; TRUE of none."""
    return _chain(exp.And, list(items), true())


def any_of(items: Iterable[E]) -> E:
    """OR of all; FALSE of none."""
    return _chain(exp.Or, list(items), false())


def _chain(kind: type[exp.Connector], items: list[E], empty: E) -> E:
    if not items:
        return empty
    first, *rest = [_wrapped(item) for item in items]
    return reduce(lambda a, b: _made(kind, a, b), rest, first)


def _made(kind: Callable[..., E], left: E, right: E) -> E:
    return kind(this=left, expression=right)


def _wrapped(item: E) -> E:
    return exp.Paren(this=item) if isinstance(item, exp.Connector) else item


def paren(item: E) -> E:
    """The expression in brackets, where it needs them."""
    return exp.Paren(this=item) if isinstance(item, exp.Binary | exp.Not | exp.Neg) else item


def negation(item: E) -> E:
    """NOT, with missing taken for false first: the language knows no third truth value."""
    return exp.Not(this=certain(item))


def certain(item: E) -> E:
    """TRUE or FALSE, never NULL."""
    if isinstance(item, exp.Boolean):
        return item
    return exp.Coalesce(this=item, expressions=[false()])


def case(condition: E, then: E, otherwise: E | None = None) -> E:
    """``CASE WHEN condition THEN then [ELSE otherwise] END``."""
    return cases([(condition, then)], otherwise)


def cases(branches: Iterable[tuple[E, E]], otherwise: E | None = None) -> E:
    """``CASE WHEN … THEN … … END``."""
    return exp.Case(ifs=[exp.If(this=when, true=then) for when, then in branches], default=otherwise)


def compare(operator: str, left: E, right: E) -> E:
    """A plain comparison of the engine."""
    kinds: dict[str, type[exp.Binary]] = {
        "=": exp.EQ, "!=": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE,
    }  # fmt: skip
    return _made(kinds[operator], paren(left), paren(right))


def arithmetic(operator: str, left: E, right: E) -> E:
    """Arithmetic of the engine, in brackets. ``/`` is not for this: engines differ on zero."""
    kinds: dict[str, type[exp.Binary]] = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul}
    return exp.Paren(this=kinds[operator](this=paren(left), expression=paren(right)))


def known(item: E) -> E:
    """IS NOT NULL."""
    return exp.Not(this=exp.Is(this=paren(item), expression=null()))


def missing(item: E) -> E:
    """IS NULL."""
    return exp.Is(this=paren(item), expression=null())


def coalesce(*items: E) -> E:
    """The first that is not missing."""
    return exp.Coalesce(this=items[0], expressions=list(items[1:]))
