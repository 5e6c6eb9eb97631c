"""Figures of a group from figures of its customers."""

from __future__ import annotations

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
    if how in ("sum", "customers"):
        return float(pc.sum(values).as_py() or 0)
    if how == "median":
        return _float(pc.quantile(values, 0.5)[0].as_py() if len(values) else None)
    return _float({"avg": pc.mean, "min": pc.min, "max": pc.max}[how](values).as_py())


def _float(value: Any) -> float | None:
    return None if value is None or value != value else float(value)


def figure(state: State, column: Column, where: str | None) -> float | None:
    """One column's figure for the customers who meet ``where`` and the column's own condition."""
    group = state.figures.both(where, column.of)
    if column.aggregate == "customers":
        return state.figures.count(state.figures.both(group, column.metric or None))
    metrics = {"m": column.metric} | ({"p": column.per} if column.per else {})
    return ratio(state.figures.table(metrics, {}, group), column.aggregate)


def ratio(table: pa.Table, how: str) -> float | None:
    """The aggregate of column m; with a column p: the sum of m over the sum of p."""
    if "p" not in table.column_names:
        return aggregate(table["m"], how)
    below = aggregate(table["p"], "sum")
    above = aggregate(table["m"], "sum")
    return above / below if below and above is not None else None
