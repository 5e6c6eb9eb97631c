"""Our own sources under the suite that authors get."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar

from tagfolk_engine.plugins import sources
from tagfolk_plugins import Source, SourceContext
from tagfolk_plugins.testing import SourceContract

ROWS = [{"id": "1", "city": "上海", "spend": 3.5}, {"id": "2", "city": "Bern", "spend": 4.0}]


def made(name: str, folder: Path, **arguments: Any) -> Source:
    kind = sources()[name]
    return kind(kind.Arguments.model_validate(arguments), SourceContext("mine", folder))


class FileSource(SourceContract):
    plugin: ClassVar[str]
    file: ClassVar[str]

    def write(self, path: Path) -> None:
        raise AssertionError

    def source(self, tmp_path: Path) -> Source:
        self.write(tmp_path / self.file)
        return made(self.plugin, tmp_path, path=self.file)

    def broken(self, tmp_path: Path) -> Source:
        return made(self.plugin, tmp_path, path=f"not_there_{self.file}")


class TestCsv(FileSource):
    plugin, file = "csv", "people.csv"

    def write(self, path: Path) -> None:
        path.write_text("id,city,spend\n1,上海,3.5\n2,Bern,4\n", encoding="utf-8")


class TestJson(FileSource):
    plugin, file = "json", "people.jsonl"

    def write(self, path: Path) -> None:
        path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS) + "\n", encoding="utf-8")


class TestParquet(FileSource):
    plugin, file = "parquet", "people.parquet"

    def write(self, path: Path) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        pq.write_table(pa.Table.from_pylist(ROWS), path)


class TestExcel(FileSource):
    plugin, file = "excel", "people.xlsx"

    def write(self, path: Path) -> None:
        import openpyxl

        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.append(list(ROWS[0]))
        for row in ROWS:
            sheet.append(list(row.values()))
        book.save(path)


class TestSql(SourceContract):
    def source(self, tmp_path: Path) -> Source:
        import sqlite3

        path = tmp_path / "people.db"
        if not path.exists():
            with sqlite3.connect(path) as connection:
                connection.execute("create table people (id text, city text, spend real)")
                connection.executemany("insert into people values (:id, :city, :spend)", ROWS)
            connection.close()
        return made("sql", tmp_path, url=f"sqlite:///{path}", table="people")

    def broken(self, tmp_path: Path) -> Source:
        return made("sql", tmp_path, url=f"sqlite:///{tmp_path}/no/such/folder/x.db", table="people")


def test_every_built_in_source_is_under_contract() -> None:
    tested = {t.plugin for t in FileSource.__subclasses__()} | {"sql"}
    ours = {n for n, o in sources().origins.items() if o.distribution.startswith("tagfolk ")}
    assert ours <= tested, f"no contract test for {ours - tested}"
