"""Effects: granting, withholding, values, priorities, classify, score, keeping, pins, history."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from support.shop import Shop, arrow
from tagfolk_dsl.tree import Type
from tagfolk_dsl.vocabulary import MethodInfo
from tagfolk_engine.evaluate import EvaluationError

SHOP = Shop(
    attributes={"age": "integer", "city": "text", "joined": "date", "member": "boolean"},
    events={"purchase": {"amount": "number", "category": "text"}, "visit": {}},
    customers=[
        ("ann", {"age": 30, "city": "x", "joined": "2024-01-31", "member": True}),
        ("bob", {"age": 20, "member": False}),
        ("cat", {"age": 40}),
        ("dan", {}),
    ],
    rows=[
        ("purchase", "ann", "2024-06-01", {"amount": 10.5, "category": "tea"}),
        ("purchase", "ann", "2024-06-02", {"amount": 20.0, "category": "tea"}),
        ("purchase", "ann", "2024-06-03", {"amount": 20.0, "category": "cake"}),
        ("purchase", "ann", "2024-06-04", {"amount": 20.0, "category": "ale"}),
        ("purchase", "bob", "2024-06-04", {"amount": 3.0, "category": "tea"}),
        ("visit", "ann", "2024-06-04", {}),
    ],
)
TIME = pa.timestamp("us", "UTC")
SHOP_ZONE = ZoneInfo("UTC")


def test_a_tag_holds_when_one_grants_and_none_withholds() -> None:
    found = SHOP.tags("""
age >= 30 -> x
age = 20 -> x
visit in 90 days -> not x
""")
    assert found == {"x": {"bob": None, "cat": None}}


def test_replacing_and_several_effects() -> None:
    found = SHOP.tags("""
age known -> loyal
has loyal and visit in 90 days -> risk replacing loyal
age >= 40 -> a, b = big, not loyal
""")
    assert found == {
        "loyal": {"bob": None}, "risk": {"ann": None}, "a": {"cat": None}, "b": {"cat": "big"},
    }  # fmt: skip


def test_a_rule_that_withholds_sees_the_tag_before() -> None:
    """Also by its value, by a segment, and among; others see it after withholding."""
    found = SHOP.tags("""
age known -> tier = gold
tier = gold and in segment goldies and top 1 by age among (has tier) -> top replacing tier
has tier -> still
lacks tier -> lost
segment goldies: has tier
""")
    assert found["top"] == {"cat": None}
    assert set(found["tier"]) == set(found["still"]) == {"ann", "bob"}
    assert set(found["lost"]) == {"cat", "dan"}


def test_priority_then_file_order() -> None:
    found = SHOP.tags("""
age >= 20 -> tier = base
age >= 30 -> tier = gold
rule strong: age >= 40 -> tier = top
    priority 5
""")
    assert found["tier"] == {"ann": "base", "bob": "base", "cat": "top"}


def test_values_as_text() -> None:
    found = SHOP.tags("""
ever purchase -> spend = (sum(purchase.amount))
ever purchase -> half = (sum(purchase.amount) / 4)
age known -> since = (joined)
age known -> club = (member)
ever purchase -> seen = (last(purchase.time))
ever purchase -> likes = most_common(purchase.category) in 90 days
age known -> whole = (age)
""")
    assert found["spend"] == {"ann": "70.5", "bob": "3"}
    assert found["half"] == {"ann": "17.625", "bob": "0.75"}
    assert found["since"] == {"ann": "2024-01-31"}
    assert found["club"] == {"ann": "yes", "bob": "no"}
    assert found["seen"] == {"ann": "2024-06-04T00:00:00", "bob": "2024-06-04T00:00:00"}
    assert found["likes"] == {"ann": "tea", "bob": "tea"}
    assert found["whole"] == {"ann": "30", "bob": "20", "cat": "40"}


def test_classify_by_a_metric() -> None:
    found = SHOP.tags("""
classify worth by sum(purchase.amount):
    top 50% -> high
    bottom 50% -> mid
    otherwise -> low
classify band by age:
    < 25 -> young
    25..35 -> middle
    30..90 -> old
    otherwise -> unknown
""")
    assert found["worth"] == {"ann": "high", "bob": "mid", "cat": "low", "dan": "low"}
    assert found["band"] == {"ann": "middle", "bob": "young", "cat": "old", "dan": "unknown"}


def test_classify_by_conditions_and_without_a_fitting_band() -> None:
    found = SHOP.tags("""
