"""Answer → the lines that people read: the figure first, then what it is a figure of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tagfolk_engine.query import Answer, Lexicon, Question

from tagfolk_bots.wording.figures import money, number, percent
from tagfolk_bots.wording.phrases import say


@dataclass(frozen=True)
class Page:
    """What a line needs to be written: the answer, what was asked, the words of the workspace, the language."""

    answer: Answer
    question: Question
    lexicon: Lexicon
    language: str

    def say(self, code: str, **values: object) -> str:
        """A sentence in the page's language."""
        return say(code, self.language, **values)

    def n(self, value: object) -> str:
        """A number."""
        return number(value, self.language)

    def title(self, name: str) -> str:
        """What a tag, segment, let or attribute is called for people."""
        lex = self.lexicon
        entry = lex.tags.get(name) or lex.segments.get(name) or lex.lets.get(name)
        if entry:
            return self._spoken(name, entry.title, entry.also)
        event, _, prop = name.partition(".")
        if event in lex.events:
            known = lex.events[event].properties.get(prop)
            chinese = next((a for a in (known or lex.events[event]).also if not a.isascii()), None)
            return chinese if self.language == "zh" and chinese else prop or name
        field = lex.attributes.get(name)
        if field and self.language == "zh":
            return next((a for a in field.also if not a.isascii()), name)
        return name

    def _spoken(self, name: str, title: str | None, also: Sequence[str]) -> str:
        """The name that a reader of this language knows: the title if it is in it, else another name that is."""
        names = [n for n in (title, *also, name) if n and n.isascii() == (self.language != "zh")]
        found = names[0] if names else title or name
        return found.replace("_", " ") if found == name and found.isascii() and self.language != "zh" else found

    def metric(self) -> str:
        """The metric in words."""
        said = self.answer.details.get("metric_said") or {}
        text = self.question.metric
        return str(said.get(self.language) or self.title(text))

    def value(self, value: object, metric: str = "") -> str:
        """A figure, with the currency where it is money."""
        metric = metric or self.question.metric
        names = {
            "spend",
            "revenue",
            *(e.name for e in self.lexicon.lets.values() if e.title in ("消费额", "消费金额", "销售额")),
        }
        is_money = (
            "amount" in metric or any(metric == n or metric.startswith(n + " ") for n in names)
        ) and not metric.startswith("count")
        return money(value, self.lexicon.currency, self.language) if is_money else self.n(value)


def lines(page: Page) -> list[str]:
    """All lines of an answer's own part (without what was not used)."""
    found = _HEADS[page.answer.intent](page)
    found += understood(page)
    if page.answer.intent not in ("define", "quality", "method"):
        found.append(foot(page))
    elif page.answer.intent == "method":
        found.append(page.say("foot_bare", as_of=page.answer.as_of, loaded=_day(page.answer.loaded_at)))
    return [line for line in found if line]


def _day(instant: str) -> str:
    return instant.replace("T", " ")[:16]


def foot(page: Page) -> str:
    """As of when, over how many, how fresh."""
    a = page.answer
    of = a.of if a.of is not None else 0
    line = page.say("foot_one" if of == 1 else "foot", as_of=a.as_of, of=page.n(of), loaded=_day(a.loaded_at))
    return line if a.run is not None else line + " " + page.say("no_run")


def understood(page: Page) -> list[str]:
    """What was understood, in words and as a condition to copy."""
    a = page.answer
    if a.intent in ("define", "quality", "method", "profile", "explain", "changes") or (
        a.intent == "breakdown" and a.details.get("by") in ("tags", "segments")
    ):
        return []
    said = a.said.get(page.language)
    whole = a.details.get("whole_text")
    found = []
    if a.understood:
        found.append(page.say("understood", said=said or a.understood))
        found.append(page.say("condition", text=a.understood))
    elif a.intent in ("count", "list", "share"):
        found.append(page.say("understood", said=page.say("everybody")))
    if whole:
        found.append(page.say("of_whom", said=f"{a.details['whole_said'].get(page.language) or whole} [{whole}]"))
    return found


def _count(p: Page) -> list[str]:
    a = p.answer
    if a.small:
        return [p.say("count_small")]
    if not p.question.filter:
        return [p.say("count_all", n=p.n(a.value))]
    found = [p.say("count_one" if a.value == 1 else "count", n=p.n(a.value))]
    return [*found, p.say("recomputed")] if a.details.get("source") == "recomputed" else found


def _share(p: Page) -> list[str]:
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


def _list(p: Page) -> list[str]:
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


def _breakdown(p: Page) -> list[str]:
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
        first = _joint(p).join(f"{key_name(p, r[0])} {_share_of(p, r, a)}" for r in a.rows[:6])
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


