"""Runs over a shop that can be counted by hand: what is stored, why it changed, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.teashop import MEMBERS, ORDERS, RULES, Teashop
from tagfolk_engine.run import RulesBroken, UnknownName


@pytest.fixture
def shop(tmp_path: Path) -> Teashop:
    return Teashop.make(tmp_path / "shop")


def held(shop: Teashop, tag: str) -> set[str]:
    return {row[0] for row in shop.assignments() if row[1] == tag and row[4] is None}


def test_the_first_run(shop: Teashop) -> None:
    report = shop.run("2024-06-30")
    assert report["as_of"] == "2024-06-30"
    assert report["customers"] == 4
    assert report["tags"]["active"] == {"customers": 2, "entered": 2, "left": 0}
    assert report["tags"]["place"] == {"customers": 4, "entered": 4, "left": 0, "values": {"old": 2, "young": 2}}
    assert report["segments"] == {"call_them": {"customers": 1, "entered": 1, "left": 0}}
    assert set(report["seconds"]) == {"load", "evaluate", "store"}
    assert held(shop, "active") == {"a", "b"}
    assert held(shop, "quiet") == {"c", "d"}
    assert ("a", "big", None, "06-30", None, "rule", None) in shop.assignments()


def test_the_same_run_again_writes_nothing_new(shop: Teashop) -> None:
    first = shop.run("2024-06-30")
    before = shop.assignments()
    again = shop.run("2024-06-30")
    assert (again["run"], again["unchanged"]) == (first["run"], True)
    assert shop.assignments() == before
    assert shop.process("history", "--json").stdout.count('"run"') == 1


def test_time_alone_moves_customers(shop: Teashop) -> None:
    shop.run("2024-06-30")
    report = shop.run("2024-07-10")
    assert report["tags"]["active"] == {"customers": 1, "entered": 0, "left": 1}
    assert ("b", "active", None, "06-30", "07-10", "rule", "time") in shop.assignments()
    assert ("b", "quiet", None, "07-10", None, "time", None) in shop.assignments()


def test_new_events_are_behaviour_and_events_of_the_past_are_late(shop: Teashop) -> None:
    shop.run("2024-06-30")
    shop.orders(ORDERS + "c,2024-07-02 10:00:00,5\nd,2024-06-15 10:00:00,500\n")
    shop.run("2024-07-03")
    found = shop.assignments()
    assert ("c", "active", None, "07-03", None, "behaviour", None) in found
    assert ("c", "quiet", None, "06-30", "07-03", "rule", "behaviour") in found
    assert ("d", "big", None, "07-03", None, "late", None) in found
    assert ("d", "active", None, "07-03", None, "late", None) in found


def test_two_loads_between_runs_still_tell_late_from_new(shop: Teashop) -> None:
    shop.run("2024-06-30")
    shop.orders(ORDERS + "d,2024-07-01 10:00:00,500\nc,2024-06-15 10:00:00,5\n")
    for _ in range(3):
        assert shop.cli("load", "--json") == 0
    shop.run("2024-07-03")
    found = shop.assignments()
    assert ("d", "active", None, "07-03", None, "behaviour", None) in found
    assert ("c", "active", None, "07-03", None, "late", None) in found


def test_changed_attributes_are_behaviour(shop: Teashop) -> None:
    shop.run("2024-06-30")
    shop.members(MEMBERS.replace("Ann,Shanghai,30", "Ann,Shanghai,36"))
    report = shop.run("2024-06-30")
    assert report["tags"]["place"]["entered"] == report["tags"]["place"]["left"] == 0
    assert ("a", "place", "old", "06-30", None, "behaviour", None) in shop.assignments()


def test_a_changed_rule_is_the_cause_and_leaves_nothing_behind(shop: Teashop) -> None:
    shop.run("2024-06-30")
    shop.rules(RULES.replace(">= 100 -> big", ">= 30 -> big").replace("no purchase 30 days", "no purchase 90 days"))
    shop.run("2024-07-01")
    found = shop.assignments()
    assert ("b", "big", None, "07-01", None, "rule", None) in found
    assert ("a", "big", None, "06-30", None, "rule", None) in found
    shop.rules("purchase in 30 days -> active\n")
    shop.run("2024-07-02")
    open_tags = {row[1] for row in shop.assignments() if row[4] is None}
    assert open_tags == {"active"}
    assert all(row[6] == "rule" for row in shop.assignments() if row[4] == "07-02" and row[1] != "active")


def test_a_comment_or_another_layout_is_no_change_of_a_rule(shop: Teashop) -> None:
    shop.run("2024-06-30")
    shop.rules("# a comment\n" + RULES.replace("no purchase 30 days ->", "no  purchase in 30 days   ->"))
    assert shop.run("2024-06-30")["unchanged"] is True


def test_merged_records_are_identity(shop: Teashop) -> None:
    shop.run("2024-06-30")
    same = MEMBERS.replace("Shanghai,30,", "Shanghai,30,13800138000").replace("Beijing,40,", "Beijing,40,138 0013 8000")
    shop.members(same)
    shop.run("2024-07-01")
    assert ("b", "active", None, "06-30", "07-01", "rule", "identity") in shop.assignments()


def test_one_tag_leaves_the_others_alone(shop: Teashop) -> None:
    shop.run("2024-06-30")
    report = shop.run("2024-07-10", tags=["quiet"])
    assert list(report["tags"]) == ["quiet"]
    assert held(shop, "quiet") == {"b", "c", "d"}
    assert held(shop, "active") == {"a", "b"}


def test_an_earlier_t_begins_anew_from_there(shop: Teashop) -> None:
    shop.run("2024-06-30")
    shop.run("2024-07-10")
    report = shop.run("2024-07-01")
    assert report["replaced"] == 1
    assert "begins anew" in report["warnings"][0]
    assert held(shop, "active") == {"a", "b"}
    assert held(shop, "quiet") == {"c", "d"}


def test_broken_rules_refuse_and_leave_the_state(shop: Teashop) -> None:
    shop.run("2024-06-30")
    before = shop.assignments()
    shop.rules(RULES + "no purchas 6 months -> churn\n")
    with pytest.raises(RulesBroken) as error:
        shop.run("2024-07-10")
    assert [d.code for d in error.value.diagnostics if d.severity == "error"] == ["T021"]
    assert shop.assignments() == before


def test_an_unknown_tag_names_the_nearest(shop: Teashop) -> None:
    with pytest.raises(UnknownName) as error:
        shop.run("2024-06-30", tags=["activ"])
    assert error.value.hint == "did you mean 'active'?"


def test_a_method_that_fails_keeps_its_tags_and_the_run_goes_on(shop: Teashop) -> None:
    (shop.root / "plugins").mkdir()
    plugin = shop.root / "plugins" / "mood.py"
    good = (
        "import pandas as pd\nfrom tagfolk_plugins import Method, MethodResult, hookimpl\n"
        "class Mood(Method):\n    name = 'mood'\n    columns = {'level': 'number'}\n"
        "    def run(self, arguments, context):\n"
        "        people = context.customers()\n"
        "        return MethodResult(pd.DataFrame({'level': [1.0] * len(people)}, index=people.index))\n"
        "@hookimpl\ndef tagfolk_methods():\n    return [Mood]\n"
    )
    plugin.write_text(good, encoding="utf-8")
    shop.rules(RULES + "use mood() as mood\nmood.level = 1 -> happy\n")
    assert shop.run("2024-06-30")["tags"]["happy"]["customers"] == 4
    plugin.write_text(good.replace("people = ", "raise ValueError('out of luck')\n        people = "), encoding="utf-8")
    from tagfolk_engine.plugins import forget

    forget()
    report = shop.run("2024-07-10")
    assert report["stale"] == ["happy"]
    assert "out of luck" in report["failed"]["mood"]
    assert held(shop, "happy") == {"a", "b", "c", "d"}
    assert held(shop, "active") == {"a"}
    forget()


def test_segments_go_to_their_sinks(shop: Teashop) -> None:
    shop.rules(RULES + "    sync letters\n    sync nowhere\n")
    shop.config("[identity]", '[sinks.letters]\nplugin = "csv_file"\npath = "out/{segment}.csv"\n\n[identity]')
    report = shop.run("2024-06-30")
    assert (shop.root / "out" / "call_them.csv").read_text() == "customer_id\ncrm:c\n"
    assert any("'nowhere', which is not configured" in warning for warning in report["warnings"])
    assert report["failed"] == {}
