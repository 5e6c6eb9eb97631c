"""How far a column has moved since the load before: the population stability index.

PSI = Σ (new − old) × ln(new ÷ old) over the shares of groups: a text's 20 commonest values before, the rest and the
missing; a number's or time's tenths before and the missing. Under 0.1 is quiet, over 0.25 has moved (Siddiqi 2006).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sqlglot import exp

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    from numpy.typing import NDArray

COMMONEST = 20
TENTHS = 10
LEAST = 1e-4
"""A group that is empty on one side counts as this share."""


def psi(old: Sequence[float], new: Sequence[float]) -> float:
    """The index of two sets of counts over the same groups; 0 where one side has none.

    >>> round(psi([50, 50], [50, 50]), 3), round(psi([50, 50], [80, 20]), 3)
    (0.0, 0.416)
    """
    whole_old, whole_new = math.fsum(old), math.fsum(new)
    if not whole_old or not whole_new:
        return 0.0
    found = 0.0
    for before, after in zip(old, new, strict=True):
        p, q = max(before / whole_old, LEAST), max(after / whole_new, LEAST)
        found += (q - p) * math.log(q / p)
    return found


def moved(con: duckdb.DuckDBPyConnection, old: Path, new: Path, column: str, kind: str) -> float | None:
    """The index of a column of two Parquet files; None where the column was not there before or never known."""
    names = {str(row[0]) for row in con.execute("SELECT name FROM parquet_schema(?)", [str(old)]).fetchall()}
    if column not in names:
        return None
    if kind in ("text", "boolean"):
        values = _values(con, old, column)
        return psi(*(_by_value(con, path, column, values) for path in (old, new))) if values else None
    cuts = _cuts(con, old, column)
    return psi(*(_by_cut(con, path, column, cuts) for path in (old, new))) if cuts else None


def _read(path: Path) -> exp.Expr:
    return exp.func("read_parquet", exp.Literal.string(str(path)), dialect="duckdb")


def _values(con: duckdb.DuckDBPyConnection, path: Path, column: str) -> list[str]:
    value = exp.cast(exp.column(column, quoted=True), "varchar").as_("v")
    query = exp.select(value).from_(_read(path)).where(exp.column(column, quoted=True).is_(exp.null()).not_())
    ordered = query.group_by(exp.Literal.number(1)).order_by(exp.Count(this=exp.Star()).desc(), exp.column("v"))
    return [str(row[0]) for row in con.execute(ordered.limit(COMMONEST).sql("duckdb")).fetchall()]


def _by_value(con: duckdb.DuckDBPyConnection, path: Path, column: str, values: list[str]) -> list[float]:
    value = exp.cast(exp.column(column, quoted=True), "varchar").as_("v")
    query = exp.select(value, exp.Count(this=exp.Star()).as_("n")).from_(_read(path)).group_by(exp.Literal.number(1))
    counts = {row[0]: float(row[1]) for row in con.execute(query.sql("duckdb")).fetchall()}
    known = [counts.get(value, 0.0) for value in values]
    missing = counts.get(None, 0.0)
    return [*known, sum(counts.values()) - sum(known) - missing, missing]


def _number(column: str) -> exp.Expr:
    """A number, or a date or time as seconds."""
    plain = exp.column(column, quoted=True)
    kind = exp.func("typeof", plain.copy(), dialect="duckdb")
    seconds = exp.func("epoch", exp.TryCast(this=plain.copy(), to=exp.DataType.build("timestamp")), dialect="duckdb")
    number = exp.TryCast(this=plain.copy(), to=exp.DataType.build("double"))
    timed = exp.In(this=kind, expressions=[exp.Literal.string(t) for t in ("DATE", "TIMESTAMP")])
    return exp.Case(ifs=[exp.If(this=timed, true=seconds)], default=number)


def _numbers(con: duckdb.DuckDBPyConnection, path: Path, column: str) -> NDArray[np.float64]:
    """A column, missing as NaN."""
    import numpy as np

    found = con.execute(exp.select(_number(column).as_("x")).from_(_read(path)).sql("duckdb")).fetchnumpy()["x"]
    values: NDArray[np.float64] = np.ma.filled(np.ma.asarray(found, dtype=np.float64), math.nan)
    return values


def _cuts(con: duckdb.DuckDBPyConnection, path: Path, column: str) -> list[float]:
    import numpy as np

    values = _numbers(con, path, column)
    known = values[np.isfinite(values)]
    if not known.size:
        return []
    return sorted({float(cut) for cut in np.quantile(known, np.arange(1, TENTHS) / TENTHS)})


def _by_cut(con: duckdb.DuckDBPyConnection, path: Path, column: str, cuts: list[float]) -> list[float]:
    import numpy as np

    values = _numbers(con, path, column)
    known = values[np.isfinite(values)]
    groups = np.bincount(np.searchsorted(cuts, known, side="left"), minlength=len(cuts) + 1)
    return [*(float(n) for n in groups), float(values.size - known.size)]
