"""The data of the benchmarks: customers, orders and visits over three years, power-law activity, from one formula.

Every figure is a hash of the row's number, so that the same size is the same data on every machine.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb

HOME = Path(__file__).parent / ".data"
END = "2024-07-01"


@dataclass(frozen=True)
class Size:
    """How much: customers, and events of each of the two kinds."""

    name: str
    customers: int
    events: int


SIZES = {
    "tiny": Size("tiny", 10_000, 200_000),
    "small": Size("small", 100_000, 2_000_000),
    "full": Size("full", 1_000_000, 20_000_000),
    "huge": Size("huge", 10_000_000, 100_000_000),
}

_UNIT = "((hash(i * 16 + {k}) % 1000003)::DOUBLE / 1000003)"


def unit(k: int) -> str:
    """An expression for a number in [0, 1) of row ``i``; ``k`` picks which."""
    return _UNIT.format(k=k)


def make(size: Size) -> Path:
    """The folder with ``customers.parquet``, ``orders.parquet`` and ``visits.parquet`` of a size; made once."""
    home = HOME / size.name
    if (home / "done").exists():
        return home
    home.mkdir(parents=True, exist_ok=True)
    folder = home / f"making-{os.getpid()}"  # two makers at once must not write one file
    folder.mkdir()
    with duckdb.connect() as database:
        database.execute("SET memory_limit = '4GB'")
        database.execute(f"SET temp_directory = '{folder}/spill'")
        database.execute("SET preserve_insertion_order = false")
        database.execute(
            f"""COPY (SELECT 'C' || lpad(i::VARCHAR, 8, '0') AS id, CAST(14 + 60 * {unit(1)} AS INTEGER) AS age,
                ['female', 'male'][1 + ({unit(2)} > 0.6)::INTEGER] AS gender,
                'city' || CAST(floor(40 * pow({unit(3)}, 2)) AS INTEGER) AS city,
                DATE '{END}' - CAST(1500 * {unit(4)} AS INTEGER) AS joined
            FROM range({size.customers}) r(i)) TO '{folder}/customers.parquet' (COMPRESSION zstd)"""
        )
        # pow(u, 2.2): the busiest hundredth of the customers make about a tenth of the events
        who = f"'C' || lpad(CAST(floor({size.customers} * pow({unit(5)}, 2.2)) AS BIGINT)::VARCHAR, 8, '0')"
        when = f"TIMESTAMP '{END}' - to_microseconds(CAST(94608000000000 * {unit(6)} AS BIGINT))"
        database.execute(
            f"""COPY (SELECT i AS order_no, {who} AS customer, {when} AS paid_at,
                round(5 + 200 * pow({unit(7)}, 3), 2) AS amount,
                'category' || CAST(floor(12 * {unit(8)}) AS INTEGER) AS category,
                ['store', 'app', 'web'][1 + CAST(floor(3 * {unit(9)}) AS INTEGER)] AS channel
            FROM range({size.events}) r(i)) TO '{folder}/orders.parquet' (COMPRESSION zstd)"""
        )
        database.execute(
            f"""COPY (SELECT {who.replace("16 + 5", "16 + 10")} AS customer, {when.replace("16 + 6", "16 + 11")} AS at,
                ['menu', 'offer', 'order', 'help'][1 + CAST(floor(4 * {unit(12)}) AS INTEGER)] AS page,
                CAST(5 + 600 * pow({unit(13)}, 2) AS INTEGER) AS seconds
            FROM range({size.events}) r(i)) TO '{folder}/visits.parquet' (COMPRESSION zstd)"""
        )
    for name in ("customers", "orders", "visits"):
        (folder / f"{name}.parquet").replace(home / f"{name}.parquet")
    shutil.rmtree(folder)
    (home / "done").touch()
    return home


CONFIG = """[workspace]
name = "Benchmark"
timezone = "UTC"
as_of = "2024-06-30"

[sources.customers]
plugin = "parquet"
path = "{data}/customers.parquet"
[sources.orders]
plugin = "parquet"
path = "{data}/orders.parquet"
[sources.visits]
plugin = "parquet"
path = "{data}/visits.parquet"

[[customers]]
from = "customers"
id = "id"
attributes = {{ age = "age", gender = "gender", city = "city", joined = "joined" }}

[[events]]
name = "purchase"
from = "orders"
customer = "customer"
time = "paid_at"
properties = {{ amount = "amount", category = "category", channel = "channel" }}

[[events]]
name = "visit"
from = "visits"
customer = "customer"
time = "at"
properties = {{ page = "page", seconds = "seconds" }}
"""


def workspace(size: Size, rules: str) -> Path:
    """A workspace over the data of a size with the given rule file; its state is left from call to call."""
    data = make(size)
    root = data / "workspace"
    (root / "rules").mkdir(parents=True, exist_ok=True)
    (root / "tagfolk.toml").write_text(CONFIG.format(data=data), encoding="utf-8")
    (root / "rules" / "bench.tags").write_text(rules, encoding="utf-8")
    return root
