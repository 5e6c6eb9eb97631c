"""In which pass each thing can be computed.

Most of a program is one expression over one wide row per customer: pass 0. What looks at all customers (a rank, a
figure across customers, fellows) needs the rows finished first, and so does a ``where`` that compares an event with
the customer's own figure: these stand one pass higher than what they look at.
"""

from __future__ import annotations

from collections.abc import Mapping

from tagfolk_dsl.tree import (
    Across,
    Aggregate,
    Burst,
    Change,
    Fellows,
    Has,
    Node,
    Overall,
    Rank,
    Sequence,
    TagValue,
    TopValues,
)  # fmt: skip

from tagfolk_engine.evaluate.errors import EvaluationError
from tagfolk_engine.plan import basis
from tagfolk_engine.plan.nodes import Granted, GrantedValue, ManyTest
from tagfolk_engine.plan.tags import TagPlan
from tagfolk_engine.plan.walk import children


class Levels:
    """The pass of every node, tags included; remembers what it has found."""

    def __init__(self, tags: Mapping[str, TagPlan]) -> None:
        self._tags = tags
        self._known: dict[object, int] = {}
        self._open: list[str] = []

    def of(self, node: Node) -> int:
        """The first pass after which the node's value can be written as an expression over the wide row."""
        if node not in self._known:
            self._known[node] = self._find(node)
        return self._known[node]

    def _most(self, nodes: object) -> int:
        return max((self.of(node) for node in nodes), default=0)  # type: ignore[attr-defined]

    def _find(self, node: Node) -> int:
        match node:
            case Aggregate(where=where) | TopValues(where=where):
                return self._own(where)
            case Overall(aggregate=aggregate):
                return self.of(aggregate)
            case Sequence() | Burst():
                return max((self._own(where) for where in wheres(node)), default=0)
            case Rank(metric=metric, among=among):
                return 1 + max(self.of(metric), self.of(among) if among else 0)
            case Across(metric=metric, among=among):
                return 1 + max(self.of(metric), self.of(among) if among else 0)
            case Fellows(condition=condition):
                return 1 + self.of(condition)
            case Change(metric=metric):
                return max(self.of(metric), self.of(basis.before(node)))
            case ManyTest(condition=condition, tag=tag, granted=granted, stored=stored):
                rows = 0 if stored else self.granted(tag) if granted else self.held(tag)
                inner = [child for child in children(condition) if not isinstance(child, TagValue | GrantedValue)]
                return 1 + max(rows, self._most(inner))
            case Has(tag=tag) | TagValue(tag=tag):
                return self.held(tag)
            case Granted(tag=tag) | GrantedValue(tag=tag):
                return self.granted(tag)
        if found := basis.aggregates(node):
            return self._most(found)
        return self._most(children(node))

    def _own(self, where: Node | None) -> int:
        figures = basis.own_figures(where)
        return 1 + self._most(figures) if figures else 0

    def granted(self, tag: str) -> int:
        """The pass after which it is known who is granted a tag, before withholding."""
        key = ("granted", tag)
        if key not in self._known:
            self._enter(tag, key)
            plan = self._tags[tag]
            parts: list[Node] = [grant.condition for grant in plan.grants]
            parts += [grant.value for grant in plan.grants if grant.value is not None]
            parts += [line.condition for line in plan.score or ()]
            self._known[key] = self._most(parts) + (1 if plan.info.many else 0)
            self._open.pop()
        return self._known[key]

    def held(self, tag: str) -> int:
        """The pass after which it is known who holds a tag."""
        key = ("held", tag)
        if key not in self._known:
            level = self.granted(tag)
            self._enter(tag, key)
            self._known[key] = max(level, self._most(self._tags[tag].withheld))
            self._open.pop()
        return self._known[key]

    def _enter(self, tag: str, key: tuple[str, str]) -> None:
        if tag not in self._tags:
            raise EvaluationError(f"no tag is called '{tag}'")
        mark = f"{key[0]} {tag}"
        if mark in self._open:
            names = dict.fromkeys(entry.split(" ", 1)[1] for entry in self._open[self._open.index(mark) :])
            raise EvaluationError("these tags wait for one another: " + " -> ".join([*names, tag]))
        self._open.append(mark)


def wheres(node: Sequence | Burst) -> list[Node]:
    """Every ``where`` of a sequence or burst."""
    if isinstance(node, Burst):
        return [node.where] if node.where else []
    found: list[Node | None] = [node.where]
    for following in node.steps:
        found += [following.where, following.without[1] if following.without else None]
    return [where for where in found if where is not None]
