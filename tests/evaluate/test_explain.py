"""Reasons: each condition with the customer's figure, and the day on which a tag comes or goes."""

import pytest
from support.shop import Shop
from tagfolk_engine.evaluate import Cutoff, EvaluationError, Evaluator
from tagfolk_engine.evaluate.explain import explain
from tagfolk_engine.evaluate.preview import preview
from tagfolk_engine.evaluate.segments import members

SHOP = Shop(
    attributes={"age": "integer", "city": "text", "joined": "date", "birthday": "date"},
    events={"purchase": {"amount": "number", "category": "text"}, "visit": {}},
    customers=[
        ("ann", {"age": 30, "city": "x", "joined": "2024-01-31", "birthday": "1990-08-10"}),
        ("bob", {"age": 20, "city": "x"}),
        ("cat", {"city": "y"}),
    ],
    rows=[
        ("purchase", "ann", "2024-06-01T10:00", {"amount": 10.0, "category": "tea"}),
        ("purchase", "ann", "2024-06-02T10:00", {"amount": 30.0, "category": "tea"}),
        ("visit", "ann", "2024-06-02T12:00", {}),
        ("purchase", "bob", "2024-01-15T00:00", {"amount": 500.0}),
        ("purchase", "ann", "2024-09-01T10:00", {"amount": 30.0}),
    ],
)


def test_conditions_with_figures() -> None:
    rules = """
rule quiet: no purchase 6 months and not (age < 25 or city = y) -> risk
purchases in 90 days >= 2 -> risk
age > 50 -> not risk
"""
    evaluator = SHOP.evaluator(rules)
    found = explain(evaluator, "ann", coming=False).as_json()
    evaluator.close()
    assert found["customer"] == "ann"
    assert found["as_of"] == "2024-07-01"
    risk = found["tags"]["risk"]  # type: ignore[index]
    assert (risk["holds"], risk["value"], risk["since"], risk["next"]) == (True, None, None, None)
    quiet, second, third = risk["rules"]
    assert (quiet["rule"], quiet["matched"]) == ("quiet", False)
    assert [(c["value"], c["matched"]) for c in quiet["conditions"]] == [(2, False), (30, False), ("x", False)]
    assert second["text"] == "purchases in 90 days >= 2"
    assert [(c["text"], c["value"], c["matched"]) for c in second["conditions"]] == [
        ("purchases in 90 days >= 2", 2, True)
    ]
    assert (third["matched"], third["withholds"]) == (False, True)


def test_values_scores_and_ranks() -> None:
    rules = """
classify worth by sum(purchase.amount):
    top 40% -> high
    otherwise -> low
score points:
    purchases >= 1  +3
    visit in 90 days +2
"""
    evaluator = SHOP.evaluator(rules)
    tags = explain(evaluator, "ann", coming=False).tags
    evaluator.close()
    assert (tags["worth"].holds, tags["worth"].value) == (True, "low")
    assert [rule.matched for rule in tags["worth"].rules] == [False, True]
    assert tags["worth"].rules[0].conditions[0].value == 70.0 - 30.0
    assert tags["points"].value == "5"
    assert [(rule.points, rule.matched) for rule in tags["points"].rules] == [(3, True), (2, True)]


@pytest.mark.parametrize(
    ("rule", "on", "change"),
    [
        ("no purchase 6 months", "2024-12-02", "gains"),
        ("purchase in 30 days", "2024-07-02", "loses"),
        ("purchases in 90 days >= 2", "2024-08-30", "loses"),
        ("sum(purchase.amount) in 90 days >= 30", "2024-08-31", "loses"),
        ("days since last purchase >= 40", "2024-07-12", "gains"),
        ("months since joined >= 6", "2024-07-30", "gains"),
        ("joined more than 1 year ago", "2025-01-31", "gains"),
        ("purchases this year >= 1", "2025-01-01", "loses"),
        ("purchases last year >= 1", "2025-01-01", "gains"),
        ("purchases from 6 to 3 months ago >= 1", "2024-09-01", "gains"),
        ("birthday in next 7 days", "2024-08-03", "gains"),
        ("visit then no purchase within 60 days", "2024-08-01", "gains"),
        ("days since last purchase > 40 * avg_gap(purchase)", "2024-07-13", "gains"),
        ("ever purchase", None, None),
        ("age = 30", None, None),
        ("purchases before 2024-06-02 >= 1", None, None),
    ],
)
def test_next(rule: str, on: str | None, change: str | None) -> None:
    """As if nothing more happened: what the data holds after T is not seen."""
    evaluator = SHOP.evaluator(f"{rule} -> t")
    found = explain(evaluator, "ann").tags["t"].next
    evaluator.close()
    assert (found.on.isoformat(), found.change) == (on, change) if on else found is None


