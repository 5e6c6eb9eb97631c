"""The token that both stages of the lexer and the grammar work with."""

from __future__ import annotations

from typing import Any

from tagfolk_dsl.tree import Span


class Token:
    """A word, number, sign or (after the second stage) phrase, with its place.

    ``type`` of the first stage: WORD, NUMBER, TEXT, REGEX, DATE, INSTANT, CHANNEL, or the sign itself. ``key`` is
    the keyword that a word can be, or empty; ``known`` says that the word is declared. ``value`` is the text, or
    what it stands for. Lark asks a token for nothing but ``type`` and, after the last one, for ``start_pos`` and so on.
    """

    __slots__ = ("key", "known", "span", "text", "type", "value")
    start_pos = line = column = end_line = end_column = end_pos = None

    def __init__(self, type_: str, value: Any, span: Span, key: str = "", known: bool = False, text: str = "") -> None:
        self.type = type_
        self.value = value
        self.span = span
        self.key = key
        self.known = known
        self.text = text

    def __repr__(self) -> str:
        return f"{self.type}({self.text or self.value!r})"


def join(first: Span, last: Span) -> Span:
    """From the beginning of one span to the end of another."""
    return Span(first.file, first.line, first.column, last.end_line, last.end_column)
