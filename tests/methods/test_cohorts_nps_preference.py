"""cohorts with the published retention, nps and preference by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from support.methods import run, shared
from tagfolk_plugins import ArgumentError, MethodError
from tagfolk_plugins.methods.cohorts import Cohorts
from tagfolk_plugins.methods.nps import Nps
from tagfolk_plugins.methods.preference import Preference
from tagfolk_plugins.testing import FrameContext

T = datetime(2024, 7, 1, tzinfo=UTC)


def events(name: str, rows: list[tuple[object, ...]], *properties: str, **more: object) -> FrameContext:
    frame = pd.DataFrame(rows, columns=["customer_id", "time", *properties])
    frame["time"] = pd.to_datetime(frame["time"], format="ISO8601")
    return FrameContext(more.pop("customers", None), {name: frame}, as_of=T, **more)  # type: ignore[arg-type]


def test_published_retention_of_online_retail() -> None:
    lines = pd.read_csv(shared("online_retail", "online_retail.csv.gz"), dtype={"InvoiceNo": str, "CustomerID": str})
    lines = lines[lines["CustomerID"].notna() & (lines["Quantity"] > 0) & (lines["UnitPrice"] > 0)]
    frame = pd.DataFrame({"customer_id": lines["CustomerID"], "time": pd.to_datetime(lines["InvoiceDate"])})
    context = FrameContext(None, {"order": frame}, as_of=datetime(2011, 12, 10, tzinfo=UTC))
    table = run(Cohorts, context, event="order").tables["retention"]
    expected = pd.read_csv(shared("online_retail", "expected_monthly_cohorts_qty_pos_price_pos.csv"))
    assert table["cohort"].tolist() == expected["c"].tolist()
    assert table["size"].tolist() == expected["0"].tolist()
    numbers = [str(i) for i in range(13)]
    pd.testing.assert_frame_equal(table[numbers], expected[numbers].astype(float), check_column_type=False)
    assert table.loc[0, ["0", "1", "2"]].tolist() == [885, 324, 286]


def test_cohorts_by_week_and_of_every_period() -> None:
    rows = [("a", "2024-06-10"), ("a", "2024-06-17"), ("b", "2024-06-16"), ("b", "2024-06-30"), ("c", "2024-06-24")]
    context = events("visit", rows)
    result = run(Cohorts, context, event="visit", period="week")
    table = result.tables["retention"]
    assert table["cohort"].tolist() == ["2024-06-10", "2024-06-24"]
    assert table.loc[0, ["size", "0", "1", "2"]].tolist() == [2, 2, 1, 1]
    assert table.loc[1, ["size", "0"]].tolist() == [1, 1]
    assert pd.isna(table.loc[1, "1"]), "the week after has not come yet"
    assert result.customers["periods_active"].to_dict() == {"a": 2, "b": 2, "c": 1}
    every = run(Cohorts, context, event="visit", period="week", first=False).tables["retention"]
    assert every.loc[every["cohort"] == "2024-06-24", "size"].tolist() == [2]


def test_cohorts_with_two_events() -> None:
    signs = pd.DataFrame({"customer_id": ["a", "b"], "time": pd.to_datetime(["2024-01-05", "2024-01-06"])})
    buys = pd.DataFrame({"customer_id": ["a"], "time": pd.to_datetime(["2024-03-05"])})
    context = FrameContext(None, {"sign_up": signs, "purchase": buys}, as_of=T)
    row = run(Cohorts, context, start="sign_up", **{"return": "purchase"}).tables["retention"].iloc[0]
    assert row[["size", "0", "1", "2"]].tolist() == [2, 0, 0, 1]
    with pytest.raises(ArgumentError, match="needs 'event', or 'start' and 'return'"):
        run(Cohorts, context, start="sign_up")
    with pytest.raises(MethodError, match="needs at least 1 customer"):
        run(Cohorts, context.at(datetime(2020, 1, 1, tzinfo=UTC)), event="sign_up")


def test_nps_by_the_last_answer() -> None:
    rows = [("a", "2024-01-01", 0), ("a", "2024-02-01", 10), ("b", "2024-01-01", 9), ("c", "2024-01-01", 8),
            ("d", "2024-01-01", 6), ("e", "2024-01-01", None)]  # fmt: skip
    people = pd.DataFrame({"customer_id": list("abcde"), "city": ["X", "X", "Y", "Y", "Y"]})
    result = run(Nps, events("survey", rows, "score", customers=people), event="survey", score="survey.score")
    assert result.customers["group"].to_dict() == {"a": "promoter", "b": "promoter", "c": "passive", "d": "detractor"}
    table = result.tables["nps"]
    assert table.loc[0, ["answers", "promoters", "passives", "detractors", "nps"]].tolist() == [4, 2, 1, 1, 25]
    assert table.loc[0, "low"] == pytest.approx(25 - 196 * (0.75 - 0.0625) ** 0.5 / 2, abs=0.01)
    assert table.loc[0, "high"] == 100 or table.loc[0, "high"] == pytest.approx(100, abs=7)
    by_city = table[table["attribute"] == "city"].set_index("value")["nps"]
    assert by_city.to_dict() == {"X": 100.0, "Y": -50.0}


def test_nps_says_what_cannot_be() -> None:
    with pytest.raises(MethodError, match="1 scores lie outside 0 to 10"):
        run(Nps, events("survey", [("a", "2024-01-01", 11)], "score"), event="survey", score="survey.score")
    with pytest.raises(MethodError, match="needs at least 1 survey with a score"):
        run(Nps, events("survey", [("a", "2025-01-01", 1)], "score"), event="survey", score="survey.score")


def test_preference_counts_the_recent_more() -> None:
    def ago(days: int) -> str:
        return (T - timedelta(days=days)).isoformat()

    rows = [("a", ago(180), "tea"), ("a", ago(180), "tea"), ("a", ago(90), "cake"), ("a", ago(0.001), "milk"),
            ("b", ago(10), "y"), ("b", ago(10), "x")]  # fmt: skip
    context = events("purchase", rows, "category")
    result = run(Preference, context, event="purchase", item="purchase.category")
    frame = result.customers
    assert frame.loc["a", ["first", "second", "third"]].tolist() == ["milk", "cake", "tea"]
    assert frame.loc["a", "strength"] == pytest.approx(0.5, abs=1e-4)
    assert frame.loc["b", ["first", "second"]].tolist() == ["x", "y"], "ties: the smaller name"
    assert pd.isna(frame.loc["b", "third"])
    slow = run(Preference, context, event="purchase", item="purchase.category", half_life=(100, "year"), top=1)
    assert slow.customers.loc["a", "first"] == "tea"
    assert slow.customers["second"].isna().all()
    assert result.tables["items"]["share"].sum() == pytest.approx(1)
    with pytest.raises(ArgumentError, match="'top' must be"):
        run(Preference, context, event="purchase", item="purchase.category", top=9)
    with pytest.raises(MethodError, match="needs at least 1 purchase with a known category"):
        run(Preference, context.at(datetime(2000, 1, 1, tzinfo=UTC)), event="purchase",
            item="purchase.category")  # fmt: skip
