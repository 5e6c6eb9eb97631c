"""Two groups or two periods; what two groups share."""

from __future__ import annotations

from dataclasses import replace

from tagfolk_bots.understand.compose import Scene
from tagfolk_bots.understand.frame import Clause, Frame, Group, Side
from tagfolk_bots.understand.intents.shared import everything, label_of, use
from tagfolk_bots.understand.measures import joined, metric_of


def compare(scene: Scene) -> Frame | None:
    """Two groups, or two periods."""
    spans = scene.spans
    if use(scene, "month_on_month") or (year := use(scene, "year_on_year")):
        use(scene, "compare", "how_many", "which", "define", "list", "change", "how_much", "trend", "more", "less")
        groups = everything(scene)
        groups, metric = joined(scene, groups, metric_of(scene))
        window = (
            (metric.window if metric else "")
            or next((c.window for g in groups for c in g if c.window), "")
            or "this month"
        )
        topic = "year_on_year" if "year" in locals() and year else "month_on_month"
        return _compared(scene, groups, metric, (Side("", window=window), Side("", window="")), topic)
    at = scene.find("compare")
    if at is None:
        return _which_has_more(scene)
    times = [i for i, s in enumerate(spans) if s.period]
    if spans[at].text.lower() in _GROWTH and len(times) < 2:
        return _grown(scene)
    use(
        scene,
        "compare",
        "how_many",
        "which",
        "define",
        "list",
        "how_much",
        "most",
        "more",
        "less",
        "between",
        "to",
        "and",
        "profile",
    )
    if len(times) == 2:
        scene.used.update(times)
        groups = everything(scene)
        groups, metric = joined(scene, groups, metric_of(scene))
        sides = tuple(Side(spans[i].text, window=spans[i].period.window) for i in times)  # type: ignore[union-attr]
        return _compared(scene, groups, metric, sides, "periods")
    groups = everything(scene)
    groups, metric = joined(scene, groups, metric_of(scene))
    for k, group in enumerate(groups):
        if len(group) == 1 and len(group[0].values) == 2 and not group[0].negated:
            clause = group[0]
            rest = groups[:k] + groups[k + 1 :]
            sides = tuple(Side(v, ((replace(clause, values=(v,)),),)) for v in clause.values)
            return _compared(scene, rest, metric, sides, "groups")
    single = [g for g in groups if len(g) == 1 and g[0].kind in ("tag", "segment", "attribute")]
    if len(single) >= 2:
        sides = tuple(Side(label_of(g[0]), (g,)) for g in single[:2])
        rest = tuple(g for g in groups if g not in single[:2])
        return _compared(scene, rest, metric, sides, "groups")
    return None


_GROWTH = frozenset(
    (
        "growth",
        "grow",
        "grew",
        "gone up",
        "go up",
        "go down",
        "gone down",
        "增长",
        "增长了",
        "涨了",
        "增减",
        "变化率",
        "增长率",
        "增幅",
    )
)


def _grown(scene: Scene) -> Frame | None:
    """``how much did revenue grow this month``: against the period before."""
    use(
        scene,
        "compare",
        "how_many",
        "how_much",
        "which",
        "define",
        "list",
        "change",
        "share",
        "more",
        "less",
        "are",
        "by",
    )
    groups = everything(scene)
    groups, metric = joined(scene, groups, metric_of(scene))
    window = (metric.window if metric else "") or next((c.window for g in groups for c in g if c.window), "")
    return _compared(scene, groups, metric, (Side("", window=window or "this month"), Side("")), "month_on_month")


def _which_has_more(scene: Scene) -> Frame | None:
    """``does France or Germany have more customers``: two values of one thing, and nothing is counted off."""
    at = scene.find("more", "most", "less")
    if at is None or any(s.numeral for s in scene.spans):
        return None
    times = [i for i, s in enumerate(scene.spans) if s.period]
    use(scene, "more", "most", "less", "how_many", "which", "list", "are", "is_it", "who")
    if len(times) == 2:
        scene.used.update(times)
        groups = everything(scene)
        groups, metric = joined(scene, groups, metric_of(scene))
        sides = tuple(Side(scene.spans[i].text, window=scene.spans[i].period.window) for i in times)  # type: ignore[union-attr]
        compared = _compared(scene, groups, metric, sides, "periods")
        return compared if compared.metric else None
    groups = everything(scene)
    groups, metric = joined(scene, groups, metric_of(scene))
    pair = next((g[0] for g in groups if len(g) == 1 and len(g[0].values) == 2 and not g[0].negated), None)
    if pair is None:
        return None
    scene.used.update(i for i, s in enumerate(scene.spans) if any(m.name == pair.name for m in s.content[:1]))
    rest = tuple(g for g in groups if g != (pair,))
    sides = tuple(Side(v, ((replace(pair, values=(v,)),),)) for v in pair.values)
    return _compared(scene, rest, metric, sides, "groups")


def _compared(
    scene: Scene, groups: tuple[Group, ...], metric: Clause | None, sides: tuple[Side, ...], topic: str
) -> Frame:
    average = use(scene, "avg")
    use(scene, "sum", "customer", "how_many", "are")
    if metric is None and topic != "groups":
        events = [c for g in groups for c in g if c.kind == "event" and not c.negated]
        if events and len(events) == 1:
            groups = tuple(g for g in groups if g != (events[0],))
            people = scene.has("customer", "who")
            return Frame(
                "compare",
                groups,
                metric=events[0].name if people else f"count({events[0].name})",
                where=events[0].where,
                aggregate="customers" if people else "sum",
                sides=sides,
                topic=topic,
            )
    frame = Frame("compare", groups, sides=sides, topic=topic)
    if metric:
        plain = metric.kind == "attribute" or metric.name.startswith(("avg(", "days since"))
        frame = replace(
            frame,
            metric=metric.name,
            where=metric.where,
            window=metric.window if topic == "groups" else "",
            aggregate="avg" if average or plain else "sum",
        )
    return frame


def overlap(scene: Scene) -> Frame | None:
    """How many are both."""
    i = scene.find("overlap")
    if i is None:
        return None
    if len([s for s in scene.spans if s.of("tag", "tagvalue", "segment", "value")]) < 2:
        return None
    if scene.spans[i].text.lower() in ("both", "共同", "at the same time") and scene.has("how_many", "list", "share"):
        return None
    use(scene, "overlap", "how_many", "which", "define", "between", "and", "list", "are", "customer")
    groups = everything(scene)
    return Frame("overlap", groups) if len(groups) >= 2 else None
