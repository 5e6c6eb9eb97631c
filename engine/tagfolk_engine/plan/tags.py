"""Tags as what grants and what withholds them, in one form for rules, classifies and scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from tagfolk_dsl.program import Program, TagInfo
from tagfolk_dsl.tree import (
    And,
    Compare,
    Condition,
    Duration,
    Has,
    HasFor,
    InRange,
    InSegment,
    Known,
    Matches,
    Member,
    Metric,
    Node,
    Not,
    ScoreLine,
    TagValue,
    Type,
)  # fmt: skip

from tagfolk_engine.evaluate.errors import EvaluationError
from tagfolk_engine.plan.nodes import Granted, GrantedValue, HeldFor, ManyTest, StoredHas, StoredValue
from tagfolk_engine.plan.walk import rewrite

N = TypeVar("N", bound=Node)


@dataclass(frozen=True)
class Grant:
    """One way to get a tag: the condition, the value (None: a plain tag), and which of several goes first."""

    rule: str
    condition: Condition
    value: Metric | None
    priority: int
    position: int
    keep: Duration | Literal["forever"] | None = None


@dataclass(frozen=True)
class TagPlan:
    """A tag: its grants, the strongest first; the conditions that withhold it; the lines of a score."""

    info: TagInfo
    grants: tuple[Grant, ...] = ()
    withheld: tuple[Condition, ...] = ()
    score: tuple[ScoreLine, ...] | None = None

    @property
    def name(self) -> str:
        """The tag's name."""
        return self.info.name

    @property
    def type(self) -> Type | None:
        """The type of its values; None for a plain tag."""
        return self.info.type


@dataclass(frozen=True)
class Reading:
    """How trees of a program are read before they are planned: segments inlined, tags as the rule sees them."""

    program: Program
    stored: bool = False

    def read(self, node: N, withheld: frozenset[str] = frozenset()) -> N:
        """The tree as the plan wants it. Tags in ``withheld`` are seen as they are before withholding."""

        def change(inner: Node) -> Node | None:
            return self._tag_node(inner, withheld)

        return rewrite(node, change)

    def _tag_node(self, node: Node, withheld: frozenset[str]) -> Node | None:
        match node:
            case InSegment(segment=name):
                if name not in self.program.segments:
                    raise EvaluationError(f"no segment is called '{name}'", node.span)
                return self.read(self.program.segments[name].condition, withheld)
            case Has(tag=tag, negated=negated):
                if self.stored:
                    plain: Condition = StoredHas(tag)
                else:
                    plain = Granted(tag) if tag in withheld else Has(tag)
                return Not(plain) if negated else plain
            case HasFor(tag=tag, length=length):
                has = self._tag_node(Has(tag), withheld)
                assert isinstance(has, Condition)
                return And((has, HeldFor(tag, length)))
            case TagValue(tag=tag, type=type_, many=many):
                if self.stored:
                    return StoredValue(tag, type_, many)
                return GrantedValue(tag, type_, many) if tag in withheld else None
            case Compare() | InRange() | Member() | Matches() | Known():
                return _many_test(node)
        return None


def _many_test(node: Condition) -> Condition | None:
    subject = node.left if isinstance(node, Compare) else getattr(node, "metric", None)
    if not isinstance(subject, TagValue | GrantedValue | StoredValue) or not subject.many:
        return None
    negative = (isinstance(node, Compare) and node.operator == "!=") or (isinstance(node, Member) and node.negated)
    stored, granted = isinstance(subject, StoredValue), isinstance(subject, GrantedValue)
    if isinstance(node, Known):
        has: Condition = StoredHas(subject.tag) if stored else Granted(subject.tag) if granted else Has(subject.tag)
        return has if node.known else Not(has)
    return ManyTest(node, subject.tag, granted, stored, negative)


def tag_plans(program: Program, reading: Reading) -> Mapping[str, TagPlan]:
    """Every tag of the program with what grants and withholds it."""
    grants: dict[str, list[Grant]] = {name: [] for name in program.tags}
    withheld: dict[str, list[Condition]] = {name: [] for name in program.tags}
    for rule in program.rules:
        _effects(rule.name, rule.condition, rule.effects, rule.priority, program, reading, grants, withheld)
    for score in program.scores:
        for grant in score.grants:
            _effects(score.name, grant.condition, grant.effects, 0, program, reading, grants, withheld)
    for classify in program.classifies:
        position = program.positions.get(classify.name, 0)
        grants[classify.name] += [
            Grant(classify.name, reading.read(band.condition), reading.read(band.value), 0, position)
            for band in classify.bands
        ]
    lines = {
        score.name: tuple(ScoreLine(reading.read(line.condition), line.points) for line in score.lines)
        for score in program.scores
    }
    return {
        name: TagPlan(
            info,
            tuple(sorted(grants[name], key=lambda grant: (-grant.priority, grant.position))),
            tuple(dict.fromkeys(withheld[name])),
            lines.get(name),
        )
        for name, info in program.tags.items()
    }


def _effects(
    name: str, condition: Condition, effects: tuple[object, ...], priority: int, program: Program, reading: Reading,
    grants: dict[str, list[Grant]], withheld: dict[str, list[Condition]],
) -> None:  # fmt: skip
    from tagfolk_dsl.tree import Effect

    made = [effect for effect in effects if isinstance(effect, Effect)]
    takes = frozenset(effect.tag for effect in made if effect.withhold)
    read = reading.read(condition, takes)
    for effect in made:
        if effect.tag not in grants:
            raise EvaluationError(f"the rule '{name}' is about a tag that is not known: '{effect.tag}'", effect.span)
        if effect.withhold:
            withheld[effect.tag].append(read)
        else:
            value = None if effect.value is None else reading.read(effect.value, takes)
            position = program.positions.get(name, 0)
            grants[effect.tag].append(Grant(name, read, value, priority, position, effect.keep))
