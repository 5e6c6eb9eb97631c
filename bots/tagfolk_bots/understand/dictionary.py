"""The words of one workspace, with what each may mean: its own names first, then the everyday words of the trade."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from tagfolk_engine.query.lexicon import EventEntry, FieldEntry, Lexicon

from tagfolk_bots.understand import domain, names_of_the_world
from tagfolk_bots.understand.text import key, tidy, tokens
from tagfolk_bots.understand.words import CUSTOMER_SUFFIXES, CUSTOMER_WORDS_EN, STOP, WORDS

Kind = Literal[
    "tag",
    "tagvalue",
    "segment",
    "attribute",
    "value",
    "event",
    "property",
    "propvalue",
    "let",
    "column",
    "spend",
    "order_value",
    "recency",
    "churn",
    "weekday",
    "repeat",
    "measure",
    "word",
    "stop",
]


@dataclass(frozen=True)
class Meaning:
    """One thing a phrase may mean. ``of``: the attribute, tag or event it belongs to; ``rank``: likelier is less."""

    kind: Kind
    name: str
    value: str = ""
    of: str = ""
    rank: int = 5


@dataclass(frozen=True)
class Dictionary:
    """Phrase (stems of its tokens) → meanings, likeliest first; content phrases as written, for spelling."""

    phrases: dict[tuple[str, ...], tuple[Meaning, ...]]
    longest: int
    spellings: dict[str, tuple[str, ...]]
    """Readable spelling of a content phrase → its key."""
    latin: dict[str, bool]
    """Every Latin word of a phrase → is it a name of the workspace's or the trade's, rather than a function word?"""


class _Builder:
    def __init__(self) -> None:
        self.phrases: dict[tuple[str, ...], dict[tuple[str, str, str, str], Meaning]] = {}
        self.spellings: dict[str, tuple[str, ...]] = {}
        self.latin: dict[str, bool] = {}

    def add(self, phrases: str | Iterable[str], meaning: Meaning) -> None:
        for phrase in phrases.split("|") if isinstance(phrases, str) else phrases:
            phrase_key = key(phrase)
            if not phrase_key:
                continue
            for token in tokens(tidy(phrase)):
                if token.kind == "latin" and len(token.text) > 2:
                    content = meaning.kind not in ("word", "stop")
                    self.latin[token.text] = self.latin.get(token.text, content) and content
            same = (meaning.kind, meaning.name, meaning.value, meaning.of)
            known = self.phrases.setdefault(phrase_key, {})
            if same not in known or known[same].rank > meaning.rank:
                known[same] = meaning
            if meaning.kind not in ("word", "stop") or (
                meaning.kind == "word" and len(phrase) >= 6 and phrase.isalpha()
            ):
                self.spellings.setdefault(phrase.lower().replace("_", " "), phrase_key)

    def has_content(self, phrase: str) -> bool:
        return any(m.kind not in ("word", "stop") for m in self.phrases.get(key(phrase), {}).values())

    def has_noun(self, phrase: str) -> bool:
        """Is it a name of the workspace's own: of a tag, an attribute, a segment …?"""
        own = ("tag", "segment", "let", "attribute", "value", "tagvalue")
        return any(m.kind in own for m in self.phrases.get(key(phrase), {}).values())

    def done(self) -> Dictionary:
        phrases = {k: tuple(sorted(v.values(), key=lambda m: m.rank)) for k, v in self.phrases.items()}
        return Dictionary(phrases, max(map(len, phrases), default=1), self.spellings, self.latin)


