"""Questions that would work here, made of the workspace's own words."""

from __future__ import annotations

from tagfolk_engine.query import Lexicon


def suggestions(lexicon: Lexicon, language: str, most: int = 3) -> list[str]:
    """Three questions in a language, about tags, attributes and events that exist."""
    zh = language == "zh"
    found: list[str] = []
    plain = [t for t in lexicon.tags.values() if t.type is None]
    groups = [a for a in lexicon.attributes.values() if not a.personal and a.type == "text"]
    events = list(lexicon.events.values())
    if plain:
        tag = plain[0]
        name = (tag.title or tag.name) if zh or (tag.title or "").isascii() else tag.name.replace("_", " ")
        found.append(f"有多少{name}？" if zh else f"How many {name}?")
    if groups:
        entry = groups[0]
        spoken = next((a for a in entry.also if not a.isascii()), entry.name) if zh else entry.name
        found.append(f"按{spoken}分布" if zh else f"customers by {spoken}")
    if events:
        event = events[0]
        spoken = next((a for a in event.also if not a.isascii()), event.name) if zh else event.name
        found.append(
            f"近30天{spoken}过的客户有多少？" if zh else f"how many customers with a {spoken} in the last 30 days?"
        )
    if plain:
        tag = plain[-1]
        name = (tag.title or tag.name) if zh or (tag.title or "").isascii() else tag.name.replace("_", " ")
        found.append(f"{name}是什么意思？" if zh else f"what does {name} mean?")
    found.append("一共有多少客户？" if zh else "How many customers are there?")
    return found[:most]
