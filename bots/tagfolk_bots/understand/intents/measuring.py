"""Figures of a group; how many, which."""

from __future__ import annotations

import re
from dataclasses import replace

from tagfolk_bots.understand.compose import Scene, spend_metric
from tagfolk_bots.understand.frame import Clause, Frame, Group
from tagfolk_bots.understand.intents.grouping import asks_kind
from tagfolk_bots.understand.intents.shared import counts_people, everything, use
from tagfolk_bots.understand.measures import joined, metric_of


def measure(scene: Scene) -> Frame | None:
    """An average, a total, a median of something over a group; how many events there were."""
    average = scene.find("avg", "median") is not None
    asked = average or scene.has("sum", "how_much", "how_many", "define", "which", "most", "least", "list")
    if use(scene, "distinct") or not scene.has(
        "sum", "avg", "median", "how_much", "how_many", "most", "least", "define", "which"
    ):
        bare = not any(s.has("list", "who", "customer") for s in scene.spans)
        if not bare:
            return None
    before = set(scene.used)
    groups = everything(scene)
    groups, metric = joined(scene, groups, metric_of(scene))
    aggregate = "avg" if scene.has("avg") else "median" if scene.has("median") else "sum"
    if metric is None and scene.has("how_much"):
        metric, groups = _money_of(scene, groups)
    if metric is None:
        return _event_total(scene, groups, before)
    people = scene.find("how_many") is not None and scene.has("customer")
    if people or (not asked and not metric):
        scene.used = before
        return None
    if aggregate == "sum" and scene.has("most") and not scene.has("sum"):
        aggregate = "max"
    elif aggregate == "sum" and scene.has("least"):
        aggregate = "min"
    if aggregate == "sum" and (metric.kind == "attribute" or metric.name.startswith(("days since", "months since"))):
        aggregate = "avg"
        scene.guesses.append(("taken_as_average", metric.name))
    use(
        scene,
        "avg",
        "sum",
        "median",
        "how_much",
        "how_many",
        "define",
        "which",
        "most",
        "least",
        "list",
        "customer",
        "are",
        "who",
        "among",
        "money",
        "last",
        "them",
    )
    frame = Frame("measure", groups, metric=metric.name, where=metric.where, window=metric.window, aggregate=aggregate)
    if aggregate == "median" and metric.name.startswith("avg("):
        scene.guesses.append(("median_of_averages", metric.name))
    ratio = re.fullmatch(r"avg\((\w+)\.(\w+)\)", metric.name)
    if ratio and aggregate in ("sum", "avg") and metric.kind == "metric":
        return replace(frame, metric=f"sum({ratio[1]}.{ratio[2]})", per=f"count({ratio[1]})", aggregate="avg")
    return frame


def _money_of(scene: Scene, groups: tuple[Group, ...]) -> tuple[Clause | None, tuple[Group, ...]]:
    """``how much did we sell``: the money of the event that was said."""
    name = spend_metric(scene.dictionary)
    event = next((g[0] for g in groups if len(g) == 1 and g[0].kind == "event" and not g[0].negated), None)
    if not name or event is None or event.operator:
        return None, groups
    return Clause("metric", name, where=event.where, window=event.window), tuple(g for g in groups if g != (event,))


