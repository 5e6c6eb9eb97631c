"""A small shop in the shape of the Online Retail log: invoice lines with a customer and a country, made from a seed."""

from __future__ import annotations

import csv
import random
from datetime import datetime, timedelta
from pathlib import Path

COUNTRIES = (
    ("United Kingdom", 60), ("Germany", 10), ("France", 9), ("Spain", 5),
    ("Belgium", 4), ("Switzerland", 4), ("Norway", 4), ("EIRE", 4),
)  # fmt: skip
HEADER = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")

TOML = """
[workspace]
name = "Online retail"
timezone = "Europe/London"
language = "en"
currency = "GBP"
as_of = "2011-12-09"

[sources.shop]
plugin = "csv"
path = "{path}"

[[customers]]
from = "shop"
id = "CustomerID"
attributes = {{ country = "Country" }}
where = "CustomerID IS NOT NULL AND Quantity > 0 AND UnitPrice > 0"

[attributes.country]
also = ["国家"]

[[events]]
name = "{event}"
also = {also}
from = "shop"
customer = "CustomerID"
time = "InvoiceDate"
group_by = ["InvoiceNo"]
where = "CustomerID IS NOT NULL AND Quantity > 0 AND UnitPrice > 0"
properties = {{ amount = "sum(Quantity * UnitPrice)", lines = "count(*)", units = "sum(Quantity)" }}
"""

RULES = """
tag churn_risk:
    title "Churn risk"
    also "at risk", "may churn", "流失风险", "可能流失"
    layer behaviour

tag vip:
    title "VIP"
    also "high value", "高价值客户"
    layer value

ever {event} and no {event} 90 days -> churn_risk
sum({event}.amount) in 12 months top 20% -> vip
{plural} in 90 days >= 3 -> frequent

classify tier by sum({event}.amount):
    top 20%   -> high
    top 60%   -> medium
    otherwise -> low

segment win_back: has churn_risk and has vip
    title "Win back"
    action "A voucher by e-mail"
"""


def make(root: Path, log: Path | None = None, event: str = "purchase") -> Path:
    """Write the workspace at ``root``, over a real log or one made here; gives its folder."""
    (root / "rules").mkdir(parents=True)
    also = '["购买", "消费", "order", "订单"]' if event == "purchase" else '["订单", "purchase", "购买"]'
    if log is None:
        (root / "data").mkdir()
        _lines(root / "data" / "shop.csv")
    path = "data/shop.csv" if log is None else log.as_posix()
    (root / "tagfolk.toml").write_text(TOML.format(path=path, event=event, also=also), "utf-8")
    (root / "rules" / "retail.tags").write_text(RULES.format(event=event, plural=event + "s"), "utf-8")
    return root


def _lines(path: Path) -> None:
    rng = random.Random(2011)
    names = [c for c, weight in COUNTRIES for _ in range(weight)]
    start, days = datetime(2010, 12, 1), 373
    number = 536365
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for customer in range(12346, 12346 + 400):
            country = rng.choice(names)
            orders = min(40, 1 + int(rng.expovariate(0.25)))
            since = rng.randrange(days)
            for _ in range(orders):
                day = rng.randrange(since, days + 1) if rng.random() < 0.7 else rng.randrange(days + 1)
                moment = start + timedelta(days=day, hours=rng.randrange(8, 19), minutes=rng.randrange(60))
                number += 1
                for line in range(rng.randrange(1, 6)):
                    price = rng.choice((0.85, 1.25, 2.55, 3.75, 7.95, 12.5))
                    quantity = rng.choice((1, 2, 6, 12, 24, 48)) if rng.random() > 0.03 else -1
                    who = "" if rng.random() < 0.02 and line else str(customer)
                    writer.writerow((number, f"S{line}", "THING", quantity, moment.isoformat(" "), price, who, country))