classify stage:
    purchases >= 2 -> active
    ever purchase -> none
stage = active -> busy
""")
    assert found["stage"] == {"ann": "active", "bob": "none"}
    assert found["busy"] == {"ann": None}


def test_score() -> None:
    found = SHOP.tags("""
score loyalty:
    purchases >= 1    +3
    visit in 90 days  +2
    age >= 30         -4
    -> loyal when >= 1
loyalty >= 3 -> very
""")
    assert found["loyalty"] == {"ann": "1", "bob": "3", "cat": "-4", "dan": "0"}
    assert found["loyal"] == {"ann": None, "bob": None}
    assert found["very"] == {"bob": None}


def test_many_values() -> None:
    rules = """
tag likes:
    values many
ever purchase -> likes = top 2 of purchase.category in 90 days
member = yes -> likes = clubs
likes = tea -> tea_fan
likes != tea -> no_tea
likes in (ale, clubs) -> other
likes not in (cake) -> no_cake
visit in 90 days and has likes -> visitor
"""
    found = SHOP.tags(rules)
    assert found["likes"] == {"ann": ["ale", "clubs", "tea"], "bob": "tea"}
    assert set(found["tea_fan"]) == {"ann", "bob"}
    assert found["no_tea"] == {}
    assert set(found["other"]) == {"ann"}
    assert set(found["no_cake"]) == {"ann", "bob"}
    assert set(found["visitor"]) == {"ann"}


def test_a_circle_is_an_error_here_too() -> None:
    from tagfolk_dsl.program import Program, TagInfo
    from tagfolk_dsl.tree import Card, Effect, Has, Rule
    from tagfolk_engine.evaluate import Cutoff, Evaluator

    tags = {name: TagInfo(name, Card(), None, False, "rules") for name in "ab"}
    rules = (Rule("a", Has("b"), (Effect("a"),)), Rule("b", Has("a"), (Effect("b"),)))
    program = Program(tags=tags, rules=rules)
    evaluator = Evaluator(SHOP, program, SHOP.vocabulary, Cutoff.parse("2024-07-01", SHOP_ZONE))
    with pytest.raises(EvaluationError, match="a -> b -> a"):
        evaluator.run()
    evaluator.close()


def pins(*rows: tuple[str, str, str | None, bool]) -> pa.Table:
    ids, tags, values, out = ([row[i] for row in rows] for i in range(4))
    return arrow({"customer_id": ids, "tag": tags, "value": values, "out": out}, {"out": pa.bool_()})


def test_a_pin_outranks_every_rule() -> None:
    rules = """
