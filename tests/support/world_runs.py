"""Runs over random worlds: a real lake, store and run; only the sources are left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from support.memory_snapshot import MemorySnapshot
from support.naive.world import World
from support.worlds import Case
from tagfolk_engine.evaluate import Cutoff, Evaluation
from tagfolk_engine.lake import AttributeMeta, EventMeta, Lake, PropertyMeta, SnapshotMeta
from tagfolk_engine.run.looking import evaluator
from tagfolk_engine.run.opening import Prepared, prepare
from tagfolk_engine.run.report import RunReport
from tagfolk_engine.run.storing import Storing
from tagfolk_engine.workspace import open_workspace

IDENTITY = pa.schema([(name, pa.string()) for name in ("source", "record_id", "customer_id")]).empty_table()
Rows = set[tuple[str, str, str | None]]


class WorldRuns:
    """A workspace whose lake is written from worlds."""

    def __init__(self, root: Path, case: Case) -> None:
        self.root = root
        self.case = case
        (root / "rules").mkdir(parents=True)
        (root / "tagfolk.toml").write_text(
            f'[workspace]\nname = "world"\ntimezone = "{case.world.zone.key}"\n', encoding="utf-8"
        )
        self.rules(case.text)

    def rules(self, text: str) -> None:
        (self.root / "rules" / "world.tags").write_text(text, encoding="utf-8")

    def load(self, world: World) -> None:
        """Write the world as the lake's current snapshot."""
        vocabulary = self.case.vocabulary
        tables = MemorySnapshot(world, vocabulary).tables()
        attributes = {name: AttributeMeta(type=f.type.value) for name, f in vocabulary.attributes.items()}  # type: ignore[arg-type]
        events = {
            name: EventMeta(
                rows=tables[f"event_{name}"].num_rows,
                properties={p: PropertyMeta(type=f.type.value) for p, f in info.properties.items()},  # type: ignore[arg-type]
            )
            for name, info in vocabulary.events.items()
        }
        with Lake(self.root / ".tagfolk" / "lake").writer() as writer:
            for name, table in tables.items():
                pq.write_table(table, writer.file(name))
            pq.write_table(IDENTITY, writer.file("identity"))
            zone = world.zone.key
            writer.commit(SnapshotMeta(loaded_at="2024-01-01T00:00:00+00:00", zone=zone, customers=len(world.customers),
                                       attributes=attributes, events=events))  # fmt: skip

    def prepared(self) -> Prepared:
        made = prepare(open_workspace(self.root))
        made.__dict__["vocabulary"] = self.case.vocabulary
        return made

    def expected(self, at: datetime) -> Rows:
        """What a full evaluation gives, with the history as it is now."""
        made = self.prepared()
        looking = evaluator(made, Cutoff(at, made.workspace.zone))
        try:
            found: Evaluation = looking.run()
            rows = found.connection.execute("SELECT customer_id, tag, value FROM assignment_now").fetchall()
        finally:
            looking.close()
            made.store.dispose()
        return set(rows)

    def run(self, at: datetime, **named: Any) -> tuple[RunReport, Rows]:
        """One run of T; its report and what the store holds after it."""
        made = self.prepared()
        storing = Storing(made, Cutoff(at, made.workspace.zone), **{"full": False, "tags": None, **named})
        report = storing.run(made, {}, None)
        now = made.memberships().stored_now().read_all().select(["customer_id", "tag", "value"]).to_pylist()
        made.store.dispose()
        return report, {(row["customer_id"], row["tag"], row["value"]) for row in now}


def later(world: World, **changed: Any) -> World:
    """The world with some fields others."""
    return replace(world, **changed)
