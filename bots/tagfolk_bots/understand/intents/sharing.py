"""What part of a group is something."""

from __future__ import annotations

import re

from tagfolk_bots.understand.compose import Scene, compose
from tagfolk_bots.understand.frame import Clause, Frame
from tagfolk_bots.understand.intents.figures import of_event
from tagfolk_bots.understand.intents.grouping import by_what
from tagfolk_bots.understand.intents.shared import everything, has_content, use
from tagfolk_bots.understand.measures import joined, metric_of

_OPENS = re.compile(r"(?:may|might|could|will|need|needs|answered|has|have|stopped|like|likes|prefer|prefers)\b")
"""Words that begin the name of what somebody is or does."""
_LIVES = frozenset(("who", "that", "live in", "live", "lives in", "come from", "comes from", "belong to", "based in"))
"""Words behind the whole, before the part."""


def share(scene: Scene) -> Frame | None:
    """What part of a group is something."""
    at = scene.find("share")
    makes = scene.find("makes_up")
    if at is None and makes is None:
        return None
    if at is not None and scene.spans[at].numeral:
        return None
    by = by_what(scene) if scene.has("by") else ""
    use(scene, "share", "makes_up", "how_many", "which", "define", "list")
    if by:
        return Frame("breakdown", everything(scene), by=by, topic="share")
    of_measure = _of_measure(scene)
    if of_measure is not None:
        return of_measure
    whole, part = _split(scene, at, makes)
    whole_groups = compose(scene, whole) if whole else ()
    part_groups = compose(scene, part)
    if not part_groups and whole_groups:
        whole_groups, part_groups = (), whole_groups
    use(scene, "customer", "are", "among", "sum", "by")
    if not part_groups:
        return Frame("share", topic="of_what")
    repeat = any(m.kind == "repeat" for m in scene.chosen.values())
    if repeat and not whole_groups and len(part_groups) == 1:
        whole_groups = ((Clause("event", part_groups[0][0].name, window=part_groups[0][0].window),),)
    return Frame("share", part_groups, whole=whole_groups)


def _of_measure(scene: Scene) -> Frame | None:
    """A group's part of the revenue, of the orders."""
    before = scene.kept()
    groups = everything(scene)
    groups, metric = joined(scene, groups, metric_of(scene))
    if metric is None:
        metric, groups = of_event(scene, groups)
    if metric is None or metric.kind == "attribute" or metric.name.startswith(("avg(", "days since", "months since")):
        scene.back(before)
        return None
    if not groups and not metric.where:
        scene.back(before)
        return None
    use(scene, "customer", "are", "among", "sum", "by", "who", "most", "is_it", "money")
    return Frame("share", groups, metric=metric.name, where=metric.where, window=metric.window, topic="measure")


def _split(scene: Scene, at: int | None, makes: int | None) -> tuple[range, range]:
    """(the spans of the whole, the spans of the part)."""
    spans, size = scene.spans, len(scene.spans)
    if makes is not None and has_content(scene, range(makes + 1, size)):  # 女性占高价值客户的比例
        return range(makes + 1, size), range(makes)
    if scene.chinese:
        for i, s in enumerate(spans):
            if s.has("among") and s.text[0] in "中里当之其" and not s.content:
                scene.used.add(i)
                left = range(i)
                held = next((j for j in left if spans[j].text == "在"), None)
                if held is not None and has_content(scene, range(held)):  # 女性在高价值客户中占多少
                    return range(held + 1, i), range(held)
                if has_content(scene, left) and has_content(scene, range(i + 1, size)):
                    return left, range(i + 1, size)
        verb = next(
            (i for i, s in enumerate(spans) if s.text in ("是", "有", "都是", "买过") and has_content(scene, range(i))),
            None,
        )
        if verb is not None and at is not None and at < verb and has_content(scene, range(verb + 1, size)):
            return range(verb), range(verb, size)
        return range(0), range(size)
    start = (at + 1) if at is not None else 0
    among = next(
        (i for i in range(start, size) if re.fullmatch(r"among(st)?|within|out of", spans[i].text.lower())), None
    )
    if among is not None:
        scene.used.add(among)
        return range(among + 1, size), range(among)
    cut = next(
        (
            i
            for i in range(start + 1, size)
            if (spans[i].has("are", "is_it") or _is_verb(scene, i) or spans[i].text.lower() in _LIVES)
            and (has_content(scene, range(start, i)) or any(spans[j].has("customer") for j in range(start, i)))
        ),
        None,
    )
    if cut is None:  # what % of VIPs may churn: the second name is what they are
        named = [i for i in range(start, size) if spans[i].of("tag", "segment", "tagvalue")]
        after = next((i for i in named if i > start + 1 and spans[i - 1].has("customer")), None)
        if after is not None and has_content(scene, range(start, after - 1)):  # share of French customers at risk
            cut = after
        elif len(named) == 2 and _OPENS.match(spans[named[1]].text.lower()):
            cut = named[1]
    if cut is not None and has_content(scene, range(cut, size)):
        return range(start, cut), range(cut, size)
    return range(0), range(size)


def _is_verb(scene: Scene, i: int) -> bool:
    content = scene.spans[i].content
    verb = bool(content) and content[0].kind == "event" and content[0].value == "verb"
    return (
        verb
        or (bool(content) and content[0].kind == "let" and scene.spans[i].text.lower() in ("spend", "spent"))
        or scene.spans[i].has("not")
    )
