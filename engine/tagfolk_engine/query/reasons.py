"""Reasons for a customer's tags, from the evaluation, with sentences beside the conditions' texts."""

from __future__ import annotations

from typing import Any

from tagfolk_engine.query.state import State


def reasons(state: State, customer: str, tag: str | None, *, personal: bool) -> dict[str, Any]:
    """The explain shape of the interfaces page. Values of personal attributes are masked unless ``personal``."""
    from tagfolk_engine.evaluate.explain import explain

    found = dict(explain(state.figures.evaluator, customer, [tag] if tag else None))
    hidden = [a.name for a in state.lexicon.attributes.values() if a.personal]
    if not personal:
        for one in found["tags"].values():
            for rule in one["rules"]:
                for c in rule["conditions"]:
                    if any(name in str(c["text"]) for name in hidden):
                        c["value"] = "•••"
    return found
