"""The CSV source on real files of every kind that it says it can find out."""

import gzip
from pathlib import Path

import pytest
from tagfolk_plugins import SourceContext, SourceError
from tagfolk_plugins.sources.csv import CsvArguments, CsvSource

ROWS = [("id", "name", "amount"), ("1", "Zoë Müller", "3.5"), ("2", "a, b", "7")]


def source(root: Path, path: str = "*.csv", **said: object) -> CsvSource:
    return CsvSource(CsvArguments(path=path, **said), SourceContext("shop", root))


def rows(one: CsvSource) -> list[tuple[str | None, ...]]:
    return [tuple(row.values()) for batch in one.read() for row in batch.to_pylist()]


def text(delimiter: str = ",", end: str = "\n") -> str:
    def cell(value: str) -> str:
        return f'"{value}"' if delimiter in value else value

    return "".join(delimiter.join(map(cell, row)) + end for row in ROWS)


@pytest.mark.parametrize(
    ("codec", "shown"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8 with a byte order mark"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("cp1252", "Windows-1252"),
        ("mac_roman", "Mac Roman"),
    ],
)
def test_encodings_are_found_out_and_reported(tmp_path: Path, codec: str, shown: str) -> None:
    body = text() + "".join(f"{n},Frédéric Besançon-Müller,{n}\n" for n in range(3, 9))
    (tmp_path / "a.csv").write_bytes(body.encode(codec))
    one = source(tmp_path)
    found = rows(one)
    assert found[0] == ("1", "Zoë Müller", "3.5")
    assert found[2] == ("3", "Frédéric Besançon-Müller", "3")
    assert f"encoding: {shown}" in one.notes.findings


@pytest.mark.parametrize("codec", ["gbk", "gb18030"])
def test_chinese_encodings(tmp_path: Path, codec: str) -> None:
    names = ["张三丰", "李四", "上海市徐汇区", "珍珠奶茶", "半糖去冰"]
    body = "编号,姓名\n" + "".join(f"{n},{name}\n" for n, name in enumerate(names))
    (tmp_path / "a.csv").write_bytes(body.encode(codec))
    one = source(tmp_path)
    assert [name for _, name in rows(one)] == names
    assert one.schema().names == ["编号", "姓名"]
    assert "encoding: GB18030 (GBK)" in one.notes.findings


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(tmp_path: Path, delimiter: str, end: str) -> None:
    (tmp_path / "a.csv").write_bytes(text(delimiter, end).encode())
    one = source(tmp_path)
    assert rows(one) == ROWS[1:]
    assert ("encoding: UTF-8, lines end in CR" in one.notes.findings) == (end == "\r")


def test_what_is_said_outranks_what_is_found_out(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"1;caf\x8e\n2;x\n")
    one = source(tmp_path, encoding="mac_roman", delimiter=";", header=False, columns=["n", "t"])
    assert rows(one) == [("1", "café"), ("2", "x")]
    assert one.schema().names == ["n", "t"]


def test_a_file_without_a_header_is_seen(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1,2024-01-01,x\n2,2024-01-02,y\n")
    one = source(tmp_path)
    assert one.schema().names == ["column1", "column2", "column3"]
    assert len(rows(one)) == 2
    assert any("no header" in line for line in one.notes.findings)


def test_globs_unite_by_column_name(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,amount\n1,2\n")
    (tmp_path / "b.csv").write_text("amount;id;city\n5;9;Lyon\n")
    with gzip.open(tmp_path / "c.csv.gz", "wt") as file:
        file.write("id,city\n7,Rome\n")
    one = source(tmp_path, "*.csv*")
    assert sorted(rows(one)) == [("1", "2", None), ("7", None, "Rome"), ("9", "5", "Lyon")]


def test_broken_lines_are_rejected_with_their_place(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('a,b,c\n1,"x\ny",2\n2,zz\n3,u,4,5\n4,q,9\n')
    one = source(tmp_path)
    assert rows(one) == [("1", "x\ny", "2"), ("4", "q", "9")]
    assert [(r.place, r.record, r.reason) for r in one.notes.rejected] == [
        ("a.csv:4", "2,zz", "2 columns instead of 3"),
        ("a.csv:5", "3,u,4,5", "4 columns instead of 3"),
    ]


def test_an_open_quote_takes_no_other_line_with_it(tmp_path: Path) -> None:
    good = "".join(f'{n},"q{n}",{n}\n' for n in range(300))
    (tmp_path / "a.csv").write_text(f'a,b,c\n1,x,2\n4,"bad,7\n{good}5,"late,1\n')
    one = source(tmp_path)
    found = rows(one)
    assert len(found) == 301
    assert found[-1] == ("299", "q299", "299")
    assert {(r.place, r.record) for r in one.notes.rejected} == {("a.csv:3", '4,"bad,7'), ("a.csv:304", '5,"late,1')}


def test_a_missing_file_says_what_there_is(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("a\n1\n")
    with pytest.raises(SourceError) as raised:
        source(tmp_path, "order.csv").schema()
    assert "order.csv" in raised.value.message
    assert "orders.csv" in raised.value.hint


def test_a_wrong_encoding_names_the_right_one(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("编号,姓名\n1,张三丰\n2,上海\n".encode("gbk"))
    with pytest.raises(SourceError) as raised:
        rows(source(tmp_path, encoding="utf-8"))
    assert "is not UTF-8" in raised.value.message
    assert "gb18030" in raised.value.hint


def test_only_the_columns_asked_for(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(text())
    batches = list(source(tmp_path).read(columns=["amount"]))
    assert [batch.schema.names for batch in batches] == [["amount"]]


def test_a_copy_is_deleted_with_its_source(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(text(end="\r").encode())
    one = source(tmp_path)
    rows(one)
    assert list((tmp_path / ".tagfolk" / "tmp").iterdir())
    del one
    assert not list((tmp_path / ".tagfolk" / "tmp").iterdir())
