"""Real, dirty data against published figures. The files lie beside the project; without them the tests are skipped."""

from pathlib import Path

import duckdb
import pytest
from tagfolk_engine.intake import load
from tagfolk_engine.lake import Lake
from tagfolk_engine.workspace import open_workspace

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
RETAIL = """
[workspace]
timezone = "Europe/London"
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
from = "shop"
customer = "CustomerID"
time = "InvoiceDate"
group_by = ["InvoiceNo"]
where = "CustomerID IS NOT NULL AND Quantity > 0 AND UnitPrice > 0"
properties = {{ amount = "sum(Quantity * UnitPrice)" }}
"""
ORDERS = """
[sources.orders]
plugin = "csv"
path = "{path}"
[[events]]
name = "order"
from = "orders"
customer = "customer"
time = "order_date"
key = ["order_id"]
properties = {{ amount = "grand_total" }}
"""


def loaded(root: Path, config: str, path: Path) -> duckdb.DuckDBPyConnection:
    if not path.is_file():
        pytest.skip(f"{path.name} is not beside the project (../shared/data)")
    (root / "tagfolk.toml").write_text(config.format(path=path))
    workspace = open_workspace(root)
    load(workspace)
    snapshot = Lake(workspace.lake_path).current()
    assert snapshot is not None
    connection = duckdb.connect()
    snapshot.attach(connection)
    return connection


def test_online_retail_to_the_last_customer(tmp_path: Path) -> None:
    connection = loaded(tmp_path, RETAIL, DATA / "online_retail" / "online_retail.csv.gz")
    figures = connection.execute("SELECT count(*), round(sum(amount), 2) FROM event_order").fetchone()
    assert figures == (18_532, 8_911_407.90)
    assert connection.execute("SELECT count(*) FROM customers").fetchone() == (4338,)
    connection.read_csv(str(DATA / "online_retail" / "expected_rfm_raw_snapshot_2011-12-10.csv.gz")).create("expected")
    equal = connection.execute(
        "SELECT count(*), count(*) FILTER (e.R = o.r AND e.F = o.f AND abs(e.M - o.m) < 0.006) FROM expected e JOIN ("
        "SELECT customer_id, date_diff('day', CAST(max(local) AS DATE), DATE '2011-12-10') AS r, count(*) AS f, "
        "sum(amount) AS m FROM event_order JOIN customers USING (customer) GROUP BY 1) o "
        "ON o.customer_id = 'shop:' || e.CustomerID"
    ).fetchone()
    assert equal == (4338, 4338)


def test_rfm_orders_in_mac_roman_with_cr_line_ends(tmp_path: Path) -> None:
    connection = loaded(tmp_path, ORDERS, DATA / "rfm_orders" / "sample-orders.csv")
    assert connection.execute("SELECT count(*) FROM event_order").fetchone() == (5009,)
    assert connection.execute("SELECT count(*) FROM customers").fetchone() == (793,)
    names = connection.execute("SELECT customer_id FROM customers WHERE customer_id LIKE '%Franz%sisch'").fetchall()
    assert ("orders:Neil Französisch",) in names
    table = tmp_path / "expected.csv"
    table.write_text((DATA / "rfm_orders" / "rfm-table.csv").read_text(encoding="mac_roman"), encoding="utf-8")
    connection.read_csv(str(table)).create("expected")
    columns = [row[0] for row in connection.execute("DESCRIBE expected").fetchall()]
    assert {"customer", "recency", "frequency", "monetary_value"} <= set(columns)
    differing = connection.execute(
        "SELECT count(*) FROM expected e JOIN (SELECT substr(customer_id, 8) AS customer, count(*) AS f, "
        "sum(amount) AS m, "
        "date_diff('day', CAST(max(local) AS DATE), DATE '2014-12-31') AS r FROM event_order JOIN customers "
        "USING (customer) "
        "GROUP BY 1) o USING (customer) WHERE e.frequency <> o.f OR e.monetary_value <> o.m OR e.recency <> o.r"
    ).fetchone()
    assert differing == (0,)
