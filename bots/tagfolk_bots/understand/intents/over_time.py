"""How something went over time."""

from __future__ import annotations

from tagfolk_bots.understand.compose import Scene
from tagfolk_bots.understand.frame import Frame
from tagfolk_bots.understand.intents.shared import everything, use
from tagfolk_bots.understand.measures import joined, metric_of


def trend(scene: Scene) -> Frame | None:
    """How something went over time."""
    i = scene.find("trend")
    if i is None:
        return None
    said = " ".join(s.text.lower() for s in scene.spans if s.has("trend"))
    unit = next((u for u, words in _TREND_UNITS if any(w in said for w in words)), "month")
    people = scene.has("customer", "who")
    use(scene, "trend", "how_many", "list", "define", "which", "by", "change", "sum", "customer")
    groups = everything(scene)
    groups, metric = joined(scene, groups, metric_of(scene))
    window = metric.window if metric else ""
    if not window:
        for j in scene.free(range(len(scene.spans))):
            period = scene.spans[j].period
            if period:
                window = period.window
                scene.used.add(j)
                break
    aggregate = "avg" if use(scene, "avg") else "sum"
    if metric is None:
        events = [
            c for g in groups for c in g if c.kind == "event" and not c.operator and not c.negated and len(g) == 1
        ]
        if events:
            event = events[0]
            rest = tuple(g for g in groups if g != (event,))
            return Frame(
                "trend",
                rest,
                metric=event.name if people else f"count({event.name})",
                where=event.where,
                window=event.window or window,
                unit=unit,
                aggregate="customers" if people else "sum",
            )
        return Frame("trend", groups, window=window, unit=unit, aggregate="customers")
    use(scene, "customer")
    return Frame("trend", groups, metric=metric.name, where=metric.where, window=window, unit=unit, aggregate=aggregate)


_TREND_UNITS = (
    ("week", ("week", "周")),
    ("day", ("day", "daily", "天", "日")),
    ("quarter", ("quarter", "季")),
    ("year", ("year", "年")),
    ("month", ("month", "月")),
)
