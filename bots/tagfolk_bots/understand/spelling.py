"""Spelling tolerance: what an unknown word was probably meant to be, and which known words are near it."""

from __future__ import annotations

from dataclasses import replace

from rapidfuzz import process
from rapidfuzz.distance import OSA

from tagfolk_bots.understand.dictionary import Dictionary
from tagfolk_bots.understand.spans import Span
from tagfolk_bots.understand.text import key, stem


def allowed(word: str) -> int:
    """How many slips a word of this length may have."""
    if not word.isascii():
        return 1 if len(word) >= 4 else 0
    return 0 if len(word) < 4 else 1 if len(word) < 7 else 2


def correct(spans: list[Span], dictionary: Dictionary) -> list[Span]:
    """Each unknown word that is one slip away from exactly one known phrase (two, if long) is taken for it."""
    return [_correct(s, dictionary) if s.unknown else s for s in spans]


def _correct(span: Span, dictionary: Dictionary) -> Span:
    word = span.text.lower()
    most = allowed(word)
    if not most or word in PLAIN:
        return span
    hits: dict[tuple[str, ...], tuple[int, str]] = {}
    for spelling, phrase_key in dictionary.spellings.items():
        if abs(len(spelling) - len(word)) <= most and spelling[:1] == word[:1]:
            distance = OSA.distance(word, spelling, score_cutoff=most)
            stemmed = OSA.distance(stem(word), " ".join(phrase_key), score_cutoff=most) if word.isascii() else 99
            if min(distance, stemmed) <= most and (
                phrase_key not in hits or hits[phrase_key][0] > min(distance, stemmed)
            ):
                hits[phrase_key] = (min(distance, stemmed), spelling)
    if not hits:
        return span
    nearest = min(d for d, _ in hits.values())
    close = {k: s for k, (d, s) in hits.items() if d == nearest}
    meanings = {dictionary.phrases[k] for k in close}
    if len(meanings) > 1:
        return span
    phrase_key, spelling = next(iter(close.items()))
    meant = dictionary.phrases[phrase_key]
    content = tuple(m for m in meant if m.kind not in ("word", "stop"))
    codes = frozenset(m.name for m in meant if m.kind == "word")
    return replace(span, content=content, codes=codes, corrected=spelling)


MONTHS = ("january", "february", "april", "june", "july", "august", "september", "october", "november", "december")
PLAIN = frozenset(
    [
        "many",
        "much",
        "have",
        "with",
        "which",
        "what",
        "when",
        "where",
        "from",
        "that",
        "this",
        "these",
        "those",
        "them",
        "they",
        "their",
        "there",
        "then",
        "than",
        "will",
        "would",
        "could",
        "should",
        "does",
        "your",
        "ours",
        "more",
        "most",
        "some",
        "such",
        "even",
        "ever",
        "every",
        "each",
        "make",
        "made",
        "take",
        "took",
        "come",
        "came",
        "gold",
        "good",
        "like",
        "other",
        "another",
        "also",
        "only",
        "just",
        "very",
        "well",
        "still",
        "been",
        "being",
        "were",
        "about",
        "into",
        "over",
        "under",
        "upon",
        "onto",
        "after",
        "before",
    ]
)
"""Common words: never taken for a slip of another."""


def mend(spans: list[Span], text: str, dictionary: Dictionary) -> tuple[str, list[tuple[str, str]]]:
    """The text with slips of the keyboard in single Latin words put right, and (typed, taken) of names among them.

    Function words are put right silently: "hwo many" is "how many".
    """
    found: list[tuple[str, str]] = []
    for span in reversed(spans):
        word = span.text.lower()
        if not span.unknown or not word.isalpha() or not word.isascii() or len(word) < 3 or word in PLAIN:
            continue
        meant = _meant(word, dictionary)
        if meant is None:
            continue
        if dictionary.latin.get(meant, False):
            found.append((span.text, meant))
        text = text[: span.start] + meant + text[span.end :]
    return text, found[::-1]


def _meant(word: str, dictionary: Dictionary) -> str | None:
    """The one known word that a typed word is a slip of; letters swapped count least."""
    best: list[tuple[float, str]] = []
    for known in (*dictionary.latin, *MONTHS):
        if abs(len(known) - len(word)) > 2 or stem(word) == stem(known):
            continue
        swapped = sorted(known) == sorted(word)
        most = (1 if swapped else 0) if len(word) < 5 else allowed(word) if len(word) < 8 else 2
        if not most or (known[0] != word[0] and not swapped):
            continue
        distance = OSA.distance(word, known, score_cutoff=most)
        if distance <= most and min(len(word), len(known)) > 2 * distance:
            best.append((distance - (0.5 if swapped else 0.0) + (0.25 if known[0] != word[0] else 0.0), known))
    if not best:
        return None
    low = min(d for d, _ in best)
    close = {stem(k): k for d, k in sorted(best, key=lambda b: len(b[1])) if d == low}
    meant = {tuple((m.kind, m.name) for m in dictionary.phrases.get((s,), ())[:1]) for s in close}
    return next(iter(close.values())) if len(close) == 1 or (len(meant) == 1 and meant != {()}) else None


def nearest(word: str, dictionary: Dictionary, most: int = 3) -> list[str]:
    """Known spellings that look like a word, the likest first."""
    known = [
        s
        for s, k in dictionary.spellings.items()
        if len(s) > 1 and dictionary.phrases[k][0].kind not in ("word", "stop")
    ]
    if word.lower() in PLAIN:
        return []
    found = process.extract(word.lower(), known, limit=12, score_cutoff=72 if word.isascii() else 60)
    names: list[str] = []
    seen: set[tuple[str, ...]] = set()
    for spelling, _, _ in found:
        if key(spelling) not in seen:
            seen.add(key(spelling))
            names.append(spelling)
    return names[:most]
