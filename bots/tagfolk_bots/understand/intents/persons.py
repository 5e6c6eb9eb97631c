"""One customer: why, and who."""

from __future__ import annotations

from dataclasses import replace

from tagfolk_bots.understand.compose import Scene
from tagfolk_bots.understand.frame import Frame
from tagfolk_bots.understand.intents.shared import customer_said, everything, named_first, use


def explain(scene: Scene) -> Frame | None:
    """Why does a customer have a tag, or not?"""
    customer = customer_said(scene)
    why = scene.find("why", "would_be")
    asked = scene.find("is_it", "are") if customer else None
    if customer is None or (why is None and asked is None):
        return None
    tag = named_first(scene, "tag", "tagvalue", "segment")
    if why is None and tag is None:
        return None
    use(
        scene, "why", "is_it", "are", "not", "among", "them", "would_be", "exactly", "profile", "who", "leave", "enter",
        "define", "change",
    )  # fmt: skip
    scene.used.add(customer[0])
    frame = Frame("explain", customer=customer[1], topic="" if why is not None else "is")
    if tag:
        scene.used.add(tag[0])
        frame = replace(frame, segment=tag[2]) if tag[1] == "segment" else replace(frame, tag=tag[2])
    return frame


def profile(scene: Scene) -> Frame | None:
    """Who is this customer?"""
    customer = customer_said(scene)
    if customer is None or scene.has("share"):
        return None
    scene.used.add(customer[0])
    use(
        scene,
        "profile",
        "who",
        "list",
        "define",
        "which",
        "personal",
        "are",
        "customer",
        "help",
        "tags",
        "why",
        "them",
        "among",
    )
    metric = [i for i, s in enumerate(scene.spans) if s.content and i not in scene.used]
    if metric and any(
        scene.spans[i].of("let", "spend", "attribute", "event", "column", "recency", "tag") for i in metric
    ):
        groups = everything(scene)
        scene.used.update(metric)
        return Frame("profile", groups, customer=customer[1], topic="part")
    return Frame("profile", customer=customer[1])
