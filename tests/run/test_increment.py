"""An increment gives exactly the tags of a full run, and touches no more than it must."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pytest
from support.naive.world import Event, World
from support.teashop import MEMBERS, ORDERS, RULES, Teashop
from support.world_runs import WorldRuns, later
from support.worlds import Case, Maker, make_case
from tagfolk_engine.run import increment


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """An increment even where the estimate says that the full run is cheaper."""
    monkeypatch.setattr(increment, "MOST", 2.0)


def changed(case: Case, seed: int) -> World:
    """The next day's data: events added, late, corrected and gone; attributes others; a customer new, one gone."""
    r, maker = random.Random(seed), Maker(case.seed)
    maker.r = r
    world = case.world
    people = {name: dict(row) for name, row in world.customers.items()}
    chosen = r.choice(list(people))
    people[chosen] |= {"age": r.choice([19, 40, None]), "city": r.choice(["Shanghai", "Beijing"])}
    events = {name: list(rows) for name, rows in world.events.items()}
    if r.random() < 0.4:
        people["crm:99"] = dict(people[chosen])
    if r.random() < 0.3 and len(people) > 2:
        gone = r.choice(list(people))
        del people[gone]
        events = {name: [event for event in rows if event.customer != gone] for name, rows in events.items()}
    for name, rows in events.items():
        if rows and r.random() < 0.5:
            rows.pop(r.randrange(len(rows)))
        for _ in range(r.randint(0, 2)):
            rows.append(Event(r.choice(list(people)), maker.moment(), maker._properties(name)))
    return later(world, customers=people, events=events)


STEPS = (timedelta(0), timedelta(hours=5), timedelta(days=1), timedelta(days=3), timedelta(days=31))


@pytest.mark.parametrize("seed", range(300, 306))
def test_random_worlds(seed: int, tmp_path: Path, always: None) -> None:
    case = make_case(seed)
    runs = WorldRuns(tmp_path / "w", case)
    runs.load(case.world)
    at = case.world.cutoff
    runs.run(at)
    r = random.Random(seed)
    for round_ in range(2):
        at += r.choice(STEPS)
        if r.random() < 0.7:
            runs.load(changed(case, seed * 10 + round_))
        expected = runs.expected(at)
        report, found = runs.run(at)
        assert found == expected, (seed, round_, report.way, report.because, sorted(found ^ expected, key=str)[:10])


@pytest.fixture
def shop(tmp_path: Path) -> Teashop:
    shop = Teashop.make(tmp_path / "shop")
    more = "".join(f"m{i},2024-06-25 10:00:00,10\n" for i in range(20))
    shop.members(MEMBERS + "".join(f"m{i},M{i},Beijing,30,\n" for i in range(20)))
    shop.orders(ORDERS + more)
    shop.rules(RULES)
    return shop


def test_one_new_order_touches_one_customer(shop: Teashop) -> None:
    assert shop.run("2024-06-30")["because"] == "it is the first run"
    orders = (shop.root / "data" / "orders.csv").read_text(encoding="utf-8")
    shop.orders(orders + "c,2024-06-29 10:00:00,200\n")
    report = shop.run("2024-06-30")
    assert (report["way"], report["touched"]) == ("increment", 1)
    assert {row[0] for row in shop.assignments() if row[1] == "big" and row[4] is None} == {"a", "c"}


def test_a_day_that_moves_no_window_s_edge_touches_nobody(shop: Teashop) -> None:
    shop.run("2024-06-30")
    report = shop.run("2024-07-01")
    assert (report["way"], report["touched"]) == ("increment", 0)


def test_an_event_on_the_edge_of_a_window(shop: Teashop) -> None:
    shop.run("2024-07-04")
    report = shop.run("2024-07-05")  # b's order of 5 June leaves the 30 days
    assert (report["way"], report["touched"]) == ("increment", 1)
    assert ("b", "active", None, "07-04", "07-05", "rule", "time") in shop.assignments()


def test_an_edited_rule_is_evaluated_for_everybody(shop: Teashop) -> None:
    shop.run("2024-06-30")
    shop.rules(RULES.replace(">= 100 -> big", ">= 10 -> big"))
    report = shop.run("2024-06-30")
    assert (report["way"], report["touched"]) == ("increment", 0)
    assert report["tags"]["big"]["customers"] == 24 - 1


def test_full_is_obeyed_and_the_estimate_is(shop: Teashop) -> None:
    shop.run("2024-06-30")
    assert shop.run("2024-07-01", full=True)["because"] == "--full was asked for"
    report = shop.run("2024-07-30")  # nearly all orders leave the 30 days at once
    assert report["way"] == "full"
    assert "can have changed" in report["because"]


def test_ranks_look_at_everybody(shop: Teashop) -> None:
    shop.rules(
        "purchase ever and sum(purchase.amount) top 1 -> best\npurchase in 30 days -> active\nhas best -> echo\n"
    )
    shop.run("2024-06-30")
    orders = (shop.root / "data" / "orders.csv").read_text(encoding="utf-8")
    shop.orders(orders + "c,2024-06-29 10:00:00,900\n")
    report = shop.run("2024-06-30")
    assert (report["way"], report["touched"]) == ("increment", 1)
    for tag in ("best", "echo"):
        assert {row[0] for row in shop.assignments() if row[1] == tag and row[4] is None} == {"c"}


def test_pins_are_kept_and_end(shop: Teashop) -> None:
    shop.run("2024-06-30")
    assert shop.cli("pin", "d", "big", "--until", "2024-07-02", "--why", "x") == 0
    assert shop.run("2024-07-01")["tags"]["big"]["customers"] == 2
    report = shop.run("2024-07-03")
    assert report["way"] == "increment"
    assert report["tags"]["big"]["customers"] == 1


def test_a_lost_snapshot_means_everything_anew(shop: Teashop) -> None:
    import shutil

    shop.run("2024-06-30")
    lake = shop.root / ".tagfolk" / "lake"
    kept = (lake / "KEEP").read_text(encoding="utf-8").strip()
    assert shop.cli("load") == 0
    shutil.rmtree(lake / kept)
    assert shop.run("2024-07-01")["because"] == "the data that the last run read are gone"
