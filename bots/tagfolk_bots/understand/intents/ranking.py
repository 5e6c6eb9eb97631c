"""The highest and the lowest."""

from __future__ import annotations

from dataclasses import replace

from tagfolk_bots.understand.compose import Scene, spend_metric
from tagfolk_bots.understand.frame import Clause, Frame
from tagfolk_bots.understand.intents.grouping import asks_kind, event_measure
from tagfolk_bots.understand.intents.shared import counts_people, everything, is_percent, use
from tagfolk_bots.understand.measures import in_time, metric_of


def top(scene: Scene) -> Frame | None:
    """The n highest by a measure."""
    spans = scene.spans
    end = scene.find("top", "most", "bottom", "least")
    if end is None or asks_kind(scene):
        return None
    low = spans[end].has("bottom", "least") and not spans[end].has("top", "most")
    places = _top_groups(scene, end, low)
    if places is not None:
        return places
    number = next(
        (
            i
            for i, s in enumerate(spans)
            if s.numeral
            and not s.numeral.percent
            and i not in scene.used
            and (
                i in (end + 1, end - 1)
                or (i > 0 and spans[i - 1].has("top", "bottom"))
                or (i == end + 2 and spans[end + 1].stop)
                or (i + 1 < len(spans) and spans[i + 1].has("customer") and counts_people(scene, i))
            )
        ),
        None,
    )
    percent = next((i for i in (end + 1, end - 1) if 0 <= i < len(spans) and is_percent(spans[i])), None)
    if percent is not None:
        return _ranked(scene, end, percent, low)
    which_attribute = scene.find("which") is not None and any(
        m.kind in ("attribute", "property") for s in spans for m in s.content
    )
    if which_attribute and number is None and not any(s.has("who") for s in spans):
        return None
    if number is None and not scene.has("who", "list", "customer", "which"):
        return None
    held = {i for i in (end, number) if i is not None}
    scene.used |= held
    groups = everything(scene)
    metric = metric_of(scene)
    if metric is None:
        events = [c for g in groups for c in g if c.kind == "event" and not c.operator and not c.negated]
        if events:
            metric = replace(events[0], kind="metric", name=f"count({events[0].name})")
            groups = tuple(g for g in groups if g != (events[0],))
    if metric is None and (spans[end].text.lower() in ("best", "top spender", "biggest", "top") or number is not None):
        name = spend_metric(scene.dictionary)
        period = next((i for i in scene.free(range(len(spans))) if spans[i].period), None)
        if name and spans[end].text.lower() not in ("后", "最后", "前"):
            window = spans[period].period.window if period is not None else ""  # type: ignore[union-attr]
            scene.used.update([period] if period is not None else [])
            scene.guesses.append(("ranked_by", name))
            metric = Clause("metric", name, window=window)
    if metric is None:
        scene.used -= held
        return None
    metric = in_time(scene, metric) if metric.kind == "metric" else metric
    use(
        scene,
        "by",
        "list",
        "who",
        "customer",
        "which",
        "most",
        "top",
        "sum",
        "how_many",
        "define",
        "least",
        "bottom",
        "are",
        "among",
        "profile",
        "share",
    )
    n = int(spans[number].numeral.value) if number is not None else 0  # type: ignore[union-attr]
    return Frame("top", groups, metric=metric.name, where=metric.where, window=metric.window, n=n, ascending=low)


def _top_groups(scene: Scene, end: int, low: bool) -> Frame | None:
    """``top 5 cities by revenue``: groups, not customers."""
    spans = scene.spans
    at = end + 2 if end + 1 < len(spans) and spans[end + 1].numeral else end + 1
    if at >= len(spans) or spans[at].has("by"):
        return None
    for m in spans[at].content:
        field = scene.lexicon.attributes.get(m.name) if m.kind == "attribute" else None
        name = m.name if field and field.type == "text" and not field.personal else ""
        if m.kind == "property" and scene.lexicon.events[m.of].properties[m.name].type == "text":
            name = f"{m.of}.{m.name}"
        if name:
            numeral = spans[at - 1].numeral
            scene.used.update(range(end, at + 1))
            use(scene, "by", "how_many", "customer", "list", "which")
            groups = everything(scene)
            metric = metric_of(scene)
            n = int(numeral.value) if numeral else 0
            frame = Frame("breakdown", groups, by=name, n=n, topic="least" if low else "most")
            if metric is None:
                return event_measure(scene, frame)
            how = "avg" if metric.kind == "attribute" or use(scene, "avg") else "sum"
            return replace(frame, metric=metric.name, where=metric.where, window=metric.window, aggregate=how)
    return None


def _ranked(scene: Scene, end: int, percent: int, low: bool) -> Frame | None:
    """``top 20% by spend``: a condition; the rest of the question says what is wanted of them."""
    spans = scene.spans
    scene.used.update((end, percent))
    use(scene, "by")
    groups = everything(scene)
    metric = metric_of(scene)
    name = metric.name if metric else spend_metric(scene.dictionary)
    if not name:
        return None
    if metric is None:
        scene.guesses.append(("ranked_by", name))
    share = spans[percent].numeral.value * 100  # type: ignore[union-attr]
    clause = Clause(
        "rank",
        name,
        low=f"{share.normalize():f}%",
        mode="bottom" if low else "top",
        where=metric.where if metric else (),
        window=metric.window if metric else "",
    )
    groups = (*groups, (clause,))
    if scene.has("list", "who"):
        use(scene, "list", "who", "customer")
        return Frame("list", groups)
    use(scene, "how_many", "customer")
    return Frame("count", groups)
