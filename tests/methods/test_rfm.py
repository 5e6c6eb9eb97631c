"""rfm: scores, segments, published figures."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from itertools import product

import pandas as pd
import pytest
from support.methods import run, shared
from tagfolk_plugins import ArgumentError, MethodError
from tagfolk_plugins.methods.rfm import ELEVEN, Rfm
from tagfolk_plugins.testing import FrameContext, window

T = datetime(2024, 7, 2, tzinfo=UTC)


def shop(rows: list[tuple[str, str, float | None]], **more: object) -> FrameContext:
    frame = pd.DataFrame(rows, columns=["customer_id", "time", "amount"])
    frame["time"] = pd.to_datetime(frame["time"], format="ISO8601")
    return FrameContext(None, {"purchase": frame}, as_of=T, **more)  # type: ignore[arg-type]


def ladder(n: int = 10) -> FrameContext:
    """Customer i of n: bought i times, last i - 1 days before the newest, for i each."""
    rows = [(f"c{i:02}", f"2024-06-{30 - (n - i):02}", float(i)) for i in range(1, n + 1) for _ in range(i)]
    return shop(rows)


def test_figures_count_local_days_up_to_the_last_one() -> None:
    context = shop([("a", "2024-07-01 23:59", 5), ("b", "2024-06-30 00:00", None), ("b", "2024-01-01", 7)])
    frame = run(Rfm, context, event="purchase", amount="purchase.amount").customers
    assert frame["recency_days"].to_dict() == {"a": 1, "b": 2}
    assert frame["frequency"].to_dict() == {"a": 1, "b": 2}
    assert frame["monetary"].to_dict() == {"a": 5, "b": 7}


def test_local_days_are_those_of_the_zone() -> None:
    frame = pd.DataFrame({"customer_id": ["a"], "time": [datetime(2024, 6, 30, 17)], "amount": [1.0]})
    context = FrameContext(None, {"purchase": frame}, as_of=datetime(2024, 7, 1, 16, tzinfo=UTC),
                           zone="Asia/Shanghai")  # fmt: skip
    assert run(Rfm, context, event="purchase", amount="purchase.amount").customers["recency_days"].tolist() == [1]


def test_rank_scores_share_ties() -> None:
    frame = run(Rfm, ladder(), event="purchase", amount="purchase.amount").customers
    assert frame["recency"].tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert frame.loc["c10", "score"] == "555"
    assert frame.loc["c10", "segment"] == "champions"
    assert frame.loc["c01", "segment"] == "lost"
    tied = shop([(c, "2024-06-01", 0.1 + 0.2 if c == "a" else 0.3) for c in "abcde"])
    scored = run(Rfm, tied, event="purchase", amount="purchase.amount").customers
    assert set(scored["score"]) == {"111"}


def test_best_one_turns_the_scale_but_not_the_segment() -> None:
    frame = run(Rfm, ladder(), event="purchase", amount="purchase.amount", best=1).customers
    assert frame.loc["c10", ["score", "segment"]].tolist() == ["111", "champions"]


def test_ten_scores_are_told_apart_in_the_text() -> None:
    frame = run(Rfm, ladder(), event="purchase", amount="purchase.amount", scores=10).customers
    assert frame.loc["c10", "score"] == "10-10-10"


def test_fixed_limits() -> None:
    context = shop(
        [("a", "2024-06-30", 500), ("b", "2024-06-02", 99), ("c", "2024-06-03", 100), ("d", "2024-04-01", 9)]
    )
    frame = run(
        Rfm, context, event="purchase", amount="purchase.amount", by="fixed",
        limits={"recency": (30, 60), "frequency": (2, 5), "monetary": (100, 500)},
    ).customers  # fmt: skip
    assert frame["recency_days"].to_dict() == {"a": 2, "b": 30, "c": 29, "d": 92}
    assert frame["score"].to_dict() == {"a": "313", "b": "211", "c": "312", "d": "111"}


def test_window_leaves_out_the_old_and_those_who_only_have_old() -> None:
    context = shop([("a", "2024-06-30", 5), ("a", "2024-01-01", 7), ("b", "2024-01-01", 7)])
    frame = run(Rfm, context, event="purchase", amount="purchase.amount", window=window(1, "month")).customers
    assert frame.index.tolist() == ["a"]
    assert frame["monetary"].tolist() == [5]


def test_eleven_cover_every_pair_once_named() -> None:
    def fits(text: str, mark: int) -> bool:
        low, _, high = text.partition("-")
        return int(low) <= mark <= int(high or low)

    for recency, both in product(range(1, 6), repeat=2):
        assert any(fits(r, recency) and fits(m, both) for _, r, m in ELEVEN), (recency, both)
    assert len({name for name, _, _ in ELEVEN}) == 11


def test_eight_chinese_segments() -> None:
    rows = [("a", "2024-07-01", 100.0)] * 3 + [
        ("b", "2024-01-01", 1.0),
        ("c", "2024-07-01", 1.0),
        ("d", "2024-01-01", 400),
    ]
    frame = run(Rfm, shop(rows), event="purchase", amount="purchase.amount", segments="eight").customers
    assert frame["segment"].to_dict() == {
        "a": "重要价值客户", "b": "一般挽留客户", "c": "一般发展客户", "d": "重要挽留客户",
    }  # fmt: skip


def test_own_segments_come_from_the_settings() -> None:
    settings = {"segments": {"mine": {"gold": ["5 5 *", "5 4 5"], "rest": "* * *"}}}
    frame = ladder()
    frame.settings = settings
    segments = run(Rfm, frame, event="purchase", amount="purchase.amount", segments="mine").customers["segment"]
    assert segments.tolist() == ["rest"] * 8 + ["gold"] * 2
    with pytest.raises(ArgumentError, match="no table of segments called 'yours'"):
        run(Rfm, frame, event="purchase", amount="purchase.amount", segments="yours")


def test_tables_and_fit() -> None:
    result = run(Rfm, ladder(), event="purchase", amount="purchase.amount")
    segments = result.tables["segments"]
    assert list(segments.columns) == ["segment", "customers", "share", "revenue", "share_of_revenue"]
    assert segments["customers"].sum() == 10
    assert segments["share_of_revenue"].sum() == pytest.approx(1)
    grid = result.tables["grid"]
    assert len(grid) == 25
    assert grid["customers"].sum() == 10
    assert result.fit["customers"] == 10


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"scores": 1}, "'scores' must be a whole number from 2 to 10"),
        ({"by": "fixed"}, "needs limits of 'recency'"),
        ({"by": "fixed", "limits": {"recency": (60, 30), "frequency": (1,), "monetary": (1,)}}, "must rise"),
        (
            {"by": "fixed", "limits": {"recency": (30, 60), "frequency": (1,), "monetary": (1,)}},
            "same number of limits",
        ),
        ({"amount": "visit.pages"}, "must be a property of purchase"),
    ],
)
def test_wrong_arguments_are_said(arguments: dict[str, object], message: str) -> None:
    given = {"event": "purchase", "amount": "purchase.amount", **arguments}
    with pytest.raises(ArgumentError, match=message):
        run(Rfm, ladder(), **given)


def test_nobody_bought() -> None:
    with pytest.raises(MethodError, match="needs at least 1 customer with a purchase"):
        run(Rfm, shop([("a", "2025-01-01", 5.0)]), event="purchase", amount="purchase.amount")


def test_published_quartiles_of_rfm_orders() -> None:
    text = shared("rfm_orders", "sample-orders.csv").read_bytes().decode("mac_roman").replace("\r", "\n")
    orders = pd.read_csv(io.StringIO(text))
    frame = pd.DataFrame({
        "customer_id": orders["customer"], "time": pd.to_datetime(orders["order_date"], format="%m/%d/%y"),
        "amount": orders["grand_total"].astype(float),
    })  # fmt: skip
    context = FrameContext(None, {"order": frame}, as_of=datetime(2015, 1, 1, tzinfo=UTC))
    result = run(Rfm, context, event="order", amount="order.amount", scores=4, by="quantile", best=1)
    found = result.customers
    table = shared("rfm_orders", "rfm-table.csv")
    expected = pd.read_csv(table, encoding="mac_roman", dtype={"RFMClass": str}).set_index("customer")
    assert len(found) == len(expected) == 793
    expected = expected.reindex(found.index)
    assert (found["recency_days"] - 1 == expected["recency"]).all(), "ours counts the last day"
    assert (found["frequency"] == expected["frequency"]).all()
    assert (found["monetary"] == expected["monetary_value"]).all()
    assert (found["score"] == expected["RFMClass"]).all()
    limits = result.tables["limits"].groupby("figure")["value"].apply(list)
    assert limits["frequency"] == [5, 6, 8]


def test_raw_figures_of_online_retail() -> None:
    lines = pd.read_csv(shared("online_retail", "online_retail.csv.gz"), dtype={"InvoiceNo": str, "CustomerID": str})
    lines = lines[lines["CustomerID"].notna() & (lines["Quantity"] > 0) & (lines["UnitPrice"] > 0)]
    lines = lines.assign(amount=lines["Quantity"] * lines["UnitPrice"], time=pd.to_datetime(lines["InvoiceDate"]))
    orders = lines.groupby("InvoiceNo", as_index=False).agg(
        customer_id=("CustomerID", "first"), time=("time", "min"), amount=("amount", "sum")
    )
    context = FrameContext(None, {"order": orders}, as_of=datetime(2011, 12, 10, tzinfo=UTC))
    found = run(Rfm, context, event="order", amount="order.amount").customers
    expected = pd.read_csv(shared("online_retail", "expected_rfm_raw_snapshot_2011-12-10.csv.gz"), dtype={0: str})
    expected["CustomerID"] = expected["CustomerID"].str.replace(r"\.0$", "", regex=True)
    expected = expected.set_index("CustomerID")
    found.index = found.index.str.replace(r"\.0$", "", regex=True)
    expected = expected.reindex(found.index)
    assert len(found) == 4338
    assert (found["recency_days"] == expected["R"]).all()
    assert (found["frequency"] == expected["F"]).all()
    assert (found["monetary"] - expected["M"]).abs().max() < 0.006
