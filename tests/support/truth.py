"""The engine's answer and the naive interpreter's answer to one world, and where they part."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
from support.memory_snapshot import MemorySnapshot
from support.naive import World, assignments
from support.worlds import Case
from tagfolk_dsl.checker import check
from tagfolk_dsl.program import Program
from tagfolk_dsl.tree import Type
from tagfolk_engine.evaluate import Evaluator
from tagfolk_engine.evaluate.cutoff import Cutoff

Rows = set[tuple[str, str, str | None]]


class StoredPast:
    """A History over the spells of a world."""

    def __init__(self, world: World) -> None:
        self.world = world

    def now(self) -> pa.Table:
        """Who holds what by the latest run."""
        open_ = [s for s in self.world.history if s.until is None]
        texts = {"customer_id": [s.customer for s in open_], "tag": [s.tag for s in open_]}
        return self._table(texts | {"value": [s.value for s in open_]}, since=[s.since for s in open_])

    def held(self, tag: str) -> pa.Table:
        """All spells of a tag."""
        mine = [s for s in self.world.history if s.tag == tag]
        return self._table({"customer_id": [s.customer for s in mine], "value": [s.value for s in mine]},
                           since=[s.since for s in mine], until=[s.until for s in mine])  # fmt: skip

    def last_true(self, rule: str) -> pa.Table:
        """When a keeping rule's condition last held."""
        mine = self.world.last_true.get(rule, {})
        return self._table({"customer_id": list(mine)}, at=list(mine.values()))

    def _table(self, texts: Mapping[str, Sequence[str | None]], **times: object) -> pa.Table:
        columns = {name: pa.array(values, pa.string()) for name, values in texts.items()}
        columns |= {name: pa.array(values, pa.timestamp("us", tz="UTC")) for name, values in times.items()}
        return pa.table(columns)


@dataclass(frozen=True)
class Parting:
    """One customer of one tag about whom the two disagree, with the rule that says it."""

    seed: int
    tag: str
    customer: str
    engine: str
    naive: str
    rule: str

    def __str__(self) -> str:
        who = f"seed {self.seed}: {self.tag} of {self.customer}"
        return f"{who}: engine {self.engine}, naive {self.naive}\n    {self.rule}"


def program_of(case: Case) -> Program:
    """The checked program of a case; a rule that does not check is a mistake of the generator or the language."""
    found = check({"rules/world.tags": case.text}, case.vocabulary)
    if found.errors:
        first = found.errors[0]
        line = case.text.splitlines()[first.span.line - 1]
        raise AssertionError(
            f"seed {case.seed}: {first.code} {first.message} ({first.hint})\n    {line}\n    column {first.span.column}"
        )
    return found.program


def engine_rows(case: Case, program: Program, make: Callable[..., Evaluator] = Evaluator) -> Rows:
    """Every (customer, tag, value) by the engine."""
    cutoff = Cutoff(case.world.cutoff, case.world.zone)
    snapshot = MemorySnapshot(case.world, case.vocabulary)
    evaluator = make(
        snapshot, program, case.vocabulary, cutoff, history=StoredPast(case.world),
        columns=_columns(case), pins=_pins(case.world),
    )  # fmt: skip
    try:
        evaluation = evaluator.run()
        rows = evaluation.connection.execute("SELECT customer_id, tag, value FROM assignment_now").fetchall()
    finally:
        evaluator.close()
    return set(rows)


def _columns(case: Case) -> dict[str, pa.Table]:
    """What the methods of a world gave, as the methods' host hands it over."""
    kinds = {Type.NUMBER: pa.float64(), Type.TEXT: pa.string(), Type.DATE: pa.date32()}
    given = {}
    for use, rows in case.world.columns.items():
        (method,) = case.vocabulary.methods.values()
        columns = {"customer_id": pa.array(list(rows), pa.string())}
        for name, kind in method.columns.items():
            columns[name] = pa.array([row.get(name) for row in rows.values()], kinds[kind])
        given[use] = pa.table(columns)
    return given


def _pins(world: World) -> pa.Table | None:
    if not world.pins:
        return None
    return pa.table({
        "customer_id": pa.array([customer for customer, _ in world.pins], pa.string()),
        "tag": pa.array([tag for _, tag in world.pins], pa.string()),
        "value": pa.array([pin.value for pin in world.pins.values()], pa.string()),
        "out": pa.array([pin.out for pin in world.pins.values()], pa.bool_()),
    })  # fmt: skip


def partings(case: Case, make: Callable[..., Evaluator] = Evaluator) -> list[Parting]:
    """All disagreements of one case, in the order of the rules: the first is the one to look at."""
    program = program_of(case)
    ours, truth = engine_rows(case, program, make), assignments(program, case.world)
    found: list[Parting] = []
    for tag in program.tags:
        for customer in case.world.customers:
            a = sorted(str(v) for c, t, v in ours if (c, t) == (customer, tag))
            b = sorted(str(v) for c, t, v in truth if (c, t) == (customer, tag))
            if a != b:
                rule = " ; ".join(line for line in case.rules if tag in line)
                found.append(Parting(case.seed, tag, customer, str(a), str(b), rule[:600]))
    return found