def _measure(p: Page) -> list[str]:
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
    shown = percent(value) if d["unit"] == "share" else money(value, p.lexicon.currency, p.language) if d["unit"] == "money" else p.n(value)  # fmt: skip
    title = d["title"][p.language if p.language == "zh" else "en"]
    return [p.say("measure_sum", metric=title, value=shown), p.say("measure_means", said=d["definition"][p.language])]


def _measured(p: Page) -> str:
    if p.question.per:
        event = p.question.per.removeprefix("count(").split(")")[0].split(" ")[0]
        return f"{p.metric()} {p.say('per_event', event=p.title(event))}"
    return p.metric()


def _top(p: Page) -> list[str]:
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


def _trend(p: Page) -> list[str]:
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


def _compare(p: Page) -> list[str]:
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


def _overlap(p: Page) -> list[str]:
    a = p.answer
    if a.value is None:
        return [p.say("overlap_small")]
    return [p.say("overlap", n=p.n(a.value), share=percent(a.details["share_of_first"]), one=a.rows[0][0])]


def _who(p: Page) -> str:
    d = p.answer.details
    return f"{d['name']} ({d['customer']})" if d.get("name") else str(d["customer"])


def _joint(p: Page) -> str:
    return "，" if p.language == "zh" else ", "


def _row_name(p: Page, name: str) -> str:
    """A profile's row for people: a metric in words, a tag by its title."""
    said = p.answer.details.get("metric_said", {}).get(name)
    if said:
        return str(said.get(p.language) or name)
    known = (*p.lexicon.tags.values(), *p.lexicon.lets.values())
    return p.title(next((e.name for e in known if name in (e.name, e.title)), name))


def _row_value(p: Page, row: Sequence[object]) -> str:
    name = str(row[1])
    field = next((e for e in (p.lexicon.attributes.get(name),) if e), None)
    tag = next((t for t in p.lexicon.tags.values() if name in (t.name, t.title)), None)
    spellings = (field.values if field else tag.values if tag else {}).get(str(row[2]), ())
    if p.language == "zh":
        chinese = next((s for s in spellings if not s.isascii()), None)
        if chinese:
            return chinese
    if row[2] == "yes":
        return p.say("yes")
    return p.value(row[2], name) if isinstance(row[2], (int, float)) else p.n(row[2])


def _profile(p: Page) -> list[str]:
    d = p.answer.details
    tags = [p.title(t["tag"]) + (f" = {t['value']}" if t["value"] is not None else "") for t in d["tags"]]
    named = p.say("profile_tags", tags=", ".join(tags)) if tags else ""
    found = [p.say("profile", who=_who(p), n=len(tags), tags=named)]
    for layer in ("base", "behaviour", "value", "need"):
        rows = [r for r in p.answer.rows if r[0] == layer and r[2] is not None]
        if rows:
            found.append(
                f"  {_LAYERS[layer][p.language == 'zh']}: "
                + _joint(p).join(f"{_row_name(p, str(r[1]))} {_row_value(p, r)}" for r in rows)
            )
    return found


_LAYERS = {
    "base": ("Base", "基础"),
    "behaviour": ("Behaviour", "行为"),
    "value": ("Value", "价值"),
    "need": ("Need", "需求"),
}


def _explain(p: Page) -> list[str]:
    d = p.answer.details
    if d.get("condition") is not None:
        found = [p.say("meets" if d["holds"] else "meets_not", who=_who(p))]
        return found + [_leaf(p, c["matched"], c["said"].get(p.language) or c["text"], None) for c in d["condition"]]
    found = []
    tags = d["tags"] if d["tag"] is None else {d["tag"]: d["tags"][d["tag"]]}
    for name, one in tags.items():
        since = p.say("since", day=str(one["since"])[:10]) if one.get("since") else ""
        found.append(p.say("holds" if one["holds"] else "holds_not", who=_who(p), tag=p.title(name), since=since))
        if not one["rules"]:
            found.append(p.say("no_rules"))
        for rule in one["rules"]:
            found.append(p.say("rule_true" if rule["matched"] else "rule_false", rule=rule["rule"]))
            found += [_leaf(p, c["matched"], _said(c, p.language), c["value"]) for c in rule["conditions"]]
        near = one.get("nearest")
        if near and near["conditions"]:
            code = "flip_loses" if near["change"] == "loses" else "flip_gains"
            said = _joint(p).join(p.say("flip_true" if c["matched"] else "flip_false", said=_said(c, p.language)) for c in near["conditions"])
            found.append(p.say(code, said=said))
        following = one.get("next")
        if following:
            code = "next_loses" if following["change"] == "loses" else "next_gains"
            found.append(p.say(code, day=following["on"]))
    return found


def _said(c: dict[str, Any], language: str) -> str:
    said = c.get("said") or {}
    return str(said.get(language) or c["text"])


def _leaf(p: Page, matched: bool, text: str, value: object) -> str:
    shown = p.say("condition_value", value=p.n(value)) if value is not None else ""
    return p.say("condition_true" if matched else "condition_false", text=text, value=shown)


