"""What a rule would do, before it is in force; stores nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tagfolk_dsl.program import Program
from tagfolk_dsl.tree import Condition, Has, Or, Rule

from tagfolk_engine.evaluate.evaluator import Evaluator

SAMPLE = 10


@dataclass(frozen=True)
class Preview:
    """``customers`` of ``of`` meet the rule; ``unknown``: their answer hangs on a value nobody knows.

    ``entered`` and ``left``: who would come to hold the rule's tags, and who would no longer, against now.
    ``overlap``: how many of those who meet it hold each other tag now.
    """

    customers: int
    of: int
    unknown: int
    entered: int
    left: int
    overlap: dict[str, int]
    sample: list[str]

    def as_json(self) -> dict[str, object]:
        """The ``preview`` shape of the commands."""
        return {
            "customers": self.customers, "of": self.of, "unknown": self.unknown, "entered": self.entered,
            "left": self.left, "overlap": self.overlap, "sample": self.sample,
        }  # fmt: skip


def preview(evaluator: Evaluator, changed: Program, rules: Sequence[str] | None = None) -> Preview:
    """What the rules of ``changed`` that the evaluator's program does not have (or those named) would do.

    Now is what the latest run stored, where there is one, else what the program as it is gives.
    """
    wanted = [rule for rule in changed.rules if rule.name in rules] if rules else new_rules(evaluator.program, changed)
    after = evaluator.with_program(changed)
    condition = _any([after.reading().read(rule.condition, _withheld(rule)) for rule in wanted])
    tags = list(dict.fromkeys(effect.tag for rule in wanted for effect in rule.effects))
    total = after.count(None)
    met = after.table({}, condition).column("customer_id").to_pylist() if condition is not None else []
    unknown = after.unknown(condition) if condition is not None else 0
    now = _now(evaluator, [*tags, *evaluator.program.tags])
    then = {tag: set(after.table({}, Has(tag)).column("customer_id").to_pylist()) for tag in tags}
    held = now if evaluator.history is None else _sets(evaluator.history.now())  # before any run nobody holds a tag
    entered = set().union(*(then[tag] - held.get(tag, set()) for tag in tags))
    left = set().union(*(held.get(tag, set()) - then[tag] for tag in tags))
    found = set(met)
    overlap = {tag: len(found & holders) for tag, holders in sorted(now.items()) if tag not in tags and found & holders}
    return Preview(len(met), total, unknown, len(entered), len(left), overlap, met[:SAMPLE])


def new_rules(before: Program, after: Program) -> list[Rule]:
    """The rules that are not in the program before, or are other there."""
    known = {rule.name: rule for rule in before.rules}
    return [rule for rule in after.rules if known.get(rule.name) != rule]


def _withheld(rule: Rule) -> frozenset[str]:
    return frozenset(effect.tag for effect in rule.effects if effect.withhold)


def _any(conditions: list[Condition]) -> Condition | None:
    if len(conditions) < 2:
        return conditions[0] if conditions else None
    return Or(tuple(conditions))


def _now(evaluator: Evaluator, tags: Sequence[str]) -> dict[str, set[Any]]:
    """Who holds which tag now: by the latest run, else by the rules."""
    if evaluator.history is not None:
        stored = evaluator.history.now()
        if len(stored):
            return _sets(stored)
    known = [tag for tag in evaluator.program.tags if tag in tags]
    evaluator.run(known)
    from tagfolk_engine.compile import sql
    from tagfolk_engine.compile.dialect import select

    return _sets(
        evaluator.backend.arrow(select([sql.column("customer_id"), sql.column("tag")], sql.table("assignment_now")))
    )


def _sets(table: Any) -> dict[str, set[Any]]:
    found: dict[str, set[Any]] = {}
    for group in table.group_by("tag").aggregate([("customer_id", "list")]).to_pylist():
        found[group["tag"]] = set(group["customer_id_list"])
    return found


__all__ = ["Preview", "new_rules", "preview"]