def variants(name: str) -> set[str]:
    """A name and its ways: without ``customers`` / 客户 at its end, where something is left.

    >>> sorted(variants("高价值客户")), sorted(variants("VIP customers"))
    (['高价值', '高价值客户'], ['VIP', 'VIP customers'])
    """
    found = {name}
    for suffix in CUSTOMER_SUFFIXES:
        if name.endswith(suffix) and len(name) > len(suffix) + 1:
            found.add(name.removesuffix(suffix))
            break
    else:
        if len(name) > 2 and not name.isascii():
            found.add(f"{name}客户")
    words = name.replace("_", " ").split()
    if len(words) > 1 and words[-1].lower() in CUSTOMER_WORDS_EN and not words[-1].lower().startswith("buyer"):
        found.add(" ".join(words[:-1]))
    return found


def _names(name: str, title: str | None, also: Iterable[str]) -> set[str]:
    return set().union(*(variants(n) for n in (name, title, *also) if n))


def build(lexicon: Lexicon) -> Dictionary:
    """The dictionary of a lexicon. Costs some milliseconds; keep it with the lexicon."""
    b = _Builder()
    for code, languages in WORDS.items():
        for phrases in languages:
            b.add((p for p in phrases.split("|") if p), Meaning("word", code, rank=8))
    for phrases in STOP:
        b.add(phrases, Meaning("stop", "stop", rank=9))
    _tags(b, lexicon)
    _fields(b, lexicon)
    _events(b, lexicon)
    _measures(b, lexicon)
    _trade(b, lexicon)
    return b.done()


def _tags(b: _Builder, lexicon: Lexicon) -> None:
    for tag in lexicon.tags.values():
        names = _names(tag.name, tag.title, tag.also)
        b.add(names, Meaning("tag", tag.name, rank=0))
        for value, also in tag.values.items():
            spellings = {value, *also}
            meaning = Meaning("tagvalue", value, value, tag.name, rank=2)
            b.add(set().union(*(variants(s) for s in spellings)) - {"none", "no", "yes", "0"}, meaning)
            for spelling in spellings:
                b.add((f"{spelling} {n}" for n in names), Meaning("tagvalue", value, value, tag.name, rank=0))
                b.add((f"{n} {spelling}" for n in names), Meaning("tagvalue", value, value, tag.name, rank=0))
    for segment in lexicon.segments.values():
        b.add(_names(segment.name, segment.title, segment.also), Meaning("segment", segment.name, rank=1))
    for let in lexicon.lets.values():
        b.add(_names(let.name, let.title, let.also), Meaning("let", let.name, let.kind, rank=1))
    for column in lexicon.columns:
        b.add(
            (f"{column.use}.{column.column}", f"{column.use} {column.column}"),
            Meaning("column", column.column, of=column.use, rank=3),
        )


def _fields(b: _Builder, lexicon: Lexicon) -> None:
    for attribute in lexicon.attributes.values():
        b.add({attribute.name, *attribute.also}, Meaning("attribute", attribute.name, rank=2))
        for names, words in domain.ATTRIBUTE_WORDS:
            if _answers(attribute, names):
                b.add(words, Meaning("attribute", attribute.name, rank=3))
        for value, spellings in _values(attribute).items():
            b.add(spellings, Meaning("value", value, value, attribute.name, rank=2))
    for event in lexicon.events.values():
        for prop in event.properties.values():
            b.add({prop.name, *prop.also} - {event.name}, Meaning("property", prop.name, of=event.name, rank=4))
            for names, words in domain.PROPERTY_WORDS:
                if _answers(prop, names):
                    b.add(
                        (w for w in words.split("|") if not b.has_noun(w)),
                        Meaning("property", prop.name, of=event.name, rank=4),
                    )
            for value, spellings in _values(prop).items():
                b.add(spellings, Meaning("propvalue", value, f"{event.name}.{prop.name}", event.name, rank=3))


def _answers(entry: FieldEntry | EventEntry, names: set[str]) -> bool:
    return any(n.lower() in names for n in (entry.name, *entry.also))


