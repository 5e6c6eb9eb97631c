"""Answers about one customer: the portrait, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tagfolk_bots.wording.page import Page, joint


def _who(p: Page) -> str:
    d = p.answer.details
    return f"{d['name']} ({d['customer']})" if d.get("name") else str(d["customer"])


def profile_lines(p: Page) -> list[str]:
    d = p.answer.details
    tags = [p.title(t["tag"]) + (f" = {t['value']}" if t["value"] is not None else "") for t in d["tags"]]
    named = p.say("profile_tags", tags=", ".join(tags)) if tags else ""
    found = [p.say("profile", who=_who(p), n=len(tags), tags=named)]
    for layer in ("base", "behaviour", "value", "need"):
        rows = [r for r in p.answer.rows if r[0] == layer and r[2] is not None]
        if rows:
            found.append(
                f"  {_LAYERS[layer][p.language == 'zh']}: "
                + joint(p).join(f"{_row_name(p, str(r[1]))} {_row_value(p, r)}" for r in rows)
            )
    return found


_LAYERS = {
    "base": ("Base", "基础"),
    "behaviour": ("Behaviour", "行为"),
    "value": ("Value", "价值"),
    "need": ("Need", "需求"),
}


def _row_name(p: Page, name: str) -> str:
    """A profile's row for people: a metric in words, a tag by its title."""
    said = p.answer.details.get("metric_said", {}).get(name)
    if said:
        return str(said.get(p.language) or name)
    named = [(e.name, e.title) for e in p.lexicon.tags.values()] + [(e.name, e.title) for e in p.lexicon.lets.values()]
    return p.title(next((own for own, title in named if name in (own, title)), name))


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


def explain_lines(p: Page) -> list[str]:
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
            said = joint(p).join(
                p.say("flip_true" if c["matched"] else "flip_false", said=_said(c, p.language))
                for c in near["conditions"]
            )
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
