"""Which tags hold, straight from the language reference, section 5: grants, withholding, priorities, bands, scores."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from support.naive.conditions import holds, rank_members
from support.naive.metrics import chosen, property_of, value
from support.naive.world import World
from tagfolk_dsl.program import Program
from tagfolk_dsl.tree import (
    Aggregate,
    Arithmetic,
    Classify,
    Duration,
    Effect,
    Ever,
    Metric,
    Negative,
    Number,
    Rank,
    Rule,
    Score,
    TagValue,
    TopValues,
)  # fmt: skip

COUNTABLE = ("count", "sum", "distinct", "days_with", "weeks_with", "months_with")


@dataclass
class Reading:
    """A program read against a world: caches, and the questions that conditions ask of tags and ranks."""

    program: Program
    world: World
    ever: Ever = field(default_factory=Ever)
    _granted: dict[tuple[str, str], list[Any]] = field(default_factory=dict)
    _held: dict[tuple[str, str], list[Any]] = field(default_factory=dict)
    _ranks: dict[Any, set[str]] = field(default_factory=dict)
    _unheld: str | None = None
    """The tag whose withholding is being decided: ``has`` of it means before withholding."""

    # --- tags ---------------------------------------------------------------------------------------------------

    def has(self, customer: str, tag: str) -> bool:
        return bool(self.held(customer, tag))

    def tag_values(self, customer: str, tag: str) -> list[Any]:
        return [v for v in self.held(customer, tag) if v is not None]

    def tag_value(self, customer: str, metric: TagValue) -> Any:
        kept = self.tag_values(customer, metric.tag)
        return kept[0] if kept else None

    def held(self, customer: str, tag: str) -> list[Any]:
        """The values of a tag that hold ([None] for a plain one), [] where it does not hold."""
        if self._unheld == tag or (customer, tag) in self.world.pins:
            return self.granted(customer, tag)
        key = (customer, tag)
        if key not in self._held:
            granted = self.granted(customer, tag)
            self._held[key] = [] if granted and self.withheld(customer, tag) else granted
        return self._held[key]

    def withheld(self, customer: str, tag: str) -> bool:
        for rule in self.program.rules:
            if any(e.tag == tag and e.withhold for e in rule.effects):
                before, self._unheld = self._unheld, tag
                try:
                    if holds(self, customer, rule.condition):
                        return True
                finally:
                    self._unheld = before
        return False

    def granted(self, customer: str, tag: str) -> list[Any]:
        """The values granted before withholding, decided by priority and then place in the files."""
        key = (customer, tag)
        if key in self.world.pins:
            pin = self.world.pins[key]
            return [] if pin.out else [pin.value]
        if key in self._granted:
            return self._granted[key]
        before, self._unheld = self._unheld, None
        try:
            found = sorted(self._grants(customer, tag), key=lambda g: (-g[0], g[1]))
        finally:
            self._unheld = before
        info = self.program.tags[tag]
        if info.many:
            values = list(dict.fromkeys(v for _, _, v in found if v is not None))
        elif info.type is None:
            values = [None] if found else []
        else:
            values = [found[0][2]] if found else []
        self._granted[key] = values
        return values

    def _grants(self, customer: str, tag: str) -> list[tuple[int, tuple[int, int], Any]]:
        """(priority, place, value) of every rule, band or score that gives the tag."""
        found: list[tuple[int, tuple[int, int], Any]] = []
        for rule in self.program.rules:
            for number, effect in enumerate(rule.effects):
                if effect.tag == tag and not effect.withhold and self._gives(customer, rule, effect):
                    place = (self.program.positions[rule.name], number)
                    found += [(rule.priority, place, v) for v in self._values(customer, effect)]
        for classify in self.program.classifies:
            if classify.name == tag and (v := self._band(customer, classify)) is not None:
                found.append((0, (self.program.positions[classify.name], 0), v))
        for score in self.program.scores:
            if score.name == tag:
                found.append((0, (self.program.positions[score.name], 0), self._points(customer, score)))
            for number, grant in enumerate(score.grants):
                for effect in grant.effects:
                    if effect.tag == tag and not effect.withhold and holds(self, customer, grant.condition):
                        place = (self.program.positions[score.name], number + 1)
                        found += [(0, place, v) for v in self._values(customer, effect)]
        return found

    def _gives(self, customer: str, rule: Rule, effect: Effect) -> bool:
        if holds(self, customer, rule.condition):
            return True
        if effect.keep is None:
            return False
        last = self.world.last_true.get(rule.name, {}).get(customer)
        if last is None:
            return False
        if last >= self.world.cutoff:
            return False
        if effect.keep == "forever":
            # withheld since, it is not kept any more
            since = self.world.held_since(customer, effect.tag)
            return since is not None and since <= last
        assert isinstance(effect.keep, Duration)
        return self.world.cutoff < self.world.shift(last, effect.keep, 1)

    def _values(self, customer: str, effect: Effect) -> list[Any]:
        if effect.value is None:
            return [None]
        if isinstance(effect.value, TopValues):
            t = effect.value
            rows = chosen(self, customer, t.event, t.where, t.window)
            counts: dict[Any, int] = {}
            for e in rows:
                v = e.properties.get(t.property)
                if v is not None:
                    counts[v] = counts.get(v, 0) + 1
            return sorted(counts, key=lambda v: (-counts[v], v))[: t.count]
        v = value(self, customer, effect.value)
        return [] if v is None else [v]

    def _band(self, customer: str, classify: Classify) -> Any:
        for band in classify.bands:
            if holds(self, customer, band.condition):
                return value(self, customer, band.value)
        return None

    def _points(self, customer: str, score: Score) -> float:
        return float(sum(line.points for line in score.lines if holds(self, customer, line.condition)))

    # --- ranks --------------------------------------------------------------------------------------------------

    def ranked(self, rank: Rank) -> set[str]:
        """The customers a rank condition fits."""
        if rank not in self._ranks:
            values: dict[str, float] = {}
            for customer in self.world.customers:
                if rank.among is not None and not holds(self, customer, rank.among):
                    continue
                v = value(self, customer, rank.metric)
                if v is not None and self._eligible(customer, rank.metric):
                    values[customer] = v
            self._ranks[rank] = rank_members(values, rank)
        return self._ranks[rank]

    def _eligible(self, customer: str, metric: Metric) -> bool:
        """Only countable metrics: there must be a matching event of any of them in the window."""
        parts = countable(metric)
        if not parts:
            return True
        # every metric ignores events whose property is missing: they match nothing
        return any(
            a.property is None or property_of(e, a.property) is not None
            for a in parts
            for e in chosen(self, customer, a.event, a.where, a.window)
        )

    def with_bounds(self) -> Reading:
        """The same reading over a world whose windows may be given by their two instants."""
        other = copy(self)
        other.world = BoundedWorld(
            self.world.customers, self.world.events, self.world.cutoff, self.world.zone, self.world.history,
            self.world.last_true, self.world.columns, self.world.pins,
        )  # fmt: skip
        return other


class BoundedWorld(World):
    """A world that also reads windows given by two instants."""

    def bounds(self, window: Any) -> tuple[datetime | None, datetime]:
        ends = getattr(window, "ends", None)
        return ends if ends is not None else super().bounds(window)


def countable(metric: Metric) -> list[Aggregate]:
    """The aggregates of a metric that is made of counts, sums, distincts and arithmetic only; [] for any other."""
    match metric:
        case Aggregate(function) if function in COUNTABLE:
            return [metric]
        case Arithmetic(_, left, right):
            sides = [countable(m) for m in (left, right) if not isinstance(m, Number)]
            return [] if any(not s for s in sides) else [a for s in sides for a in s]
        case Negative(operand):
            return countable(operand)
    return []


def as_text(v: Any) -> str | None:
    """A tag's value as ``assignment.value`` shows it."""
    if v is None or isinstance(v, str):
        return v
    if isinstance(v, bool):
        return "yes" if v else "no"
    if isinstance(v, float):
        return str(int(v)) if v == int(v) and abs(v) < 1e15 else repr(v)
    if isinstance(v, datetime):
        return v.astimezone(UTC).isoformat()
    assert isinstance(v, date)
    return v.isoformat()


def assignments(program: Program, world: World) -> set[tuple[str, str, str | None]]:
    """Every (customer, tag, value as text) that holds at T."""
    reading = Reading(program, world)
    rows: set[tuple[str, str, str | None]] = set()
    for customer in world.customers:
        for tag in program.tags:
            for v in reading.held(customer, tag):
                rows.add((customer, tag, as_text(v)))
    return rows
