"""About the bot and the data, and what it may not do."""

from __future__ import annotations

from tagfolk_bots.understand.compose import Scene
from tagfolk_bots.understand.frame import Frame
from tagfolk_bots.understand.intents.shared import customer_said, everything, use


def refuse(scene: Scene) -> Frame | None:
    """Orders to change or send something, and questions about the rest of the world."""
    off = scene.find("offtopic")
    if off is not None and not scene.spans[off].content:
        scene.used.update(range(len(scene.spans)))
        return Frame("refuse", topic="action")
    i = scene.find("refuse")
    if i is None or scene.has("how_many", "share", "define") or any(scene.spans[j].content for j in range(i)):
        return None
    scene.used.update(range(len(scene.spans)))
    return Frame("refuse", topic="action")


def personal(scene: Scene) -> Frame | None:
    """Phone numbers and the like of customers: for those who may, a list with them; the role decides."""
    i = scene.find("personal")
    if i is None or scene.has("how_many", "share", "known", "missing", "not"):
        return None
    if any(m.kind != "attribute" or not scene.lexicon.attributes[m.name].personal for m in scene.spans[i].content):
        return None
    use(scene, "personal", "list", "which", "define", "who")
    customer = customer_said(scene)
    if customer:
        scene.used.add(customer[0])
        return Frame("profile", customer=customer[1], topic="personal")
    return Frame("list", everything(scene), topic="personal")


def helps(scene: Scene) -> Frame | None:
    """What can I ask?"""
    if scene.find("help") is None or any(s.content or s.customer for s in scene.spans):
        return None
    scene.used.update(range(len(scene.spans)))
    return Frame("help")


def inventory(scene: Scene) -> Frame | None:
    """Which tags or segments are there?"""
    i = scene.find("tags", "segments")
    if i is None or any(s.content or s.customer for s in scene.spans) or scene.has("why", "change", "enter", "leave"):
        return None
    topic = "tags" if scene.spans[i].has("tags") else "segments"
    scene.used.update(range(len(scene.spans)))
    return Frame("breakdown", by=topic)


def quality(scene: Scene) -> Frame | None:
    """How fresh, how complete is the data?"""
    fresh, good = scene.find("fresh"), scene.find("quality")
    if fresh is None and good is None:
        return None
    if any(s.of("tag", "tagvalue", "segment", "event", "value") or s.customer for s in scene.spans):
        return None
    scene.used.update(range(len(scene.spans)))
    return Frame("quality", topic="quality" if good is not None else "fresh")
