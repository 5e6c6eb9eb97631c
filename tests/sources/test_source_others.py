"""Excel, Parquet, JSON and SQL sources on real files and databases."""

import json
import sqlite3
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pydantic import ValidationError
from tagfolk_plugins import Source, SourceContext, SourceError
from tagfolk_plugins.sources.excel import ExcelSource
from tagfolk_plugins.sources.json import JsonSource
from tagfolk_plugins.sources.parquet import ParquetSource
from tagfolk_plugins.sources.sql import SqlSource


def make(kind: type[Source], root: Path, **said: object) -> Source:
    return kind(kind.Arguments.model_validate(said), SourceContext("shop", root))


def rows(one: Source) -> list[dict[str, object]]:
    return [row for batch in one.read() for row in pa.Table.from_batches([batch]).to_pylist()]


def book(path: Path, *sheets: tuple[str, list[list[object]]]) -> None:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, lines in sheets:
        sheet = workbook.create_sheet(name)
        for line in lines:
            sheet.append(line)
    workbook.save(path)


def test_excel_types_and_header(tmp_path: Path) -> None:
    day = datetime(2024, 1, 31)
    book(tmp_path / "a.xlsx", ("Notes", [["x"]]), ("Data", [["Report of May"], [], ["id", "joined", "paid", "code"],
         [1, day, 2.5, "A1"], [2, day, 3, 7], [None, None, None, None]]))  # fmt: skip
    one = make(ExcelSource, tmp_path, path="a.xlsx", sheet="Data", header=3)
    assert rows(one) == [
        {"id": 1, "joined": date(2024, 1, 31), "paid": 2.5, "code": "A1"},
        {"id": 2, "joined": date(2024, 1, 31), "paid": 3.0, "code": "7"},
    ]


def test_excel_header_is_found_below_a_title(tmp_path: Path) -> None:
    book(tmp_path / "a.xlsx", ("S", [["Customers", None], ["id", "city"], [1, "Lyon"]]))
    one = make(ExcelSource, tmp_path, path="a.xlsx")
    assert rows(one) == [{"id": 1, "city": "Lyon"}]
    assert "a.xlsx: header in row 2" in one.notes.findings


def test_excel_refusals(tmp_path: Path) -> None:
    book(tmp_path / "a.xlsx", ("Members", [["id"], [1]]))
    with pytest.raises(SourceError) as raised:
        make(ExcelSource, tmp_path, path="a.xlsx", sheet="Member").schema()
    assert "Members" in raised.value.hint
    (tmp_path / "b.xlsx").write_text("not a workbook")
    with pytest.raises(SourceError, match=r"b\.xlsx"):
        make(ExcelSource, tmp_path, path="b.xlsx").schema()


def test_parquet_unites_files(tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": [1], "amount": [2]}), tmp_path / "a.parquet")
    pq.write_table(pa.table({"id": [2], "amount": [0.5], "city": ["Rome"]}), tmp_path / "b.parquet")
    one = make(ParquetSource, tmp_path, path="*.parquet")
    assert rows(one) == [{"id": 1, "amount": 2.0, "city": None}, {"id": 2, "amount": 0.5, "city": "Rome"}]
    assert one.schema().field("amount").type == pa.float64()


def test_parquet_that_was_cut(tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": [1]}), tmp_path / "a.parquet")
    whole = (tmp_path / "a.parquet").read_bytes()
    (tmp_path / "a.parquet").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SourceError, match=r"a\.parquet"):
        make(ParquetSource, tmp_path, path="a.parquet").schema()


@pytest.mark.parametrize("form", ["lines", "array"])
def test_json_forms(tmp_path: Path, form: str) -> None:
    found = [{"id": "007", "at": "2024-01-01T10:00:00+08:00", "n": 1, "where": {"city": "Lyon"}}, {"id": "8", "n": 2.5}]
    text = json.dumps(found) if form == "array" else "\n".join(map(json.dumps, found))
    (tmp_path / "a.json").write_text(text)
    assert rows(make(JsonSource, tmp_path, path="a.json")) == [
        {"id": "007", "at": "2024-01-01T10:00:00+08:00", "n": 1.0, "where": {"city": "Lyon"}},
        {"id": "8", "at": None, "n": 2.5, "where": None},
    ]


def test_broken_json_lines_are_rejected(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": 1}\n{"id": \n[2]\n{"id": 3}\n')
    one = make(JsonSource, tmp_path, path="a.jsonl")
    assert rows(one) == [{"id": 1}, {"id": 3}]
    assert [(r.place, r.record) for r in one.notes.rejected] == [("a.jsonl:2", '{"id":'), ("a.jsonl:3", "[2]")]


def test_a_broken_array_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('[{"id": 1},\n{"id": }]')
    with pytest.raises(SourceError, match=r"a\.json:2:8"):
        make(JsonSource, tmp_path, path="a.json").schema()


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    with sqlite3.connect(tmp_path / "crm.db") as connection:
        connection.execute(
            "CREATE TABLE members (id INTEGER, name TEXT, joined DATE, at DATETIME, active BOOLEAN, amount "
            "NUMERIC(9,2))"
        )
        connection.executemany(
            "INSERT INTO members VALUES (?, ?, ?, ?, ?, ?)",
            [(n, f"n{n}", "2024-01-31", "2024-01-31 10:00:00", n % 2, n + 0.5) for n in range(250)],
        )
    connection.close()
    return tmp_path


def test_sql_table_in_batches(shop: Path) -> None:
    one = make(SqlSource, shop, url="sqlite:///crm.db", table="members", batch=100)
    batches = list(one.read())
    assert [batch.num_rows for batch in batches] == [100, 100, 50]
    assert batches[0].to_pylist()[1] == {"id": 1, "name": "n1", "joined": date(2024, 1, 31),
                                         "at": datetime(2024, 1, 31, 10), "active": True, "amount": 1.5}  # fmt: skip
    assert one.schema() == batches[0].schema


def test_sql_query_and_columns(shop: Path) -> None:
    one = make(
        SqlSource, shop, url="sqlite:///crm.db", query="select id, amount * 2 as twice from members where id < 2"
    )
    assert rows(one) == [{"id": 0, "twice": 1}, {"id": 1, "twice": 3}]
    whole = make(SqlSource, shop, url="sqlite:///crm.db", table="members")
    assert [batch.schema.names for batch in whole.read(columns=["name"])] == [["name"]]


def test_sql_refusals(shop: Path) -> None:
    with pytest.raises(SourceError) as raised:
        make(SqlSource, shop, url="sqlite:///crm.db", table="member").schema()
    assert "members" in raised.value.hint
    with pytest.raises(SourceError, match=r"no database file nope\.db"):
        make(SqlSource, shop, url="sqlite:///nope.db", table="t").schema()
    assert not (shop / "nope.db").exists()
    with pytest.raises(ValidationError, match="either table or query"):
        make(SqlSource, shop, url="sqlite:///crm.db")


def test_an_unreachable_database_does_not_tell_its_password(tmp_path: Path) -> None:
    pytest.importorskip("psycopg", reason="the PostgreSQL driver is an extra")
    one = make(SqlSource, tmp_path, url="postgresql://u:hunter2@127.0.0.1:1/db", table="t")
    with pytest.raises(SourceError) as raised:
        list(one.read())
    assert "hunter2" not in raised.value.message
    assert "127.0.0.1" in raised.value.message
    assert "reachable" in raised.value.hint
