"""The wide row of a customer, never kept: tables of figures joined where a statement reads them, and only those."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlglot import exp

from tagfolk_engine.compile import sql
from tagfolk_engine.compile.dialect import aliased, left_join, select, subquery
from tagfolk_engine.compile.sql import E

_WIDE = "tagfolk wide row"
_KEYS = frozenset({"customer", "customer_id"})


@dataclass
class Wide:
    """The customers' own columns, and tables (customer, columns…) to be joined to them.

    Keeping the joined row as a table costs more than joining again for each statement: most statements read few of
    its columns.
    """

    base: list[tuple[str, E]] = field(default_factory=list)
    """(name, expression over ``w``, the customers)."""
    parts: list[tuple[str | E, list[tuple[str, E]]]] = field(default_factory=list)
    """(table or query, its columns: name and expression over the part, which is ``p`` and its number here)."""
    subjects: str | None = None
    """A table of the customers wanted; None: all."""

    def query(self, read: frozenset[str] | None = None) -> exp.Select:
        """The row with the columns that are read (None: all)."""

        def wanted(columns: list[tuple[str, E]]) -> list[E]:
            return [sql.named(made.copy(), name) for name, made in columns if read is None or name in read]

        made: list[E] = [sql.column("customer", "w"), sql.column("customer_id", "w"), *wanted(self.base)]
        query = select(made, aliased("customers", "w"))
        for index, (table, columns) in enumerate(self.parts):
            found = wanted(columns)
            if not found:
                continue
            alias = f"p{index}"
            query.expressions.extend(found)
            on = sql.compare("=", sql.column("customer", "w"), sql.column("customer", alias))
            part = aliased(table, alias) if isinstance(table, str) else subquery(table.copy(), alias)
            left_join(query, part, on)
        if self.subjects is not None:
            some = select([sql.column("customer")], sql.table(self.subjects))
            chosen = exp.In(this=sql.column("customer", "w"), query=exp.Subquery(this=some))
            query.set("where", exp.Where(this=chosen))
        return query

    def relation(self) -> E:
        """The row as something to select from. Statements over it go through ``fitted``."""
        empty = subquery(exp.Select(), "w")
        empty.meta[_WIDE] = self.query_later()
        return empty

    def query_later(self) -> Callable[[frozenset[str]], exp.Select]:
        """The row as it is now: what is joined later is not in it."""
        return Wide(list(self.base), list(self.parts), self.subjects).query


def fitted(query: E) -> E:
    """The statement with every wide row in it made of what the statement reads. Changes it in place."""
    places = [node for node in query.find_all(exp.Subquery) if _WIDE in node.meta]
    if places:
        read = frozenset(node.name for node in query.find_all(exp.Column)) - _KEYS
        for node in places:
            node.set("this", node.meta.pop(_WIDE)(read))
    return query