def _event_total(scene: Scene, groups: tuple[Group, ...], before: set[int]) -> Frame | None:
    """``how many orders last month``, ``average number of purchases``: events are counted, not people."""
    events = [c for g in groups for c in g if c.kind == "event" and not c.negated and not c.operator and c.mode == ""]
    counted = next((m for m in scene.chosen.values() if m.kind == "event" and m.value == "count"), None)
    if counted is not None and any(c.name == counted.name for c in events) and not scene.has("customer", "who", "list"):
        event = next(c for c in events if c.name == counted.name)
        use(scene, "how_many", "avg", "sum", "median", "are", "define", "which", "by")
        aggregate = "avg" if scene.has("avg") else "median" if scene.has("median") else "sum"
        return Frame(
            "measure",
            tuple(g for g in groups if g != (event,)),
            metric=f"count({event.name})",
            where=event.where,
            window=event.window,
            aggregate=aggregate,
        )
    often = scene.has("times") or (scene.chinese and scene.has("how_many"))
    plain = [c for c in events if len(events) == 1]
    if scene.has("avg", "median") and often and plain:
        use(scene, "how_many", "avg", "median", "times", "customer", "are", "by", "sum", "which", "who", "spread")
        aggregate = "median" if scene.has("median") else "avg"
        rest = tuple(g for g in groups if g != (plain[0],))
        c = plain[0]
        return Frame("measure", rest, metric=f"count({c.name})", where=c.where, window=c.window, aggregate=aggregate)
    asked = [i for i, s in enumerate(scene.spans) if s.has("how_many", "avg", "median", "sum") and not s.content]
    for i in asked:
        for j in (i + 1, i + 2, i - 1, i - 2):
            if 0 <= j < len(scene.spans) and scene.spans[j].has("customer", "who"):
                break
            meaning = scene.chosen.get(j) if j in scene.chosen else None
            noun = meaning is not None and meaning.kind == "event" and meaning.value in ("noun", "count")
            if noun and events and not (scene.chinese and scene.has("customer") and meaning.value == "noun"):  # type: ignore[union-attr]
                event = next((c for c in events if c.name == meaning.name), events[0])  # type: ignore[union-attr]
                rest = tuple(g for g in groups if g != (event,))
                aggregate = "avg" if scene.has("avg") else "median" if scene.has("median") else "sum"
                use(scene, "how_many", "avg", "sum", "median", "customer", "are", "define", "which", "by", "who")
                return Frame(
                    "measure",
                    rest,
                    metric=f"count({event.name})",
                    where=event.where,
                    window=event.window,
                    aggregate=aggregate,
                )
    scene.used = before
    return None


def count_or_list(scene: Scene) -> Frame | None:
    """How many customers meet a condition, or which."""
    if asks_kind(scene) and not scene.has("customer"):
        return None
    counted = use(scene, "how_many")
    asked_which = next((s.has("which") and s.text.isascii() for s in scene.spans if not s.stop or s.codes), False)
    asked_which = (
        asked_which and not asks_kind(scene) and any(s.has("customer") or s.of("tag", "segment") for s in scene.spans)
    )
    listed = (use(scene, "list", "who") or asked_which) and not counted
    number = None
    if listed:
        number = next(
            (
                i
                for i, s in enumerate(scene.spans)
                if s.numeral
                and i + 1 < len(scene.spans)
                and counts_people(scene, i)
                and (
                    scene.spans[i + 1].has("customer")
                    or (i > 0 and scene.spans[i - 1].has("list") and scene.spans[i + 1].content)
                )
            ),
            None,
        )
        scene.used.update([number] if number is not None else [])
    use(scene, "is_it")
    groups = everything(scene)
    people = use(scene, "customer", "them")
    if not groups and not people and not counted:
        return None
    ordered = next((g for g in groups if len(g) == 1 and _plural(scene, g[0])), None)
    if people or listed or scene.has("who", "customer"):
        ordered = None
    if ordered is not None and any(c.kind != "attribute" for g in groups if g is not ordered for c in g):
        scene.guesses.append(("taken_as", f"{ordered[0].name}\n{'客户' if scene.chinese else 'customers'}"))
        ordered = None
    if ordered is not None:
        use(scene, "are", "which", "ever", "among", "only", "sum")
        c = ordered[0]
        rest = tuple(g for g in groups if g is not ordered)
        return Frame("measure", rest, metric=f"count({c.name})", where=c.where, window=c.window, aggregate="sum")
    use(scene, "sum", "are", "which", "ever", "among", "define", "only", "profile")
    if not groups and not counted and not (listed and people) and not people:
        return None
    n = int(scene.spans[number].numeral.value) if number is not None else 0  # type: ignore[union-attr]
    return Frame("list" if listed else "count", groups, n=n)


def _plural(scene: Scene, c: Clause) -> bool:
    """``milk tea orders this month``: the events themselves, not who has one."""
    if c.kind != "event" or c.negated or c.operator or c.mode:
        return False
    at = [i for i, m in scene.chosen.items() if m.kind == "event" and m.name == c.name and m.value == "noun"]
    texts = [scene.spans[i].text.lower() for i in at]
    return any((t.isascii() and t.endswith("s")) or t in ("订单", "单子") for t in texts)
