"""Reasons for a customer's tags, from the evaluation, with sentences beside the conditions' texts."""

from __future__ import annotations

from typing import Any

from tagfolk_dsl.tree import Attribute
from tagfolk_dsl.walk import walk

from tagfolk_engine.query.state import State


def reasons(state: State, customer: str, tag: str | None, *, personal: bool) -> dict[str, Any]:
    """The explain shape of the interfaces page; each condition has ``said`` (a sentence by language) too.

    Values of personal attributes are masked unless ``personal``.
    """
    from tagfolk_engine.evaluate.explain import explain
    from tagfolk_engine.run.nearest import nearest

    explanation = explain(state.figures.evaluator, customer, [tag] if tag else None)
    found: dict[str, Any] = explanation.as_json()
    nearest(state.figures.evaluator, explanation, found)
    hidden = {a.name for a in state.lexicon.attributes.values() if a.personal}
    for name, reason in explanation.tags.items():
        for rule, written in zip(reason.rules, found["tags"][name]["rules"]):
            for condition, made in zip(rule.conditions, written["conditions"]):
                made["said"] = state.said(condition.condition)
                looked_at = {n.name for n in walk(condition.condition) if isinstance(n, Attribute)}
                if not personal and looked_at & hidden:
                    made["value"] = "•••"
    return found
