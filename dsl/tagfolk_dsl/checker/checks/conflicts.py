"""A valued tag that rules of the same priority give two values that can hold together."""

from __future__ import annotations

from dataclasses import dataclass

from tagfolk_dsl.checker.resolver import Resolver
from tagfolk_dsl.checker.truth import possible
from tagfolk_dsl.program import Program
from tagfolk_dsl.tree import Condition, Metric, Span, TagValue

MOST_PAIRS = 400
"""So many pairs of grants are compared for one tag."""


@dataclass(frozen=True)
class Grant:
    """A value, the condition under which a tag gets it, and where that is written."""

    value: Metric
    condition: Condition
    span: Span
    by: str


def conflicts(program: Program, r: Resolver) -> None:
    """Every valued tag that keeps one value."""
    grants: dict[tuple[str, int], list[Grant]] = {}
    for rule in program.rules:
        for effect in rule.effects:
            if effect.value is not None and not effect.withhold and not r.symbols.tags[effect.tag].many:
                place = r.report.word(effect.span, effect.tag)
                grants.setdefault((effect.tag, rule.priority), []).append(
                    Grant(effect.value, rule.condition, place, rule.name)
                )
    for classify in program.classifies:
        own = grants.get((classify.name, 0))
        if own:
            own[:0] = [Grant(b.value, b.condition, b.span, classify.name) for b in classify.bands]
    for (tag, _), group in grants.items():
        if len(group) > 1:
            _group(tag, group, r)


def _group(tag: str, group: list[Grant], r: Resolver) -> None:
    """The grants of one tag at one priority: each beside those before it, until one can meet it."""
    left = MOST_PAIRS
    for place, grant in enumerate(group):
        for before in group[:place]:
            if before.by == grant.by or before.value == grant.value:
                continue
            left -= 1
            if left < 0:
                return
            if possible((before.condition, grant.condition)):
                _report(tag, before, grant, r)
                break


def _report(tag: str, before: Grant, grant: Grant, r: Resolver) -> None:
    of_itself = isinstance(grant.value, TagValue)
    note = " (this value comes from another tag)" if of_itself else ""
    r.report.warning(
        "W009",
        grant.span,
        f"'{before.by}' can give '{tag}' another value at the same time{note}",
        f"“{before.by}”可能同时给“{tag}”另一个取值",
        "the earlier statement wins; give the rules a 'priority' or let their conditions exclude each other",
        "前面的语句优先；请写“优先级”，或让条件互斥",
    )
