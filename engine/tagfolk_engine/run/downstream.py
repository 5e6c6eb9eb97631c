"""The tags and segments that look at some tags, and how many customers would change in each."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from tagfolk_dsl.graph import dependencies, segment_tags
from tagfolk_dsl.program import Program
from tagfolk_dsl.tree import Condition, Has

from tagfolk_engine.evaluate import Evaluator


def downstream(evaluator: Evaluator, changed: Program, tags: Collection[str]) -> list[dict[str, Any]]:
    """Of the tags' own changes: ``kind`` (tag or segment), ``name``, ``rules`` that look, ``entered``, ``left``.

    Before is the evaluator's program, after is ``changed``, both as of its T.
    """
    after = evaluator.with_program(changed)
    found: list[dict[str, Any]] = []
    for tag in _reached(changed, tags):
        before: Condition | None = Has(tag) if tag in evaluator.program.tags else None
        rules = [rule.name for rule in changed.rules if any(effect.tag == tag for effect in rule.effects)]
        found.append({"kind": "tag", "name": tag, "rules": rules, **_moved(evaluator, before, after, Has(tag))})
    reached = {*tags, *(row["name"] for row in found)}
    for name, needed in segment_tags(changed).items():
        if needed & reached:
            old = evaluator.program.segments.get(name)
            new = changed.segments[name]
            found.append({
                "kind": "segment", "name": name, "rules": [],
                **_moved(evaluator, old.condition if old else None, after, new.condition),
            })  # fmt: skip
    return found


def _reached(program: Program, tags: Collection[str]) -> list[str]:
    """The tags that look at these, at one remove or more, in file order."""
    needs, reached, grown = dependencies(program), set(tags), True
    while grown:
        more = {tag for tag, needed in needs.items() if tag not in reached and needed & reached}
        grown, reached = bool(more), reached | more
    return [tag for tag in program.tags if tag in reached and tag not in tags]


def _moved(before: Evaluator, old: Condition | None, after: Evaluator, new: Condition) -> dict[str, int]:
    then = set(before.table({}, old).column("customer_id").to_pylist()) if old is not None else set()
    now = set(after.table({}, new).column("customer_id").to_pylist())
    return {"customers": len(now), "entered": len(now - then), "left": len(then - now)}
