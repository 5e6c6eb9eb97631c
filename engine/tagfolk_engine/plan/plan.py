"""The plan: everything that has to be computed for some conditions, metrics and tags, sorted into passes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from tagfolk_dsl.tree import (
    Across,
    Aggregate,
    Attribute,
    Bucket,
    Burst,
    Change,
    Elapsed,
    Fellows,
    Had,
    Has,
    MethodColumn,
    Moment,
    Node,
    Overall,
    Rank,
    Sequence,
    TagValue,
    TopValues,
    Unit,
    Window,
)  # fmt: skip

from tagfolk_engine.plan import basis
from tagfolk_engine.plan.levels import Levels, wheres
from tagfolk_engine.plan.nodes import Granted, GrantedValue, HeldFor, ManyTest, StoredHas, StoredValue
from tagfolk_engine.plan.tags import TagPlan
from tagfolk_engine.plan.walk import children

T = TypeVar("T")

PerCustomer = Aggregate | Sequence | Burst
Scalar = Rank | Across | Overall


@dataclass
class Pass:
    """What is computed together. Lists are without doubles, in order of first mention."""

    figures: list[PerCustomer] = field(default_factory=list)
    """One value per customer out of the events."""
    scalars: list[Scalar] = field(default_factory=list)
    """One value for everybody: thresholds of ranks, overall and across figures."""
    fellows: list[Fellows] = field(default_factory=list)
    many_tags: list[tuple[str, bool]] = field(default_factory=list)
    """(tag, stored): tags with many values, whose rows are wanted."""
    many_tests: list[ManyTest] = field(default_factory=list)


@dataclass
class Plan:
    """What the roots need, in passes; ``tags`` are those that are asked for or looked at."""

    passes: list[Pass]
    tags: list[str]
    attributes: list[str]
    columns: list[MethodColumn]
    stored: list[str]
    """Tags whose membership of the latest run is looked at."""
    history: list[Had | HeldFor]
    top_values: list[TopValues]
    buckets: bool
    local: list[Aggregate]
    """First and last instants that are wanted as local time."""
    levels: Levels


class Planner:
    """Collects what roots need; ``plan`` gives the result.

    ``settle`` gives windows with equal bounds one form, so that ``12 months`` and ``1 year`` share their figures.
    """

    def __init__(self, tags: Mapping[str, TagPlan], settle: Callable[[Window], Window]) -> None:
        self._tags = tags
        self._settle = settle
        self._levels = Levels(tags)
        self._plan = Plan([Pass()], [], [], [], [], [], [], False, [], self._levels)
        self._seen: set[object] = set()

    def add(self, roots: Iterable[Node], tags: Iterable[str] = ()) -> Planner:
        """Also plan for these."""
        for root in roots:
            self._visit(root)
        for tag in tags:
            self._tag(tag)
        return self

    def plan(self) -> Plan:
        """Everything collected."""
        return self._plan

    def _at(self, level: int) -> Pass:
        while len(self._plan.passes) <= level:
            self._plan.passes.append(Pass())
        return self._plan.passes[level]

    def _visit(self, node: Node) -> None:
        if node in self._seen:
            return
        self._seen.add(node)
        for aggregate in basis.aggregates(node):
            self._figure(replace(aggregate, window=self._settle(aggregate.window)), [aggregate.where])
        match node:
            case Aggregate():
                return
            case Sequence() | Burst():
                self._figure(node, wheres(node))
                return
            case TopValues(where=where):
                _once(self._plan.top_values, node)
                self._own([where])
                return
            case Overall(aggregate=aggregate):
                _once(self._at(self._levels.of(node)).scalars, node)
                self._own([aggregate.where])
                return
            case Rank() | Across():
                _once(self._at(self._levels.of(node)).scalars, node)
            case Fellows(attribute=name):
                _once(self._at(self._levels.of(node)).fellows, node)
                _once(self._plan.attributes, name)
            case Change():
                self._visit(basis.before(node))
            case ManyTest():
                self._many_test(node)
            case Elapsed(since=Moment() as since, unit=Unit.MONTH | Unit.QUARTER | Unit.YEAR):
                moment = basis.moment(since)
                _once(self._plan.local, replace(moment, window=self._settle(moment.window)))
            case _:
                self._leaf(node)
        if not basis.aggregates(node):
            for child in children(node):
                self._visit(child)

    def _leaf(self, node: Node) -> None:
        match node:
            case Attribute(name=name):
                _once(self._plan.attributes, name)
            case MethodColumn():
                _once(self._plan.columns, node)
            case StoredHas(tag=tag) | StoredValue(tag=tag):
                _once(self._plan.stored, tag)
            case Had() | HeldFor():
                _once(self._plan.history, node)
            case Bucket():
                self._plan.buckets = True
            case Has(tag=tag) | TagValue(tag=tag) | Granted(tag=tag) | GrantedValue(tag=tag):
                self._tag(tag)

    def _many_test(self, node: ManyTest) -> None:
        level = self._levels.of(node)
        _once(self._at(level).many_tests, node)
        if node.stored:
            _once(self._at(0).many_tags, (node.tag, True))
        else:
            self._tag(node.tag)

    def _tag(self, name: str) -> None:
        if ("tag", name) in self._seen:
            return
        self._seen.add(("tag", name))
        level = self._levels.held(name)
        self._at(level)
        tag = self._tags[name]
        if tag.info.many:
            _once(self._at(self._levels.granted(name)).many_tags, (name, False))
        for grant in tag.grants:
            self._visit(grant.condition)
            if grant.value is not None:
                self._visit(grant.value)
        for condition in tag.withheld:
            self._visit(condition)
        for line in tag.score or ():
            self._visit(line.condition)
        self._plan.tags.append(name)

    def _figure(self, figure: PerCustomer, conditions: Iterable[Node | None]) -> None:
        if ("figure", figure) in self._seen:
            return
        self._seen.add(("figure", figure))
        self._at(self._levels.of(figure)).figures.append(figure)
        self._own(conditions)

    def _own(self, conditions: Iterable[Node | None]) -> None:
        for condition in conditions:
            for figure in basis.own_figures(condition):
                self._visit(figure)


def _once(items: list[T], item: T) -> None:
    if item not in items:
        items.append(item)