def _values(entry: FieldEntry) -> dict[str, set[str]]:
    """Canonical value → all its spellings: listed ones, and for text those seen in the data; the trade's own too."""
    if entry.type not in ("text", "boolean"):
        return {}
    values = {value: {value, *spellings} for value, spellings in entry.values.items()}
    if not (entry.personal or entry.type == "boolean"):
        for value in entry.seen:
            if value not in values and _is_word(value):
                values[value] = {value}
    for value, spellings in values.items():
        low = value.lower()
        for gender, known in domain.GENDER_VALUES.items():
            if low in known or (not known.isdisjoint(s.lower() for s in spellings) and value in entry.values):
                spellings.update("|".join(domain.GENDER[gender]).split("|"))
        for english, chinese in names_of_the_world.CITIES.items():
            if low == english or value in (chinese, chinese + "市"):
                spellings.update((english, chinese, chinese + "市", *names_of_the_world.COUNTRY_SHORT.get(english, ())))
    return values


def _is_word(value: str) -> bool:
    """Worth knowing as a word: not a bare number, not one Latin letter, not a sentence."""
    return bool(re.search(r"[^\W\d_]", value)) and 1 < len(value) <= 60 and "@" not in value


def concept_of(event: EventEntry) -> domain.EventConcept | None:
    """The everyday concept that an event's names fit: exactly, else as a part of a name."""
    names = [n.lower() for n in (event.name, *event.also)]
    for concept in domain.EVENTS:
        if any(n in concept.hints for n in names):
            return concept
    for concept in domain.EVENTS:
        if any(h in re.split(r"[_\W]+", n) or (not h.isascii() and h in n) for n in names for h in concept.hints):
            return concept
    return None


def _inflections(name: str) -> set[str]:
    """English verb forms of an event's name: purchase → purchased, purchasing; complaint → complained."""
    if not re.fullmatch(r"[a-z_]{3,}", name):
        return set()
    roots = {name, name.removesuffix("t")} if name.endswith("aint") else {name}
    return {f for r in roots for f in (r, r + "ed", r + "ing", *((r + "d", r[:-1] + "ing") if r.endswith("e") else ()))}


def _events(b: _Builder, lexicon: Lexicon) -> None:
    exact = {c.name: [e for e in lexicon.events.values() if e.name in c.hints] for c in domain.EVENTS}
    for event in lexicon.events.values():
        nouns = {event.name, *event.also}
        b.add(nouns, Meaning("event", event.name, "noun", rank=1))
        for noun in nouns:
            b.add(_inflections(noun) - {noun}, Meaning("event", event.name, "verb", rank=2))
            if not noun.isascii():
                b.add((f"{noun}过", f"{noun}了"), Meaning("event", event.name, "verb", rank=1))
                b.add((noun + s for s in domain.COUNT_SUFFIXES), Meaning("event", event.name, "count", rank=1))
            else:
                b.add(
                    (f"{noun} count", f"number of {noun}", f"{noun} frequency"),
                    Meaning("event", event.name, "count", rank=1),
                )
        concept = concept_of(event)
        if concept and (event in exact[concept.name] or not exact[concept.name]):
            for words in (concept.english, concept.chinese):
                named = [w for w in words if w not in nouns]
                b.add((w for w in named if w not in domain.NOUNS), Meaning("event", event.name, "verb", rank=3))
                b.add((w for w in named if w in domain.NOUNS), Meaning("event", event.name, "noun", rank=3))
            b.add(
                (n for n in domain.NOUNS if n in (*concept.hints, *concept.english, *concept.chinese)),
                Meaning("event", event.name, "noun", rank=1),
            )
            b.add(
                (
                    w + s
                    for w in concept.chinese
                    if len(w) > 1 and not w.endswith(("过", "了"))
                    for s in domain.COUNT_SUFFIXES
                ),
                Meaning("event", event.name, "count", rank=3),
            )


