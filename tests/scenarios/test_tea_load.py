"""The milk-tea chain's files loaded: the planted dirt is found, counted against what the generator planted."""

import csv
import gzip
import sqlite3
from pathlib import Path

import duckdb
import numpy as np
import pytest
from tagfolk_engine import demo
from tagfolk_engine.demo.tea.files import FIVE_WAYS, member_number
from tagfolk_engine.demo.tea.orders import Orders, Visits, make_orders, make_visits
from tagfolk_engine.demo.tea.people import GUESTS, SEED, People, make_people
from tagfolk_engine.intake import LoadReport, load
from tagfolk_engine.intake.phones import library_form
from tagfolk_engine.intake.staging import Stage
from tagfolk_engine.lake import Lake
from tagfolk_engine.workspace import open_workspace


class Tea:
    """What was planted, and what the load made of it."""

    def __init__(self, root: Path) -> None:
        random = np.random.default_rng(SEED)
        self.people: People = make_people(random)
        self.orders: Orders = make_orders(random, self.people)
        self.visits: Visits = make_visits(random, self.people, self.orders)
        demo.write(root, "tea")
        self.root = root
        self.statements = 0
        run = Stage.run

        def counted(stage: Stage, query: object) -> duckdb.DuckDBPyConnection:
            self.statements += 1
            return run(stage, query)  # type: ignore[arg-type]

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Stage, "run", counted)
            self.report: LoadReport = load(open_workspace(root))
        snapshot = Lake(root / ".tagfolk" / "lake").current()
        assert snapshot is not None
        self.snapshot = snapshot
        self.connection = duckdb.connect()
        snapshot.attach(self.connection)

    def number(self, query: str, *values: object) -> int:
        row = self.connection.execute(query, values).fetchone()
        assert row is not None
        return int(row[0])


@pytest.fixture(scope="module")
def tea(tmp_path_factory: pytest.TempPathFactory) -> Tea:
    return Tea(tmp_path_factory.mktemp("tea") / "shop")


def test_every_person_is_one_customer(tea: Tea) -> None:
    assert tea.report.customers == len(tea.people)
    with sqlite3.connect(tea.root / "data" / "crm.db") as database:
        members = database.execute("SELECT member_id, mobile FROM members").fetchall()
    registered = len(tea.people) - GUESTS
    by_phone: dict[str, set[str]] = {}
    for member, mobile in members:
        by_phone.setdefault(str(library_form(mobile, "CN")), set()).add(member)
    assert set(by_phone) == {f"+86{phone}" for phone in tea.people.phone[:registered]}
    twice = [numbers for numbers in by_phone.values() if len(numbers) == 2]
    assert len(twice) == len(members) - registered
    joined = tea.connection.execute(
        "SELECT list(record_id) FROM read_parquet(?) WHERE source = 'crm' GROUP BY customer_id HAVING count(*) > 1",
        [str(tea.snapshot.file("identity"))],
    ).fetchall()
    assert sorted(sorted(row[0]) for row in joined) == sorted(sorted(numbers) for numbers in twice)


def test_each_order_once_and_with_its_own_customer(tea: Tea) -> None:
    assert tea.report.events["purchase"] == len(tea.orders.person)
    assert tea.report.events["visit"] == len(tea.visits.person)
    revenue = tea.connection.execute("SELECT sum(amount) FROM event_purchase").fetchone()
    assert revenue == (float((tea.orders.quantity * tea.orders.price).sum()),)
    counts = np.bincount(tea.orders.person, minlength=len(tea.people))
    found = dict(tea.connection.execute(
        "SELECT phone, count(time) FROM customers LEFT JOIN event_purchase USING (customer) WHERE phone IS NOT NULL "
        "GROUP BY 1").fetchall())  # fmt: skip
    registered = len(tea.people) - GUESTS
    assert found == {f"+86{tea.people.phone[p]}": int(counts[p]) for p in range(registered)}


def test_the_dirt_of_the_tills_is_counted(tea: Tea) -> None:
    rows = []
    for path in sorted((tea.root / "data" / "pos").glob("*.csv.gz")):
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            rows += [tuple(row.values()) for row in csv.DictReader(file)]
    test_orders = sum(row[-1] == "test" for row in rows)
    source = tea.report.sources["pos"]
    assert (source.read, source.filtered, source.duplicates) == (len(rows), test_orders, len(rows) - len(set(rows)))
    assert source.kept == int((~tea.orders.online).sum())
    assert source.duplicates
    assert test_orders
    assert all(one.rejected is not None and not one.rejected.count for one in tea.report.sources.values())


def test_impossible_ages_are_dropped_and_listed(tea: Tea) -> None:
    with sqlite3.connect(tea.root / "data" / "crm.db") as database:
        ((wrong,),) = database.execute("SELECT count(*) FROM members WHERE age > 120").fetchall()
    age = tea.report.attributes["age"]
    assert (age.dropped, age.values) == (wrong, [("150", wrong)])
    assert wrong
    assert tea.number("SELECT count(*) FROM customers WHERE age > 120") == 0


def test_phones_in_all_five_ways_are_normal(tea: Tea) -> None:
    assert tea.number("SELECT count(*) FROM customers WHERE phone NOT SIMILAR TO '[+]86[0-9]{11}'") == 0
    phone = tea.people.phone[0]
    ways = {way.format(phone, phone[:3], phone[3:7], phone[7:]) for way in FIVE_WAYS}
    assert {library_form(way, "CN") for way in ways} == {f"+86{phone}"}
    assert tea.number("SELECT count(*) FROM customers WHERE customer_id = 'crm:' || ?", member_number(0)) == 1


def test_the_load_takes_few_statements(tea: Tea) -> None:
    assert tea.statements < 240
