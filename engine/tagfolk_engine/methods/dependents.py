"""Which tags hang on a use: those whose rules name its columns, and those that look at such tags."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator

from tagfolk_dsl.program import Program
from tagfolk_dsl.tree import Classify, Had, Has, HasFor, InSegment, MethodColumn, Node, Rule, Score, TagValue

from tagfolk_engine.plan.walk import walk


def uses_in(value: object) -> frozenset[str]:
    """The uses whose columns a piece of the language names."""
    return frozenset(n.method for n in _nodes(value) if isinstance(n, MethodColumn))


def tags_using(program: Program, uses: Collection[str]) -> frozenset[str]:
    """The tags that cannot be told without these uses, directly or through other tags and segments."""
    looks: dict[str, set[str]] = defaultdict(set)
    found: set[str] = set()
    for tags, statement in _givers(program):
        nodes = list(_with_segments(statement, program))
        if any(isinstance(n, MethodColumn) and n.method in uses for n in nodes):
            found |= tags
        for node in nodes:
            if isinstance(node, (Has, HasFor, TagValue)) and not isinstance(node, Had):
                looks[node.tag] |= tags - {node.tag}
    queue = list(found)
    while queue:
        for tag in looks[queue.pop()] - found:
            found.add(tag)
            queue.append(tag)
    return frozenset(found)


def _givers(program: Program) -> Iterator[tuple[set[str], Node]]:
    for rule in program.rules:
        yield _effects(rule), rule
    for classify in program.classifies:
        yield {classify.name}, classify
    for score in program.scores:
        yield {score.name} | {e.tag for grant in score.grants for e in grant.effects}, score


def _effects(rule: Rule) -> set[str]:
    return {effect.tag for effect in rule.effects}


def _with_segments(statement: Rule | Classify | Score | Node, program: Program) -> Iterator[Node]:
    """The nodes of a statement, and of the segments it asks about."""
    seen: set[str] = set()
    stack: list[Node] = [statement]
    while stack:
        for node in walk(stack.pop()):
            yield node
            if isinstance(node, InSegment) and node.segment not in seen and node.segment in program.segments:
                seen.add(node.segment)
                stack.append(program.segments[node.segment].condition)


def _nodes(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield from walk(value)
    elif isinstance(value, tuple):
        for item in value:
            yield from _nodes(item)
