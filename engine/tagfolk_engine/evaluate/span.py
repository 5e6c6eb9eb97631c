"""Between which instants the data lie: so far, and no farther, a zone's clock changes are written into statements."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import reduce

from sqlglot import exp

from tagfolk_engine.compile import sql
from tagfolk_engine.compile.clock import Span
from tagfolk_engine.compile.dialect import select
from tagfolk_engine.compile.frame import Schema
from tagfolk_engine.compile.sql import E
from tagfolk_engine.evaluate.backend import Backend
from tagfolk_engine.evaluate.cutoff import Cutoff

AROUND = timedelta(days=3 * 366)
"""Times that are in no column of the snapshot (of methods, of pins) are looked for so far around T at least."""


def data_span(backend: Backend, schema: Schema, cutoff: Cutoff) -> Span:
    """The earliest and latest of all times and dates, T and what is near it included. Asked once per snapshot."""
    if backend.span is None:
        tables = [("customers", schema.customers), *((f"event_{e}", kinds) for e, kinds in schema.events.items())]
        columns = [
            (table, name, kind)
            for table, kinds in tables
            for name, kind in kinds.items()
            if name != "local" and (kind == "date" or kind.startswith("timestamp"))
        ]
        found: list[datetime] = []
        if columns:
            query = reduce(lambda a, b: exp.Union(this=a, expression=b, distinct=False), map(_ends, columns))
            rows = backend.arrow(query).to_pylist()
            found = [moment for row in rows for moment in row.values() if moment is not None]
        backend.span = (min(found, default=datetime.max), max(found, default=datetime.min))
    low, high = backend.span
    return min(low, cutoff.utc - AROUND), max(high, cutoff.utc + AROUND)


def _ends(column: tuple[str, str, str]) -> E:
    table, name, _ = column

    def end(function: type[exp.AggFunc], called: str) -> E:
        return sql.named(sql.cast(function(this=sql.column(name)), "timestamp"), called)

    return select([end(exp.Min, "low"), end(exp.Max, "high")], sql.table(table))
