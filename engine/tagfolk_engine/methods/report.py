"""What ``tagfolk method NAME`` shows: the JSON of the contract, and the columns of every customer as CSV."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tagfolk_plugins.api.method import EventFilter, Reference
from tagfolk_plugins.api.time import words

if TYPE_CHECKING:
    import pandas as pd

    from tagfolk_engine.methods.host import UseResult


def report_json(result: UseResult, as_of: str) -> dict[str, Any]:
    """``{"method","arguments","as_of","fit","columns","tables"}`` (methods.md)."""
    return {
        "use": result.use,
        "method": result.method,
        "arguments": {name: plain(value) for name, value in result.arguments.items() if value is not None},
        "as_of": as_of,
        "fit": {name: plain(value) for name, value in result.fit.items()},
        "columns": dict(result.types),
        "tables": {name: table_json(table) for name, table in result.tables.items()},
    }


def table_json(table: pd.DataFrame) -> dict[str, Any]:
    """A frame as ``{"columns","rows"}``, missing values as null."""
    rows = [[plain(value) for value in row] for row in table.itertuples(index=False, name=None)]
    return {"columns": [str(c) for c in table.columns], "rows": rows}


def customers_csv(result: UseResult, path: Path) -> int:
    """Write the columns of every customer, ``customer_id`` first; gives the number of rows."""
    import pyarrow.csv

    pyarrow.csv.write_csv(result.columns, path)
    return int(result.columns.num_rows)


def plain(value: Any) -> Any:
    """A value as JSON has it: pieces of the language as they are written, no NaN, no numpy."""
    if isinstance(value, Reference):
        return value.text
    if isinstance(value, EventFilter):
        return value.text or value.event
    if isinstance(value, timedelta):
        return words(value)
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], int) and isinstance(value[1], str):
        return words(value)
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(v) for v in value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (datetime, date)):
        return None if str(value) == "NaT" else value.isoformat()
    return None if str(value) in ("<NA>", "NaT") else str(value)
