"""The file sinks: what was handed over is in the file, and the old file stays when the new one cannot be written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from tagfolk_plugins.api.errors import ArgumentError, SinkError
from tagfolk_plugins.api.sink import Sink, SinkContext
from tagfolk_plugins.sinks.csv_file import CsvFile
from tagfolk_plugins.sinks.excel_file import ExcelFile
from tagfolk_plugins.sinks.parquet_file import ParquetFile

ROWS = pa.table({"customer_id": ["crm:1", "crm:2"], "name": ['=1+1, "x"', "张三"], "age": [30, None]})


def sink(kind: type[Sink], root: Path, **arguments: Any) -> Sink:
    context = SinkContext("out", root, "win_back", "赢回/老客户")
    return kind(kind.Arguments.model_validate(arguments), context)


@pytest.mark.parametrize(
    ("kind", "ending", "read"),
    [(CsvFile, "csv", pd.read_csv), (ExcelFile, "xlsx", pd.read_excel), (ParquetFile, "parquet", pd.read_parquet)],
)
def test_the_whole_segment_twice(tmp_path: Path, kind: type[Sink], ending: str, read: Any) -> None:
    file = tmp_path / "out" / f"win_back.{ending}"
    made = sink(kind, tmp_path, path="out/{segment}." + ending)
    for _ in range(2):
        assert made.sync(ROWS, ROWS.slice(0, 0), ROWS) == 2
    frame = read(file)
    assert frame["name"].tolist() == ['=1+1, "x"', "张三"]
    assert frame["age"].isna().tolist() == [False, True]
    assert [path.name for path in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize("kind", [CsvFile, ExcelFile, ParquetFile])
def test_a_path_that_cannot_be_written(tmp_path: Path, kind: type[Sink]) -> None:
    (tmp_path / "out").write_text("a file, no folder")
    with pytest.raises(SinkError, match="cannot write"):
        sink(kind, tmp_path, path="out/x").sync(ROWS, ROWS, ROWS)


def test_csv_arguments(tmp_path: Path) -> None:
    made = sink(CsvFile, tmp_path, path="x.csv", delimiter=";", bom=True)
    made.sync(ROWS, ROWS, ROWS)
    text = (tmp_path / "x.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbfcustomer_id;name;age\n")
    with pytest.raises(ArgumentError, match="one character"):
        sink(CsvFile, tmp_path, delimiter="||").sync(ROWS, ROWS, ROWS)


def test_excel_keeps_texts_texts(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    sink(ExcelFile, tmp_path, path="x.xlsx").sync(ROWS, ROWS, ROWS)
    cell = load_workbook(tmp_path / "x.xlsx").active["B2"]
    assert (cell.value, cell.data_type) == ('=1+1, "x"', "s")
