"""Customers or a measure, by something."""

from __future__ import annotations

import re
from dataclasses import replace

from tagfolk_bots.understand.compose import Scene, purchase_event
from tagfolk_bots.understand.frame import Frame
from tagfolk_bots.understand.intents.shared import everything, use
from tagfolk_bots.understand.measures import joined, metric_of


def breakdown(scene: Scene) -> Frame | None:
    """Customers, or a measure, by something."""
    asked = ("which", "define") if scene.has("most", "least") else ("which",)
    spread = scene.find("spread", "by", *asked)
    if spread is None:
        return None
    which = scene.find(*asked) is not None and scene.find("most", "least") is not None
    if not which and scene.find("spread", "by") is None:
        return None
    by = by_what(scene)
    if not by:
        return None
    average, total = use(scene, "avg"), scene.has("sum", "how_much")
    low = scene.find("least") is not None
    use(
        scene,
        "spread",
        "by",
        "how_many",
        "which",
        "most",
        "least",
        "list",
        "sum",
        "how_much",
        "who",
        "define",
        "share",
        "are",
        "customer",
        "top",
        "profile",
        "times",
    )
    groups = everything(scene)
    groups, metric = joined(scene, groups, metric_of(scene))
    frame = Frame("breakdown", groups, by=by, topic="least" if which and low else "most" if which else "")
    if metric:
        return replace(
            frame,
            metric=metric.name,
            where=metric.where,
            window=metric.window,
            aggregate="avg" if (average or metric.kind == "attribute") and not total else "sum",
        )
    event, _, prop = by.partition(".")
    bought = any(c.kind == "event" and c.name == event for g in groups for c in g)
    if asks_kind(scene):
        own = next((g[0] for g in groups if len(g) == 1 and g[0].kind == "event" and g[0].name == event), None)
        rest = tuple(g for g in groups if own is None or g != (own,))
        where, window = (own.where, own.window) if own else ((), "")
        return replace(
            frame, groups=rest, metric=f"count({event})", where=where, window=window, aggregate="sum", topic="most"
        )
    if which and prop and not bought and not scene.has("customer"):
        window = next((s.period.window for i, s in enumerate(scene.spans) if s.period and i not in scene.used), "")
        scene.used.update(i for i, s in enumerate(scene.spans) if s.period)
        return replace(frame, metric=f"count({event})", window=window, aggregate="sum")
    return event_measure(scene, frame)


def alone(scene: Scene) -> Frame | None:
    """Nothing but the name of an attribute or a valued tag: how customers spread over it."""
    named = [i for i, s in enumerate(scene.spans) if s.content]
    if len(named) != 1 or any(
        s.unknown or s.numeral or s.period or s.has("list", "how_many", "who", "not") for s in scene.spans
    ):
        return None
    meaning = scene.spans[named[0]].content[0]
    valued = meaning.kind == "tag" and scene.lexicon.tags[meaning.name].type == "text"
    if not valued and not (meaning.kind == "attribute" and not scene.lexicon.attributes[meaning.name].personal):
        return None
    scene.used.update(range(len(scene.spans)))
    return Frame("breakdown", by=meaning.name)


def event_measure(scene: Scene, frame: Frame) -> Frame:
    """``orders by channel``: counts of events where people are not named."""
    event = frame.by.split(".", 1)[0] if "." in frame.by else ""
    for group in frame.groups:
        c = group[0]
        if (
            len(group) == 1
            and c.kind == "event"
            and not c.negated
            and not c.operator
            and not scene.has("customer", "who")
        ):
            noun = any(m.kind == "event" and m.value in ("noun", "count") for s in scene.spans for m in s.content)
            if noun and (not event or c.name == event):
                rest = tuple(g for g in frame.groups if g is not group)
                return replace(
                    frame, groups=rest, metric=f"count({c.name})", where=c.where, window=c.window, aggregate="sum"
                )
    return frame


def _event_said(scene: Scene) -> str:
    """The event that a question is about, else that of buying."""
    said = (m.name for s in scene.spans for m in s.content if m.kind == "event")
    return next(said, purchase_event(scene.lexicon))


