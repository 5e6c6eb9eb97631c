"""Names: what they mean, who came and went, what to do, what a method found."""

from __future__ import annotations

import re
from dataclasses import replace

from tagfolk_bots.understand.compose import Scene
from tagfolk_bots.understand.frame import Frame
from tagfolk_bots.understand.intents.shared import everything, named_first, use
from tagfolk_bots.understand.measures import put_measure


def define(scene: Scene) -> Frame | None:
    """What does a tag, a segment or a measure mean?"""
    asked = scene.find("define")
    if re.match(
        r"what (?:do|did) (?:our |the |most |these )?(?!you\b|we\b|i\b)\w+ \w", scene.text.lower()
    ) and scene.has("customer"):
        return None  # "what do customers like" asks for their values
    if asked is None and not (scene.has("why") and named_first(scene, "tag", "segment")):
        return None
    if scene.has(
        "share",
        "how_many",
        "how_much",
        "avg",
        "sum",
        "median",
        "by",
        "spread",
        "trend",
        "compare",
        "most",
        "least",
        "advice",
        "overlap",
        "top",
    ):
        definite = {
            "what does",
            "mean by",
            "means",
            "meaning",
            "definition",
            "定义",
            "什么意思",
            "含义",
            "是什么意思",
            "口径",
        }
        if not any(s.text.lower() in definite for s in scene.spans):
            return None
    named = [(i, m) for i, s in enumerate(scene.spans) for m in s.content[:1] if i not in scene.used]
    kinds = {
        "tag": 0,
        "tagvalue": 0,
        "segment": 1,
        "let": 2,
        "column": 2,
        "event": 4,
        "attribute": 5,
        "spend": 3,
        "order_value": 3,
        "recency": 3,
    }
    named = sorted((n for n in named if n[1].kind in kinds), key=lambda n: (kinds[n[1].kind], n[0]))
    if not named or any(s.numeral or s.period for s in scene.spans):
        return None
    others = [n for n in named if kinds[n[1].kind] <= 2]
    if len(others) > 1:
        return None
    scene.used.update(i for i, s in enumerate(scene.spans) if s.codes or s.stop)
    i, meaning = named[0]
    scene.used.add(i)
    name = meaning.of if meaning.kind == "tagvalue" else meaning.name
    if meaning.kind in ("tag", "tagvalue"):
        return Frame("define", tag=name, topic="tag")
    if meaning.kind == "segment":
        return Frame("define", segment=name, topic="segment")
    if meaning.kind == "column":
        name = f"{meaning.of}.{meaning.name}"
    clause = put_measure(scene, i)
    return Frame("define", topic=meaning.kind, metric=clause.name if clause else name)


def changes(scene: Scene) -> Frame | None:
    """Who came, who went, and why."""
    enter, leave, change = scene.find("enter"), scene.find("leave"), scene.find("change")
    if enter is None and leave is None and change is None:
        return None
    named = named_first(scene, "tag", "segment")
    if named is None and change is None:
        return None
    if scene.has("trend", "share", "compare", "advice") and change is None:
        return None
    if named and any(i is not None and scene.spans[i].content for i in (enter, leave)):
        return None
    asked_number = scene.has("how_many", "sum")
    use(
        scene,
        "change",
        "which",
        "list",
        "who",
        "how_many",
        "define",
        "tags",
        "are",
        "customer",
        "trend",
        "sum",
        "among",
        "profile",
        "segments",
    )
    direction = ""
    if enter is not None and leave is None:
        direction = "entered"
    elif leave is not None and enter is None:
        direction = "left"
    scene.used.update(i for i in (enter, leave) if i is not None)
    use(scene, "enter", "leave")
    if scene.find("not") is not None and enter is not None:
        return None
    window = ""
    for i in scene.free(range(len(scene.spans))):
        period = scene.spans[i].period
        if period and not window:
            window = period.window if period.shape != "ago" else f"since {period.first}"
            scene.used.add(i)
    if scene.find("recently") is not None:
        use(scene, "recently")
    frame = Frame("changes", direction=direction, window=window, topic="number" if asked_number else "")
    if named:
        scene.used.add(named[0])
        frame = replace(frame, segment=named[2]) if named[1] == "segment" else replace(frame, tag=named[2])
    return frame


def advice(scene: Scene) -> Frame | None:
    """What should be done with a group?"""
    if scene.find("advice") is None:
        return None
    named = named_first(scene, "segment", "tag", "tagvalue")
    use(scene, "advice", "which", "define", "customer", "list", "them", "trend", "help")
    if named is None:
        return Frame("advice", everything(scene))
    scene.used.add(named[0])
    return Frame("advice", segment=named[2]) if named[1] == "segment" else Frame("advice", tag=named[2])


def method(scene: Scene) -> Frame | None:
    """The results of an analysis method in use."""
    words = {re.sub(r"\W", "", s.text.lower()): i for i, s in enumerate(scene.spans)}
    for used_as, name in scene.lexicon.uses.items():
        for word in (used_as.lower(), name.lower()):
            i = words.get(word)
            if i is not None and not any(s.of("tag", "value", "event", "column") for s in scene.spans):
                scene.used.update(range(len(scene.spans)))
                return Frame("method", topic=used_as)
    return None
