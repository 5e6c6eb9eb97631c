"""Named measures against pandas, their names in two languages, what they are about and how it is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from support.shop import Shop
from tagfolk_dsl.tree import Type
from tagfolk_dsl.vocabulary import EventInfo, FieldInfo, Vocabulary
from tagfolk_engine.measures import DEFINITIONS, MeasureError, Measures, bindings, find
from tagfolk_engine.workspace.settings import MeasuresTable

T = datetime(2024, 7, 2)
EVENTS = {
    "purchase": {"amount": "number", "order_no": "text"},
    "survey": {"score": "number"},
    "coupon": {"kind": "text"},
    "advert": {"cost": "number"},
}


def rows(n: int = 80) -> list[tuple[str, str, str, dict[str, object]]]:
    random = np.random.default_rng(4)
    found: list[tuple[str, str, str, dict[str, object]]] = []
    for i in range(n):
        for k in range(random.poisson(2 + i % 3)):
            when = T - timedelta(days=float(random.uniform(0, 260)))
            order = {"amount": round(float(random.gamma(2, 20)), 2), "order_no": f"o{i}-{k // 2}"}
            found.append(("purchase", f"c{i:02}", when.isoformat(), order))
        for _ in range(random.integers(0, 3)):
            when = T - timedelta(days=float(random.uniform(0, 200)))
            found.append(("survey", f"c{i:02}", when.isoformat(), {"score": float(random.integers(0, 11))}))
        if random.random() < 0.5:
            when = T - timedelta(days=float(random.uniform(10, 60)))
            found.append(("coupon", f"c{i:02}", when.isoformat(), {"kind": "x"}))
        if random.random() < 0.2:
            found.append(("advert", f"c{i:02}", (T - timedelta(days=40)).isoformat(), {"cost": 12.5}))
    return found


ROWS = rows()
SHOP = Shop(
    {"city": "text"}, EVENTS, [(f"c{i:02}", {"city": "Shanghai" if i % 4 else "Beijing"}) for i in range(80)], ROWS
)


def frame(event: str) -> pd.DataFrame:
    found = [{"customer": c, "time": pd.Timestamp(t), **p} for e, c, t, p in ROWS if e == event]
    return pd.DataFrame(found).sort_values("time", kind="stable")


BUYS, SCORES, SENT = frame("purchase"), frame("survey"), frame("coupon")


def inside(data: pd.DataFrame, days: int | None, back: int = 0) -> pd.DataFrame:
    if days is None:
        return data
    end = T - timedelta(days=back * days)
    return data[(data["time"] < end) & (data["time"] >= end - timedelta(days=days))]


@pytest.fixture(scope="module")
def measures() -> Measures:
    evaluator = SHOP.evaluator()
    settings = MeasuresTable(sent="coupon", cost="advert.cost")
    return Measures(evaluator, evaluator.program, SHOP.vocabulary, bindings(settings, SHOP.vocabulary), tags="rules")


def by_hand(name: str, days: int | None, who: set[str]) -> float:
    buys = inside(BUYS[BUYS["customer"].isin(who)], days)
    counts = buys.groupby("customer").size()
    first = BUYS[BUYS["customer"].isin(who)].groupby("customer")["time"].min()
    new = first if days is None else first[first >= T - timedelta(days=days)]
    revenue = buys["amount"].sum()
    length = days or 90
    before = set(inside(BUYS[BUYS["customer"].isin(who)], length, 1)["customer"])
    now = set(inside(BUYS[BUYS["customer"].isin(who)], length)["customer"])
    last = inside(SCORES[SCORES["customer"].isin(who)], days).groupby("customer")["score"].last()
    sent = inside(SENT[SENT["customer"].isin(who)], days)
    answered = sent.merge(BUYS, on="customer")
    gap = answered["time_y"] - answered["time_x"]
    answered = answered[(gap > pd.Timedelta(0)) & (gap <= pd.Timedelta(days=7))]
    costs = inside(frame("advert"), days)
    return float({
        "customers": lambda: len(who), "buyers": lambda: len(counts), "new_buyers": lambda: len(new),
        "orders": lambda: len(buys), "revenue": lambda: revenue, "average_order_value": lambda: revenue / len(buys),
        "repurchase_rate": lambda: (counts >= 2).mean(), "churn_rate": lambda: len(before - now) / len(before),
        "retention": lambda: len(before & now) / len(before), "arpu": lambda: revenue / len(who),
        "arppu": lambda: revenue / len(counts),
        "cac": lambda: costs[costs["customer"].isin(who)]["cost"].sum() / len(new),
        "nps": lambda: 100 * ((last >= 9).mean() - (last <= 6).mean()),
        "response_rate": lambda: answered["customer"].nunique() / sent["customer"].nunique(),
    }[name]())  # fmt: skip


@pytest.mark.parametrize("days", [None, 60])
@pytest.mark.parametrize("where", [None, "city = Shanghai"])
@pytest.mark.parametrize("name", [n for n in DEFINITIONS if n != "clv"])
def test_every_measure_is_pandas_own_figure(measures: Measures, name: str, where: str | None, days: int | None) -> None:
    who = {c for c, values in SHOP.customers if where is None or values["city"] == "Shanghai"}
    found = measures.measure(name, window=f"in {days} days" if days else None, where=where)
    assert found.value == pytest.approx(by_hand(name, days, who), rel=1e-9)


def test_the_lifetime_value_comes_from_the_method(measures: Measures) -> None:
    with pytest.raises(MeasureError, match="needs a clv method"):
        measures.measure("clv")
    import pyarrow as pa
    from tagfolk_dsl.vocabulary import MethodInfo

    method = MethodInfo("clv", {}, {"value": Type.NUMBER}, "")
    shop = replace(SHOP, methods={"clv": method}, _open={})
    columns = {"worth": pa.table({"customer_id": ["c01", "c02", "c03"], "value": [10.0, 20.0, None]})}
    evaluator = shop.evaluator("use clv() as worth\n", columns=columns)
    bound = bindings(MeasuresTable(), shop.vocabulary)
    found = Measures(evaluator, evaluator.program, shop.vocabulary, bound, tags="rules").measure("终身价值")
    assert found.value == 15
    assert found.parts == {"value": 30, "known": 2}
    assert "worth.value" in found.definition


@pytest.mark.parametrize(
    ("words", "name"),
    [("客单价", "average_order_value"), ("AOV", "average_order_value"), ("复购率", "repurchase_rate"),
     ("churn rate", "churn_rate"), ("流失率", "churn_rate"), ("留存率", "retention"), ("ARPU", "arpu"),
     ("获客成本", "cac"), ("净推荐值", "nps"), ("NPS", "nps"), ("GMV", "revenue"), ("response_rate", "response_rate")],
)  # fmt: skip
def test_names_in_both_languages(words: str, name: str) -> None:
    found = find(words)
    assert found is not None
    assert found.name == name


def test_no_name_means_two_measures() -> None:
    seen: dict[str, str] = {}
    for definition in DEFINITIONS.values():
        for spelling in {s.lower() for s in definition.spellings}:
            assert seen.setdefault(spelling, definition.name) == definition.name


def test_the_definition_is_said_with_the_figure(measures: Measures) -> None:
    found = measures.measure("客单价", window="in 30 days")
    assert found.definition == "revenue ÷ orders: sum of purchase.amount in 30 days ÷ purchase in 30 days"
    assert found.definition_zh == "销售额 ÷ 订单数：近30天purchase.amount之和 ÷ 近30天的purchase"
    assert found.value == pytest.approx(found.parts["revenue"] / found.parts["orders"])
    assert "in 90 days" in measures.measure("churn rate").definition


def test_orders_of_several_lines(measures: Measures) -> None:
    bound = bindings(MeasuresTable(order="order_no"), SHOP.vocabulary)
    by_order = Measures(measures.evaluator, measures.program, SHOP.vocabulary, bound, tags="rules")
    assert by_order.measure("orders").value == BUYS["order_no"].nunique()
    counts = BUYS.groupby("customer")["order_no"].nunique()
    assert by_order.measure("复购率").value == pytest.approx((counts >= 2).mean())


def test_costs_by_month_are_cut_by_days(measures: Measures) -> None:
    bound = bindings(MeasuresTable(costs={"2024-06": 3000.0, "2024-05": 3100.0}), SHOP.vocabulary)
    fixed = Measures(measures.evaluator, measures.program, SHOP.vocabulary, bound, tags="rules")
    assert fixed.measure("cac", window="last month").parts["cost"] == 3000
    assert fixed.measure("cac", window="between 2024-05-22 and 2024-06-10").parts["cost"] == pytest.approx(2000)
    assert fixed.measure("cac").parts["cost"] == 6100


def event(name: str, also: tuple[str, ...] = (), **numbers: str) -> EventInfo:
    return EventInfo(name, also, {p: FieldInfo(p, Type.NUMBER, (a,) if a else ()) for p, a in numbers.items()})


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([event("visit"), event("order", total="")], ("order", "total")),
        ([event("visit", pages=""), event("deal", ("消费",), cups="", sum_paid="实付")], ("deal", "sum_paid")),
        ([event("visit"), event("rental", fee="")], ("rental", "fee")),
        ([event("visit", pages=""), event("rental", fee="")], (None, None)),
        ([event("purchase", cups="", sugar="")], ("purchase", None)),
    ],
)
def test_what_they_are_about_is_found_by_name(events: list[EventInfo], expected: tuple[str, str]) -> None:
    bound = bindings(MeasuresTable(), Vocabulary({e.name: e for e in events}, {}))
    assert (bound.event, bound.amount) == expected


@pytest.mark.parametrize(
    ("settings", "words"),
    [({"event": "purchse"}, "did you mean 'purchase'"), ({"amount": "purchase.amont"}, "did you mean 'amount'"),
     ({"score": "score"}, "EVENT.PROPERTY"), ({"costs": {"June": 1.0}}, "no month")],
)  # fmt: skip
def test_wrong_settings_are_told(settings: dict[str, object], words: str) -> None:
    with pytest.raises(MeasureError) as found:
        bindings(MeasuresTable.model_validate(settings), SHOP.vocabulary)
    assert words in f"{found.value.message} {found.value.hint}"


def test_what_is_not_there_is_told(measures: Measures) -> None:
    bare = Shop({}, {"visit": {"page": "text"}}, [("a", {})], [])
    evaluator = bare.evaluator()
    few = Measures(evaluator, evaluator.program, bare.vocabulary, bindings(MeasuresTable(), bare.vocabulary))
    assert set(few.known()) == {"customers"}
    with pytest.raises(MeasureError, match="needs an event that is a purchase"):
        few.measure("revenue")
    for given, words in (
        ({"words": "weather"}, "there is no measure"), ({"words": "orders", "window": "soon"}, "is no time"),
        ({"words": "churn", "window": "ever"}, "there is no measure"),
        ({"words": "churn rate", "window": "ever"}, "has none before"),
        ({"words": "orders", "where": "cty = Shanghai"}, "cty"),
    ):  # fmt: skip
        with pytest.raises(MeasureError, match=words):
            measures.measure(**given)


def test_a_group_without_buyers_has_no_rate(measures: Measures) -> None:
    nobody = measures.measure("repurchase_rate", where="purchases >= 1000")
    assert nobody.value is None
    assert nobody.parts == {"repeaters": 0, "buyers": 0}
