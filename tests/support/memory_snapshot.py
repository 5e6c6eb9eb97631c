"""A snapshot of the lake that lives in memory, made from a naive World: what the engine reads in the truth tests."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from support.naive.world import World
from tagfolk_dsl.tree import Type
from tagfolk_dsl.vocabulary import FieldInfo, Vocabulary

ARROW = {
    Type.NUMBER: pa.float64(),
    Type.TEXT: pa.string(),
    Type.BOOLEAN: pa.bool_(),
    Type.DATE: pa.date32(),
    Type.TIME: pa.timestamp("us"),
}


class MemorySnapshot:
    """Attaches a World's customers and events to a connection, in the lake's own shape."""

    def __init__(self, world: World, vocabulary: Vocabulary) -> None:
        self.world = world
        self.vocabulary = vocabulary
        self.name = "memory"
        self.keys = {customer: key for key, customer in enumerate(world.customers)}

    def tables(self) -> dict[str, pa.Table]:
        """Every table by its name in the lake."""
        tables = {"customers": self._customers()}
        for event in self.vocabulary.events:
            tables[f"event_{event}"] = self._event(event)
        return tables

    def save(self, folder: Path) -> None:
        """Write the tables as the lake does, for engines that read files or keep what a snapshot's name stands for."""
        import pyarrow.parquet as pq

        folder.mkdir(parents=True)
        for name, table in self.tables().items():
            pq.write_table(table, folder / f"{name}.parquet")
        self.path, self.name = folder, folder.name

    def attach(self, connection: duckdb.DuckDBPyConnection, *, before: datetime | None = None) -> None:
        """Create the views; ``before`` leaves out events at or after it."""
        for name, table in self.tables().items():
            connection.register(f"memory_{name}", table)
            cut = ""
            if before is not None and name != "customers":
                limit = before.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")
                cut = f" WHERE time < TIMESTAMP '{limit}'"
            connection.execute(f'CREATE OR REPLACE TEMP TABLE "{name}" AS SELECT * FROM "memory_{name}"{cut}')

    def _customers(self) -> pa.Table:
        rows = self.world.customers
        columns: dict[str, Any] = {
            "customer": pa.array(list(self.keys.values()), pa.int32()),
            "customer_id": pa.array(list(rows), pa.string()),
        }
        for name, info in self.vocabulary.attributes.items():
            columns[name] = self._array(info, [rows[c].get(name) for c in rows])
        return pa.table(columns)

    def _event(self, event: str) -> pa.Table:
        rows = sorted(self.world.events.get(event, ()), key=lambda e: (self.keys[e.customer], e.time))
        columns: dict[str, Any] = {
            "customer": pa.array([self.keys[e.customer] for e in rows], pa.int32()),
            "time": pa.array([e.time.astimezone(UTC).replace(tzinfo=None) for e in rows], pa.timestamp("us")),
            "local": pa.array([self.world.local(e.time) for e in rows], pa.timestamp("us")),
        }
        for name, info in self.vocabulary.events[event].properties.items():
            columns[name] = self._array(info, [e.properties.get(name) for e in rows])
        return pa.table(columns)

    def _array(self, info: FieldInfo, values: list[Any]) -> pa.Array:
        if info.type is Type.TIME:
            values = [v.astimezone(UTC).replace(tzinfo=None) if v is not None else None for v in values]
        return pa.array(values, ARROW[info.type])
