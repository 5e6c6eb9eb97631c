"""The words a set of rule files may use beside the keywords: the lexer must know them to cut Chinese text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from tagfolk_dsl.keywords import CHINESE
from tagfolk_dsl.vocabulary import FieldInfo, Vocabulary

_WORD = r"[^\W\d]\w*"
_DECLARED = re.compile(
    rf"^\s*(?:let|tag|rule|score|classify|segment|template|令|标签|规则|打分|分层|人群|模板)\s*({_WORD})\s*"
    rf"(?=[:：=＝\"“]|by\b|按|$|#)"
)
_USED_AS = re.compile(rf"[)）]\s*(?:as|为)\s*({_WORD})")
_QUOTED = re.compile(r'"((?:[^"\\]++|\\.)*+)"|“([^”]*)”')
_ALSO = re.compile(r"^\s*(?:also|别名|values|取值)\s(.*)")
_GRANTED = re.compile(
    rf"(?:->|→|(?<!规)则|\breplacing\b|替换|去掉)\s*(?:not\b\s*)?({_WORD})|[,，、]\s*(?:not\b\s*)?({_WORD})"
)
_ARROW = re.compile(r"->|→|(?<!规)则")
_EFFECT_CUT = re.compile(r"替换|去掉|永久$|保留\d|(?<=\w)则")


def plural(word: str) -> str:
    """The regular English plural: purchases, deliveries, boxes."""
    if re.search(r"[^aeiou]y$", word):
        return word[:-1] + "ies"
    if re.search(r"(?:s|x|z|ch|sh)$", word):
        return word + "es"
    return word + "s"


@dataclass(frozen=True)
class Names:
    """Words the lexer must know as one word beside the keywords, and what is an event among them.

    ``words``: events, also-names, attributes, properties, tags, lets, segments, methods and their columns, listed
    spellings of values. ``events``: every spelling of an event → the event. ``plurals``: every spelling of its
    count (``purchases``, ``购买次数``) → the event.
    """

    words: frozenset[str] = frozenset()
    events: Mapping[str, str] = field(default_factory=dict)
    plurals: Mapping[str, str] = field(default_factory=dict)

    @staticmethod
    def of(vocabulary: Vocabulary, sources: Mapping[str, str] | None = None) -> Names:
        """The words of a vocabulary, and those that the rule files (path → text) declare or grant."""
        events: dict[str, str] = {}
        plurals: dict[str, str] = {}
        words: set[str] = set(vocabulary.sinks)
        for name, event in vocabulary.events.items():
            for spelling in (name, *event.also):
                events.setdefault(spelling, name)
            for info in event.properties.values():
                words.update(_field(info))
        for spelling, name in list(events.items()):
            count = plural(spelling) if spelling.isascii() else spelling + "次数"
            if count not in events:
                plurals.setdefault(count, name)
        for info in vocabulary.attributes.values():
            words.update(_field(info))
        for name, method in vocabulary.methods.items():
            words.add(name)
            # a column stands behind a dot: in Latin letters it needs no help, and `first` must stay the keyword
            words.update(word for word in (*method.columns, *method.arguments) if not word.isascii())
        for text in (sources or {}).values():
            words.update(declared(text))
        words.update(events, plurals)
        return Names(frozenset(words), events, plurals)

    @cached_property
    def chinese(self) -> dict[str, list[str]]:
        """First character → known words that begin with it and are not plain ASCII, longest first."""
        found: dict[str, list[str]] = {}
        for word in {*self.words, *CHINESE}:
            if not word.isascii() and " " not in word:
                found.setdefault(word[0], []).append(word)
        for words in found.values():
            words.sort(key=len, reverse=True)
        return found


def _field(info: FieldInfo) -> Iterator[str]:
    yield info.name
    yield from info.also
    for value, spellings in info.values.items():
        yield value
        yield from spellings


def declared(text: str) -> set[str]:
    r"""What a rule file declares, grants or calls something, found line by line without parsing.

    >>> sorted(declared('tag 流失风险:\n    also "可能流失"\n近30天购买 -> 高频客户 替换 新客'))
    ['可能流失', '新客', '流失风险', '高频客户']
    """
    found: set[str] = set()
    if len(text) > 20_000_000:
        return found
    for line in text.split("\n"):
        if len(line) > 200_000:
            continue
        if match := _DECLARED.match(line):
            found.add(match[1])
        if match := _USED_AS.search(line):
            found.add(match[1])
        if match := _ALSO.match(line):
            found.update(a or b for a, b in _QUOTED.findall(match[1]))
        if match := _ARROW.search(line):
            for one, other in _GRANTED.findall(line, match.start()):
                found.update(part for part in _EFFECT_CUT.split(one or other) if part and part[0] not in "0123456789")
    found.discard("")
    return found - set(CHINESE)
