"""Circles: tags that wait for each other, segments that contain each other. The message names them in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from tagfolk_dsl.checker.resolver import Resolver
from tagfolk_dsl.graph import Moment, moments
from tagfolk_dsl.program import Program
from tagfolk_dsl.tree import Classify, Score, Span
from tagfolk_dsl.walk import looked_at, segments

Point = TypeVar("Point", bound=Moment | str)


def circles(program: Program, r: Resolver) -> None:
    """Circles of tags (T061) and of segments (T063)."""
    for points in circuits(moments(program)):
        names = list(dict.fromkeys(tag for tag, _ in points))
        shown = " → ".join([*names, names[0]])
        r.report.error(
            "T061",
            _place(names, program),
            f"these tags go round in a circle: {shown}",
            f"这些标签互相依赖成环：{shown}",
            f"none can be decided first; ask the past instead: 'had {names[0]} in 1 day'",
            f"谁都无法先判断；可改问过去：“曾有 {names[0]} 近1天”",
        )
    inner = {name: [s for s, _ in segments(segment.condition)] for name, segment in program.segments.items()}
    for names in circuits(inner):
        shown = " → ".join([*names, names[0]])
        span = program.segments[names[0]].span
        r.report.error(
            "T063",
            r.report.word(span, names[0]),
            f"these segments go round in a circle: {shown}",
            f"这些人群互相引用成环：{shown}",
            "let one of them stand on its own",
            "让其中一个不再引用其他",
        )


def _place(names: list[str], program: Program) -> Span:
    """Where a circle begins: the question for another of its tags in a rule of the first."""
    circle = set(names)
    for rule in program.rules:
        if not any(effect.tag == names[0] for effect in rule.effects):
            continue
        for tag, span in looked_at(rule.condition):
            if tag in circle:
                inside = span.file == rule.span.file and rule.span.line <= span.line <= rule.span.end_line
                return span if inside else rule.span
    statements: list[Classify | Score] = [*program.classifies, *program.scores]
    named = next((s.span for s in statements if s.name in circle), None)
    rules = (rule.span for rule in program.rules if any(effect.tag in circle for effect in rule.effects))
    return named or next(rules, Span())


def circuits(needs: Mapping[Point, Iterable[Point]]) -> list[list[Point]]:
    """One circle of each knot of points that need each other (Tarjan's components, without recursion)."""
    found = []
    for component in components(needs):
        inside = set(component)
        start = component[0]
        if len(component) == 1 and start not in needs[start]:
            continue
        path, seen = [start], {start}
        while True:
            onward = [p for p in needs[path[-1]] if p in inside]
            if (start in onward and len(path) > 1) or (len(component) == 1):
                break
            step = next((p for p in sorted(onward, key=str) if p not in seen), None)
            if step is None:
                back = next(p for p in onward if p in seen)
                path = path[path.index(back) :]
                break
            path.append(step)
            seen.add(step)
        found.append(path)
    return found


def components(needs: Mapping[Point, Iterable[Point]]) -> list[list[Point]]:
    """The strongly connected components, each in the order its points were first met."""
    index: dict[Point, int] = {}
    low: dict[Point, int] = {}
    stack: list[Point] = []
    on_stack: set[Point] = set()
    found: list[list[Point]] = []
    for root in needs:
        if root in index:
            continue
        work = [(root, iter(needs[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            point, onward = work[-1]
            for other in onward:
                if other not in needs:
                    continue
                if other not in index:
                    index[other] = low[other] = len(index)
                    stack.append(other)
                    on_stack.add(other)
                    work.append((other, iter(needs[other])))
                    break
                if other in on_stack:
                    low[point] = min(low[point], index[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[point])
                if low[point] == index[point]:
                    at = stack.index(point)
                    found.append(stack[at:])
                    for name in stack[at:]:
                        on_stack.discard(name)  # difference_update may resize the whole set each time
                    del stack[at:]
    return found
