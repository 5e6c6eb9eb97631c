"""A small snapshot written to a lake, for the tests of the methods' host."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
from tagfolk_engine.lake import Snapshot
from tagfolk_engine.lake.meta import AttributeMeta, EventMeta, PropertyMeta, SnapshotMeta
from tagfolk_engine.lake.writer import SnapshotWriter

ZONE = ZoneInfo("Asia/Shanghai")


def write_snapshot(lake: Path, purchases: list[tuple[str, datetime, float | None, str]]) -> Snapshot:
    """A snapshot of purchases (customer, UTC time, amount, category); the customers have ages, z is nobody's."""
    ids = sorted({row[0] for row in purchases} | {"z"})
    keys = {name: i for i, name in enumerate(ids)}
    rows = sorted(purchases, key=lambda r: (keys[r[0]], r[1]))
    times = [r[1] for r in rows]
    local = [t.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZONE).replace(tzinfo=None) for t in times]
    people = pa.table({
        "customer": pa.array(range(len(ids)), pa.int32()), "customer_id": pa.array(ids),
        "age": pa.array([20.0 + i for i in range(len(ids))]), "name": pa.array([f"Name {i}" for i in ids]),
    })  # fmt: skip
    events = pa.table({
        "customer": pa.array([keys[r[0]] for r in rows], pa.int32()), "time": pa.array(times, pa.timestamp("us")),
        "local": pa.array(local, pa.timestamp("us")), "amount": pa.array([r[2] for r in rows], pa.float64()),
        "category": pa.array([r[3] for r in rows], pa.string()),
    })  # fmt: skip
    with SnapshotWriter(lake, None) as writer:
        pq.write_table(people, writer.file("customers"))
        pq.write_table(events, writer.file("event_purchase"))
        attributes = {"age": AttributeMeta(type="number"), "name": AttributeMeta(type="text", personal=True)}
        properties = {"amount": PropertyMeta(type="number"), "category": PropertyMeta(type="text")}
        meta = SnapshotMeta(
            loaded_at="2024-07-01T00:00:00Z", zone=str(ZONE), customers=len(ids), attributes=attributes,
            events={"purchase": EventMeta(rows=len(rows), properties=properties)},
        )  # fmt: skip
        return writer.commit(meta)
