"""Text → spans: the cheapest cut of a question into known phrases, numbers, times and what is left over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from tagfolk_bots.understand.dictionary import Dictionary, Meaning
from tagfolk_bots.understand.numerals import Numeral, numerals
from tagfolk_bots.understand.periods import Period, periods
from tagfolk_bots.understand.text import Token, stem, tokens


@dataclass(frozen=True)
class Span:
    """A piece of the question. Exactly one of content, codes, numeral, period, customer or none (unknown) leads."""

    start: int
    end: int
    text: str
    content: tuple[Meaning, ...] = ()
    codes: frozenset[str] = frozenset()
    numeral: Numeral | None = None
    period: Period | None = None
    customer: str | None = None
    punct: bool = False
    stop: bool = False
    corrected: str | None = None
    """The spelling that was taken for it."""

    @property
    def unknown(self) -> bool:
        """Nothing is known about it."""
        return not (
            self.content or self.codes or self.numeral or self.period or self.customer or self.punct or self.stop
        )

    def has(self, *codes: str) -> bool:
        """Is it one of these function words?"""
        return not self.codes.isdisjoint(codes)

    def of(self, *kinds: str) -> bool:
        """Does its likeliest meaning have one of these kinds?"""
        return bool(self.content) and self.content[0].kind in kinds


@dataclass
class Cut:
    """A question cut into spans."""

    text: str
    spans: list[Span] = field(default_factory=list)


_ID = re.compile(
    r"(?<![A-Za-z0-9_:])[A-Za-z][A-Za-z0-9_]*:[A-Za-z0-9_.@-]+(?<![.@-])|(?<![A-Za-z0-9_:])[A-Za-z]\w*:[\w.@-]+|(?<![A-Za-z0-9_:])(?=[A-Za-z0-9_-]*\d)(?=[A-Za-z0-9_-]*[A-Za-z])[A-Za-z0-9]+(?:[_-][A-Za-z0-9]+)*(?![A-Za-z0-9_:])"
)
_NOT_ID = re.compile(
    r"\d+(?:\.\d+)?(?:k|w|m|mn|bn|b|d|yo|x|st|nd|rd|th|s|days?|months?|yrs?|years?|weeks?)|[qh][1-4]|\d+d",
    re.IGNORECASE,
)


def cut(text: str, dictionary: Dictionary, today: date, names: Mapping[str, str] | None = None) -> Cut:
    """The cheapest cut of a tidy text: few and long pieces, unknown ones dear.

    ``names``: names of customers that occur in the text, with what finds the customer.
    """
    pieces = tokens(text)
    if not pieces:
        return Cut(text)
    starts = {t.start: i for i, t in enumerate(pieces)}
    ends = {t.end: i + 1 for i, t in enumerate(pieces)}
    inside = _word_insides(text)
    best: list[tuple[float, Span | None, int]] = [(float("inf"), None, 0) for _ in range(len(pieces) + 1)]
    best[0] = (0.0, None, 0)
    edges: dict[int, list[tuple[int, Span, float]]] = {}
    for i, j, span, cost in _candidates(text, pieces, starts, ends, dictionary, today, names or {}):
        dear = 2.0 if j - i == 1 and pieces[i].kind == "cjk" and (span.start in inside or span.end in inside) else 0.0
        edges.setdefault(i, []).append((j, span, cost + dear))
    for i in range(len(pieces)):
        for j, span, cost in edges[i]:
            total = best[i][0] + cost
            if total < best[j][0] - 1e-9:
                best[j] = (total, span, i)
    found: list[Span] = []
    at = len(pieces)
    while at > 0:
        _, taken, at = best[at]
        if taken is not None:
            found.append(taken)
    return Cut(text, _join_unknown(text, found[::-1]))


def _word_insides(text: str) -> set[int]:
    """Positions strictly inside Chinese words of the general language, where a one-character word is unlikely."""
    if not re.search(r"[\u3400-\u9fff]", text):
        return set()
    import rjieba  # the dictionary takes a moment to load, and English never needs it

    inside: set[int] = set()
    at = 0
    for word in rjieba.cut(text):
        inside.update(range(at + 1, at + len(word)))
        at += len(word)
    return inside


def _candidates(
    text: str,
    pieces: list[Token],
    starts: dict[int, int],
    ends: dict[int, int],
    dictionary: Dictionary,
    today: date,
    names: Mapping[str, str],
) -> Iterator[tuple[int, int, Span, float]]:
    for i, token in enumerate(pieces):
        if token.kind == "punct" and token.text not in "%+#$¥€£<>=":
            yield i, i + 1, Span(token.start, token.end, token.text, punct=True), 0.1
        else:
            yield (
                i,
                i + 1,
                Span(token.start, token.end, text[token.start : token.end]),
                2.6 if token.kind == "cjk" else 6.0,
            )
        parts: tuple[str, ...] = ()
        for j in range(i, min(len(pieces), i + dictionary.longest)):
            if pieces[j].kind == "punct" and pieces[j].text not in "%+#$¥€£<>=":
                break
            parts += (stem(pieces[j].text),)
            meanings = dictionary.phrases.get(parts)
            if meanings:
                yield i, j + 1, _span(text, token.start, pieces[j].end, meanings), _cost(meanings, j + 1 - i)
    for numeral in numerals(text):
        if numeral.start in starts and numeral.end in ends:
            piece = text[numeral.start : numeral.end]
            yield (
                starts[numeral.start],
                ends[numeral.end],
                Span(numeral.start, numeral.end, piece, numeral=numeral),
                1.05,
            )
    for period in periods(text, today):
        end = period.end
        while end > period.start and text[end - 1] == " ":
            end -= 1
        if period.start in starts and end in ends:
            piece = text[period.start : end]
            yield starts[period.start], ends[end], Span(period.start, end, piece, period=period), 0.7
    for name, customer in names.items():
        for m in re.finditer(re.escape(name), text, re.IGNORECASE):
            if m.start() in starts and m.end() in ends:
                yield starts[m.start()], ends[m.end()], Span(m.start(), m.end(), m[0], customer=customer), 0.95
    for m in _ID.finditer(text):
        if m.start() in starts and m.end() in ends and not _NOT_ID.fullmatch(m[0]):
            yield starts[m.start()], ends[m.end()], Span(m.start(), m.end(), m[0], customer=m[0]), 1.4


def _span(text: str, start: int, end: int, meanings: tuple[Meaning, ...]) -> Span:
    content = tuple(m for m in meanings if m.kind not in ("word", "stop"))
    codes = frozenset(m.name for m in meanings if m.kind == "word")
    stop = any(m.kind == "stop" for m in meanings)
    return Span(start, end, text[start:end], content, codes, stop=stop)


def _cost(meanings: tuple[Meaning, ...], length: int) -> float:
    kind = meanings[0].kind
    base = 1.0 if kind not in ("word", "stop") else 1.08 if kind == "word" else 1.15
    return base - 0.01 * length


def _join_unknown(text: str, spans: list[Span]) -> list[Span]:
    """Neighbouring unknown Chinese characters are one unknown word."""
    joined: list[Span] = []
    for span in spans:
        last = joined[-1] if joined else None
        if last and last.unknown and span.unknown and last.end == span.start and not span.text.isascii():
            joined[-1] = replace(last, end=span.end, text=text[last.start : span.end])
        else:
            joined.append(span)
    return joined
