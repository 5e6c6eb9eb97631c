"""The shop of the documentation, loaded and run for real, and any block of rules over it by engine and by hand."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from support.docs_pages import DOCS, Block, Holders, Promise, promises
from support.naive import Event, Spell, World, assignments
from tagfolk_dsl.checker import check, check_condition
from tagfolk_dsl.program import Checked, Program
from tagfolk_engine.evaluate import Evaluator
from tagfolk_engine.run.looking import evaluator
from tagfolk_engine.run.opening import Prepared, prepare
from tagfolk_engine.run.orchestrate import cutoff_of, run
from tagfolk_engine.workspace import open_workspace

RUNS = ("2024-01-31", "2024-03-31", "2024-05-31", "2024-06-30")
"""The dates of the runs that gave the shop its history; the last one is T of the pages."""


@dataclass
class DocsShop:
    """A copy of ``docs/shop`` with four runs behind it."""

    root: Path
    worlds: dict[str, World] = field(default_factory=dict)

    @staticmethod
    def make(target: Path) -> DocsShop:
        """Copy, load and run it."""
        shutil.copytree(DOCS / "shop", target, ignore=shutil.ignore_patterns(".tagfolk"))
        for number, day in enumerate(RUNS):
            run(open_workspace(target), as_of=day, load=number == 0)
        return DocsShop(target)

    def prepared(self, text: str) -> tuple[Prepared, Checked]:
        """The workspace with a page's rules beside its own."""
        ready = prepare(open_workspace(self.root))
        checked = check({**ready.sources, "rules/shown.tags": text}, ready.vocabulary)
        ready.__dict__["checked"] = checked
        return ready, checked

    def outcome(self, block: Block) -> dict[str, Holders]:
        """Who holds each promised tag or is in each promised segment, by the engine and by the naive interpreter."""
        ready, checked = self.prepared(block.text)
        problems = [f"{d.span.line}: {d.code} {d.message} ({d.hint})" for d in checked.errors]
        assert not problems, f"{block} does not check:\n" + "\n".join(problems)
        cutoff = cutoff_of(ready.workspace, None)
        engine = evaluator(ready, cutoff)
        try:
            engine.run()
            rows = engine.connection.execute("SELECT customer_id, tag, value FROM assignment_now").fetchall()
            if not checked.program.uses:
                self._agree(block, ready, checked.program, engine, set(rows))
            wanted = promises(block)
            return {p.name: self._of(p, rows, ready, engine) for p in wanted}
        finally:
            engine.close()

    def _of(
        self, promise: Promise, rows: list[tuple[str, str, str | None]], ready: Prepared, engine: Evaluator
    ) -> Holders:
        if promise.segment:
            condition, problems = check_condition(f"in segment {promise.name}", ready.program, ready.vocabulary)
            assert condition is not None, problems
            found = engine.table({}, condition).column("customer_id").to_pylist()
            return frozenset((_bare(who), None) for who in found)
        return frozenset((_bare(who), value) for who, tag, value in rows if tag == promise.name)

    def _agree(
        self, block: Block, ready: Prepared, program: Program, engine: Evaluator, rows: set[tuple[str, str, str | None]]
    ) -> None:
        world = self._world(ready, engine)
        truth = assignments(program, world)
        assert rows == truth, f"{block}: engine and naive interpreter differ on {sorted(rows ^ truth, key=str)}"

    def _world(self, ready: Prepared, engine: Evaluator) -> World:
        """The shop as the naive interpreter sees it."""
        if "now" not in self.worlds:
            read = engine.connection.execute
            customers = read("SELECT * FROM customers").to_arrow_table().to_pylist()
            ids = {row["customer"]: row["customer_id"] for row in customers}
            events: dict[str, list[Event]] = {}
            for name, info in ready.vocabulary.events.items():
                found = read(f'SELECT * FROM "event_{name}"').to_arrow_table().to_pylist()
                events[name] = [
                    Event(ids[row["customer"]], row["time"].replace(tzinfo=UTC), {p: row[p] for p in info.properties})
                    for row in found
                ]
            attributes = {r["customer_id"]: {a: r[a] for a in ready.vocabulary.attributes} for r in customers}
            past = ready.memberships(engine.cutoff.instant)
            spells = [
                Spell(row["customer_id"], "vip", row["value"], _aware(row["since"]), _aware(row["until"]))
                for row in past.held("vip").to_pylist()
            ]
            self.worlds["now"] = World(attributes, events, engine.cutoff.instant, engine.cutoff.zone, spells)
        return self.worlds["now"]


def _aware(instant: datetime | None) -> datetime | None:
    return instant if instant is None or instant.tzinfo else instant.replace(tzinfo=UTC)


def _bare(customer: str) -> str:
    """``shop:ann`` as the pages write it."""
    return customer.removeprefix("shop:")
