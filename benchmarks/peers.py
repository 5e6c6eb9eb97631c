"""The peers, each run as ``python -m benchmarks.peers WHAT SIZE``; prints one JSON line with its seconds and counts.

``floor``: one plain group-by of the columns the rules use. ``fused``: the best hand-written SQL for all rules.
``per-rule``: one query a rule. ``polars``, ``pandas``: the fused figures on data frames. ``copy``: the plain copy
of the same files to Parquet sorted by customer, which is what loading costs at least.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.data import END, SIZES, make
from benchmarks.hand import Figure, fused, hand_rules, per_rule
from benchmarks.measure import peak_megabytes


def connect(data: Path) -> duckdb.DuckDBPyConnection:
    """DuckDB over the sorted copy of the files (made by ``copy``, as tagfolk's own lake is)."""
    lake = data / "plain"
    if not (lake / "done").exists():
        copy(data)
    database = duckdb.connect()
    database.execute("SET memory_limit = '4GB'")
    database.execute(f"SET temp_directory = '{data}/spill'")
    for name in ("customers", "orders", "visits"):
        database.execute(f"CREATE VIEW {name} AS SELECT * FROM '{lake}/{name}.parquet'")
    return database


def copy(data: Path) -> dict[str, Any]:
    """The same files as integers keys and Parquet sorted by customer, by DuckDB alone."""
    lake = data / "plain"
    lake.mkdir(exist_ok=True)
    with duckdb.connect() as database:
        database.execute("SET memory_limit = '1500MB'")
        database.execute(f"SET temp_directory = '{data}/spill'")
        database.execute("SET preserve_insertion_order = false")
        database.execute(
            f"COPY (SELECT (row_number() OVER (ORDER BY id) - 1)::INTEGER AS customer, * "
            f"FROM '{data}/customers.parquet') TO '{lake}/customers.parquet'"
        )
        for name, columns in (
            ("orders", "paid_at AS happened, amount, category, channel"),
            ("visits", "e.at AS happened, page, seconds"),
        ):
            database.execute(
                f"COPY (SELECT k.customer, {columns} FROM '{data}/{name}.parquet' e "
                f"JOIN '{lake}/customers.parquet' k ON k.id = e.customer "
                f"ORDER BY 1, 2) TO '{lake}/{name}.parquet' (COMPRESSION zstd)"
            )
    (lake / "done").touch()
    return {}


def floor(data: Path) -> dict[str, Any]:
    """One group-by of each table over the columns the rules read."""
    database = connect(data)
    rows = database.execute(
        "SELECT count(*) FROM (SELECT customer, count(*), sum(amount), max(amount), max(category), max(channel),"
        " max(happened) FROM orders GROUP BY 1) UNION ALL"
        " SELECT count(*) FROM (SELECT customer, count(*), sum(seconds), max(happened) FROM visits GROUP BY 1)"
    ).fetchall()
    return {"groups": [r[0] for r in rows]}


def fused_sql(data: Path) -> dict[str, Any]:
    """All rules in few statements, by hand."""
    database = connect(data)
    for statement in fused(hand_rules(), END, {"orders": "orders", "visits": "visits"}):
        database.execute(statement)
    return {"tags": dict(database.execute("SELECT tag, count(*) FROM hand_rows GROUP BY 1").fetchall())}


def per_rule_sql(data: Path) -> dict[str, Any]:
    """One query a rule."""
    database = connect(data)
    tags = {}
    for rule in hand_rules():
        query = per_rule(rule, END, {"orders": "orders", "visits": "visits"})
        database.execute(f"CREATE TEMP TABLE of_{rule.tag} AS {query}")
        tags[rule.tag] = database.execute(f"SELECT count(*) FROM of_{rule.tag}").fetchall()[0][0]
    return {"tags": {k: v for k, v in tags.items() if v}}


def polars(data: Path) -> dict[str, Any]:
    """All figures fused in polars, streaming, then the predicates by DuckDB's SQL over the frame."""
    import polars as pl

    end = pl.lit(END).str.to_datetime("%Y-%m-%d")

    def expression(figure: Figure) -> pl.Expr:
        keep = pl.lit(value=True)
        if figure.far:
            keep = keep & (pl.col("happened") >= end - pl.duration(days=figure.far))
        if figure.near:
            keep = keep & (pl.col("happened") < end - pl.duration(days=figure.near))
        if figure.where:
            column, value = figure.where.split(" = ")
            keep = keep & (pl.col(column) == value.strip("'"))
        if figure.function == "count":
            return keep.sum().alias(figure.name)
        column_ = pl.col(figure.column).filter(keep)
        made = {"sum": column_.sum, "avg": column_.mean, "max": column_.max, "distinct": column_.n_unique}
        return made[figure.function]().alias(figure.name)

    connect(data).close()
    rules = hand_rules()
    frames = []
    for table in ("orders", "visits"):
        figures = dict.fromkeys(f for r in rules for f in r.figures if f.table == table)
        scan = pl.scan_parquet(data / "plain" / f"{table}.parquet").filter(pl.col("happened") < end)
        frames.append(scan.group_by("customer").agg([expression(f) for f in figures]).collect(engine="streaming"))
    return _predicates(data, [f.to_arrow() for f in frames])


def pandas(data: Path) -> dict[str, Any]:
    """The same on pandas: a filtered group-by a figure, joined."""
    import pandas as pd

    connect(data).close()
    end = pd.Timestamp(END)
    rules = hand_rules()
    frames = []
    for table in ("orders", "visits"):
        rows = pd.read_parquet(data / "plain" / f"{table}.parquet")
        rows = rows[rows["happened"] < end]
        columns = {}
        for figure in dict.fromkeys(f for r in rules for f in r.figures if f.table == table):
            keep = rows
            if figure.far:
                keep = keep[keep["happened"] >= end - pd.Timedelta(days=figure.far)]
            if figure.near:
                keep = keep[keep["happened"] < end - pd.Timedelta(days=figure.near)]
            if figure.where:
                column, value = figure.where.split(" = ")
                keep = keep[keep[column] == value.strip("'")]
            groups = keep.groupby("customer", sort=False)
            name = {"avg": "mean", "distinct": "nunique"}.get(figure.function, figure.function)
            columns[figure.name] = groups.size() if name == "count" else getattr(groups[figure.column], name)()
        frames.append(pd.DataFrame(columns).rename_axis("customer").reset_index())
    return _predicates(data, frames)


def _predicates(data: Path, frames: list[Any]) -> dict[str, Any]:
    database = connect(data)
    database.register("left_frame", frames[0])
    database.register("right_frame", frames[1])
    rules = hand_rules()
    wide = fused(rules, END, {})
    wide[0] = (
        "CREATE TEMP TABLE hand_wide AS SELECT * FROM customers LEFT JOIN left_frame USING (customer)"
        " LEFT JOIN right_frame USING (customer)"
    )
    for statement in wide:
        database.execute(statement)
    return {"tags": dict(database.execute("SELECT tag, count(*) FROM hand_rows GROUP BY 1").fetchall())}


WORKS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "floor": floor,
    "fused": fused_sql,
    "per-rule": per_rule_sql,
    "polars": polars,
    "pandas": pandas,
    "copy": copy,
}


def main() -> None:
    """Do one work and say what it took."""
    what, size = sys.argv[1:3]
    data = make(SIZES[size])
    if what != "copy":
        connect(data).close()
    begin = time.perf_counter()
    said = WORKS[what](data)
    print(json.dumps({"seconds": time.perf_counter() - begin, "peak": peak_megabytes(), **said}))


if __name__ == "__main__":
    main()
