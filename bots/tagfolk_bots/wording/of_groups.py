"""Answers about groups: counts, shares, lists, breakdowns, measures, trends, comparisons."""

from __future__ import annotations

from collections.abc import Sequence

from tagfolk_engine.query import Answer

from tagfolk_bots.wording.figures import money, percent
from tagfolk_bots.wording.page import Page, joint


def count_lines(p: Page) -> list[str]:
    a = p.answer
    if a.small:
        return [p.say("count_small")]
    if not p.question.filter:
        return [p.say("count_all", n=p.n(a.value))]
    found = [p.say("count_one" if a.value == 1 else "count", n=p.n(a.value))]
    return [*found, p.say("recomputed")] if a.details.get("source") == "recomputed" else found


def share_lines(p: Page) -> list[str]:
    a = p.answer
    if a.small:
        return [p.say("count_small")]
    if a.value is None:
        return [p.say("share_none")]
    if a.details.get("measure"):
        said = a.details["metric_said"].get(p.language) or a.details["measure"]
        part, whole = (p.value(a.details[k], a.details["measure"]) for k in ("part", "whole"))
        return [p.say("share_measure", share=percent(float(a.value)), metric=said, part=part, whole=whole)]
    return [p.say("share", share=percent(float(a.value)), part=p.n(a.details["part"]), whole=p.n(a.details["whole"]))]


def list_lines(p: Page) -> list[str]:
    a = p.answer
    if not a.total:
        return [p.say("list_none")]
    return [p.say("list_cut", n=p.n(a.total), shown=p.n(len(a.rows))) if a.limit else p.say("list", n=p.n(a.total))]


def key_name(p: Page, key: object) -> str:
    """A row's key for people: values by their titles, missing as unknown."""
    if key is None:
        return p.say("unknown")
    tag = p.lexicon.tags.get(p.question.by)
    names = tag.values.get(str(key), ()) if tag else ()
    event, _, prop = p.question.by.partition(".")
    entry = p.lexicon.attributes.get(p.question.by)
    if event in p.lexicon.events:
        entry = p.lexicon.events[event].properties.get(prop)
    names = names or (entry.values.get(str(key), ()) if entry else ())
    chinese = next((n for n in names if not n.isascii()), None)
    if p.language == "zh" and chinese:
        return chinese
    return {"yes": p.say("yes"), "no": p.say("no"), "both": p.say("both")}.get(str(key), str(key))


def breakdown_lines(p: Page) -> list[str]:
    a = p.answer
    if p.question.by in ("tags", "segments"):
        return [
            p.say(p.question.by, n=len(a.rows)),
            *(f"  {a.details['titles'].get(r[0], r[0])} ({r[0]}): {p.n(r[1])}" for r in a.rows[:30]),
        ]
    if not a.rows:
        return [p.say("breakdown_none")]
    by = p.title(p.question.by)
    shown = [r for r in a.rows if r[0] is not None] or list(a.rows)
    found = []
    if a.details.get("topic") in ("most", "least"):
        best = [r for r in shown if r[1] == shown[0][1]]
        names = ", ".join(key_name(p, r[0]) for r in best[:5])
        found.append(p.say(f"breakdown_{a.details['topic']}", name=names, value=p.value(shown[0][1])))
    else:
        first = joint(p).join(f"{key_name(p, r[0])} {_share_of(p, r, a)}" for r in a.rows[:6])
        found.append(p.say("breakdown", by=by, first=first + (" …" if len(a.rows) > 6 else "")))
    if p.question.metric:
        found.append(f"{p.say('agg_' + (p.question.aggregate or 'sum'))}: {p.metric()}")
    if a.small:
        found.append(p.say("small_groups"))
    return found


def _share_of(p: Page, row: Sequence[object], a: Answer) -> str:
    value = row[1]
    if p.question.aggregate in ("", "customers") and isinstance(value, int) and a.of and not a.small:
        return f"{p.n(value)} ({percent(value / a.of)})"
    return p.value(value)