def _measures(b: _Builder, lexicon: Lexicon) -> None:
    """The money words: a ``let`` with such a name answers to all of them, else the sum of a money property."""
    lets = [x for x in lexicon.lets.values() if x.kind == "metric" and _let_is_spend(x.name, x.title, x.also)]
    plain = [x for x in lets if not x.windowed]
    words = "|".join(domain.SPEND_WORDS)
    if plain:
        b.add(words, Meaning("let", plain[0].name, "metric", rank=3))
    for event, prop in money(lexicon):
        if not plain:
            b.add(words, Meaning("spend", prop.name, of=event.name, rank=3))
        b.add("|".join(domain.ORDER_VALUE_WORDS), Meaning("order_value", prop.name, of=event.name, rank=3))
    for event in lexicon.events.values():
        concept = concept_of(event)
        if concept and concept.name == "purchase":
            b.add("|".join(domain.RECENCY_WORDS), Meaning("recency", event.name, rank=3))


def _let_is_spend(name: str, title: str | None, also: Iterable[str]) -> bool:
    return any(n and n.lower() in domain.SPEND_NAMES for n in (name, title, *also))


def money(lexicon: Lexicon) -> list[tuple[EventEntry, FieldEntry]]:
    """The money property of each event of buying; one event called so outright leaves the others out."""
    found: list[tuple[EventEntry, FieldEntry]] = []
    for event in lexicon.events.values():
        concept = concept_of(event)
        if concept is None or concept.name != "purchase":
            continue
        for name in domain.MONEY_PROPERTIES:
            prop = next((p for p in event.properties.values() if p.type == "number" and _answers(p, {name})), None)
            if prop:
                found.append((event, prop))
                break
    outright = [f for f in found if f[0].name in domain.EVENTS[0].hints]
    return outright or found


_OWN_WORDS = frozenset(("人均消费", "人均销售额", "average revenue per customer", "revenue per customer"))
"""Names of measures that are read word by word: an average, of money, per customer."""


def _trade(b: _Builder, lexicon: Lexicon) -> None:
    english, chinese = domain.CHURN_WORDS
    for tag in lexicon.tags.values():
        if (
            any(h in (n or "").lower() for n in (tag.name, tag.title, *tag.also) for h in domain.CHURN_HINTS)
            and tag.type is None
        ):
            b.add(
                (w for w in f"{english}|{chinese}".split("|") if not b.has_content(w)), Meaning("tag", tag.name, rank=3)
            )
            break
    else:
        b.add((w for w in f"{english}|{chinese}".split("|") if not b.has_content(w)), Meaning("churn", "churn", rank=6))
    for word, value in names_of_the_world.WEEKDAYS.items():
        b.add((word, f"on {word}", f"在{word}", f"the {word}", f"on the {word}"), Meaning("weekday", value, rank=4))
    bought = [e.name for e in lexicon.events.values() if (c := concept_of(e)) and c.name == "purchase"]
    if bought:
        b.add("多少单|多少笔|有多少单|有多少笔|几单|几笔|单量|订单量", Meaning("event", bought[0], "count", rank=2))
        for words in domain.REPEAT_WORDS:
            b.add((w for w in words.split("|") if not b.has_noun(w)), Meaning("repeat", bought[0], rank=2))
    for measure in lexicon.measures.values():
        names = (measure.name, measure.title, measure.title_zh, *measure.also)
        b.add(
            (n for n in names if n not in _OWN_WORDS and not b.has_content(n)), Meaning("measure", measure.name, rank=2)
        )
    _concepts(b)


def _concepts(b: _Builder) -> None:
    """Other words for groups: taken for a tag only where nothing of the workspace has that name."""
    for concept in domain.TAG_CONCEPTS:
        known = [
            m for w in concept for m in b.phrases.get(key(w), {}).values() if m.kind in ("tag", "tagvalue", "segment")
        ]
        if known:
            best = min(known, key=lambda m: (m.rank, m.kind != "tag"))
            b.add((w for w in concept if not b.has_noun(w)), replace(best, rank=6))
