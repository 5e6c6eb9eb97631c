"""What the kinds of question share."""

from __future__ import annotations

from tagfolk_bots.understand.compose import Scene, compose
from tagfolk_bots.understand.frame import Clause, Group
from tagfolk_bots.understand.spans import Span


def use(scene: Scene, *codes: str) -> bool:
    """Mark every span with one of these function words as used; say whether there was one."""
    found = [i for i in scene.free(range(len(scene.spans))) if scene.spans[i].has(*codes)]
    scene.used.update(found)
    return bool(found)


def everything(scene: Scene) -> tuple[Group, ...]:
    for i in scene.free(range(len(scene.spans))):
        if scene.spans[i].has("overlap") and scene.spans[i].text.lower() in (
            "both",
            "共同",
            "at the same time",
            "同时",
        ):
            scene.used.add(i)
    return compose(scene, range(len(scene.spans)))


def customer_said(scene: Scene) -> tuple[int, str] | None:
    return next(((i, s.customer) for i, s in enumerate(scene.spans) if s.customer and i not in scene.used), None)


def named_first(scene: Scene, *kinds: str) -> tuple[int, str, str] | None:
    """The first span that means a tag, a segment, …: (index, kind, name)."""
    for i, span in enumerate(scene.spans):
        for m in span.content[:1]:
            if m.kind in kinds and i not in scene.used:
                return i, m.kind, m.of if m.kind == "tagvalue" else m.name
    return None


def has_content(scene: Scene, indexes: range) -> bool:
    return any(scene.spans[i].content or scene.spans[i].numeral or scene.spans[i].period for i in indexes)


def counts_people(scene: Scene, i: int) -> bool:
    """``10个客户`` / ``10 customers``: a number of people, not a limit of something else."""
    return i == 0 or not scene.spans[i - 1].has("more", "less", "at_least", "at_most", "between", "exactly")


def is_percent(span: Span) -> bool:
    return span.numeral is not None and span.numeral.percent


def label_of(clause: Clause) -> str:
    return clause.values[0] if clause.values else clause.name
