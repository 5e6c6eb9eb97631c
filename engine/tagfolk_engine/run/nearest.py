"""The fewest conditions that would have to turn out otherwise for a tag to come or go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tagfolk_dsl.tree import Always, And, Condition, DateAge, Ever, Not, Occurs, Or

from tagfolk_engine.evaluate import Evaluator
from tagfolk_engine.evaluate.explain import ConditionReason, Explanation, TagReason, parts

_NEVER = 1_000_000
"""What it takes to turn a condition that cannot turn."""


@dataclass(frozen=True)
class _Way:
    """Conditions (their places among a rule's conditions) that would all have to flip."""

    rule: str
    places: tuple[tuple[int, int], ...]
    """(rule's place among the tag's rules, condition's place in it)"""
    cost: int


def nearest(evaluator: Evaluator, explanation: Explanation, document: dict[str, Any]) -> None:
    """Add ``nearest`` to each tag of an ``explain`` document: what would flip it, null where no condition can.

    ``{"change": "gains" | "loses", "rule": …, "conditions": [{"text", "value", "matched"}]}``: each of these
    conditions otherwise, and the tag comes (or goes).
    """
    for tag, reason in explanation.tags.items():
        shown = document["tags"][tag]
        trees = [part.condition for part in parts(evaluator, tag)]
        way = _way(reason, trees)
        shown["nearest"] = None if way is None else {
            "change": "loses" if reason.holds else "gains", "rule": way.rule,
            "conditions": [shown["rules"][rule]["conditions"][place] for rule, place in way.places],
        }  # fmt: skip


def _way(reason: TagReason, trees: list[Condition]) -> _Way | None:
    ways: list[_Way] = []
    granting = [i for i, rule in enumerate(reason.rules) if not rule.withholds and rule.points is None]
    withholding = [i for i, rule in enumerate(reason.rules) if rule.withholds]
    if reason.holds:
        ways += [_flip(reason, trees, [i]) for i in withholding if not reason.rules[i].matched]
        matched = [i for i in granting if reason.rules[i].matched]
        if matched:
            ways.append(_flip(reason, trees, matched))
    else:
        against = [i for i in withholding if reason.rules[i].matched]
        matched = [i for i in granting if reason.rules[i].matched]
        if matched and against:
            ways.append(_flip(reason, trees, against))
        elif not matched:
            ways += [_flip(reason, trees, [i, *against]) for i in granting]
    possible = [way for way in ways if way.cost < _NEVER]
    return min(possible, key=lambda way: way.cost, default=None)


def _weight(reason: ConditionReason) -> int:
    """What it takes to turn a condition: nothing turns ``otherwise``, nor that something has ever happened."""
    condition, matched = reason.condition, reason.matched
    if isinstance(condition, Not):
        condition, matched = condition.item, not matched
    if isinstance(condition, Always):
        return _NEVER
    if isinstance(condition, Occurs) and isinstance(condition.window, Ever):
        happened = not matched if condition.mode == "no" else matched
        return _NEVER if condition.mode != "every" and happened else 1
    if isinstance(condition, DateAge) and condition.how == "more" and matched:
        return _NEVER
    return 1


def _flip(reason: TagReason, trees: list[Condition], rules: list[int]) -> _Way:
    """All of these rules the other way round."""
    places: list[tuple[int, int]] = []
    cost = 0
    for index in rules:
        conditions = reason.rules[index].conditions
        flips = _turn(trees[index], iter(enumerate(conditions)))[1]
        places += [(index, place) for place in flips]
        cost += sum(_weight(conditions[place]) for place in flips)
    return _Way(reason.rules[rules[0]].rule, tuple(places), cost)


Flips = dict[int, int]
"""Places of conditions with what each takes to turn."""


def _turn(tree: Condition, numbered: Iterator[tuple[int, ConditionReason]]) -> tuple[bool, Flips]:
    """Whether a tree holds, and the cheapest of its conditions that turn it; walks as ``leaves`` does."""
    if isinstance(tree, And | Or):
        items = [_turn(item, numbered) for item in tree.items]
        wanted = isinstance(tree, And)  # an And holds where all are true, an Or fails where all are false
        odd = [flips for held, flips in items if held is not wanted]
        if odd:  # the And fails, or the Or holds: all the odd ones have to turn
            return not wanted, {place: weight for flips in odd for place, weight in flips.items()}
        return wanted, min((flips for _, flips in items), key=lambda flips: sum(flips.values()))
    if isinstance(tree, Not) and isinstance(tree.item, And | Or):
        held, flips = _turn(tree.item, numbered)
        return not held, flips
    place, reason = next(numbered)
    return reason.matched, {place: _weight(reason)}
