"""Every metric of the language on data that can be counted by hand; T is the end of 2024-07-01 unless said."""

import hashlib

import pytest
from support.shop import Shop

SHOP = Shop(
    attributes={"age": "integer", "joined": "date", "seen": "time", "limit": "number"},
    events={
        "purchase": {"amount": "number", "category": "text", "pieces": "integer"},
        "visit": {"page": "text"},
    },
    customers=[("ann", {"age": 30, "joined": "2024-01-31", "limit": 15.0, "seen": "2024-06-30 12:00"}),
               ("bob", {"joined": "2020-02-29"}),
               ("cat", {"age": 50, "joined": "2024-07-03"})],
    rows=[
        ("purchase", "ann", "2024-06-01T10:00", {"amount": 10.0, "category": "tea", "pieces": 1}),
        ("purchase", "ann", "2024-06-01T22:00", {"amount": 20.0, "category": "coffee", "pieces": 2}),
        ("purchase", "ann", "2024-06-08T10:00", {"amount": 30.0, "category": "tea", "pieces": 3}),
        ("purchase", "ann", "2024-06-10T10:00", {"category": "cake"}),
        ("purchase", "ann", "2024-07-02T00:00", {"amount": 1000.0, "category": "late", "pieces": 9}),
        ("purchase", "bob", "2024-01-01T00:00", {"amount": 100.0, "category": "tea", "pieces": 5}),
        ("visit", "ann", "2024-05-31T00:00", {"page": "b"}),
        ("visit", "ann", "2024-05-31T00:00", {"page": "a"}),
        ("visit", "bob", "2024-01-03T12:00", {}),
    ],
)  # fmt: skip
NONE = None


@pytest.mark.parametrize(
    ("text", "ann", "bob", "cat"),
    [
        ("count(purchase)", 4, 1, 0),
        ("purchases", 4, 1, 0),
        ("purchases in 30 days", 2, 0, 0),
        ("sum(purchase.amount)", 60, 100, 0),
        ("avg(purchase.amount)", 20, 100, NONE),
        ("min(purchase.amount)", 10, 100, NONE),
        ("max(purchase.amount)", 30, 100, NONE),
        ("median(purchase.amount)", 20, 100, NONE),
        ("stddev(purchase.amount)", 10, NONE, NONE),
        ("distinct(purchase.category)", 3, 1, 0),
        ("days with purchase", 3, 1, 0),
        ("weeks with purchase", 3, 1, 0),
        ("months with purchase", 1, 1, 0),
        ("avg_gap(purchase)", 3.0, NONE, NONE),
        ("median_gap(purchase)", 2.0, NONE, NONE),
        ("first_gap(purchase)", 0.5, NONE, NONE),
        ("days from first visit to first purchase", 1, -2, NONE),
        ("days from first purchase to last purchase", 9, 0, NONE),
        ("first(purchase.category)", "tea", "tea", NONE),
        ("last(purchase.category)", "cake", "tea", NONE),
        ("last(purchase.amount)", 30, 100, NONE),
        ("first(visit.page)", "a", NONE, NONE),
        ("last(visit.page)", "a", NONE, NONE),
        ("most_common(purchase.category)", "tea", "tea", NONE),
        ("most_common(purchase.category) in 25 days", "cake", NONE, NONE),
        ("share(purchase where category = tea)", 0.5, 1.0, NONE),
        ("share(purchase where category = juice)", 0.0, 0.0, NONE),
        ("share(sum(purchase.amount) where category = tea)", 40 / 60, 1.0, NONE),
        ("share(sum(purchase.amount) where category = tea) in 22 days", NONE, NONE, NONE),
        ("days since last purchase", 21, 183, NONE),
        ("weeks since last purchase", 3, 26, NONE),
        ("months since first purchase", 1, 6, NONE),
        ("months since joined", 5, 52, NONE),
        ("years since joined", 0, 4, NONE),
        ("quarters since joined", 1, 17, NONE),
        ("days since joined", 153, 1585, NONE),
        ("days since seen", 1, NONE, NONE),
        ("age", 30, NONE, 50),
        ("overall avg(purchase.amount)", 40, 40, 40),
        ("overall count(purchase) in 30 days", 2, 2, 2),
        ("overall most_common(purchase.category)", "tea", "tea", "tea"),
        ("overall sum(purchase.amount) on 2020-01-01", 0, 0, 0),
        ("across customers avg(sum(purchase.amount))", 160 / 3, 160 / 3, 160 / 3),
        ("across customers count(age)", 2, 2, 2),
        ("across customers max(sum(purchase.amount)) among (age known)", 60, 60, 60),
        ("across customers min(age) among (age > 60)", NONE, NONE, NONE),
        ("sum(purchase.amount) / purchases", 15, 100, NONE),
        ("age + purchases", 34, NONE, 50),
        ("(purchases - 4) / (purchases - 4)", NONE, 1, 1),
        ("2 * 3 - 1", 5, 5, 5),
        ("purchases where amount >= 20", 2, 1, 0),
        ("sum(purchase.amount where category = tea)", 40, 100, 0),
        ("purchases where (category = tea and amount > 20) in 90 days", 1, 0, 0),
        ("purchases where amount missing", 1, 0, 0),
        ("purchases where hour(time) = 10", 3, 0, 0),
        ("purchases where weekday(time) = sat", 3, 0, 0),
        ("purchases where month(time) = 6", 4, 0, 0),
        ("purchases where amount >= limit", 2, 0, 0),
        ("purchases where category in (tea, cake)", 3, 1, 0),
        ("purchases where category not in (tea, cake)", 1, 0, 0),
        ('purchases where category like "c*"', 2, 0, 0),
        ("max(purchase.time)", "2024-06-10T10:00:00", "2024-01-01T00:00:00", NONE),
    ],
)
def test_metric(text: str, ann: object, bob: object, cat: object) -> None:
    found = SHOP.value(text)
    if text.startswith("max(purchase.time)"):
        found = {name: value.isoformat() if value else None for name, value in found.items()}
    expected = {"ann": ann, "bob": bob, "cat": cat}
    assert {k: pytest.approx(v) if isinstance(v, float | int) else v for k, v in expected.items()} == found


