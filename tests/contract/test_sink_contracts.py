"""Our own sinks under the suite that authors get."""

from __future__ import annotations

import csv
from abc import abstractmethod
from pathlib import Path
from typing import ClassVar

from tagfolk_engine.plugins import sinks
from tagfolk_plugins import Sink, SinkContext
from tagfolk_plugins.testing import SinkContract


class FileSink(SinkContract):
    """What the file sinks share: a file in the workspace's folder, and one that cannot be written."""

    plugin: ClassVar[str]
    file: ClassVar[str]

    def make(self, folder: Path, path: str) -> Sink:
        kind = sinks()[self.plugin]
        return kind(kind.Arguments.model_validate({"path": path}), SinkContext("out", folder, "vip"))

    def sink(self, tmp_path: Path) -> Sink:
        return self.make(tmp_path, self.file)

    def broken(self, tmp_path: Path) -> Sink:
        (tmp_path / "file").write_text("in the way", encoding="utf-8")
        return self.make(tmp_path, f"file/{self.file}")

    @abstractmethod
    def held(self, tmp_path: Path) -> set[str]: ...


class TestCsvFile(FileSink):
    plugin = "csv_file"
    file = "out.csv"

    def held(self, tmp_path: Path) -> set[str]:
        with (tmp_path / self.file).open(encoding="utf-8-sig", newline="") as file:
            return {row["customer_id"] for row in csv.DictReader(file)}


class TestExcelFile(FileSink):
    plugin = "excel_file"
    file = "out.xlsx"

    def held(self, tmp_path: Path) -> set[str]:
        from openpyxl import load_workbook

        header, *rows = load_workbook(tmp_path / self.file).worksheets[0].iter_rows(values_only=True)
        return {str(row[header.index("customer_id")]) for row in rows}


class TestParquetFile(FileSink):
    plugin = "parquet_file"
    file = "out.parquet"

    def held(self, tmp_path: Path) -> set[str]:
        import pyarrow.parquet as pq

        return set(pq.read_table(tmp_path / self.file)["customer_id"].to_pylist())
