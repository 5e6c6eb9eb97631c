"""The way from a text to a reading: cut, correct, look up names, find the intent, see what is left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal

from tagfolk_engine.query.lexicon import Lexicon

from tagfolk_bots.understand.compose import Scene
from tagfolk_bots.understand.dictionary import Dictionary, Meaning, build
from tagfolk_bots.understand.follow import follows, merge
from tagfolk_bots.understand.frame import Frame, Reading
from tagfolk_bots.understand.intents import read
from tagfolk_bots.understand.sayings import in_plain_words
from tagfolk_bots.understand.spans import Span, cut
from tagfolk_bots.understand.spelling import correct, mend, nearest
from tagfolk_bots.understand.text import language_of, tidy

FindNames = Callable[[str], Mapping[str, str]]
"""Names of customers that occur in a text → what finds the customer."""

MATTERS = frozenset(
    [
        "not",
        "except",
        "more",
        "less",
        "at_least",
        "at_most",
        "top",
        "bottom",
        "first",
        "last",
        "most",
        "least",
        "distinct",
        "recently",
        "year_on_year",
        "month_on_month",
        "why",
        "avg",
        "median",
        "share",
        "compare",
        "overlap",
        "trend",
        "personal",
        "refuse",
        "known",
        "missing",
        "times",
        "years_old",
        "leave",
        "enter",
        "change",
        "advice",
        "quality",
        "fresh",
        "month_on_month",
        "would_be",
        "nps",
        "by",
        "spread",
        "weekday_of",
        "hour_of",
    ]
)
"""Function words that change an answer: one that played no part is a doubt."""


class Reader:
    """Understands questions about one workspace."""

    def __init__(self, lexicon: Lexicon, find_names: FindNames | None = None) -> None:
        self.lexicon = lexicon
        self.dictionary: Dictionary = build(lexicon)
        self.find_names = find_names or (lambda text: {})

    def read(
        self,
        text: str,
        previous: Frame | None = None,
        language: Literal["en", "zh"] | None = None,
        talk: str = "",
    ) -> Reading:
        """The reading of one text; ``previous`` is the last question of the thread, ``talk`` its language or ""."""
        text = in_plain_words(tidy(text))
        said = language_of(text, language or self.lexicon.language)
        text, spans, mended = self._spans(text)
        strange = all(s.unknown or s.punct for s in spans)
        if talk in ("en", "zh") and strange:
            said = "zh" if talk == "zh" else "en"  # words of no language stay in that of the talk
        scene = Scene(text, spans, self.lexicon, self.dictionary, said == "zh")
        chart, file = self._presentation(scene)
        following = previous is not None and not strange and follows(scene, previous)
        scene.loose.clear()
        frame = read(scene)
        if following and previous is not None:
            frame = merge(scene, previous, frame)
        scene.guesses += [("corrected", f"{typed}\n{meant}") for typed, meant in mended]
        if not frame.intent and (chart or file) and previous is not None and previous.intent:
            frame, following = previous, True
        return self._judge(scene, frame, said, following, chart, file)

    def _spans(self, text: str) -> tuple[str, list[Span], list[tuple[str, str]]]:
        """The text with slips put right, its spans, and what names were put right."""
        found, names = cut(text, self.dictionary, self.lexicon.today).spans, {}
        if any(s.unknown or s.customer for s in found) or any(s.has("why", "profile", "is_it", "who") for s in found):
            names = dict(self.find_names(text))
            if names:
                found = cut(text, self.dictionary, self.lexicon.today, names).spans
        better, mended = mend(found, text, self.dictionary)
        if better != text:
            text = better
            found = cut(text, self.dictionary, self.lexicon.today, names).spans
        return text, _plain_words(correct(found, self.dictionary)), mended

    @staticmethod
    def _presentation(scene: Scene) -> tuple[bool, bool]:
        """How to show ("as a chart", "as CSV"), not what to ask."""
        chart = [i for i, s in enumerate(scene.spans) if s.has("chart") and not s.content]
        file = [i for i, s in enumerate(scene.spans) if s.has("csv") and not s.content]
        scene.used.update(chart + file)
        return bool(chart), bool(file)

    def _judge(
        self, scene: Scene, frame: Frame, language: Literal["en", "zh"], following: bool, chart: bool, file: bool
    ) -> Reading:
        unused = tuple(s.text for i, s in enumerate(scene.spans) if i not in scene.used and self._counts(s))
        notes = (
            tuple(("corrected", f"{s.text}\n{s.corrected}") for s in scene.spans if s.corrected)
            + tuple(scene.notes)
            + tuple(scene.guesses)
        )
        reading = Reading(frame, language, unused=unused, notes=notes, followed=following, chart=chart, file=file)
        if not frame.intent:
            return replace(reading, confidence="none", why="nothing", choices=self._near(scene))
        if unused and frame.intent not in ("help", "refuse", "quality"):
            return replace(reading, confidence="none", why="left_over", choices=self._left_over(scene, frame))
        if scene.unclear and frame.intent not in ("define", "profile", "explain"):
            return replace(reading, confidence="guess", choices=self._other_readings(scene, frame))
        guess = bool(scene.guesses) or any(s.corrected for s in scene.spans)
        return replace(reading, confidence="guess" if guess else "sure")

    @staticmethod
    def _counts(span: Span) -> bool:
        if span.punct or (span.stop and not span.content):
            return False
        if span.codes and not span.content and not span.numeral:
            return not span.codes.isdisjoint(MATTERS) and span.codes <= MATTERS
        return True

    def _near(self, scene: Scene) -> tuple[tuple[str, Frame], ...]:
        """Known words that look like the unknown ones."""
        names = [n for s in scene.spans if s.unknown for n in nearest(s.text, self.dictionary, 2)]
        return tuple((n, Frame()) for n in dict.fromkeys(names))[:3]

    def _left_over(self, scene: Scene, frame: Frame) -> tuple[tuple[str, Frame], ...]:
        """The question with its unknown words read as the nearest known ones, then without them."""
        found: list[tuple[str, Frame]] = []
        strange = [s for i, s in enumerate(scene.spans) if i not in scene.used and s.unknown]
        for span in strange[:2]:
            for name in nearest(span.text, self.dictionary, 2):
                found.append((scene.text[: span.start] + name + scene.text[span.end :], Frame()))
        found += self._timed(scene)
        left = [s for i, s in enumerate(scene.spans) if i not in scene.used and self._counts(s)]
        without = scene.text
        for span in reversed(left):
            without = without[: span.start] + without[span.end :]
        found.append((tidy(without), frame))
        return tuple(found[:4])

    def _timed(self, scene: Scene) -> list[tuple[str, Frame]]:
        """A time that belongs to nothing: bought then, or joined then?"""
        left = [i for i, s in enumerate(scene.spans) if i not in scene.used and self._counts(s)]
        if len(left) != 1 or scene.spans[left[0]].period is None:
            return []
        span = scene.spans[left[0]]
        rest = tidy(scene.text[: span.start] + scene.text[span.end :]).rstrip("?？ ")
        if scene.chinese:
            return [(f"{span.text}购买过的{rest}", Frame()), (f"{span.text}注册的{rest}", Frame())]
        return [(f"{rest} who bought {span.text}", Frame()), (f"{rest} who joined {span.text}", Frame())]

    def _other_readings(self, scene: Scene, frame: Frame) -> tuple[tuple[str, Frame], ...]:
        """The same question with an unclear word read otherwise, in full words."""
        found: list[tuple[str, Frame]] = []
        for i, meanings in scene.unclear:
            span = scene.spans[i]
            for meaning in meanings[:3]:
                named = self._in_full(meaning, span.text)
                found.append(
                    (scene.text[: span.start] + named + scene.text[span.end :], self._reread(scene, i, meaning))
                )
        return tuple(found[:4])

    def _reread(self, scene: Scene, i: int, meaning: Meaning) -> Frame:
        spans = list(scene.spans)
        spans[i] = replace(spans[i], content=(meaning,), codes=frozenset())
        return read(Scene(scene.text, spans, self.lexicon, self.dictionary, scene.chinese))

    def _in_full(self, meaning: Meaning, text: str) -> str:
        if meaning.kind in ("value", "tagvalue"):
            return f"{meaning.of} {text}"
        return f"{meaning.name} " if meaning.kind in ("tag", "segment") else text


def _plain_words(spans: list[Span]) -> list[Span]:
    """One Chinese character that is a function word means that, unless the name it is a value of stands beside it.

    中 is "among" rather than the value "medium", 来 is part of many words and "came" only behind a denial.
    """
    found: list[Span] = []
    for i, span in enumerate(spans):
        single = len(span.text) == 1 and not span.text.isascii() and bool(span.content)
        around = {m.name for j in (i - 1, i + 1) if 0 <= j < len(spans) for m in spans[j].content}
        if (
            single
            and (span.codes or span.stop)
            and span.of("tagvalue", "value", "propvalue")
            and span.content[0].of not in around
        ):
            span = replace(span, content=())
        elif _is_place(span) and i > 0 and (visit := _visits(spans, i)) and visit not in {m.of for m in span.content}:
            # "visited the app": where they came, not the app as a value of something else
            span = replace(span, content=(), codes=frozenset(), stop=True, corrected=visit)
        elif span.text == "来" and span.content and not (i > 0 and spans[i - 1].has("not")):
            span = replace(span, content=(), stop=True)
        found.append(span)
    return found


def _is_place(span: Span) -> bool:
    return span.text.lower() in ("app", "the app", "小程序", "site", "website", "网站", "mini program", "mini-program")


def _visits(spans: list[Span], i: int) -> str:
    """The event of visiting that stands right before a span, or ""."""
    for j in range(i - 1, max(-1, i - 3), -1):
        visit = next((m.name for m in spans[j].content if m.kind == "event" and m.value != "count"), "")
        if visit:
            return visit
        if not spans[j].stop:
            return ""
    return ""
