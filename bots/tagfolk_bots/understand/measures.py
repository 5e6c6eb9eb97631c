"""Which measure a question is about, where one is named without a comparison."""

from __future__ import annotations

import re
from dataclasses import replace

from tagfolk_bots.understand.compose import Scene
from tagfolk_bots.understand.frame import Clause, Group


def metric_of(scene: Scene) -> Clause | None:
    """The measure that was named and not compared, with its filter and window; marks its words."""
    if scene.loose:
        order = {"metric": 0, "attribute": 1}
        at, clause = min(scene.loose, key=lambda x: (order[x[1].kind], x[0]))
        scene.used.add(at)
        scene.loose.remove((at, clause))
        return clause
    for i in scene.free(range(len(scene.spans))):
        named = put_measure(scene, i)
        if named is not None:
            scene.used.add(i)
            return named
    return None


def joined(scene: Scene, groups: tuple[Group, ...], metric: Clause | None) -> tuple[tuple[Group, ...], Clause | None]:
    """``how many cups did we sell in May``: the event's time and kind belong to a measure of it.

    Where people are named ("customers who bought in May") they are a group, and the measure is of all their time:
    that is said.
    """
    if metric is None or metric.kind == "attribute":
        return groups, metric
    for group in groups:
        c = group[0]
        if len(group) > 1 or c.kind != "event" or c.negated or c.operator or c.mode or not _of(scene, metric, c.name):
            continue
        if not scene.has("customer", "who"):
            window = metric.window or c.window
            return tuple(g for g in groups if g is not group), replace(
                metric, window=window, where=metric.where + c.where
            )
        if c.window and not metric.window:
            scene.guesses.append(("all_time", metric.name))
    return groups, in_time(scene, metric)


def in_time(scene: Scene, metric: Clause) -> Clause:
    """A measure over the time that is said and belongs to nothing else."""
    if metric.window or not _windowable(scene, metric):
        return metric
    free = next((i for i in scene.free(range(len(scene.spans))) if scene.spans[i].period), None)
    if free is None:
        return metric
    scene.used.add(free)
    return replace(metric, window=scene.spans[free].period.window)  # type: ignore[union-attr]


def _windowable(scene: Scene, metric: Clause) -> bool:
    let = scene.lexicon.lets.get(metric.name)
    return (
        not let.windowed
        if let is not None
        else re.match(r"(?:count|sum|avg|median|min|max)\(", metric.name) is not None
    )


def _of(scene: Scene, metric: Clause, event: str) -> bool:
    let = scene.lexicon.lets.get(metric.name)
    if let is not None:
        return not let.windowed and let.text.split() == [f"{event}."]
    return re.match(rf"\w+\({event}[.)]", metric.name) is not None


def put_measure(scene: Scene, i: int) -> Clause | None:
    """The measure that one span names: a let, money, a numeric property or attribute, a method's number."""
    for m in scene.spans[i].content:
        if m.kind == "let" and m.value == "metric":
            return Clause("metric", m.name)
        if m.kind == "spend":
            return Clause("metric", f"sum({m.of}.{m.name})")
        if m.kind == "order_value":
            return Clause("metric", f"avg({m.of}.{m.name})")
        if m.kind == "recency":
            return Clause("metric", f"days since last {m.name}")
        if m.kind == "column":
            return Clause("metric", f"{m.of}.{m.name}")
        if m.kind == "property" and scene.lexicon.events[m.of].properties[m.name].type == "number":
            function = "avg" if scene.has("avg") else "median" if scene.has("median") else "sum"
            return Clause("metric", f"{function}({m.of}.{m.name})")
        if m.kind == "event" and m.value == "count":
            return Clause("metric", f"count({m.name})")
        if m.kind == "attribute" and scene.lexicon.attributes[m.name].type == "number":
            return Clause("attribute", m.name)
        if m.kind == "tag" and scene.lexicon.tags[m.name].type == "number":
            return Clause("metric", m.name)
    return None