def test_a_customers_own_figure_inside_where() -> None:
    rules = "let own_avg = avg(purchase.amount)\n"
    assert SHOP.value("purchases where amount >= own_avg", rules=rules) == {"ann": 2, "bob": 1, "cat": 0}
    rules = "let own_avg = avg(purchase.amount)\nlet big = count(purchase where amount >= own_avg)\n"
    assert SHOP.who("sum(purchase.amount) where amount > big >= 60", rules=rules) == {"ann", "bob"}


def test_windows_written_otherwise_share_one_figure() -> None:
    evaluator = SHOP.evaluator()
    trees = [SHOP.metric(text, evaluator) for text in ("purchases in 12 months", "purchases in 1 year")]
    session = evaluator.session(trees)
    assert sum(len(work.figures) for work in session.plan.passes) == 1
    evaluator.close()


def test_bucket_is_the_hash_of_id_and_salt() -> None:
    for salt, text in (("", "bucket(100)"), ("spring", 'bucket(100, "spring")')):
        expected = {c: int(hashlib.md5((c + salt).encode()).hexdigest()[:8], 16) % 100 for c in ("ann", "bob", "cat")}
        assert SHOP.value(text) == expected


@pytest.mark.parametrize(
    ("as_of", "days", "months"),
    [
        ("2024-02-28", 29, 0),  # T = 29 February 00:00: less a month = 29 January, before the 31st
        ("2024-02-29", 30, 1),  # T = 1 March
        ("2024-03-30", 60, 2),  # T = 31 March
        ("2024-04-29", 90, 2),  # T = 30 April less 3 months = 30 January
        ("2024-04-30", 91, 3),  # T = 1 May
        ("2024-01-30", 0, 0),   # T = the date itself
        ("2024-01-29", None, None),
    ],
)  # fmt: skip
def test_elapsed_at_the_end_of_months(as_of: str, days: int | None, months: int | None) -> None:
    shop = Shop(attributes={"joined": "date"}, customers=[("a", {"joined": "2024-01-31"})])
    assert shop.value("days since joined", as_of) == {"a": days}
    assert shop.value("months since joined", as_of) == {"a": months}


def test_a_clamped_month_reaches_the_end_of_a_longer_one() -> None:
    """T = 29 February: less one month is 29 January; T = 31 March less one month is 29 February."""
    shop = Shop(attributes={"joined": "date"}, customers=[("a", {"joined": "2024-02-29"})])
    assert shop.value("months since joined", "2024-03-28") == {"a": 1}
    assert shop.value("months since joined", "2024-03-27") == {"a": 0}
    assert shop.value("years since joined", "2025-02-27") == {"a": 0}
    assert shop.value("years since joined", "2025-02-28") == {"a": 1}


def test_days_since_counts_24_hours_and_windows_count_calendar_days() -> None:
    shop = Shop(
        attributes={"joined": "date"}, zone="America/New_York", customers=[("a", {"joined": "2024-03-10"})],
        rows=[("purchase", "a", "2024-03-10T00:00", {})],
    )  # fmt: skip
    assert shop.value("days since joined", "2024-03-10") == {"a": 0}
    assert shop.value("days since last purchase", "2024-03-10") == {"a": 0}
    assert shop.who("purchase in 1 day", "2024-03-10") == {"a"}


def test_local_parts_are_those_of_the_zone() -> None:
    shop = Shop(zone="Asia/Shanghai", customers=[("a", {})], rows=[("purchase", "a", "2024-06-02T00:30", {})])
    assert shop.value("purchases where hour(time) = 0") == {"a": 1}
    assert shop.value("purchases where weekday(time) = sun") == {"a": 1}
    assert shop.value("days with purchase on 2024-06-02") == {"a": 1}


def test_many_metrics_in_many_tiers() -> None:
    lets = "".join(f"let m{i} = sum(purchase.amount) in {i} days\n" for i in range(1, 400))
    evaluator = SHOP.evaluator(lets)
    wanted = {f"m{i}": SHOP.metric(f"m{i}", evaluator) for i in range(1, 400)}
    row = evaluator.table(wanted, customers=["ann"]).to_pylist()[0]
    evaluator.close()
    for i in range(1, 400):
        expected = 0 + (30 if i >= 24 else 0) + (20 if i >= 31 else 0) + (10 if i >= 31 else 0)
        assert row[f"m{i}"] == expected, i


def test_calendar_units_where_clocks_change() -> None:
    """Local days decide, also where midnight in UTC is another day; the last instants of a window's edge too."""
    shop = Shop(
        attributes={"seen": "time"}, zone="America/New_York", customers=[("a", {"seen": "2024-01-01 03:30"})],
        rows=[("purchase", "a", "2024-03-31T23:30", {})],
    )  # fmt: skip
    assert shop.value("months since last purchase", "2024-04-29") == {"a": 0}
    assert shop.value("months since last purchase", "2024-04-30") == {"a": 1}
    assert shop.value("months since seen", "2024-02-29") == {"a": 2}  # seen on 31 December, local time
    assert shop.value("days since seen", "2024-01-01") == {"a": 1}
