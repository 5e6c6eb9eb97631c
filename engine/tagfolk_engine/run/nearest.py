"""The fewest conditions that would have to turn out otherwise for a tag to come or go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tagfolk_dsl.tree import Always, And, Condition, Not, Or

from tagfolk_engine.evaluate import Evaluator
from tagfolk_engine.evaluate.explain import ConditionReason, Explanation, TagReason, parts


@dataclass(frozen=True)
class _Way:
    """Conditions (their places among a rule's conditions) that would all have to flip."""

    rule: str
    places: tuple[tuple[int, int], ...]
    """(rule's place among the tag's rules, condition's place in it)"""


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
    sound = [way for way in ways if not any(_fixed(reason, place) for place in way.places)]
    return min(sound, key=lambda way: len(way.places), default=None)


def _fixed(reason: TagReason, place: tuple[int, int]) -> bool:
    """``otherwise`` cannot turn out otherwise."""
    return isinstance(reason.rules[place[0]].conditions[place[1]].condition, Always)


def _flip(reason: TagReason, trees: list[Condition], rules: list[int]) -> _Way:
    """All of these rules the other way round."""
    places: list[tuple[int, int]] = []
    for index in rules:
        numbered = iter(enumerate(reason.rules[index].conditions))
        flips = _cost(trees[index], numbered)[1]
        places += [(index, place) for place in flips]
    return _Way(reason.rules[rules[0]].rule, tuple(places))


def _cost(tree: Condition, numbered: Iterator[tuple[int, ConditionReason]]) -> tuple[bool, tuple[int, ...]]:
    """Whether a tree holds, and the fewest of its conditions that turn it; walks as ``leaves`` does."""
    if isinstance(tree, And | Or):
        items = [_cost(item, numbered) for item in tree.items]
        wanted = isinstance(tree, And)  # an And holds where all are true, an Or fails where all are false
        odd = [flips for held, flips in items if held is not wanted]
        if odd:  # the And fails, or the Or holds: all the odd ones have to turn
            return not wanted, tuple(place for flips in odd for place in flips)
        return wanted, min((flips for _, flips in items), key=len)
    if isinstance(tree, Not) and isinstance(tree.item, And | Or):
        held, flips = _cost(tree.item, numbered)
        return not held, flips
    place, reason = next(numbered)
    return reason.matched, (place,)
