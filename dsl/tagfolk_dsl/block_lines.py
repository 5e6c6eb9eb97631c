"""What the readers of blocks ask of single lines and words."""

from __future__ import annotations

from tagfolk_dsl.keywords import CLAUSES, LAYERS
from tagfolk_dsl.layout import Line
from tagfolk_dsl.lexer import Token, join
from tagfolk_dsl.reading import plain
from tagfolk_dsl.tree import (
    Span,
)


def retyped(word: Token, type_: str) -> Token:
    """The token as one of another type."""
    word.type = type_
    if type_ == "NAME":
        word.value = word.text
    return word


def plain_type(word: Token) -> str:
    """The type that a word has where no keyword is due."""
    return plain([Token(word.type, word.value, word.span, word.key, word.known, word.text)])[0].type


def whole_of(line: Line) -> Span:
    """From the line's first word to the last of its block."""
    last = line
    while last.children:
        last = last.children[-1]
    ends = [line.words[-1].span if line.words else Span(), last.words[-1].span if last.words else Span()]
    return join(line.words[0].span, max(ends, key=lambda span: (span.end_line, span.end_column)))


def is_clause(line: Line) -> bool:
    """Whether a line is a clause such as ``title``."""
    return line.words[0].key in CLAUSES and not line.has_arrow


def has_text(line: Line) -> bool:
    """Whether a quoted text follows the first word."""
    return len(line.words) > 1 and line.words[1].type == "TEXT"


def layer_of(word: Token) -> str | None:
    """The layer a word names, in English."""
    if word.type not in ("WORD", "LAYER"):
        return None
    return word.text if word.text in LAYERS else next((en for en, zh in LAYERS.items() if zh == word.text), None)


def points_of(words: list[Token]) -> Token | None:
    """The points that end a score line: a signed whole number."""
    if len(words) < 2 or words[-1].type != "NUMBER" or words[-2].type not in ("+", "-"):
        return None
    number = words[-1]
    if number.value != int(number.value) or number.text[-1] in "%％" or number.value > 10**9:
        return None
    value = int(number.value) * (-1 if words[-2].type == "-" else 1)
    return Token("POINTS", value, join(words[-2].span, number.span), text=words[-2].text + number.text)
