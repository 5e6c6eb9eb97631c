"""Figures of a group from figures of its customers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tagfolk_engine.query.question import Column
from tagfolk_engine.query.state import State

if TYPE_CHECKING:
    import pyarrow as pa


def numbers(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column as doubles (booleans 0 and 1)."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.cast(pc.cast(column, pa.int8()) if pa.types.is_boolean(column.type) else column, pa.float64())


def aggregate(column: pa.ChunkedArray, how: str) -> float | None:
    """Sum, average, median … of the known values; a sum of nothing is 0, an average of nothing unknown."""
    import pyarrow.compute as pc

    values = numbers(column)
    if how == "overall":  # one figure for everybody, the same in each row
        return _float(pc.max(values).as_py())
    if how in ("sum", "customers"):
        return float(pc.sum(values).as_py() or 0)
    if how == "median":
        return _float(pc.quantile(values, 0.5)[0].as_py() if len(values) else None)
    return _float({"avg": pc.mean, "min": pc.min, "max": pc.max}[how](values).as_py())


def _float(value: Any) -> float | None:
    return None if value is None or value != value else float(value)


def figures_of(state: State, columns: Sequence[Column], where: str | None) -> list[float | None]:
    """The figure of each column for the customers who meet ``where`` and the column's own condition.

    Columns about the same customers are computed together, in one pass.
    """
    found: dict[int, float | None] = {}
    for of in dict.fromkeys(c.of for c in columns):
        group = state.figures.both(where, of)
        mine = [i for i, c in enumerate(columns) if c.of == of]
        plain = [i for i in mine if columns[i].aggregate == "customers" and not columns[i].metric]
        found |= {i: state.figures.count(group) for i in plain}
        asked = [i for i in mine if i not in plain]
        if not asked:
            continue
        conditions = {f"c{i}": columns[i].metric for i in asked if columns[i].aggregate == "customers"}
        metrics = {f"c{i}": columns[i].metric for i in asked if f"c{i}" not in conditions}
        metrics |= {f"p{i}": columns[i].per for i in asked if columns[i].per}
        table = state.figures.table(metrics, conditions, group)
        for i in asked:
            below = table[f"p{i}"] if columns[i].per else None
            found[i] = ratio(table[f"c{i}"], below, columns[i].aggregate)
    return [found[i] for i in range(len(columns))]


def ratio(values: pa.ChunkedArray, below: pa.ChunkedArray | None, how: str) -> float | None:
    """The aggregate of some values; with others below: the sum of the values over the sum of those."""
    if below is None:
        return aggregate(values, how)
    under, above = aggregate(below, "sum"), aggregate(values, "sum")
    return above / under if under and above is not None else None
