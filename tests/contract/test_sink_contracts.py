"""Our own sinks under the suite that authors get."""

from __future__ import annotations

import csv
from pathlib import Path

from tagfolk_engine.plugins import sinks
from tagfolk_plugins import Sink, SinkContext
from tagfolk_plugins.testing import SinkContract


class TestCsvFile(SinkContract):
    def make(self, folder: Path, path: str) -> Sink:
        kind = sinks()["csv_file"]
        return kind(kind.Arguments.model_validate({"path": path}), SinkContext("out", folder, "vip"))

    def sink(self, tmp_path: Path) -> Sink:
        return self.make(tmp_path, "out.csv")

    def broken(self, tmp_path: Path) -> Sink:
        (tmp_path / "file").write_text("in the way", encoding="utf-8")
        return self.make(tmp_path, "file/out.csv")

    def held(self, tmp_path: Path) -> set[str]:
        with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
            return {row["customer_id"] for row in csv.DictReader(file)}
