"""What runs leave in ``assignment``: one row per unbroken time, only differences, nothing lost."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from sqlalchemy import text
from support.stored import day, rows, run
from tagfolk_engine.results.membership import Memberships
from tagfolk_engine.results.store import Store


@pytest.fixture
def store(store_url: str) -> Store:
    return Store(store_url)


def test_one_row_per_unbroken_time(store: Store, tmp_path: Path) -> None:
    run(store, tmp_path, day(1), {("a", "vip", None), ("b", "vip", None), ("a", "tier", "gold")})
    run(store, tmp_path, day(2), {("a", "vip", None), ("a", "tier", "silver")}, "time")
    run(store, tmp_path, day(3), {("a", "vip", None), ("b", "vip", None), ("a", "tier", "silver")}, "behaviour")
    assert rows(store) == [
        ("a", "tier", "gold", 1, 2, "rule", "time"),
        ("a", "tier", "silver", 2, None, "time", None),
        ("a", "vip", None, 1, None, "rule", None),
        ("b", "vip", None, 1, 2, "rule", "time"),
        ("b", "vip", None, 3, None, "behaviour", None),
    ]
    store.dispose()


def test_a_run_that_finds_the_same_writes_no_assignment(store: Store, tmp_path: Path) -> None:
    holds = {("a", "vip", None), ("b", "tier", "gold")}
    run(store, tmp_path, day(1), holds)
    before = rows(store)
    run(store, tmp_path, day(2), holds, "time")
    assert rows(store) == before
    store.dispose()


def test_several_values_of_one_tag(store: Store, tmp_path: Path) -> None:
    run(store, tmp_path, day(1), {("a", "likes", "tea"), ("a", "likes", "milk")})
    run(store, tmp_path, day(2), {("a", "likes", "tea"), ("a", "likes", "cake")}, "behaviour")
    assert [r[2:5] for r in rows(store)] in (
        [("tea", 1, None), ("milk", 1, 2), ("cake", 2, None)],
        [("milk", 1, 2), ("tea", 1, None), ("cake", 2, None)],
    )
    store.dispose()


def test_the_same_t_again_corrects_what_it_said(store: Store, tmp_path: Path) -> None:
    run(store, tmp_path, day(1), {("a", "vip", None)})
    run(store, tmp_path, day(2), {("b", "vip", None)}, "time")
    run(store, tmp_path, day(2), {("a", "vip", None)}, "rule")
    assert rows(store) == [
        ("a", "vip", None, 1, None, "rule", None),
        ("b", "vip", None, 2, 2, "time", "rule"),
    ]
    assert Memberships(store, tmp_path).held("vip").column("customer_id").to_pylist() == ["a"]
    assert Memberships(store, tmp_path).now().column("customer_id").to_pylist() == ["a"]
    run(store, tmp_path, day(3), set(), "time")  # what went on is known to the next run, which ends it
    assert [row[4] for row in rows(store)] == [3, 2]
    store.dispose()


def test_an_earlier_t_takes_the_later_history_s_place(store: Store, tmp_path: Path) -> None:
    run(store, tmp_path, day(1), {("a", "vip", None), ("b", "vip", None)})
    run(store, tmp_path, day(5), {("b", "vip", None), ("c", "vip", None)}, "time")
    third = run(store, tmp_path, day(3), {("a", "vip", None), ("d", "vip", None)}, "late")
    assert rows(store) == [
        ("a", "vip", None, 1, None, "rule", None),
        ("b", "vip", None, 1, 3, "rule", "late"),
        ("d", "vip", None, 3, None, "late", None),
    ]
    with store.engine.connect() as connection:
        aside = connection.execute(text("SELECT run, customer_id FROM assignment_replaced ORDER BY customer_id"))
        assert [tuple(row) for row in aside] == [(third.id, "a"), (third.id, "c")]
        replaced = connection.execute(text("SELECT replaced_by FROM run ORDER BY id")).scalars().all()
    assert list(replaced) == [None, third.id, None]
    latest = store.latest()
    assert latest is not None
    assert latest.id == third.id
    store.dispose()


def test_history_as_an_evaluation_sees_it(store: Store, tmp_path: Path) -> None:
    run(store, tmp_path, day(1), {("a", "vip", None)})
    run(store, tmp_path, day(3), set())
    run(store, tmp_path, day(5), {("a", "vip", None)})
    seen = Memberships(store, tmp_path, before=day(3)).held("vip").to_pylist()
    assert [(r["customer_id"], r["since"], r["until"]) for r in seen] == [("a", day(1), None)]
    whole = Memberships(store, tmp_path).held("vip").to_pylist()
    assert sorted((r["since"].day, r["until"] and r["until"].day) for r in whole) == [(1, 3), (5, None)]
    store.dispose()


def test_the_copy_in_the_lake_is_what_the_store_says(store: Store, tmp_path: Path) -> None:
    run(store, tmp_path, day(1), {("a", "vip", None), ("b", "tier", "gold")})
    run(store, tmp_path, day(2), {("a", "vip", None), ("b", "tier", "silver")})
    memberships = Memberships(store, tmp_path)
    copy = memberships.file()
    assert copy is not None
    assert len(list(tmp_path.glob("membership-*"))) == 1
    written = sorted(map(str, pq.read_table(copy).to_pylist()))
    copy.unlink()
    made = memberships.file()
    assert made == copy
    assert sorted(map(str, pq.read_table(copy).to_pylist())) == written
    assert memberships.now().num_rows == 2
    store.dispose()


def test_companies_read_sqlite_with_their_own_sql(tmp_path: Path) -> None:
    path = tmp_path / "results.db"
    store = Store(f"sqlite:///{path}")
    run(store, tmp_path, day(1), {("a", "vip", None)})
    run(store, tmp_path, day(2), set())
    with sqlite3.connect(path) as connection:
        found = connection.execute("SELECT customer_id, tag, value, since, until FROM assignment").fetchall()
        assert found == [("a", "vip", None, "2024-07-01 16:00:00.000000", "2024-07-02 16:00:00.000000")]
        assert connection.execute("SELECT typeof(since) FROM assignment").fetchone() == ("text",)
    connection.close()


def test_many_rows_build_their_indexes_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tagfolk_engine.results.recording._BULK", 100)
    path = tmp_path / "results.db"
    store = Store(f"sqlite:///{path}")
    run(store, tmp_path, day(1), {(f"c{i}", "vip", None) for i in range(1000)})
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM assignment").fetchone() == (1000,)
        names = {r[0] for r in connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    assert {"ix_assignment_customer_id", "assignment_tag"} <= names
