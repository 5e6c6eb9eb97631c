"""A valued tag that rules of the same priority give two values that can hold together."""

from __future__ import annotations

from dataclasses import dataclass

from tagfolk_dsl.checker.resolver import Resolver
from tagfolk_dsl.checker.truth import possible
from tagfolk_dsl.program import Program
from tagfolk_dsl.tree import Condition, Metric, Span, Text

MOST_PAIRS = 400
"""So many pairs of grants are compared for one tag."""
MOST_IN_ALL = 20_000
"""So many pairs are compared for all tags."""


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
    left = MOST_IN_ALL
    for (tag, _), group in grants.items():
        if len(group) > 1 and left > 0:
            left -= _group(tag, group, min(left, MOST_PAIRS), r)


def _group(tag: str, group: list[Grant], most: int, r: Resolver) -> int:
    """The grants of one tag at one priority: each beside those before it, until one can meet it. Pairs compared."""
    left = most
    for place, grant in enumerate(group):
        for before in group[:place]:
            if before.by == grant.by or before.value == grant.value:
                continue
            left -= 1
            if left < 0:
                return most
            if possible((before.condition, grant.condition)):
                _report(tag, before, grant, r)
                break
    return most - left


def _report(tag: str, before: Grant, grant: Grant, r: Resolver) -> None:
    first, second = _shown(before, r), _shown(grant, r)
    r.report.warning(
        "W009",
        grant.span,
        f"'{tag}' may get two values at once: {second} here, {first} from '{before.by}' (line {before.span.line})",
        f"“{tag}”可能同时有两个取值：这里是 {second}，“{before.by}”（第 {before.span.line} 行）是 {first}",
        "the earlier statement wins; give the rules a 'priority' or let their conditions exclude each other",
        "前面的语句优先；请写“优先级”，或让条件互斥",
    )


def _shown(grant: Grant, r: Resolver) -> str:
    """A value as it is written."""
    if isinstance(grant.value, Text):
        return grant.value.value
    return r.report.text(grant.value.span) or "a metric"
