"""What differs between the engines, as data: one row of functions for each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlglot import exp

from tagfolk_engine.compile import sql
from tagfolk_engine.compile.sql import E, cast, func


@dataclass(frozen=True)
class Dialect:
    """How one engine says what SQL has no common word for. Each entry takes and gives sqlglot trees."""

    name: str
    """sqlglot's name of the dialect."""
    micros: Callable[[E], E]
    """An instant as whole microseconds since 1970."""
    median: Callable[[E], E]
    """Aggregate: the median, the mean of the middle two where they are even."""
    quantile: Callable[[E, E], E]
    """Aggregate: the smallest value with at least that fraction of the values at or below it."""
    stddev: Callable[[E], E]
    """Aggregate: the sample standard deviation, missing for one value."""
    earliest: Callable[[E, E], E]
    """Aggregate: the value with the smallest key (missing keys left out), of several the smallest value."""
    regexp: Callable[[E, str], E]
    """Does a regular expression match somewhere?"""
    like: Callable[[E, str], E]
    """Does a pattern of LIKE, with backslash as its escape, fit the whole text?"""
    weekday: Callable[[E], E]
    """1 (Monday) to 7 of a local time."""
    seconds_later: Callable[[E, int], E]
    """An instant so many seconds later."""
    later: Callable[[E, E], E]
    """A moment later by a whole number of seconds that is itself an expression."""
    days_later: Callable[[E, int], E]
    """A local time so many days later."""
    months_later: Callable[[E, int], E]
    """A local time so many months later, the day clamped."""
    micros_later: Callable[[E, int], E]
    hash32: Callable[[E], E]
    """The first eight hexadecimal digits of the MD5 of a text, as a whole number."""
    number_text: Callable[[E], E]
    """The shortest text that reads back as the same double."""
    time_text: Callable[[E], E]
    """A local time as ISO text to the second."""
    try_cast: Callable[[E, str], E]
    """A text as a value of a type, missing where it is none."""
    any: Callable[[E], E]
    """Aggregate: is one true?"""
    every: Callable[[E], E]
    """Aggregate: are all true?"""
    lists: bool = False
    """Has it lists that become rows (``unnest``), and whole numbers as bit sets (``bit_or``, ``bit_count``)?"""

    def text(self, tree: E) -> str:
        """The statement or expression in the engine's own words."""
        return tree.sql(dialect=self.name, copy=False)


def _duckdb_earliest(value: E, key: E) -> E:
    pair = func("row", key, value)
    chosen = func("min", sql.case(sql.all_of([sql.known(key), sql.known(value)]), pair))
    return func("struct_extract", chosen, exp.Literal.number(2))


def _interval(amount: int, unit: str) -> E:
    return exp.Interval(this=sql.text(str(amount)), unit=exp.var(unit))


def _plus(unit: str) -> Callable[[E, int], E]:
    return lambda moment, amount: exp.Paren(this=exp.Add(this=moment, expression=_interval(amount, unit)))


DUCKDB = Dialect(
    name="duckdb",
    micros=lambda moment: func("epoch_us", moment),
    median=lambda value: func("quantile_cont", value, sql.double(0.5)),
    quantile=lambda value, fraction: func("quantile_disc", value, fraction),
    stddev=lambda value: func("stddev_samp", value),
    earliest=_duckdb_earliest,
    regexp=lambda value, pattern: func("regexp_matches", value, sql.text(pattern)),
    like=lambda value, pattern: exp.Escape(
        this=exp.Like(this=value, expression=sql.text(pattern)), expression=sql.text("\\")
    ),
    weekday=lambda local: func("isodow", local),
    seconds_later=_plus("second"),
    later=lambda moment, seconds: exp.Paren(this=exp.Add(this=moment, expression=func("to_seconds", seconds))),
    days_later=_plus("day"),
    months_later=_plus("month"),
    micros_later=_plus("microsecond"),
    hash32=lambda value: cast(
        func("concat", sql.text("0x"), func("substr", func("md5", value), sql.integer(1), sql.integer(8))), "bigint"
    ),
    number_text=lambda value: cast(value, "varchar"),
    time_text=lambda local: func("strftime", local, sql.text("%Y-%m-%dT%H:%M:%S")),
    try_cast=lambda value, kind: exp.TryCast(this=value, to=exp.DataType.build(kind)),
    any=lambda value: func("bool_or", value),
    every=lambda value: func("bool_and", value),
    lists=True,
)


def select(columns: Sequence[E], source: E | None = None, where: E | None = None) -> exp.Select:
    """``SELECT columns FROM source WHERE where``, without copying the trees."""
    made = exp.Select(expressions=list(columns))
    if source is not None:
        made.set("from_", exp.From(this=source))
    if where is not None:
        made.set("where", exp.Where(this=where))
    return made


def subquery(query: E, alias: str) -> E:
    """``(query) AS alias``."""
    return exp.Subquery(this=query, alias=exp.TableAlias(this=exp.to_identifier(alias, quoted=True)))


def aliased(name: str, alias: str) -> E:
    """``"name" AS alias``."""
    made = sql.table(name)
    made.set("alias", exp.TableAlias(this=exp.to_identifier(alias, quoted=True)))
    return made


def left_join(query: exp.Select, source: E, on: E, side: str = "LEFT") -> exp.Select:
    """The query with one more table joined."""
    query.append("joins", exp.Join(this=source, side=side, on=on) if side else exp.Join(this=source, on=on))
    return query


def group_by(query: exp.Select, keys: Sequence[E]) -> exp.Select:
    """The query grouped."""
    query.set("group", exp.Group(expressions=list(keys)))
    return query
