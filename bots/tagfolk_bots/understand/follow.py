"""The next words of a thread: "and in Shanghai?", "by city", "only women", "那上海呢", "why is 张三 in it?"."""

from __future__ import annotations

from dataclasses import replace

from tagfolk_bots.understand.compose import EVENTISH, Scene
from tagfolk_bots.understand.frame import Clause, Frame, Group

_OWN = (
    "how_many",
    "share",
    "how_much",
    "trend",
    "compare",
    "overlap",
    "avg",
    "sum",
    "median",
    "define",
    "advice",
    "quality",
    "fresh",
    "help",
    "enter",
    "leave",
    "change",
)
_LEADS = ("also_about", "only")


def follows(scene: Scene, previous: Frame) -> bool:
    """Do these words change the last question, rather than ask one of their own?"""
    spans = [s for s in scene.spans if not s.punct]
    if not spans or not previous.intent or previous.intent in ("help", "refuse", "quality"):
        return False
    if any(s.has("them") and not s.content for s in spans):
        return True
    if spans[0].has(*_LEADS) and not spans[0].content:
        return True
    if any(s.text == "呢" for s in spans[-1:]):
        return True
    if (
        spans[0].has("how_many")
        and len(spans) > 1
        and spans[1].has("are")
        and not any(s.has("customer") for s in spans)
    ):
        return True
    named = [s for s in spans if s.content]
    if spans[0].has("by") and len(spans) <= 4 and named and all(s.of("attribute", "property") for s in named):
        return not any(s.has("customer", "who", *_OWN) for s in spans)  # 按性别看看
    if any(s.has(*_OWN) for s in spans):
        return False
    if any(s.customer for s in spans):
        return False
    if any(s.has("customer", "who", "list") for s in spans):
        return not any(s.content or s.period or s.numeral for s in spans)
    return len(spans) <= 6


def merge(scene: Scene, previous: Frame, said: Frame) -> Frame:
    """The last question with what was said now in its place."""
    for i, span in enumerate(scene.spans):
        if span.has("them", "also_about", "only") and not span.content:
            scene.used.add(i)
    if not said.intent and scene.has("list", "who"):
        said = replace(said, intent="list")
    period = next((i for i in scene.free(range(len(scene.spans))) if scene.spans[i].period), None)
    window = ""
    if period is not None and not said.customer:
        window = scene.spans[period].period.window  # type: ignore[union-attr]
        scene.used.add(period)
    if said.intent == "explain" and not said.tag and not said.segment:
        return _explained(previous, said)
    if (
        said.intent in ("profile", "explain", "define", "help", "refuse", "quality", "advice")
        and said.intent != "advice"
    ):
        return said
    groups = merged(previous.groups, said.groups)
    if window:
        groups = _windowed(groups, window)
    if said.intent == "share" and not said.groups and not said.metric:
        return replace(said, groups=previous.whole + previous.groups, topic="")
    if said.intent == "share":
        return replace(said, whole=said.whole or previous.groups)
    if said.intent in ("", "count") and _plain(scene, said):
        frame = replace(previous, groups=groups)
        if window and (previous.metric or previous.intent in ("changes", "trend")):
            frame = replace(frame, window=window, groups=merged(previous.groups, said.groups))
        if previous.intent == "share" and said.groups:
            whole = merged(
                previous.whole,
                tuple(g for g in said.groups if g[0].subject not in {c.subject for p in previous.groups for c in p}),
            )
            kept = tuple(g for g in said.groups if g[0].subject in {c.subject for p in previous.groups for c in p})
            frame = replace(previous, whole=whole, groups=merged(previous.groups, kept))
        if previous.intent in ("define", "advice", "explain", "profile") and (said.groups or window):
            frame = replace(said, intent="count")
        tag = _only_tag(said.groups)
        if previous.intent in ("changes", "define", "advice") and tag:
            frame = replace(previous, tag=tag, segment="", groups=())
        return frame
    base = () if previous.intent in ("define", "changes", "advice") and not previous.groups else groups
    if previous.tag and previous.intent in ("define", "changes", "advice"):
        base = merged(((Clause("tag", previous.tag),),), said.groups)
    if previous.segment and previous.intent in ("define", "changes", "advice"):
        base = merged(((Clause("segment", previous.segment),),), said.groups)
    if previous.intent == "share":
        base = merged(merged(previous.whole, previous.groups), said.groups)
    frame = replace(said, groups=base)
    if said.intent == "breakdown":
        frame = replace(
            frame,
            groups=tuple(
                g
                for g in frame.groups
                if g in said.groups or not any(c.kind in ("attribute", "tag") and c.name == said.by for c in g)
            ),
        )
    if said.intent == "breakdown" and previous.metric and not said.metric:
        frame = replace(
            frame,
            metric=previous.metric,
            per=previous.per,
            where=previous.where,
            window=window or previous.window,
            aggregate=previous.aggregate,
        )
    if window and frame.metric:
        frame = replace(frame, window=window)
    return frame


def _plain(scene: Scene, said: Frame) -> bool:
    """No kind of question of its own was said."""
    return not scene.has("how_many", "list", "who") or any(
        s.text.lower() in ("what about", "how about") for s in scene.spans
    )


def _only_tag(groups: tuple[Group, ...]) -> str:
    return groups[0][0].name if len(groups) == 1 and len(groups[0]) == 1 and groups[0][0].kind == "tag" else ""


def merged(old: tuple[Group, ...], new: tuple[Group, ...]) -> tuple[Group, ...]:
    """Old conditions, of which those about the same thing give way to the new ones."""
    subjects = {c.subject for g in new for c in g}
    kept: list[Group] = []
    place: dict[tuple[str, str], int] = {}
    for group in old:
        hit = next((c.subject for c in group if c.subject in subjects), None)
        if hit is None:
            kept.append(group)
        elif hit not in place:
            place[hit] = len(kept)
            kept.extend(g for g in new if any(c.subject == hit for c in g) and g not in kept)
    kept.extend(g for g in new if g not in kept)
    return tuple(kept)


def _windowed(groups: tuple[Group, ...], window: str) -> tuple[Group, ...]:
    """All conditions about events, seen in another window."""

    def moved(clause: Clause) -> Clause:
        if clause.kind == "date":
            return replace(clause, window=window, operator="")
        return replace(clause, window=window) if clause.kind in EVENTISH else clause

    return tuple(tuple(moved(c) for c in g) for g in groups)


def _explained(previous: Frame, said: Frame) -> Frame:
    """What "why is she in it?" is about: the tag or segment of the last question, else its whole condition."""
    tags = [c for g in previous.groups for c in g if c.kind in ("tag", "segment")]
    if previous.tag or previous.segment:
        return replace(said, tag=previous.tag, segment=previous.segment)
    if len(tags) == 1 and len(previous.groups) == 1:
        return replace(said, tag=tags[0].name) if tags[0].kind == "tag" else replace(said, segment=tags[0].name)
    return replace(said, groups=previous.groups)
