"""What can stand at a place: names of the right kind, values seen in the data, keywords in the file's language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from tagfolk_dsl.formatter import Language, language_of
from tagfolk_dsl.formatter.words import word
from tagfolk_dsl.keywords import CLAUSES, FUNCTIONS, KEYWORDS, LAYERS, REFRESHES, WEIGHTS, Keyword
from tagfolk_dsl.language_server.session import View
from tagfolk_dsl.vocabulary import EventInfo, FieldInfo

Room = Literal[
    "event", "property", "attribute", "let", "tag", "segment", "method", "column", "value", "keyword", "function"
]

_WORD = re.compile(r"[^\W\d]\w*$")
_AFTER_DOT = re.compile(r"([^\W\d]\w*)\.(\w*)$")
_TAG = re.compile(r"(?:\b(?:has|lacks|had|replacing)\s+|(?:带有|不带|曾有|已有|替换|去掉|有)\s*)([^\W\d]\w*)?$")
_GRANT = re.compile(r"(?:->|→)\s*(?:[^\s,，]+\s*[,，]\s*)*(?:not\s+)?(\w*)$")
_SEGMENT = re.compile(r"(?:\bin\s+segment\s+|属于人群\s*)(\w*)$")
_VALUE = re.compile(
    r"([^\W\d]\w*(?:\.[^\W\d]\w*)?)\s*(?:=|!=|＝|\bis(?:\s+not)?\s|\bin\s*\((?:[^()]*,)?|不?是|不?等于|不?属于\s*[(（](?:[^()（）]*[,，])?)"
    r"\s*\"?(\w*)$"
)
_WHERE = re.compile(r"([^\W\d]\w*)(?:\.[^\W\d]\w*)?\)?\s*(?:\bwhere\b|其中)\s*(?:[(（][^()（）]*)?$")
_USE = re.compile(r"^\s*(?:use\s+|使用\s*)(\w*)$")
_ARGUMENT = re.compile(r"^\s*(?:use\s+|使用\s*)(\w+)\s*[(（](?:.*[,，])?\s*(\w*)$")
_CLAUSE = re.compile(r"^\s+(\w*)$")
_CHOICE = re.compile(r"^\s+(layer|层|weight|权重|refresh|更新|sync|同步|notify|通知)\s+(?:.*[,，]\s*)?([#\w-]*)$")


_CHOICES = {
    "layer": LAYERS, "层": LAYERS, "weight": WEIGHTS, "权重": WEIGHTS, "refresh": REFRESHES, "更新": REFRESHES,
}  # fmt: skip


@dataclass(frozen=True)
class Suggestion:
    """One word that may stand here. ``length``: so many characters before the cursor it replaces."""

    text: str
    room: Room
    about: str
    length: int


def suggestions(view: View, path: str, line: int, column: int) -> list[Suggestion]:
    """All that can stand at a 0-based line and character, by room and name."""
    text = view.sources.get(path, "")
    lines = text.splitlines()
    before = lines[line][:column] if line < len(lines) else ""
    if before.lstrip().startswith("#") or _in_quotes(before):
        return []
    language = language_of(text)
    found: dict[str, Suggestion] = {}
    for one in _Rooms(view, language).at(before):
        found.setdefault(one.text, one)
    return list(found.values())


def _in_quotes(before: str) -> bool:
    """Inside a quoted text, unless it is the value of something."""
    return before.count('"') % 2 == 1 and not _VALUE.search(before)


class _Rooms:
    def __init__(self, view: View, language: Language) -> None:
        self.view = view
        self.vocabulary = view.vocabulary
        self.language = language

    def at(self, before: str) -> Iterator[Suggestion]:
        """What fits after the text of the line up to the cursor: the first reading that gives anything."""
        for pattern, reader in (
            (_CHOICE, self._choices), (_USE, self._methods), (_ARGUMENT, self._arguments), (_AFTER_DOT, self._dotted),
            (_SEGMENT, self._segments), (_TAG, self._tags), (_GRANT, self._tags), (_VALUE, self._values),
        ):  # fmt: skip
            match = pattern.search(before)
            found = list(reader(*match.groups(""))) if match else []
            if found:
                yield from found
                return
        typed = _typed(before)
        event = _WHERE.search(before[: len(before) - len(typed)])
        known = self.view.symbols.event(event[1]) if event else None
        if known is not None:
            yield from self._properties(known, typed)
        if _CLAUSE.match(before):
            yield from self._keywords(("clause",), typed)
        yield from self._names(typed)
        rooms = ("expression", "window", "function", "effect")
        yield from self._keywords(("statement", *rooms) if before == typed else rooms, typed)

    # --- names -------------------------------------------------------------------------------------------------

    def _names(self, typed: str) -> Iterator[Suggestion]:
        program, vocabulary = self.view.program, self.vocabulary
        for event in vocabulary.events.values():
            yield from self._spelled("event", (event.name, *event.also), _properties_of(event), typed)
        for info in vocabulary.attributes.values():
            yield from self._spelled("attribute", (info.name, *info.also), info.type.value, typed)
        for let in program.lets.values():
            yield from self._spelled("let", (let.name, *let.card.also), let.card.title or "let", typed)
        for tag in program.tags.values():
            if tag.type is not None:
                yield from self._spelled("tag", (tag.name, *tag.card.also), tag.card.title or "", typed)
        for name, use in program.uses.items():
            yield from self._spelled("method", (name,), use.method, typed)

    def _spelled(self, room: Room, spellings: Iterable[str], about: str, typed: str) -> Iterator[Suggestion]:
        """A thing by its name, and by the also-names that are of the file's language."""
        for number, spelling in enumerate(spellings):
            if number == 0 or spelling.isascii() == (self.language == "en"):
                yield Suggestion(word(spelling), room, about, _overlap(typed, spelling))

    def _tags(self, typed: str = "") -> Iterator[Suggestion]:
        for tag in self.view.program.tags.values():
            size = self.view.sizes.get(tag.name)
            about = " · ".join(filter(None, (tag.card.title, None if size is None else f"{size:,}")))
            yield from self._spelled("tag", (tag.name, *tag.card.also), about, typed)

    def _segments(self, typed: str) -> Iterator[Suggestion]:
        for segment in self.view.program.segments.values():
            yield Suggestion(word(segment.name), "segment", segment.card.title or "", _overlap(typed, segment.name))

    def _dotted(self, left: str, typed: str) -> Iterator[Suggestion]:
        event = self.view.symbols.event(left)
        if event is not None:
            yield from self._properties(event, typed)
        use = self.view.symbols.uses.get(left)
        method = self.vocabulary.methods.get(use.method) if use is not None else None
        for name, kind in method.columns.items() if method is not None else ():
            yield Suggestion(name, "column", kind.value, len(typed))

    def _properties(self, event: EventInfo, typed: str) -> Iterator[Suggestion]:
        for info in event.properties.values():
            yield from self._spelled("property", (info.name, *info.also), info.type.value, typed)
        yield Suggestion("time", "property", "time", _overlap(typed, "time"))

    def _methods(self, typed: str) -> Iterator[Suggestion]:
        for method in self.vocabulary.methods.values():
            yield Suggestion(method.name, "method", method.meaning, len(typed))

    def _arguments(self, method: str, typed: str) -> Iterator[Suggestion]:
        known = self.vocabulary.methods.get(method)
        for argument in known.arguments.values() if known is not None else ():
            yield Suggestion(f"{argument.name} = ", "property", argument.meaning or argument.kind, len(typed))

    # --- values ------------------------------------------------------------------------------------------------

    def _values(self, name: str, typed: str) -> Iterator[Suggestion]:
        left, _, right = name.partition(".")
        tag = self.view.symbols.tags.get(name)
        info: FieldInfo | None = self.view.symbols.attributes.get(name)
        event = self.view.symbols.event(left) if right else None
        if event is not None:
            info = event.properties.get(right)
        if info is None and tag is None:
            info = next(
                (
                    p
                    for e in self.vocabulary.events.values()
                    for p in e.properties.values()
                    if name in (p.name, *p.also)
                ),
                None,
            )
        if info is not None:
            mapped = [(value, *spellings) for value, spellings in info.values.items()]
            for spellings in mapped:
                yield from self._spelled("value", spellings, f"value of {info.name}", typed)
            for value in info.seen:
                yield Suggestion(word(value), "value", f"seen in {info.name}", _overlap(typed, value))
        elif tag is not None:
            for value in self.view.program.tags[tag.name].values if tag.name in self.view.program.tags else ():
                yield Suggestion(word(value), "value", f"value of {tag.name}", _overlap(typed, value))

    def _choices(self, clause: str, typed: str) -> Iterator[Suggestion]:
        tables = {
            "layer": LAYERS,
            "层": LAYERS,
            "weight": WEIGHTS,
            "权重": WEIGHTS,
            "refresh": REFRESHES,
            "更新": REFRESHES,
        }
        if clause in tables:
            for english, chinese in tables[clause].items():
                yield Suggestion(english if self.language == "en" else chinese, "value", clause, len(typed))
        elif clause in ("sync", "同步"):
            for name in sorted(self.vocabulary.sinks):
                yield Suggestion(name, "value", "sink", len(typed))
        else:
            for name in sorted(self.vocabulary.channels or ()):
                yield Suggestion(name, "value", "channel", len(typed))

    # --- keywords ----------------------------------------------------------------------------------------------

    def _keywords(self, rooms: tuple[str, ...], typed: str) -> Iterator[Suggestion]:
        for keyword in KEYWORDS:
            if keyword.room in rooms and (keyword.room != "clause" or keyword.key in CLAUSES):
                yield from self._keyword(keyword, typed)

    def _keyword(self, keyword: Keyword, typed: str) -> Iterator[Suggestion]:
        spellings = keyword.en if self.language == "en" else keyword.zh
        about = keyword.meaning if self.language == "en" else keyword.meaning_zh
        room: Room = "function" if keyword.key in FUNCTIONS else "keyword"
        for spelling in spellings:
            yield Suggestion(spelling, room, about, _overlap(typed, spelling))


def _properties_of(event: EventInfo) -> str:
    return ", ".join(event.properties)


def _typed(before: str) -> str:
    found = _WORD.search(before)
    return found[0] if found else ""


def _overlap(typed: str, word: str) -> int:
    """So much of what is typed is the beginning of the word. Latin words are typed from their start; in a run of
    Chinese without spaces any of its ends may be."""
    if typed.isascii():
        return len(typed)
    for start in range(len(typed)):
        if word.startswith(typed[start:]):
            return len(typed) - start
    return 0
