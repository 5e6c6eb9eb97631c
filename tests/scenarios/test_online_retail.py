"""A whole workspace over a real shop's log: ten rules against hand-written SQL, customer by customer.

The data lie beside the project, never in it; without them these tests are skipped.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

import duckdb
import pytest
from support.program import tagfolk

LOG = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "online_retail" / "online_retail.csv.gz"

CONFIG = """
[workspace]
name = "Online retail"
timezone = "Europe/London"
as_of = "2011-12-09"

[sources.shop]
plugin = "csv"
path = "{path}"

[[customers]]
from = "shop"
id = "CustomerID"
attributes = {{ country = "Country" }}
where = "CustomerID IS NOT NULL AND Quantity > 0 AND UnitPrice > 0"

[[events]]
name = "order"
also = ["订单"]
from = "shop"
customer = "CustomerID"
time = "InvoiceDate"
group_by = ["InvoiceNo"]
where = "CustomerID IS NOT NULL AND Quantity > 0 AND UnitPrice > 0"
properties = {{ amount = "sum(Quantity * UnitPrice)", lines = "count(*)", units = "sum(Quantity)" }}
"""

RULES = """
ever order and no order 3 months -> gone_quiet
orders in 90 days >= 3 -> frequent
sum(order.amount) >= 1000 -> spender
sum(order.amount) > 5000 and order in 30 days -> big_and_recent
first order in 30 days -> newcomer
orders = 1 and country != "United Kingdom" -> foreign_one_timer
avg(order.amount) in 6 months > 500 -> big_baskets
sum(order.amount) in 3 months < sum(order.amount) from 6 to 3 months ago -> spending_less
订单次数 >= 10 -> 老客户
median(order.units) > 200 or max(order.lines) >= 100 -> wholesaler
classify tier by sum(order.amount):
    top 20%   -> high
    otherwise -> low
"""

T = "TIMESTAMP '2011-12-10 00:00:00'"
"""The end of the log's last day; London keeps winter time then, so local and UTC agree at T."""

ORDERS = f"""
CREATE TABLE lines AS SELECT * FROM read_csv('{LOG.as_posix()}', types = {{'InvoiceNo': 'VARCHAR', 'CustomerID': 'VARCHAR'}})
    WHERE CustomerID IS NOT NULL AND Quantity > 0 AND UnitPrice > 0;
CREATE TABLE orders AS SELECT 'shop:' || CAST(CAST(CustomerID AS DOUBLE) AS BIGINT) AS who, InvoiceNo, min(InvoiceDate) AS happened,
    sum(Quantity * UnitPrice) AS amount, count(*) AS lines, sum(Quantity) AS units FROM lines GROUP BY 1, 2;
CREATE TABLE people AS SELECT 'shop:' || CAST(CAST(CustomerID AS DOUBLE) AS BIGINT) AS who, last(Country) AS country
    FROM lines GROUP BY 1;
"""  # noqa: E501

BY_HAND = {
    "gone_quiet": f"SELECT who FROM orders GROUP BY who HAVING max(happened) < {T} - INTERVAL 3 MONTH",
    "frequent": f"SELECT who FROM orders WHERE happened >= {T} - INTERVAL 90 DAY GROUP BY who HAVING count(*) >= 3",
    "spender": "SELECT who FROM orders GROUP BY who HAVING sum(amount) >= 1000",
    "big_and_recent": f"SELECT who FROM orders GROUP BY who HAVING sum(amount) > 5000 "
    f"AND max(happened) >= {T} - INTERVAL 30 DAY",
    "newcomer": f"SELECT who FROM orders GROUP BY who HAVING min(happened) >= {T} - INTERVAL 30 DAY",
    "foreign_one_timer": "SELECT who FROM orders JOIN people USING (who) WHERE country <> 'United Kingdom' "
    "GROUP BY who HAVING count(*) = 1",
    "big_baskets": f"SELECT who FROM orders WHERE happened >= {T} - INTERVAL 6 MONTH "
    "GROUP BY who HAVING avg(amount) > 500",
    "spending_less": f"SELECT who FROM orders GROUP BY who HAVING "
    f"coalesce(sum(amount) FILTER (happened >= {T} - INTERVAL 3 MONTH), 0) < "
    f"coalesce(sum(amount) FILTER (happened >= {T} - INTERVAL 6 MONTH AND happened < {T} - INTERVAL 3 MONTH), 0) "
    "- 1e-6",
    "老客户": "SELECT who FROM orders GROUP BY who HAVING count(*) >= 10",
    "wholesaler": "SELECT who FROM orders GROUP BY who HAVING median(units) > 200 OR max(lines) >= 100",
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not LOG.is_file():
        pytest.skip("the Online Retail log is not beside the project (../shared/data/online_retail)")
    folder = tmp_path_factory.mktemp("retail")
    (folder / "rules").mkdir()
    (folder / "tagfolk.toml").write_text(CONFIG.format(path=LOG.as_posix()), encoding="utf-8")
    (folder / "rules" / "retail.tags").write_text(RULES, encoding="utf-8")
    loaded = tagfolk(folder, "load")
    assert loaded["customers"] == 4338
    assert loaded["events"] == {"order": 18532}
    ran = tagfolk(folder, "run", "--no-load")
    assert (ran["as_of"], ran["customers"]) == ("2011-12-09", 4338)
    return folder


@pytest.fixture(scope="module")
def by_hand() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(ORDERS)
    return connection


def members(root: Path, tag: str, value: str | None = None) -> set[str]:
    """Who holds a tag now, as a company's own SQL reads it."""
    with sqlite3.connect(root / ".tagfolk" / "results.db") as store:
        rows = store.execute(
            "SELECT customer_id FROM assignment WHERE tag = ? AND until IS NULL AND (? IS NULL OR value = ?)",
            (tag, value, value),
        ).fetchall()
    return {customer for (customer,) in rows}


@pytest.mark.parametrize("tag", list(BY_HAND))
def test_a_rule_holds_for_the_same_customers_as_hand_written_sql(
    root: Path, by_hand: duckdb.DuckDBPyConnection, tag: str
) -> None:
    expected = {who for (who,) in by_hand.execute(BY_HAND[tag]).fetchall()}
    assert expected, "a comparison with nobody proves nothing"
    assert members(root, tag) == expected


def test_the_top_fifth_and_its_share_of_revenue(root: Path, by_hand: duckdb.DuckDBPyConnection) -> None:
    high = members(root, "tier", "high")
    assert len(high) == 868  # ceil(4338 * 0.2)
    revenue = by_hand.execute("SELECT who, sum(amount) FROM orders GROUP BY 1").fetchall()
    total = sum(amount for _, amount in revenue)
    assert round(total, 2) == 8_911_407.90
    assert round(sum(amount for who, amount in revenue if who in high) / total, 4) == 0.7462


def test_the_same_run_again_writes_nothing(root: Path) -> None:
    before = members(root, "spender")
    again = tagfolk(root, "run", "--no-load")
    tags = again["tags"]
    assert isinstance(tags, dict)
    assert all(size["entered"] == size["left"] == 0 for size in tags.values())
    assert members(root, "spender") == before