def test_next_is_what_a_run_on_that_day_finds() -> None:
    """On data without a future: the run of the day shows the change, the run of the day before does not."""
    shop = Shop(SHOP.attributes, SHOP.events, SHOP.customers, SHOP.rows[:-1])
    for rule in ("no purchase 6 months", "purchases in 90 days >= 2", "purchases last month >= 1", "visit in 2 months"):
        evaluator = shop.evaluator(f"{rule} -> t")
        reason = explain(evaluator, "ann").tags["t"]
        assert reason.next is not None
        for days, expected in ((0, not reason.holds), (-1, reason.holds)):
            day = reason.next.on.fromordinal(reason.next.on.toordinal() + days)
            assert ("ann" in shop.who(rule, day.isoformat())) is expected, (rule, day)
        evaluator.close()


def test_through_other_tags() -> None:
    evaluator = SHOP.evaluator("purchase in 30 days -> fresh\nlacks fresh -> stale\n")
    found = explain(evaluator, "ann", ["stale"]).tags["stale"].next
    evaluator.close()
    assert found is not None
    assert (found.on.isoformat(), found.change) == ("2024-07-02", "gains")


def test_unknown_customers_and_tags_are_named() -> None:
    evaluator = SHOP.evaluator("age = 30 -> t")
    with pytest.raises(EvaluationError, match="no customer has the id 'zoe'"):
        explain(evaluator, "zoe")
    with pytest.raises(EvaluationError, match="no tag is called 'x'"):
        explain(evaluator, "ann", ["x"])
    evaluator.close()


# --- preview ------------------------------------------------------------------------------------------------


def changed(evaluator: Evaluator, rules: str) -> object:
    from tagfolk_dsl.checker import check

    checked = check({"rules/test.tags": rules}, SHOP.vocabulary)
    assert not checked.errors
    return preview(evaluator, checked.program).as_json()


def test_preview() -> None:
    evaluator = SHOP.evaluator("city = x -> local\nage >= 30 -> grown\n")
    found = changed(evaluator, "city = x -> local\nage >= 30 -> grown\nrule n: age < 25 -> grown")
    assert found == {
        "customers": 1, "of": 3, "unknown": 1, "entered": 1, "left": 0, "overlap": {"local": 1}, "sample": ["bob"],
    }  # fmt: skip
    found = changed(evaluator, "city = x -> local\nage >= 30 -> grown\nrule n: city = x -> not grown")
    evaluator.close()
    assert isinstance(found, dict)
    assert (found["customers"], found["entered"], found["left"]) == (2, 0, 1)


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("age > 25", 1),
        ("not age > 25", 1),
        ("age > 25 or city = y", 0),
        ("age > 25 and city = x", 0),
        ("age missing", 0),
        ("purchases > 3", 0),
        ("top 50% by age", 1),
        ("avg(purchase.amount) > 20", 1),
    ],
)
def test_unknown_counts_whose_answer_hangs_on_a_missing_value(text: str, unknown: int) -> None:
    evaluator = SHOP.evaluator()
    assert evaluator.unknown(SHOP.condition(text, evaluator)) == unknown
    evaluator.close()


# --- segments -----------------------------------------------------------------------------------------------


def test_limits_and_holdouts() -> None:
    people = [(f"c{i:03}", {"age": i % 7}) for i in range(400)]
    shop = Shop(attributes={"age": "integer"}, customers=people)
    evaluator = shop.evaluator("""
segment best: age >= 1
    limit 60 by age
segment some: age >= 1
    limit 50 at random
segment part: age >= 0
    holdout 10%
""")
    best = members(evaluator, "best").customers
    assert len(best) == 60
    assert best[:3] == ("c006", "c013", "c020")
    assert {evaluator.count(None)} == {400}
    some = members(evaluator, "some").customers
    assert len(some) == 50
    assert some == members(evaluator, "some").customers
    part = members(evaluator, "part")
    assert len(part.customers) == 400
    assert 20 <= len(part.customers) - len(part.synced) <= 60
    assert members(evaluator, "part") == part
    with pytest.raises(EvaluationError, match="no segment"):
        members(evaluator, "x")
    evaluator.close()


def test_the_label_of_t() -> None:
    from zoneinfo import ZoneInfo

    zone = ZoneInfo("Asia/Shanghai")
    assert Cutoff.parse("2024-07-01", zone).label == "2024-07-01"
    assert Cutoff.parse("2024-07-01T12:00", zone).label == "2024-07-01T12:00:00+08:00"
