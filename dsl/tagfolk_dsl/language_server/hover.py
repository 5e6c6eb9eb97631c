"""What a word means here, in Markdown: its kind, what it stands for, how many customers it holds now."""

from __future__ import annotations

from typing import Literal

from tagfolk_dsl.keywords import CHINESE, ENGLISH, KEYWORDS
from tagfolk_dsl.language_server.index import Occurrence
from tagfolk_dsl.language_server.session import View
from tagfolk_dsl.sentences import say_condition, say_metric, say_rule
from tagfolk_dsl.tree import Card, Condition
from tagfolk_dsl.vocabulary import FieldInfo

Language = Literal["en", "zh"]

_KINDS = {
    "event": ("event", "事件"), "property": ("property of {}", "{}的属性"), "attribute": ("attribute", "客户属性"),
    "let": ("let", "令"), "tag": ("tag", "标签"), "segment": ("segment", "人群"), "use": ("analysis", "分析"),
    "column": ("column of {}", "{}的列"), "rule": ("rule", "规则"), "template": ("template", "模板"),
    "method": ("method", "方法"),
}  # fmt: skip
_MOST_RULES = 5


def meaning(view: View, found: Occurrence, language: Language) -> str:
    """What a name means."""
    zh = language == "zh"
    kind = _KINDS[found.kind][zh].format(found.owner)
    lines = [f"**{found.name}** — {kind}"]
    lines += _READERS[found.kind](view, found, language) if found.kind in _READERS else []
    size = view.sizes.get(found.name) if found.kind in ("tag", "segment") else None
    if size is not None:
        lines.append(f"现有 {size:,} 位客户" if zh else f"{size:,} customers now")
    return "\n\n".join(lines)


def keyword_meaning(spelling: str, language: Language) -> str | None:
    """What a keyword means, with its word in the other language."""
    key = ENGLISH.get(spelling) or CHINESE.get(spelling)
    for keyword in KEYWORDS:
        if spelling in keyword.en or spelling in keyword.zh or keyword.key == key:
            others = keyword.zh if spelling in keyword.en else keyword.en
            text = keyword.meaning_zh if language == "zh" else keyword.meaning
            return f"**{spelling}** — {text}" + (f" ({' / '.join(others)})" if others else "")
    return None


def _card(card: Card) -> list[str]:
    lines = [text for text in (card.title, card.about) if text]
    if card.also:
        lines.append(", ".join(card.also))
    return lines


def _tag(view: View, found: Occurrence, language: Language) -> list[str]:
    program = view.program
    info = program.tags.get(found.name)
    lines = _card(info.card) if info else []
    rules = [rule for rule in program.rules if any(e.tag == found.name and not e.withhold for e in rule.effects)]
    lines += [f"- {say_rule(rule, language, view.vocabulary, program)}" for rule in rules[:_MOST_RULES]]
    if len(rules) > _MOST_RULES:
        lines.append(f"… {len(rules)}")
    if info and info.values:
        lines.append(", ".join(info.values))
    return lines


def _let(view: View, found: Occurrence, language: Language) -> list[str]:
    let = view.program.lets.get(found.name)
    if let is None:
        return []
    node, told = let.meaning, (language, view.vocabulary, view.program)
    return [*_card(let.card), say_condition(node, *told) if isinstance(node, Condition) else say_metric(node, *told)]


def _segment(view: View, found: Occurrence, language: Language) -> list[str]:
    segment = view.program.segments.get(found.name)
    if segment is None:
        return []
    return [*_card(segment.card), say_condition(segment.condition, language, view.vocabulary, view.program)]


def _rule(view: View, found: Occurrence, language: Language) -> list[str]:
    rule = next((one for one in view.program.rules if one.name == found.name), None)
    return [say_rule(rule, language, view.vocabulary, view.program)] if rule else []


def _event(view: View, found: Occurrence, language: Language) -> list[str]:
    event = view.vocabulary.events[found.name]
    return [line for line in (", ".join(event.also), ", ".join(event.properties)) if line]


def _field(info: FieldInfo | None) -> list[str]:
    if info is None:
        return []
    values = [f"{value} ({', '.join(also)})" if also else value for value, also in info.values.items()] or info.seen[:8]
    return [line for line in (info.type.value, ", ".join(info.also), ", ".join(values)) if line]


def _attribute(view: View, found: Occurrence, language: Language) -> list[str]:
    return _field(view.vocabulary.attributes.get(found.name))


def _property(view: View, found: Occurrence, language: Language) -> list[str]:
    return _field(view.vocabulary.events[found.owner].properties.get(found.name))


def _method(view: View, found: Occurrence, language: Language) -> list[str]:
    use = view.program.uses.get(found.name) if found.kind == "use" else None
    method = view.vocabulary.methods.get(use.method if use else found.name)
    if method is None:
        return []
    columns = ", ".join(f"{name}: {kind.value}" for name, kind in method.columns.items())
    return [line for line in (method.meaning, columns) if line]


_READERS = {
    "tag": _tag, "let": _let, "segment": _segment, "rule": _rule, "event": _event, "attribute": _attribute,
    "property": _property, "method": _method, "use": _method,
}  # fmt: skip
