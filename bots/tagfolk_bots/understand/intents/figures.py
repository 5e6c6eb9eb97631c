"""Single figures over all events: the largest order, the median one, how many different ones, NPS."""

from __future__ import annotations

import re
from dataclasses import replace

from tagfolk_bots.understand.compose import Scene, purchase_event
from tagfolk_bots.understand.dictionary import Meaning, money
from tagfolk_bots.understand.frame import Clause, Frame, Group, metric_text
from tagfolk_bots.understand.intents.shared import everything, use
from tagfolk_bots.understand.measures import metric_of

_AMOUNTS = frozenset(
    (
        "订单金额",
        "购买金额",
        "金额",
        "交易金额",
        "单笔金额",
        "purchase amount",
        "purchase value",
        "order amount",
        "amount",
        "订单额",
    )
)
_MANY = frozenset(
    (
        "most",
        "the most",
        "最多",
        "最少",
        "least",
        "fewest",
        "the fewest",
        "the least",
        "第一",
        "最常",
        "卖得最好",
        "卖得最多",
        "最畅销",
        "best",
        "worst",
    )
)
SCORES = frozenset(("score", "rating", "nps", "推荐分", "评分", "打分", "得分"))


def extreme(scene: Scene) -> Frame | None:
    """The largest, smallest or median single order."""
    at = scene.find("most", "least", "median")
    if at is None or scene.has("customer", "who", "trend", "by", "spread", "compare"):
        return None
    spans = scene.spans
    if spans[at].text.lower() in _MANY or any(s.numeral for s in spans) or _names_groups(scene):
        return None
    low, middle = spans[at].has("least") and not spans[at].has("most"), spans[at].has("median")
    single = [
        i
        for i, s in enumerate(spans)
        if _is_one(scene, i, s.content) or s.text.lower() in (*_AMOUNTS, "一单", "一笔", "单笔")
    ]
    event = purchase_event(scene.lexicon)
    fields = {e.name: p.name for e, p in money(scene.lexicon)}
    if not single or event not in fields:
        return None
    groups = everything(scene)
    metric = metric_of(scene)
    bought = next(
        (c for g in groups for c in g if len(g) == 1 and c.kind == "event" and not c.negated and not c.operator), None
    )
    if bought is not None:
        groups = tuple(g for g in groups if g != (bought,))
    source = bought if bought is not None and (bought.window or metric is None or not metric.window) else metric
    where = (bought.where if bought else ()) + (metric.where if metric else ())
    use(
        scene,
        "most",
        "least",
        "median",
        "how_much",
        "how_many",
        "define",
        "which",
        "list",
        "are",
        "sum",
        "money",
        "among",
        "avg",
    )
    name = bought.name if bought and bought.name in fields else event
    function = "median" if middle else "min" if low else "max"
    window = source.window if source else ""
    free = next((i for i in scene.free(range(len(spans))) if spans[i].period), None)
    if not window and free is not None:
        scene.used.add(free)
        window = spans[free].period.window  # type: ignore[union-attr]
    return over_events(scene, function, f"{name}.{fields[name]}", groups, where, window)


def extreme_attribute(scene: Scene) -> Frame | None:
    """``how old is the oldest customer``, 客户最大年龄: the figure, not who it is."""
    at = scene.find("most", "least")
    if (
        at is None
        or scene.has("who", "trend", "by", "spread", "compare", "top", "bottom")
        or any(s.numeral for s in scene.spans)
    ):
        return None
    asks_who = any(
        s.text.lower() in ("which", "哪个", "哪位", "谁", "which customer") for s in scene.spans
    ) or scene.has("list")
    named = [
        (i, m)
        for i, s in enumerate(scene.spans)
        for m in s.content
        if m.kind == "attribute" and scene.lexicon.attributes[m.name].type == "number"
    ]
    if asks_who or not named:
        return None
    _, meaning = named[0]
    low = scene.spans[at].has("least") and not scene.spans[at].has("most")
    scene.used.update(j for j, m in named if m.name == meaning.name)
    use(scene, "most", "least", "how_much", "how_many", "define", "which", "are", "customer", "among")
    return Frame("measure", everything(scene), metric=meaning.name, aggregate="min" if low else "max")


def over_events(
    scene: Scene,
    function: str,
    field: str,
    groups: tuple[Group, ...],
    where: tuple[tuple[str, str, tuple[str, ...]], ...],
    window: str,
) -> Frame:
    """A figure of all events; of a group's only, the figure over its customers' own."""
    if not groups:
        return Frame("measure", metric=f"overall {function}({field})", where=where, window=window, aggregate="overall")
    if function == "median":
        scene.guesses.append(("median_of_averages", field))
    return Frame("measure", groups, metric=f"{function}({field})", where=where, window=window, aggregate=function)


def _is_one(scene: Scene, i: int, content: tuple[Meaning, ...]) -> bool:
    return any(
        m.kind == "order_value" or (m.kind == "event" and m.value == "noun" and m.name == purchase_event(scene.lexicon))
        for m in content
    )


def _names_groups(scene: Scene) -> bool:
    """``which city …``: a name of groups beside a question word."""
    return scene.find("which") is not None and any(
        m.kind in ("attribute", "property") and _is_text(scene, m) for s in scene.spans for m in s.content
    )


def _is_text(scene: Scene, m: Meaning) -> bool:
    lexicon = scene.lexicon
    entry = lexicon.attributes[m.name] if m.kind == "attribute" else lexicon.events[m.of].properties[m.name]
    return entry.type == "text" and not entry.personal


