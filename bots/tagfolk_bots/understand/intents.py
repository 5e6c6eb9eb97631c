"""What a question wants: one function per kind, asked in the order of how plainly each is said."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from tagfolk_bots.understand import domain
from tagfolk_bots.understand.compose import Scene, compose, purchase_event, spend_metric
from tagfolk_bots.understand.frame import Clause, Frame, Group, Side
from tagfolk_bots.understand.measures import metric_of, put_measure
from tagfolk_bots.understand.spans import Span

Kind = Callable[[Scene], Frame | None]


def read(scene: Scene) -> Frame:
    """The frame of a question that stands by itself. Spans that played no part stay unused."""
    for kind in _ORDER:
        frame = kind(scene)
        if frame is not None:
            return frame
    return Frame()


def _use(scene: Scene, *codes: str) -> bool:
    """Mark every span with one of these function words as used; say whether there was one."""
    found = [i for i in scene.free(range(len(scene.spans))) if scene.spans[i].has(*codes)]
    scene.used.update(found)
    return bool(found)


def _all(scene: Scene) -> tuple[Group, ...]:
    return compose(scene, range(len(scene.spans)))


def _customer(scene: Scene) -> tuple[int, str] | None:
    return next(((i, s.customer) for i, s in enumerate(scene.spans) if s.customer and i not in scene.used), None)


def _named(scene: Scene, *kinds: str) -> tuple[int, str, str] | None:
    """The first span that means a tag, a segment, …: (index, kind, name)."""
    for i, span in enumerate(scene.spans):
        for m in span.content[:1]:
            if m.kind in kinds and i not in scene.used:
                return i, m.kind, m.of if m.kind == "tagvalue" else m.name
    return None


# --- about the bot, the data, and what it may not do ---------------------------------------------------------


def refuse(scene: Scene) -> Frame | None:
    """Orders to change or send something, and questions about the rest of the world."""
    i = scene.find("refuse")
    if i is None or scene.has("how_many", "share", "define") or any(scene.spans[j].content for j in range(i)):
        return None
    scene.used.update(range(len(scene.spans)))
    return Frame("refuse", topic="action")


def personal(scene: Scene) -> Frame | None:
    """Phone numbers and the like of customers: for those who may, a list with them; the role decides."""
    i = scene.find("personal")
    if i is None or scene.has("how_many", "share", "known", "missing"):
        return None
    if any(m.kind != "attribute" or not scene.lexicon.attributes[m.name].personal for m in scene.spans[i].content):
        return None
    _use(scene, "personal", "list", "which", "define", "who")
    customer = _customer(scene)
    if customer:
        scene.used.add(customer[0])
        return Frame("profile", customer=customer[1], topic="personal")
    return Frame("list", _all(scene), topic="personal")


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


# --- one customer ---------------------------------------------------------------------------------------------


def explain(scene: Scene) -> Frame | None:
    """Why does a customer have a tag, or not?"""
    customer = _customer(scene)
    why = scene.find("why", "would_be")
    asked = scene.find("is_it", "are") if customer else None
    if customer is None or (why is None and asked is None):
        return None
    tag = _named(scene, "tag", "tagvalue", "segment")
    if why is None and tag is None:
        return None
    _use(scene, "why", "is_it", "are", "not", "among", "them", "would_be", "exactly", "profile", "who", "churn")
    scene.used.add(customer[0])
    frame = Frame("explain", customer=customer[1], topic="" if why is not None else "is")
    if tag:
        scene.used.add(tag[0])
        frame = replace(frame, segment=tag[2]) if tag[1] == "segment" else replace(frame, tag=tag[2])
    return frame


def profile(scene: Scene) -> Frame | None:
    """Who is this customer?"""
    customer = _customer(scene)
    if customer is None or scene.has("share"):
        return None
    scene.used.add(customer[0])
    _use(
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
        groups = _all(scene)
        scene.used.update(metric)
        return Frame("profile", groups, customer=customer[1], topic="part")
    return Frame("profile", customer=customer[1])


# --- names ------------------------------------------------------------------------------------------------------


def define(scene: Scene) -> Frame | None:
    """What does a tag, a segment or a measure mean?"""
    asked = scene.find("define")
    if asked is None and not (scene.has("why") and _named(scene, "tag", "segment")):
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
    named = _named(scene, "tag", "segment")
    if named is None and change is None:
        return None
    if scene.has("trend", "share", "compare", "advice") and change is None:
        return None
    if named and any(i is not None and scene.spans[i].content for i in (enter, leave)):
        return None
    asked_number = scene.has("how_many", "sum")
    _use(
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
    _use(scene, "enter", "leave")
    if scene.find("not") is not None and enter is not None:
        return None
    window = ""
    for i in scene.free(range(len(scene.spans))):
        period = scene.spans[i].period
        if period and not window:
            window = period.window if period.shape != "ago" else f"since {period.first}"
            scene.used.add(i)
    if scene.find("recently") is not None:
        _use(scene, "recently")
    frame = Frame("changes", direction=direction, window=window, topic="number" if asked_number else "")
    if named:
        scene.used.add(named[0])
        frame = replace(frame, segment=named[2]) if named[1] == "segment" else replace(frame, tag=named[2])
    return frame


def advice(scene: Scene) -> Frame | None:
    """What should be done with a group?"""
    if scene.find("advice") is None:
        return None
    named = _named(scene, "segment", "tag", "tagvalue")
    _use(scene, "advice", "which", "define", "customer", "list", "them", "trend", "help")
    if named is None:
        return Frame("advice", _all(scene))
    scene.used.add(named[0])
    return Frame("advice", segment=named[2]) if named[1] == "segment" else Frame("advice", tag=named[2])


def method(scene: Scene) -> Frame | None:
    """The results of an analysis method in use."""
    words = {re.sub(r"\W", "", s.text.lower()): i for i, s in enumerate(scene.spans)}
    for use, name in scene.lexicon.uses.items():
        for word in (use.lower(), name.lower()):
            i = words.get(word)
            if i is not None and not any(s.of("tag", "value", "event", "column") for s in scene.spans):
                scene.used.update(range(len(scene.spans)))
                return Frame("method", topic=use)
    return None


# --- numbers --------------------------------------------------------------------------------------------------


def trend(scene: Scene) -> Frame | None:
    """How something went over time."""
    i = scene.find("trend")
    if i is None:
        return None
    said = " ".join(s.text.lower() for s in scene.spans if s.has("trend"))
    unit = next((u for u, words in _TREND_UNITS if any(w in said for w in words)), "month")
    people = scene.has("customer", "who")
    _use(scene, "trend", "how_many", "list", "define", "which", "by", "change", "sum", "customer")
    groups = _all(scene)
    metric = metric_of(scene)
    window = metric.window if metric else ""
    if not window:
        for j in scene.free(range(len(scene.spans))):
            period = scene.spans[j].period
            if period:
                window = period.window
                scene.used.add(j)
                break
    aggregate = "avg" if _use(scene, "avg") else "sum"
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
    _use(scene, "customer")
    return Frame("trend", groups, metric=metric.name, where=metric.where, window=window, unit=unit, aggregate=aggregate)


_TREND_UNITS = (
    ("week", ("week", "周")),
    ("day", ("day", "daily", "天", "日")),
    ("quarter", ("quarter", "季")),
    ("year", ("year", "年")),
    ("month", ("month", "月")),
)


def compare(scene: Scene) -> Frame | None:
    """Two groups, or two periods."""
    spans = scene.spans
    if _use(scene, "month_on_month") or (year := _use(scene, "year_on_year")):
        _use(scene, "compare", "how_many", "which", "define", "list", "change", "how_much", "trend", "more", "less")
        groups = _all(scene)
        metric = metric_of(scene)
        window = (
            (metric.window if metric else "")
            or next((c.window for g in groups for c in g if c.window), "")
            or "this month"
        )
        topic = "year_on_year" if "year" in locals() and year else "month_on_month"
        return _compared(scene, groups, metric, (Side("", window=window), Side("", window="")), topic)
    at = scene.find("compare")
    if at is None:
        return None
    times = [i for i, s in enumerate(spans) if s.period]
    _use(
        scene,
        "compare",
        "how_many",
        "which",
        "define",
        "list",
        "how_much",
        "most",
        "more",
        "less",
        "between",
        "to",
        "and",
        "profile",
    )
    if len(times) == 2:
        scene.used.update(times)
        groups = _all(scene)
        metric = metric_of(scene)
        sides = tuple(Side(spans[i].text, window=spans[i].period.window) for i in times)  # type: ignore[union-attr]
        return _compared(scene, groups, metric, sides, "periods")
    groups = _all(scene)
    metric = metric_of(scene)
    for k, group in enumerate(groups):
        if len(group) == 1 and len(group[0].values) == 2 and not group[0].negated:
            clause = group[0]
            rest = groups[:k] + groups[k + 1 :]
            sides = tuple(Side(v, ((replace(clause, values=(v,)),),)) for v in clause.values)
            return _compared(scene, rest, metric, sides, "groups")
    single = [g for g in groups if len(g) == 1 and g[0].kind in ("tag", "segment", "attribute")]
    if len(single) >= 2:
        sides = tuple(Side(_label(g[0]), (g,)) for g in single[:2])
        rest = tuple(g for g in groups if g not in single[:2])
        return _compared(scene, rest, metric, sides, "groups")
    return None


def _label(clause: Clause) -> str:
    return clause.values[0] if clause.values else clause.name


def _compared(
    scene: Scene, groups: tuple[Group, ...], metric: Clause | None, sides: tuple[Side, ...], topic: str
) -> Frame:
    average = _use(scene, "avg")
    _use(scene, "sum", "customer", "how_many", "are")
    if metric is None and topic != "groups":
        events = [c for g in groups for c in g if c.kind == "event" and not c.negated]
        if events and len(events) == 1:
            groups = tuple(g for g in groups if g != (events[0],))
            people = scene.has("customer", "who")
            return Frame(
                "compare",
                groups,
                metric=events[0].name if people else f"count({events[0].name})",
                where=events[0].where,
                aggregate="customers" if people else "sum",
                sides=sides,
                topic=topic,
            )
    frame = Frame("compare", groups, sides=sides, topic=topic)
    if metric:
        plain = metric.kind == "attribute" or metric.name.startswith(("avg(", "days since"))
        frame = replace(
            frame,
            metric=metric.name,
            where=metric.where,
            window=metric.window if topic == "groups" else "",
            aggregate="avg" if average or plain else "sum",
        )
    return frame


def overlap(scene: Scene) -> Frame | None:
    """How many are both."""
    i = scene.find("overlap")
    if i is None:
        return None
    if len([s for s in scene.spans if s.of("tag", "tagvalue", "segment", "value")]) < 2:
        return None
    if scene.spans[i].text.lower() in ("both", "共同", "at the same time") and scene.has("how_many", "list", "share"):
        scene.used.add(i)
        return None
    _use(scene, "overlap", "how_many", "which", "define", "between", "and", "list", "are", "customer")
    groups = _all(scene)
    return Frame("overlap", groups) if len(groups) >= 2 else None


def top(scene: Scene) -> Frame | None:
    """The n highest by a measure."""
    spans = scene.spans
    end = scene.find("top", "most", "bottom", "least")
    if end is None:
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
                i in (end + 1, end - 1) or (i + 1 < len(spans) and spans[i + 1].has("customer") and _counter(scene, i))
            )
        ),
        None,
    )
    percent = next((i for i in (end + 1, end - 1) if 0 <= i < len(spans) and _is_percent(spans[i])), None)
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
    groups = _all(scene)
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
    _use(
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
            _use(scene, "by", "how_many", "customer", "list", "which")
            groups = _all(scene)
            metric = metric_of(scene)
            n = int(numeral.value) if numeral else 0
            frame = Frame("breakdown", groups, by=name, n=n, topic="least" if low else "most")
            if metric is None:
                return _event_measure(scene, frame)
            how = "avg" if metric.kind == "attribute" or _use(scene, "avg") else "sum"
            return replace(frame, metric=metric.name, where=metric.where, window=metric.window, aggregate=how)
    return None


def _is_percent(span: Span) -> bool:
    return span.numeral is not None and span.numeral.percent


def _counter(scene: Scene, i: int) -> bool:
    """``10个客户`` / ``10 customers``: a number of people, not a limit of something else."""
    return i == 0 or not scene.spans[i - 1].has("more", "less", "at_least", "at_most", "between", "exactly")


def _ranked(scene: Scene, end: int, percent: int, low: bool) -> Frame | None:
    """``top 20% by spend``: a condition; the rest of the question says what is wanted of them."""
    spans = scene.spans
    scene.used.update((end, percent))
    _use(scene, "by")
    groups = _all(scene)
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
        _use(scene, "list", "who", "customer")
        return Frame("list", groups)
    _use(scene, "how_many", "customer")
    return Frame("count", groups)


def share(scene: Scene) -> Frame | None:
    """What part of a group is something."""
    at = scene.find("share")
    makes = scene.find("makes_up")
    if at is None and makes is None:
        return None
    if at is not None and scene.spans[at].numeral:
        return None
    by = _by(scene) if scene.has("by") else ""
    _use(scene, "share", "makes_up", "how_many", "which", "define", "list")
    if by:
        return Frame("breakdown", _all(scene), by=by, topic="share")
    whole, part = _split(scene, at, makes)
    whole_groups = compose(scene, whole) if whole else ()
    part_groups = compose(scene, part)
    if not part_groups and whole_groups:
        whole_groups, part_groups = (), whole_groups
    _use(scene, "customer", "are", "among", "sum", "by")
    repeat = any(m.kind == "repeat" for m in scene.chosen.values())
    if repeat and not whole_groups and len(part_groups) == 1:
        whole_groups = ((Clause("event", part_groups[0][0].name, window=part_groups[0][0].window),),)
    return Frame("share", part_groups, whole=whole_groups)


def _content(scene: Scene, indexes: range) -> bool:
    return any(scene.spans[i].content or scene.spans[i].numeral or scene.spans[i].period for i in indexes)


def _split(scene: Scene, at: int | None, makes: int | None) -> tuple[range, range]:
    """(the spans of the whole, the spans of the part)."""
    spans, size = scene.spans, len(scene.spans)
    if makes is not None and _content(scene, range(makes + 1, size)):  # 女性占高价值客户的比例
        return range(makes + 1, size), range(makes)
    if scene.chinese:
        for i, s in enumerate(spans):
            if s.has("among") and s.text[0] in "中里当之其" and not s.content:
                scene.used.add(i)
                left = range(i)
                held = next((j for j in left if spans[j].text == "在"), None)
                if held is not None and _content(scene, range(held)):  # 女性在高价值客户中占多少
                    return range(held + 1, i), range(held)
                if _content(scene, left) and _content(scene, range(i + 1, size)):
                    return left, range(i + 1, size)
        verb = next(
            (i for i, s in enumerate(spans) if s.text in ("是", "有", "都是", "买过") and _content(scene, range(i))),
            None,
        )
        if verb is not None and at is not None and at < verb and _content(scene, range(verb + 1, size)):
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
            if (spans[i].has("are", "is_it") or _is_verb(scene, i) or spans[i].text.lower() in ("who", "that"))
            and (_content(scene, range(start, i)) or any(spans[j].has("customer") for j in range(start, i)))
        ),
        None,
    )
    if cut is not None and _content(scene, range(cut, size)):
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


def breakdown(scene: Scene) -> Frame | None:
    """Customers, or a measure, by something."""
    spread = scene.find("spread", "by", "which")
    if spread is None:
        return None
    which = scene.find("which") is not None and scene.find("most", "least") is not None
    if not which and scene.find("spread", "by") is None:
        return None
    by = _by(scene)
    if not by:
        return None
    average, total = _use(scene, "avg"), scene.has("sum", "how_much")
    low = scene.find("least") is not None
    _use(
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
    groups = _all(scene)
    metric = metric_of(scene)
    frame = Frame("breakdown", groups, by=by, topic="least" if which and low else "most" if which else "")
    if metric:
        return replace(
            frame,
            metric=metric.name,
            where=metric.where,
            window=metric.window,
            aggregate="avg" if (average or metric.kind == "attribute") and not total else "sum",
        )
    return _event_measure(scene, frame)


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


def _event_measure(scene: Scene, frame: Frame) -> Frame:
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


def _by(scene: Scene) -> str:
    """The attribute, tag or property that a question wants to see apart. Marks its words."""
    spans = scene.spans
    places: list[int] = []
    for i, s in enumerate(spans):
        if s.has("by", "which"):
            places += [i + 1, i + 2]
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
                if name and not (m.kind == "attribute" and scene.lexicon.attributes[m.name].personal):
                    if (
                        m.kind == "tag"
                        and scene.lexicon.tags[m.name].type is None
                        and not any(spans[j].has("by") for j in (i - 1, i - 2) if j >= 0)
                    ):
                        continue
                    scene.used.add(i)
                    return name
            if spans[i].has("tags", "segments"):
                scene.used.add(i)
                return "tags" if spans[i].has("tags") else "segments"
    return ""


def measure(scene: Scene) -> Frame | None:
    """An average, a total, a median of something over a group; how many events there were."""
    average = scene.find("avg", "median") is not None
    asked = average or scene.has("sum", "how_much", "how_many", "define", "which", "most", "least", "list")
    if _use(scene, "distinct") or not scene.has(
        "sum", "avg", "median", "how_much", "how_many", "most", "least", "define", "which"
    ):
        bare = not any(s.has("list", "who", "customer") for s in scene.spans)
        if not bare:
            return None
    before = set(scene.used)
    groups = _all(scene)
    metric = metric_of(scene)
    aggregate = "avg" if scene.has("avg") else "median" if scene.has("median") else "sum"
    if metric is None:
        return _event_total(scene, groups, before)
    people = scene.find("how_many") is not None and scene.has("customer")
    if people or (not asked and not metric):
        scene.used = before
        return None
    if aggregate == "sum" and scene.has("most") and not scene.has("sum"):
        aggregate = "max"
    elif aggregate == "sum" and scene.has("least"):
        aggregate = "min"
    if aggregate == "sum" and (metric.kind == "attribute" or metric.name.startswith(("days since", "months since"))):
        aggregate = "avg"
        scene.guesses.append(("taken_as_average", metric.name))
    _use(
        scene,
        "avg",
        "sum",
        "median",
        "how_much",
        "how_many",
        "define",
        "which",
        "most",
        "least",
        "list",
        "customer",
        "are",
        "by",
        "who",
        "among",
        "money",
        "last",
        "them",
    )
    frame = Frame("measure", groups, metric=metric.name, where=metric.where, window=metric.window, aggregate=aggregate)
    if aggregate == "median" and metric.name.startswith("avg("):
        scene.guesses.append(("median_of_averages", metric.name))
    ratio = re.fullmatch(r"avg\((\w+)\.(\w+)\)", metric.name)
    if ratio and aggregate in ("sum", "avg") and metric.kind == "metric":
        return replace(frame, metric=f"sum({ratio[1]}.{ratio[2]})", per=f"count({ratio[1]})", aggregate="avg")
    return frame


def _event_total(scene: Scene, groups: tuple[Group, ...], before: set[int]) -> Frame | None:
    """``how many orders last month``, ``average number of purchases``: events are counted, not people."""
    events = [c for g in groups for c in g if c.kind == "event" and not c.negated and not c.operator and c.mode == ""]
    counted = next((m for m in scene.chosen.values() if m.kind == "event" and m.value == "count"), None)
    if counted is not None and any(c.name == counted.name for c in events) and not scene.has("customer", "who", "list"):
        event = next(c for c in events if c.name == counted.name)
        _use(scene, "how_many", "avg", "sum", "median", "are", "define", "which", "by")
        aggregate = "avg" if scene.has("avg") else "median" if scene.has("median") else "sum"
        return Frame(
            "measure",
            tuple(g for g in groups if g != (event,)),
            metric=f"count({event.name})",
            where=event.where,
            window=event.window,
            aggregate=aggregate,
        )
    asked = [i for i, s in enumerate(scene.spans) if s.has("how_many", "avg", "median", "sum") and not s.content]
    for i in asked:
        for j in (i + 1, i + 2, i - 1, i - 2):
            if 0 <= j < len(scene.spans) and scene.spans[j].has("customer", "who"):
                break
            meaning = scene.chosen.get(j) if j in scene.chosen else None
            noun = meaning is not None and meaning.kind == "event" and meaning.value in ("noun", "count")
            if noun and events and not (scene.chinese and scene.has("customer") and meaning.value == "noun"):  # type: ignore[union-attr]
                event = next((c for c in events if c.name == meaning.name), events[0])  # type: ignore[union-attr]
                rest = tuple(g for g in groups if g != (event,))
                aggregate = "avg" if scene.has("avg") else "median" if scene.has("median") else "sum"
                _use(scene, "how_many", "avg", "sum", "median", "customer", "are", "define", "which", "by", "who")
                return Frame(
                    "measure",
                    rest,
                    metric=f"count({event.name})",
                    where=event.where,
                    window=event.window,
                    aggregate=aggregate,
                )
    scene.used = before
    return None


def count_or_list(scene: Scene) -> Frame | None:
    """How many customers meet a condition, or which."""
    counted = _use(scene, "how_many")
    listed = _use(scene, "list", "who") and not counted
    number = None
    if listed:
        number = next(
            (
                i
                for i, s in enumerate(scene.spans)
                if s.numeral
                and i + 1 < len(scene.spans)
                and _counter(scene, i)
                and (
                    scene.spans[i + 1].has("customer")
                    or (i > 0 and scene.spans[i - 1].has("list") and scene.spans[i + 1].content)
                )
            ),
            None,
        )
        scene.used.update([number] if number is not None else [])
    _use(scene, "is_it")
    groups = _all(scene)
    people = _use(scene, "customer", "them")
    if not groups and not people and not counted:
        return None
    _use(scene, "sum", "are", "which", "ever", "among", "define", "only", "profile")
    if not groups and not counted and not (listed and people) and not people:
        return None
    n = int(scene.spans[number].numeral.value) if number is not None else 0  # type: ignore[union-attr]
    return Frame("list" if listed else "count", groups, n=n)


_ORDER: tuple[Kind, ...] = (
    refuse,
    personal,
    helps,
    inventory,
    quality,
    explain,
    profile,
    define,
    advice,
    changes,
    compare,
    overlap,
    trend,
    top,
    share,
    breakdown,
    method,
    measure,
    alone,
    count_or_list,
)

__all__ = ["domain", "purchase_event", "read"]
