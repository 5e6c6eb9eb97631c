"""Vocabulary and program → the lexicon of questions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

from tagfolk_dsl.program import Program, TagInfo
from tagfolk_dsl.tree import Aggregate, Condition, Ever, Let, Node, Overall, Type, Use
from tagfolk_dsl.vocabulary import FieldInfo, Vocabulary

from tagfolk_engine.query.lexicon import (
    ColumnEntry,
    EventEntry,
    FieldEntry,
    FieldType,
    LetEntry,
    Lexicon,
    SegmentEntry,
    TagEntry,
)


def lexicon_of(
    program: Program,
    vocabulary: Vocabulary,
    today: date,
    currency: str,
    language: Literal["en", "zh"],
    seen: Iterable[tuple[str, tuple[str, ...]]] = (),
) -> Lexicon:
    """All words of a workspace. ``seen``: values of tags met in the results, by tag."""
    met = dict(seen)
    return Lexicon(
        events={
            e.name: EventEntry(e.name, e.also, {p.name: _field(p) for p in e.properties.values()})
            for e in vocabulary.events.values()
        },
        attributes={a.name: _field(a) for a in vocabulary.attributes.values()},
        tags={t.name: _tag(t, met.get(t.name, ())) for t in program.tags.values()},
        lets={n: _let(let) for n, let in program.lets.items()},
        segments={n: SegmentEntry(n, s.card.title, s.card.also, s.action) for n, s in program.segments.items()},
        columns=tuple(c for use in program.uses.values() for c in _columns(use, vocabulary)),
        uses={use.name: use.method for use in program.uses.values()},
        today=today,
        currency=currency,
        language=language,
    )


def _type(kind: Type) -> FieldType:
    return kind.value


def _field(info: FieldInfo) -> FieldEntry:
    return FieldEntry(
        info.name, _type(info.type), info.also, info.values, () if info.personal else info.seen, info.personal
    )


def _tag(info: TagInfo, met: tuple[str, ...]) -> TagEntry:
    named = dict(info.card.values)
    values = {v: tuple(named.get(v, ())) for v in (*info.values, *named, *met)}
    kind = _type(info.type) if info.type else None
    card = info.card
    listed = values if kind in ("text", None) else {}
    return TagEntry(info.name, card.title, card.also, card.about, card.layer, kind, listed, info.many)


def _let(let: Let) -> LetEntry:
    condition = isinstance(let.meaning, Condition)
    windows = [n.window for n in _walk(let.meaning) if isinstance(n, Aggregate)]
    whole = any(isinstance(n, Overall) for n in _walk(let.meaning))
    windowed = condition or whole or not windows or any(not isinstance(w, Ever) for w in windows)
    events = " ".join(sorted({f"{n.event}." for n in _walk(let.meaning) if isinstance(n, Aggregate)}))
    kind: FieldType = "number"
    return LetEntry(
        let.name, "condition" if condition else "metric", let.card.title, let.card.also, kind, windowed, events
    )


def _walk(node: object) -> Iterable[Node]:
    """A node and all nodes in it."""
    if isinstance(node, Node):
        yield node
        for name in getattr(type(node), "__dataclass_fields__", {}):
            if name != "span":
                yield from _walk(getattr(node, name))
    elif isinstance(node, tuple):
        for item in node:
            yield from _walk(item)


def _columns(use: Use, vocabulary: Vocabulary) -> Iterable[ColumnEntry]:
    info = vocabulary.methods.get(use.method)
    for column, kind in (info.columns if info else {}).items():
        yield ColumnEntry(use.name, column, _type(kind))
