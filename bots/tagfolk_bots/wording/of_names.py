"""Answers about names and data: definitions, changes, quality, advice, methods."""

from __future__ import annotations

from tagfolk_bots.wording.figures import percent
from tagfolk_bots.wording.page import Page, day


def define_lines(p: Page) -> list[str]:
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


def changes_lines(p: Page) -> list[str]:
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


def quality_lines(p: Page) -> list[str]:
    d = p.answer.details
    found = [p.say("fresh", last=d["last"] or "–", loaded=day(d["loaded_at"]), as_of=p.answer.as_of)]
    attributes = d["attributes"]
    if attributes:
        filled = ", ".join(
            p.say("quality_filled", name=p.title(n), share=percent(a.get("filled"))) for n, a in attributes.items()
        )
        found.append(p.say("quality", n=p.n(d["customers"]), filled=filled))
    rejected = sum(s.get("rejected", 0) for s in d["sources"].values())
    duplicates = sum(s.get("duplicates", 0) for s in d["sources"].values())
    return [*found, p.say("quality_rejected", n=p.n(rejected), d=p.n(duplicates))]


def advice_lines(p: Page) -> list[str]:
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


def method_lines(p: Page) -> list[str]:
    d = p.answer.details
    return [p.say("method", use=d["use"], method=d["method"], table=d["table"])]