def measure_lines(p: Page) -> list[str]:
    a = p.answer
    if a.small:
        return [p.say("count_small")]
    if a.details.get("named"):
        return _named_measure(p)
    if p.question.topic == "distinct":
        return [p.say("distinct", n=p.n(a.value), by=p.title(p.question.by))]
    if a.value is None:
        return [p.say("measure_none", n=p.n(a.details["group"]))]
    if p.question.topic == "nps":
        return [p.say("nps", value=p.n(a.value)), p.say("over_events", n=p.n(a.details["events"]))]
    if p.question.aggregate in ("", "sum", "overall") and not p.question.per:
        found = [p.say("measure_sum", metric=_measured(p), value=p.value(a.value))]
    else:
        how = p.say("agg_" + (p.question.aggregate or "sum"))
        found = [p.say("measure", aggregate=how, metric=_measured(p), value=p.value(a.value))]
    if p.question.per:
        found.append(p.say("over_events", n=p.n(a.details["events"])))
    elif a.details["known"] != a.details["group"]:
        found.append(p.say("over_known", known=p.n(a.details["known"])))
    return found


def _named_measure(p: Page) -> list[str]:
    d = p.answer.details
    if p.answer.value is None:
        return [p.say("measure_none", n=p.n(p.answer.of or 0))]
    value = float(p.answer.value)
    shown = (
        percent(value)
        if d["unit"] == "share"
        else money(value, p.lexicon.currency, p.language)
        if d["unit"] == "money"
        else p.n(value)
    )
    title = d["title"][p.language if p.language == "zh" else "en"]
    return [p.say("measure_sum", metric=title, value=shown), p.say("measure_means", said=d["definition"][p.language])]


def _measured(p: Page) -> str:
    if p.question.per:
        event = p.question.per.removeprefix("count(").split(")")[0].split(" ")[0]
        return f"{p.metric()} {p.say('per_event', event=p.title(event))}"
    return p.metric()


def top_lines(p: Page) -> list[str]:
    a = p.answer
    if not a.rows:
        return [p.say("list_none")]
    named = a.columns.index("name") if "name" in a.columns else 0
    names = ", ".join(f"{r[named] or r[0]} {p.value(r[1])}" for r in a.rows[:3])
    return [
        p.say(
            "bottom" if a.details["ascending"] else "top",
            metric=p.metric(),
            names=names + (" …" if len(a.rows) > 3 else ""),
        )
    ]


def trend_lines(p: Page) -> list[str]:
    a = p.answer
    if not a.rows:
        return [p.say("trend_none")]
    metric = p.question.columns[0].metric if p.question.columns else ""
    first, last = a.rows[0], a.rows[-1]
    found = [p.say("trend", first=first[0], last=last[0], a=p.value(first[1], metric), b=p.value(last[1], metric))]
    if a.details.get("source") == "recomputed":
        found.append(p.say("recomputed"))
    if a.small:
        found.append(p.say("small_groups"))
    return found


def compare_lines(p: Page) -> list[str]:
    a = p.answer
    metric = p.question.columns[0].metric
    average = p.question.columns[0].aggregate
    one, two = a.rows[0], a.rows[1]
    x, y = p.value(one[1], metric), p.value(two[1], metric)
    if a.value is None:
        return [p.say("compare_hidden", one=one[0], two=two[0], a=x, b=y)]
    change = a.details.get("change")
    said = p.say("compare_change", change=("+" if change > 0 else "") + percent(change)) if change is not None else ""
    found = [p.say("compare", one=one[0], two=two[0], a=x, b=y, difference=p.value(a.value, metric), change=said)]
    if metric and average not in ("", "customers"):
        said = a.details.get("metric_said", {}).get(p.language) or _unwindowed(p, metric)
        found.append(f"{p.say('agg_' + average)}{'：' if p.language == 'zh' else ': '}{said}")
    if p.question.topic in ("month_on_month", "year_on_year"):
        found.append(p.say("same_span"))
    return found


def _unwindowed(p: Page, metric: str) -> str:
    """A metric's name where each side has a time of its own."""
    name = metric.split(" ", 1)[0]
    return p.title(name) if name in p.lexicon.lets else name


def overlap_lines(p: Page) -> list[str]:
    a = p.answer
    if a.value is None:
        return [p.say("overlap_small")]
    return [p.say("overlap", n=p.n(a.value), share=percent(a.details["share_of_first"]), one=a.rows[0][0])]
