"""What lasts from run to run: kept tags, segments with limits and held-out parts, columns of methods."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select
from support.teashop import RULES, Teashop
from tagfolk_engine.plugins import forget
from tagfolk_engine.results.models import Record, RuleHeld, SegmentMember
from tagfolk_engine.run import prepare
from tagfolk_engine.workspace import open_workspace


@pytest.fixture
def shop(tmp_path: Path) -> Teashop:
    return Teashop.make(tmp_path / "shop")


def stored(shop: Teashop, model: type[Record]) -> list[Any]:
    store = prepare(open_workspace(shop.root)).store
    with store.session() as session:
        found = list(session.exec(select(model)).all())
    store.dispose()
    return found


def held(shop: Teashop, tag: str) -> set[str]:
    return {row[0] for row in shop.assignments() if row[1] == tag and row[4] is None}


def test_for_and_forever_keep_from_the_last_run_at_which_the_condition_held(shop: Teashop) -> None:
    shop.rules("purchase in 5 days -> fresh for 10 days\npurchase in 5 days -> once forever\n")
    shop.run("2024-06-26")  # a bought on the 25th
    assert [(row.rule, row.customer_id, row.last) for row in stored(shop, RuleHeld) if row.rule == "fresh"] == [
        ("fresh", "crm:a", None)
    ]
    shop.run("2024-07-02")
    (mine,) = [row for row in stored(shop, RuleHeld) if row.rule == "fresh"]
    assert mine.since == mine.last
    assert f"{mine.last:%Y-%m-%d %H}" == "2024-06-26 16"
    shop.run("2024-07-05")  # T = 6 July 0:00 is before 27 June + 10 days
    assert held(shop, "fresh") == {"a"}
    shop.run("2024-07-06")
    assert held(shop, "fresh") == set()
    assert ("a", "fresh", None, "06-26", "07-06", "rule", "time") in shop.assignments()
    assert held(shop, "once") == {"a"}
    shop.rules("purchase in 5 days -> once forever\npurchase ever -> not once\n")
    shop.run("2024-07-07")
    assert held(shop, "once") == set()


def test_a_column_of_a_method_is_the_cause(shop: Teashop) -> None:
    (shop.root / "plugins").mkdir()
    (shop.root / "level.txt").write_text("1")
    (shop.root / "plugins" / "mood.py").write_text(
        "import pandas as pd\nfrom pathlib import Path\nfrom tagfolk_plugins import Method, MethodResult, hookimpl\n"
        "class Mood(Method):\n    name = 'mood'\n    columns = {'level': 'number'}\n"
        "    def run(self, arguments, context):\n"
        "        people = context.customers()\n"
        f"        level = float(Path({str(shop.root / 'level.txt')!r}).read_text())\n"
        "        return MethodResult(pd.DataFrame({'level': [level] * len(people)}, index=people.index))\n"
        "@hookimpl\ndef tagfolk_methods():\n    return [Mood]\n",
        encoding="utf-8",
    )
    shop.rules(RULES + "use mood() as mood\nmood.level = 1 -> happy\n")
    forget()
    assert shop.run("2024-06-30")["tags"]["happy"]["customers"] == 4
    (shop.root / "level.txt").write_text("0")
    report = shop.run("2024-07-01")
    assert report["tags"]["happy"] == {"customers": 0, "entered": 0, "left": 4}
    assert ("a", "happy", None, "06-30", "07-01", "rule", "method") in shop.assignments()
    forget()


def test_a_limit_takes_the_highest_and_a_holdout_is_the_same_part_each_time(shop: Teashop) -> None:
    people = "".join(f"m{i:03},M,Beijing,{20 + i % 40},\n" for i in range(200))
    shop.members("id,name,city,age,phone\n" + people)
    shop.orders("member,at,amount\nm000,2024-06-20 10:00:00,1\n")
    shop.rules(
        "age >= 20 -> adult\n\nsegment oldest: has adult\n    limit 7 by age\n\n"
        "segment tested: has adult\n    holdout 25%\n\nsegment some: has adult\n    limit 50 at random\n"
    )

    def synced(segment: str) -> set[str]:
        return {row.customer_id for row in stored(shop, SegmentMember) if row.segment == segment and row.synced}

    report = shop.run("2024-06-30")
    assert {name: row["customers"] for name, row in report["segments"].items()} == dict.fromkeys(
        ("oldest", "tested", "some"), 200
    )
    ages = {f"crm:m{i:03}": 20 + i % 40 for i in range(200)}
    assert synced("oldest") == set(sorted(ages, key=lambda who: (-ages[who], who))[:7])
    first = synced("tested"), synced("some")
    assert 130 <= len(first[0]) <= 170
    assert len(first[1]) == 50
    shop.run("2024-07-05")
    assert (synced("tested"), synced("some")) == first