_KINDS = frozenset(("kinds of", "kinds", "types of", "家", "种", "个", "的", "款", "the", "of"))


def distinct(scene: Scene) -> Frame | None:
    """How many different cities, stores, categories …"""
    spans = scene.spans
    asked = [i for i, s in enumerate(spans) if s.has("how_many", "distinct") and i not in scene.used]
    for i in asked:
        if spans[i].has("customer"):
            continue
        j = i + 1
        while j < len(spans) and (spans[j].has("distinct") or spans[j].text.lower() in _KINDS) and not spans[j].content:
            j += 1
        if j >= len(spans):
            continue
        named = next((m for m in spans[j].content if m.kind in ("attribute", "property") and _is_text(scene, m)), None)
        if named is None or (j + 1 < len(spans) and (spans[j + 1].has("customer") or spans[j + 1].of("event", "let"))):
            continue
        scene.used.add(j)
        use(scene, "how_many", "distinct", "customer", "are", "sum", "define", "among", "list", "all")
        groups = everything(scene)
        if named.kind == "attribute":
            return Frame("measure", groups, by=named.name, topic="distinct")
        own = next(
            (
                c
                for g in groups
                for c in g
                if len(g) == 1 and c.kind == "event" and c.name == named.of and not c.operator
            ),
            None,
        )
        rest = tuple(g for g in groups if g != (own,))
        where, window = (own.where, own.window) if own else ((), "")
        if not own:
            window = _free_window(scene)
        if rest:
            return Frame("breakdown", groups, by=f"{named.of}.{named.name}")
        return Frame(
            "measure",
            metric=f"overall distinct({named.of}.{named.name})",
            where=where,
            window=window,
            aggregate="overall",
        )
    return None


def _free_window(scene: Scene) -> str:
    for i in scene.free(range(len(scene.spans))):
        period = scene.spans[i].period
        if period:
            scene.used.add(i)
            return period.window
    return ""


def business_measure(scene: Scene) -> Frame | None:
    """A measure of the business by its name: churn rate, ARPU, NPS …"""
    if scene.has("trend", "compare", "month_on_month", "year_on_year", "by", "spread"):
        return None
    found = next(((i, m.name) for i, s in enumerate(scene.spans) for m in s.content if m.kind == "measure"), None)
    if found is None or (found[1] == "new_buyers" and not any(s.period for s in scene.spans)):
        return None
    if found[1] == "churn_rate" and any(h in n.lower() for n in scene.lexicon.tags for h in ("churn", "流失")):
        scene.guesses.append(("taken_as", f"{scene.spans[found[0]].text}\nchurn rate"))
    scene.used.add(found[0])
    use(
        scene,
        "nps",
        "define",
        "how_many",
        "how_much",
        "which",
        "customer",
        "are",
        "list",
        "sum",
        "avg",
        "share",
        "among",
    )
    groups = everything(scene)
    event = next((g for g in groups if len(g) == 1 and g[0].kind == "event" and g[0].window and not g[0].where), None)
    window = event[0].window if event else _free_window(scene)
    groups = tuple(g for g in groups if g is not event)
    return Frame("measure", groups, window=window, topic=f"named:{found[1]}")


def nps(scene: Scene) -> Frame | None:
    """The net promoter score of a survey's 0-to-10 score: the share of 9 and 10 less that of 0 to 6, times 100."""
    if scene.find("nps") is None or scene.has("trend", "compare", "month_on_month", "year_on_year"):
        return None
    for event in scene.lexicon.events.values():
        field = next(
            (
                p.name
                for p in event.properties.values()
                if p.type == "number" and not SCORES.isdisjoint((p.name.lower(), *p.also))
            ),
            None,
        )
        if field is None:
            continue
        use(scene, "nps", "define", "how_many", "how_much", "which", "customer", "are", "list", "sum")
        groups = everything(scene)
        own = next((c for g in groups for c in g if len(g) == 1 and c.kind == "event" and c.name == event.name), None)
        groups = tuple(g for g in groups if g != (own,))
        window = own.window if own and own.window else _free_window(scene)
        above = metric_text(f"count({event.name})", ((field, ">=", ("9",)),), window)
        below = metric_text(f"count({event.name})", ((field, "<=", ("6",)),), window)
        per = metric_text(f"count({event.name})", (), window)
        return Frame("measure", groups, metric=f"({above} - {below}) * 100", per=per, aggregate="avg", topic="nps")
    return None


def of_event(scene: Scene, groups: tuple[Group, ...]) -> tuple[Clause | None, tuple[Group, ...]]:
    """Where events, not people, are what a share is of: the counting metric, and the groups without them."""
    if scene.has("customer", "who"):
        return None, groups
    for group in groups:
        c = group[0]
        noun = any(
            m.kind == "event" and m.value in ("noun", "count") and m.name == c.name for m in scene.chosen.values()
        )
        if len(group) == 1 and c.kind == "event" and not c.negated and not c.operator and noun:
            rest = tuple(g for g in groups if g is not group)
            return (replace(c, kind="metric", name=f"count({c.name})") if c.where or rest else None), rest
    return None, groups


def ratio(frame: Frame) -> Frame:
    """An average over events is a sum over a sum: figures of groups are then exact, however many each bought."""
    found = re.fullmatch(r"avg\((\w+)\.(\w+)\)", frame.metric)
    if not found or frame.aggregate not in ("sum", "avg"):
        return frame
    return replace(frame, metric=f"sum({found[1]}.{found[2]})", per=f"count({found[1]})", aggregate="avg")