age known -> x
age >= 40 -> not x
has x -> y
age known -> tier = gold
"""
    found = SHOP.tags(
        rules, pins=pins(("ann", "x", None, True), ("cat", "x", None, False), ("dan", "tier", "vip", False))
    )
    assert set(found["x"]) == set(found["y"]) == {"bob", "cat"}
    assert found["tier"] == {"ann": "gold", "bob": "gold", "cat": "gold", "dan": "vip"}


# --- the past -----------------------------------------------------------------------------------------------


class Past:
    """A stored history given as rows."""

    def __init__(
        self, held: Mapping[str, Sequence[tuple[str, str, str | None]]] | None = None,
        true: Mapping[str, Sequence[tuple[str, str]]] | None = None,
    ) -> None:  # fmt: skip
        self._held, self._true = held or {}, true or {}

    def _at(self, text: str | None) -> datetime | None:
        return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)

    def now(self) -> pa.Table:
        rows = [(c, tag, since) for tag, found in self._held.items() for c, since, until in found if until is None]
        columns = {"customer_id": [r[0] for r in rows], "tag": [r[1] for r in rows], "value": [None] * len(rows),
                   "since": [self._at(r[2]) for r in rows]}  # fmt: skip
        return arrow(columns, {"since": TIME})

    def held(self, tag: str) -> pa.Table:
        rows = self._held.get(tag, ())
        columns = {"customer_id": [r[0] for r in rows], "value": [None] * len(rows),
                   "since": [self._at(r[1]) for r in rows], "until": [self._at(r[2]) for r in rows]}  # fmt: skip
        return arrow(columns, {"since": TIME, "until": TIME})

    def last_true(self, rule: str) -> pa.Table:
        rows = self._true.get(rule, ())
        return arrow({"customer_id": [r[0] for r in rows], "at": [self._at(r[1]) for r in rows]}, {"at": TIME})


HELD = {
    "vip": [
        ("ann", "2024-06-02", None),
        ("bob", "2024-06-02T00:00:01", None),
        ("cat", "2024-01-01", "2024-06-01"),
        ("dan", "2024-07-02", None),
    ]
}


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("had vip 30 days ago", "ann"),
        ("had vip 29 days ago", "ann bob"),
        ("had vip 31 days ago", ""),
        ("had vip 32 days ago", "cat"),
        ("had vip in 30 days", "ann bob"),
        ("had vip in 32 days", "ann bob cat"),
        ("had vip in 31 days", "ann bob"),
        ("had vip from 3 to 1 months ago", "cat"),
        ("has vip for 30 days", "ann"),
        ("has vip for 29 days", "ann bob"),
        ("lacks vip", "cat dan"),
    ],
)
def test_the_stored_history(text: str, who: str) -> None:
    rules = "age <= 30 -> vip\n"
    assert SHOP.who(text, rules=rules, history=Past(HELD)) == set(who.split())


def test_without_a_history_nothing_has_been() -> None:
    assert SHOP.who("had vip 30 days ago or has vip for 1 day", rules="age <= 30 -> vip\n") == set()


def test_kept_for_days() -> None:
    true = {"x": [("bob", "2024-05-03"), ("cat", "2024-05-03T00:00:01"), ("dan", "2024-07-02")]}
    found = SHOP.tags("city = x -> x for 60 days", history=Past(true=true))
    assert set(found["x"]) == {"ann", "cat"}


def test_kept_forever_until_withheld() -> None:
    true = {"x": [("bob", "2024-01-01"), ("cat", "2024-01-01"), ("dan", "2024-01-01")]}
    held = {"x": [("bob", "2024-01-01", None), ("cat", "2024-01-01", "2024-03-01"), ("dan", "2024-01-01", None)]}
    found = SHOP.tags("city = x -> x forever\nage missing -> not x", history=Past(held, true))
    assert set(found["x"]) == {"ann", "bob"}


def test_whose_condition_held_is_kept_for_the_results() -> None:
    evaluator = SHOP.evaluator("city = x -> x for 60 days\nage >= 30 -> y")
    evaluator.run()
    found = evaluator.connection.execute("SELECT customer_id, rule FROM rule_true_now").fetchall()
    evaluator.close()
    assert found == [("ann", "x")]


def test_stored_membership_instead_of_the_rules() -> None:
    evaluator = SHOP.evaluator("age <= 30 -> vip", history=Past(HELD))
    condition = SHOP.condition("has vip", evaluator)
    assert evaluator.count(condition) == 2
    assert evaluator.count(condition, tags="stored") == 3
    assert evaluator.count(SHOP.condition("lacks vip", evaluator), tags="stored") == 1
    evaluator.close()


def test_some_tags_with_what_they_need() -> None:
    evaluator = SHOP.evaluator("age known -> a\nhas a and age >= 30 -> b\nvisit in 90 days -> c")
    found = evaluator.run(["b"])
    rows = evaluator.connection.execute("SELECT DISTINCT tag FROM assignment_now").fetchall()
    evaluator.close()
    assert rows == [("b",)]
    assert found.customers == 4
    assert {name: size.customers for name, size in found.tags.items()} == {"b": 2}


def test_sizes_and_values() -> None:
    evaluator = SHOP.evaluator("age known -> tier = gold\nage missing -> tier = none")
    size = evaluator.run().tags["tier"]
    evaluator.close()
    assert (size.customers, dict(size.values)) == (4, {"gold": 3, "none": 1})


def test_method_columns() -> None:
    info = MethodInfo("rfm", {}, {"recency": Type.NUMBER, "segment": Type.TEXT})
    shop = Shop(customers=[("a", {}), ("b", {})], methods={"rfm": info})
    rules = "use rfm() as r\nr.segment = champions -> champion\nr.recency >= 4 -> fresh\n"
    given = arrow({"customer_id": ["a", "b"], "recency": [4.0, None], "segment": ["champions", "lost"]},
                  {"recency": pa.float64()})  # fmt: skip
    found = shop.tags(rules, columns={"r": given})
    assert found == {"champion": {"a": None}, "fresh": {"a": None}}
    with pytest.raises(EvaluationError, match="its method has not run"):
        shop.tags(rules)
