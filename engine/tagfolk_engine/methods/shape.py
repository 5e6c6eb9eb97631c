"""What a method gave back, checked and turned into the Arrow table that the evaluator joins."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tagfolk_plugins.api.errors import PluginError
from tagfolk_plugins.api.method import MethodResult

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from tagfolk_plugins.api.method import ColumnType, Method


class WrongShape(PluginError):
    """A method gave back something else than it declares."""


def columns_of(method: type[Method], result: Any) -> pa.Table:
    """``customer_id`` and the declared columns in order. Raises WrongShape."""
    import pandas as pd
    import pyarrow as pa

    if not isinstance(result, MethodResult):
        raise WrongShape(f"{method.name} must give a MethodResult, it gave {type(result).__name__}")
    frame = result.customers
    if not isinstance(frame, pd.DataFrame):
        raise WrongShape(f"{method.name}: 'customers' must be a data frame, it is {type(frame).__name__}")
    absent = [name for name in method.columns if name not in frame.columns]
    if absent:
        raise WrongShape(f"{method.name} declares the column '{absent[0]}' but does not give it")
    if not frame.index.is_unique:
        twice = frame.index[frame.index.duplicated()][0]
        raise WrongShape(f"{method.name} gives the customer '{twice}' twice")
    arrays = [pa.array(frame.index.astype(object), type=pa.string())]
    arrays += [_array(method.name, name, kind, frame[name]) for name, kind in method.columns.items()]
    table_check(method.name, result.tables)
    return pa.table(arrays, names=["customer_id", *method.columns])


def table_check(method: str, tables: Mapping[str, Any]) -> None:
    """Every table is a frame with named columns. Raises WrongShape."""
    import pandas as pd

    for name, table in tables.items():
        if not isinstance(table, pd.DataFrame):
            raise WrongShape(f"{method}: the table '{name}' must be a data frame, it is {type(table).__name__}")


def _array(method: str, name: str, kind: ColumnType, column: pd.Series[Any]) -> pa.Array:
    import numpy as np
    import pyarrow as pa

    types = {"text": pa.string(), "boolean": pa.bool_(), "date": pa.date32(), "time": pa.timestamp("us")}
    try:
        if kind == "number":
            values = column.to_numpy(dtype=np.float64, na_value=math.nan)
            if np.isinf(values).any():
                raise WrongShape(f"{method} gives an infinite '{name}'")
            return pa.array(values, from_pandas=True)
        return pa.array(column, from_pandas=True).cast(types[kind])
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, ValueError, TypeError) as error:
        words = " ".join(str(error).split())
        raise WrongShape(f"{method}: '{name}' must be {kind}: {words}") from error