def by_what(scene: Scene) -> str:
    """The attribute, tag or property that a question wants to see apart. Marks its words."""
    spans = scene.spans
    places: list[int] = []
    for i, s in enumerate(spans):
        if s.has("by", "which") or (s.has("define") and scene.has("most", "least")):
            places += [i + 1, i + 2]
        if s.has("which") or (s.has("define") and scene.has("most", "least")):
            places += [i - 1, i - 2, i - 3, i + 3, i + 4]
        if s.has("spread"):
            places += [i - 1, i + 1, i - 2, i + 2, i + 3]
    for i in places:
        if 0 <= i < len(spans) and i not in scene.used:
            if (
                any(spans[j].content for j in range(min(i, i), i))
                and i > 0
                and spans[i - 1].content
                and not spans[i].content
            ):
                continue
            for m in spans[i].content:
                name = {
                    "attribute": m.name,
                    "tag": m.name,
                    "property": f"{m.of}.{m.name}",
                    "column": f"{m.of}.{m.name}",
                }.get(m.kind)
                counted = m.kind == "attribute" and scene.lexicon.attributes[m.name].type == "number"
                if counted and scene.has("avg", "median") and not any(s.has("by") for s in spans[max(0, i - 2) : i]):
                    continue  # "average age by gender": the age is what is averaged
                if name and not (m.kind == "attribute" and scene.lexicon.attributes[m.name].personal):
                    if (
                        m.kind == "tag"
                        and scene.lexicon.tags[m.name].type is None
                        and not any(spans[j].has("by") for j in (i - 1, i - 2) if j >= 0)
                    ):
                        continue
                    scene.used.add(i)
                    return name
            for code, function in (("weekday_of", "weekday(time)"), ("hour_of", "hour(time)")):
                if spans[i].has(code) and purchase_event(scene.lexicon):
                    scene.used.add(i)
                    return f"{_event_said(scene)}.{function}"
            if spans[i].has("tags", "segments"):
                scene.used.add(i)
                return "tags" if spans[i].has("tags") else "segments"
    return _kind_of_event(scene) or _only_name(scene)


_KINDS = ("哪种", "哪类", "哪一类", "什么样的", "what kind of", "which kind of", "what type of", "which type of")


def asks_kind(scene: Scene) -> bool:
    """``which kind of complaint``, ``what do customers buy most``: kinds of events, not customers."""
    return bool(re.match(r"what (?:do|did|does|have)\b", scene.text, re.IGNORECASE)) or any(
        s.text.lower() in _KINDS and scene.spans[i + 1].of("event") for i, s in enumerate(scene.spans[:-1])
    )


def _kind_of_event(scene: Scene) -> str:
    """The property that says the kind of an event: its one property of text, or the product."""
    if asks_kind(scene):
        for s in scene.spans:
            for m in s.content:
                texts = (
                    [p.name for p in scene.lexicon.events[m.name].properties.values() if p.type == "text"]
                    if m.kind == "event"
                    else []
                )
                named = next((t for t in texts if t in ("product", "category", "topic", "reason", "产品", "品类")), "")
                if len(texts) == 1 or named:
                    return f"{m.name}.{named or texts[0]}"
    return ""


def _only_name(scene: Scene) -> str:
    """``今年男女客户的销售额分别是多少``: the one name of groups in the question, wherever it stands."""
    if not any(s.has("spread", "by") and not s.content for s in scene.spans):
        return ""
    found = []
    for i, s in enumerate(scene.spans):
        m = next((m for m in s.content if m.kind in ("attribute", "tag", "property")), None)
        if (
            m is None
            or i in scene.used
            or any(c.kind in ("value", "event", "let", "propvalue", "tagvalue") for c in s.content)
        ):
            continue
        lexicon = scene.lexicon
        if (
            m.kind == "attribute"
            and lexicon.attributes[m.name].type == "text"
            and not lexicon.attributes[m.name].personal
        ) or (m.kind == "tag" and lexicon.tags[m.name].type == "text"):
            found.append((i, m.name))
        elif m.kind == "property" and lexicon.events[m.of].properties[m.name].type == "text":
            found.append((i, f"{m.of}.{m.name}"))
    if len(found) != 1:
        return ""
    scene.used.add(found[0][0])
    return found[0][1]
