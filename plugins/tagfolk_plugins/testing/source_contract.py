"""The contract of sources as a test suite: subclass it, say how to make a source, and run pytest.

>>> class TestMine(SourceContract):
...     def source(self, tmp_path): ...          # a source whose table has rows
...     def broken(self, tmp_path): ...          # one that cannot be reached
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tagfolk_plugins.api.errors import SourceError
from tagfolk_plugins.api.source import RejectedRecord, Source, SourceArguments

if TYPE_CHECKING:
    import pyarrow as pa


def rows_of(source: Source, columns: list[str] | None = None, since: object = None) -> pa.Table:
    """All batches of a read as one table."""
    import pandas as pd
    import pyarrow as pa

    tables = []
    for batch in source.read(columns, since):
        given = pa.Table.from_pandas(batch, preserve_index=False) if isinstance(batch, pd.DataFrame) else batch
        tables.append(given if isinstance(given, pa.Table) else pa.Table.from_batches([given]))
    if not tables:
        return pa.table({name: [] for name in columns or source.schema().names})
    return pa.concat_tables(tables, promote_options="permissive")


class SourceContract(ABC):
    """Every rule of a source. Each test makes its own source in its own folder."""

    @abstractmethod
    def source(self, tmp_path: Path) -> Source:
        """A source that can be read and has at least one row."""

    @abstractmethod
    def broken(self, tmp_path: Path) -> Source:
        """A source whose data cannot be reached (no such file, a server that refuses)."""

    def test_it_has_a_name_and_checks_its_arguments(self, tmp_path: Path) -> None:
        kind = type(self.source(tmp_path))
        assert kind.name.isidentifier()
        assert issubclass(kind.Arguments, SourceArguments)
        from pydantic import ValidationError

        with pytest.raises(ValidationError):
            kind.Arguments.model_validate({"no_such_argument_of_anybody": 1})

    def test_schema_names_each_column_once(self, tmp_path: Path) -> None:
        names = self.source(tmp_path).schema().names
        assert names
        assert len(set(names)) == len(names)
        assert all(isinstance(name, str) and name for name in names)

    def test_rows_have_the_columns_of_the_schema(self, tmp_path: Path) -> None:
        source = self.source(tmp_path)
        table = rows_of(source)
        assert table.num_rows > 0
        assert set(table.column_names) == set(source.schema().names)

    def test_only_asked_columns_need_be_read(self, tmp_path: Path) -> None:
        source = self.source(tmp_path)
        first = source.schema().names[0]
        table = rows_of(self.source(tmp_path), [first])
        assert first in table.column_names
        assert table.num_rows == rows_of(source).num_rows

    def test_reading_twice_gives_the_same(self, tmp_path: Path) -> None:
        source = self.source(tmp_path)
        first = rows_of(source)
        assert rows_of(source).select(first.column_names).to_pylist() == first.to_pylist()

    def test_a_cursor_leaves_nothing_out(self, tmp_path: Path) -> None:
        """What ``since`` leaves out was read before; a cursor can be kept as JSON."""
        import json

        source = self.source(tmp_path)
        first = rows_of(source)
        if source.cursor is None:
            return
        kept = json.loads(json.dumps(source.cursor))
        again = rows_of(self.source(tmp_path), None, kept)
        seen = {repr(row) for row in first.to_pylist()}
        assert {repr(row) for row in again.to_pylist()} <= seen

    def test_notes_are_lines_for_people(self, tmp_path: Path) -> None:
        source = self.source(tmp_path)
        rows_of(source)
        assert all(isinstance(line, str) and line.strip() for line in source.notes.findings)
        assert all(isinstance(record, RejectedRecord) for record in source.notes.rejected)

    def test_a_scan_gives_the_same_rows(self, tmp_path: Path) -> None:
        import duckdb

        source = self.source(tmp_path)
        with duckdb.connect() as connection:
            relation = source.scan(connection)
            if relation is None:
                return
            assert set(source.schema().names) <= set(relation.columns)
            counted = relation.count("*").fetchone()
            assert counted is not None
            assert counted[0] == rows_of(self.source(tmp_path)).num_rows

    def test_what_cannot_be_reached_is_a_source_error(self, tmp_path: Path) -> None:
        with pytest.raises(SourceError) as found:
            rows_of(self.broken(tmp_path))
        assert_for_people(found.value)
        with pytest.raises(SourceError):
            self.broken(tmp_path).schema()


def assert_for_people(error: Any) -> None:
    """An error says something, in a sentence without a traceback or an object's address."""
    assert error.message.strip()
    assert "Traceback" not in error.message
    assert " object at 0x" not in error.message