def _define(p: Page) -> list[str]:
    d = p.answer.details
    also = p.say("also", names=", ".join(d["also"])) if d.get("also") else ""
    if d["kind"] == "tag":
        about = (("：" if p.language == "zh" else ": ") + d["about"]) if d["about"] else ""
        found = [p.say("define_tag", title=d["title"] or d["name"], name=d["name"], about=about)]
        for rule in d["rules"]:
            said = rule["said"].get(p.language) or rule["text"]
            found.append(
                p.say("define_withhold" if rule["withhold"] else "define_rule", said=said) + f"  [{rule['text']}]"
            )
        found += [
            "  " + p.say("define_band", value=b["value"], said=b["said"].get(p.language) or b["text"])
            for b in d["bands"]
        ]
        found += [
            "  " + p.say("define_points", points=f"{b['points']:+}", said=b["said"].get(p.language) or b["text"])
            for b in d["points"]
        ]
        return [*found, p.say("define_size", n=p.n(d["customers"]) if d["customers"] is not None else "<5")]
    if d["kind"] == "segment":
        found = [
            p.say(
                "define_segment",
                title=d["title"] or d["name"],
                name=d["name"],
                said=d["said"].get(p.language) or p.answer.understood,
            )
        ]
        found.append(p.say("condition", text=p.answer.understood))
        return [*found, p.say("define_action", action=d["action"])] if d["action"] else found
    if d["kind"] == "event":
        return [
            p.say("define_event", name=d["name"], also=also),
            p.say("values", names=", ".join(str(r[0]) for r in p.answer.rows)),
        ]
    if d["kind"] == "attribute":
        found = [p.say("define_attribute", name=d["name"], type=d["type"], also=also)]
        return [*found, p.say("values", names=", ".join(d["values"]))] if d["values"] else found
    title = d["title"] or d["name"]
    return [
        p.say("define_measure", title=title, said=d["said"].get(p.language) or p.answer.understood),
        p.say("condition", text=p.answer.understood),
    ]


def _changes(p: Page) -> list[str]:
    d = p.answer.details
    window = ""
    if d["from"]:
        window = (
            p.say("changes_between", day=d["from"], to=d["to"]) if d["window"] else p.say("changes_from", day=d["from"])
        )
    if not d["counts"]:
        return [p.say("changes_none", window=window)]
    parts = [p.say(how, n=p.n(n), tag=p.title(tag)) for tag, how, n in d["counts"][:12]]
    joint = "，" if p.language == "zh" else "; "
    found = [p.say("changes", what=joint.join(parts), window=window)]
    if d["causes"]:
        known = ("behaviour", "time", "late", "rule", "identity", "method", "pin")
        causes = joint.join(f"{p.say('cause_' + c) if c in known else c} {p.n(n)}" for c, n in d["causes"].items())
        found.append(p.say("causes", causes=causes))
    return found


def _quality(p: Page) -> list[str]:
    d = p.answer.details
    found = [p.say("fresh", last=d["last"] or "–", loaded=_day(d["loaded_at"]), as_of=p.answer.as_of)]
    attributes = d["attributes"]
    if attributes:
        filled = ", ".join(
            p.say("quality_filled", name=p.title(n), share=percent(a.get("filled"))) for n, a in attributes.items()
        )
        found.append(p.say("quality", n=p.n(d["customers"]), filled=filled))
    rejected = sum(s.get("rejected", 0) for s in d["sources"].values())
    duplicates = sum(s.get("duplicates", 0) for s in d["sources"].values())
    return [*found, p.say("quality_rejected", n=p.n(rejected), d=p.n(duplicates))]


def _advice(p: Page) -> list[str]:
    d = p.answer.details
    name = p.title(d["name"]) if d["name"] else p.answer.said.get(p.language, "")
    found = [p.say("advice", name=name, action=d["action"])] if d["action"] else []
    found += [p.say("advice_segment", name=s["title"] or s["name"], action=s["action"]) for s in d["segments"]]
    if not found:
        found = [p.say("advice_none", name=name)]
    if d["apart"]:
        apart = ", ".join(
            p.say("apart", tag=a["title"] or a["tag"], share=percent(a["share"]), overall=percent(a["overall"]))
            for a in d["apart"]
        )
        found.append(p.say("advice_apart", what=apart))
    return found


def _method(p: Page) -> list[str]:
    d = p.answer.details
    return [p.say("method", use=d["use"], method=d["method"], table=d["table"])]


_HEADS: dict[str, Callable[[Page], list[str]]] = {
    "advice": _advice,
    "breakdown": _breakdown,
    "changes": _changes,
    "compare": _compare,
    "count": _count,
    "define": _define,
    "explain": _explain,
    "list": _list,
    "measure": _measure,
    "method": _method,
    "overlap": _overlap,
    "profile": _profile,
    "quality": _quality,
    "share": _share,
    "top": _top,
    "trend": _trend,
}
