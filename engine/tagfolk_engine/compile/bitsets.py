"""Distinct counts over few values as bit sets: one bit a value, ``bit_or`` over the events, then the bits counted.

Exact, and several times cheaper than ``count(distinct …)``, which keeps a table of its own for each aggregate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce

from sqlglot import exp
from tagfolk_dsl.tree import Aggregate

from tagfolk_engine.compile import sql
from tagfolk_engine.compile.dialect import aliased, left_join, select, subquery
from tagfolk_engine.compile.sql import E

BITS = 62
"""Bits of one word."""
WORDS = 4
"""More words than these cost as much as counting distinct values plainly."""
MOST = BITS * WORDS
"""So many values at most."""


@dataclass(frozen=True)
class Codes:
    """A table (``value``, ``word``, ``bit``) that gives every value of a property a bit of a word."""

    table: str
    words: int


@dataclass(frozen=True)
class Bitsets:
    """The properties of one event that are counted by bits, and how days and months become bits."""

    codes: Mapping[str, Codes]
    first: date | None
    """A day before all events that are looked at; None: days are counted plainly."""
    days: int
    """So many days from it to T at most."""

    def words(self, node: Aggregate) -> int:
        """How many words the aggregate takes; 0: it is counted plainly."""
        if node.function == "distinct" and node.property is not None and node.property in self.codes:
            return self.codes[node.property].words
        unit = _UNITS.get(node.function)
        if unit is None or self.first is None:
            return 0
        words = -(-(self.days // unit + 8) // BITS)
        return words if words <= WORDS else 0

    def view(self, view: E, nodes: tuple[Aggregate, ...]) -> E:
        """The events with the words of the aggregates beside them, each a column of its own."""
        wanted = [node for node in nodes if self.words(node)]
        query = select([exp.Column(this=exp.Star(), table=exp.to_identifier("e"))], subquery_of(view))
        for name in dict.fromkeys(node.property for node in wanted if node.function == "distinct"):
            assert name is not None
            alias = f"codes of {name}"
            query.expressions.extend(self._words(name, sql.column("word", alias), sql.column("bit", alias)))
            on = sql.compare("=", sql.column(name, "e"), sql.column("value", alias))
            left_join(query, aliased(self.codes[name].table, alias), on)
        for function in dict.fromkeys(node.function for node in wanted if node.function != "distinct"):
            place = self._place(function)
            word = exp.IntDiv(this=place, expression=sql.integer(BITS))
            bit = exp.Mod(this=place.copy(), expression=sql.integer(BITS))
            shifted = exp.BitwiseLeftShift(this=sql.cast(sql.integer(1), "bigint"), expression=exp.Paren(this=bit))
            query.expressions.extend(self._words(function, word, exp.Paren(this=shifted)))
        return subquery(query, "e")

    def _words(self, name: str, word: E, bit: E) -> list[E]:
        count = self.codes[name].words if name in self.codes else -(-(self.days // _UNITS[name] + 8) // BITS)
        if count == 1:
            return [sql.named(bit, f"{name} bits 0")]
        return [
            sql.named(sql.case(sql.compare("=", word.copy(), sql.integer(i)), bit.copy()), f"{name} bits {i}")
            for i in range(count)
        ]

    def _place(self, function: str) -> E:
        """The number of a local day, week or month since the first day; never negative."""
        assert self.first is not None
        local = sql.cast(sql.column("local", "e"), "date")
        if function == "months_with":
            return exp.Paren(this=sql.func("date_diff", sql.text("month"), sql.day(self.first), local))
        monday = self.first - timedelta(days=self.first.weekday())
        days = exp.Paren(this=sql.func("date_diff", sql.text("day"), sql.day(monday), local))
        return days if function == "days_with" else exp.Paren(this=exp.IntDiv(this=days, expression=sql.integer(7)))

    def count(self, node: Aggregate, chosen: Callable[[E], E]) -> E:
        """How many bits the chosen events set."""
        name = node.property if node.function == "distinct" else node.function
        sets = [sql.func("bit_or", chosen(sql.column(f"{name} bits {i}"))) for i in range(self.words(node))]
        parts: list[E] = [
            sql.coalesce(sql.cast(sql.func("bit_count", part), "bigint"), sql.integer(0)) for part in sets
        ]
        return reduce(lambda a, b: exp.Add(this=a, expression=b), parts)


_UNITS = {"days_with": 1, "weeks_with": 7, "months_with": 28}


def subquery_of(view: E) -> E:
    """The relation under the alias ``e``."""
    return view if isinstance(view, exp.Subquery) else aliased(view.name, "e")


def codes_query(event: str, name: str) -> exp.Select:
    """(value, word, bit) of every value of a property."""
    values = select([sql.column(name)], sql.table(f"event_{event}"), sql.known(sql.column(name)))
    values.set("distinct", exp.Distinct())
    number = sql.arithmetic("-", exp.Window(this=exp.RowNumber()), sql.integer(1))
    numbered = select([sql.named(sql.column(name), "value"), sql.named(number, "place")], subquery(values, "v"))
    word = exp.IntDiv(this=sql.column("place"), expression=sql.integer(BITS))
    bit = exp.Paren(this=exp.Mod(this=sql.column("place"), expression=sql.integer(BITS)))
    shifted = exp.BitwiseLeftShift(this=sql.cast(sql.integer(1), "bigint"), expression=bit)
    made = [sql.column("value"), sql.named(word, "word"), sql.named(shifted, "bit")]
    return select(made, subquery(numbered, "n"))


def sample_query(event: str, name: str) -> exp.Select:
    """How many values are among the first events."""
    first = select([sql.column(name)], sql.table(f"event_{event}"))
    first.set("limit", exp.Limit(expression=sql.integer(50_000)))
    return select([exp.Count(this=exp.Distinct(expressions=[sql.column(name)]))], subquery(first, "f"))
