"""Loads that go wrong, wholly or in a record: named, counted, and nothing lost."""

import json
from pathlib import Path

import duckdb
import pytest
from support.loading import CRM, HEAD, POS, loaded, rejected
from tagfolk_engine.intake import SourceFailed, load, probe
from tagfolk_engine.lake import Lake
from tagfolk_engine.workspace import WorkspaceError, open_workspace


def test_a_wrong_column_names_the_nearest_and_loads_nothing(tmp_path: Path) -> None:
    config = HEAD + POS + 'customer = "hwo"\ntime = "at"\nproperties = { a = "amuont + 1" }\n'
    with pytest.raises(WorkspaceError) as raised:
        loaded(tmp_path, config, pos="who,at,amount\n1,2024-01-01,3\n")
    assert [(d.code, d.replacement) for d in raised.value.diagnostics] == [("C022", "who"), ("C022", "amount")]
    assert Lake(tmp_path / ".tagfolk" / "lake").current() is None
    found = probe(open_workspace(tmp_path))
    assert [d.span for d in found] == [d.span for d in raised.value.diagnostics]


def test_a_missing_file_fails_and_keeps_the_old_snapshot(tmp_path: Path) -> None:
    got = loaded(tmp_path, HEAD + POS + 'customer = "who"\ntime = "at"\n', pos="who,at\n1,2024-01-01\n")
    (tmp_path / "pos.csv").unlink()
    with pytest.raises(SourceFailed) as raised:
        load(got.workspace)
    assert "pos.csv" in raised.value.message
    current = Lake(got.workspace.lake_path).current()
    assert current is not None
    assert got.snapshot is not None
    assert current.name == got.snapshot.name
    assert [d.code for d in probe(got.workspace)] == ["C039"]


def test_personal_values_are_masked_in_the_report(tmp_path: Path) -> None:
    config = HEAD + CRM + 'attributes = { birth = "birth" }\npersonal = ["birth"]\n[attributes.birth]\ntype = "date"\n'
    got = loaded(tmp_path, config, crm="id,birth\n1,1990-13-41\n")
    assert got.report.attributes["birth"].values == [("•••", 1)]
    assert "1990-13-41" not in json.dumps(got.json) + "\n".join(got.report.quality)
    assert got.snapshot is not None
    assert got.snapshot.meta.attributes["birth"].personal


def test_a_broken_parquet_file_is_named(tmp_path: Path) -> None:
    duckdb.sql(
        "SELECT i::VARCHAR AS who, TIMESTAMP '2024-01-01' + to_minutes(i) AS at, hash(i) AS noise FROM range(50000) "
        "r(i)"
    ).write_parquet(str(tmp_path / "pos.parquet"))
    config = HEAD + POS.replace('"csv"', '"parquet"').replace(".csv", ".parquet") + (
        'customer = "who"\ntime = "at"\nproperties = { noise = "noise" }\n')  # fmt: skip
    (tmp_path / "tagfolk.toml").write_text(config)
    assert load(open_workspace(tmp_path)).events == {"purchase": 50_000}
    whole = (tmp_path / "pos.parquet").read_bytes()
    for place in (200, len(whole) // 2):
        (tmp_path / "pos.parquet").write_bytes(whole[:place] + b"\0" * 5000 + whole[place + 5000 :])
        with pytest.raises(SourceFailed) as raised:
            load(open_workspace(tmp_path))
        assert "'pos'" in raised.value.message
    assert Lake(tmp_path / ".tagfolk" / "lake").current() is not None


def test_rejected_parquet_rows_have_their_place(tmp_path: Path) -> None:
    for name, ids in (("a", "('1'), (NULL)"), ("b", "('2'), ('3'), ('  ')")):
        query = f"SELECT who, TIMESTAMP '2024-01-01' AS at FROM (VALUES {ids}) t(who)"
        duckdb.sql(query).write_parquet(str(tmp_path / f"{name}.parquet"))
    config = (
        HEAD + POS.replace('"csv"', '"parquet"').replace("pos.csv", "*.parquet") + 'customer = "who"\ntime = "at"\n'
    )
    (tmp_path / "tagfolk.toml").write_text(config)
    report = load(open_workspace(tmp_path))
    assert {r["place"] for r in rejected(tmp_path, "pos")} == {"a.parquet row 2", "b.parquet row 3"}
    assert (report.sources["pos"].read, report.sources["pos"].kept) == (5, 3)


def test_values_of_lines_and_groups_that_are_dropped(tmp_path: Path) -> None:
    config = HEAD + POS + (
        'customer = "who"\ntime = "at"\ngroup_by = ["no"]\nproperties = { amount = "sum(price)", store = "store" }\n'
        '[properties."purchase.amount"]\nvalid = "0..100"\n[properties."purchase.store"]\nvalid = ["S1"]\n'
    )  # fmt: skip
    prices = [("A", "5"), ("A", "x"), ("B", "99"), ("B", "7"), *((f"C{n}", "1") for n in range(9))]
    lines = "".join(f"{no},1,2024-01-01,{price},{'S9' if no == 'B' else 'S1'}\n" for no, price in prices)
    got = loaded(tmp_path, config, pos="no,who,at,price,store\n" + lines)
    fields = got.report.properties
    assert fields["purchase.amount"].dropped == 2
    assert sorted(fields["purchase.amount"].values) == [("106", 1), ("price x", 1)] or sorted(
        fields["purchase.amount"].values) == [("106.0", 1), ("price x", 1)]  # fmt: skip
    assert (fields["purchase.store"].dropped, fields["purchase.store"].values) == (2, [("S9", 2)])
    assert got.rows("SELECT count(*), count(amount), count(store) FROM event_purchase") == [(11, 10, 10)]


def test_rows_that_two_blocks_read_are_counted_once(tmp_path: Path) -> None:
    config = HEAD + POS + 'customer = "who"\ntime = "at"\nwhere = "kind = \'buy\'"\nkey = ["no"]\n' + (
        '[[events]]\nname = "return"\nfrom = "pos"\ncustomer = "who"\ntime = "at"\nwhere = "kind = \'back\'"\n'
    )  # fmt: skip
    got = loaded(tmp_path, config, pos=(
        "no,who,at,kind\n1,a,2024-01-01,buy\n1,a,2024-01-01,buy\n1,a,2024-01-02,back\n2,,2024-01-02,back\n"
        "3,b,2024-01-02,look\n3,b,2024-01-02\n"))  # fmt: skip
    source = got.report.as_json()["sources"]["pos"]
    assert {k: source[k] for k in ("read", "kept", "rejected", "duplicates", "filtered")} == {
        "read": 6, "kept": 2, "rejected": 2, "duplicates": 1, "filtered": 1}  # fmt: skip


def test_names_that_are_no_file_names_are_refused(tmp_path: Path) -> None:
    (tmp_path / "tagfolk.toml").write_text(
        '[sources."../pos"]\nplugin = "csv"\npath = "pos.csv"\n[[events]]\nname = "a/b"\nfrom = "../pos"\n'
        'customer = "who"\ntime = "at"\n'
    )
    with pytest.raises(WorkspaceError) as raised:
        open_workspace(tmp_path)
    assert [d.code for d in raised.value.diagnostics] == ["C037", "C037"]
