"""The layout of a file: physical lines joined into logical ones, and these into statements with their blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tagfolk_dsl.keywords import STATEMENTS
from tagfolk_dsl.lexer import Token, Words
from tagfolk_dsl.lexer.tables import AFTER_OPERAND

_OPERATORS = frozenset(("+", "-", "*", "/", "=", "!=", "<", "<=", ">", ">=", ",", "->"))
_OWN_ARROWS = frozenset(("score", "classify"))


@dataclass
class Line:
    """A logical line: its words, and the lines indented under it."""

    words: list[Token]
    indent: int
    children: list[Line] = field(default_factory=list)
    kind: str = ""
    """What its first word makes of it as a statement; empty: a rule without the word."""

    @property
    def has_arrow(self) -> bool:
        """Whether it grants something."""
        return any(word.type == "->" or word.key == "arrow" for word in self.words)


def head_kind(words: Sequence[Token]) -> str:
    """The statement a line's first word begins, or empty: ``score loyalty:`` does, ``score >= 3 -> x`` not."""
    key = words[0].key
    if key not in STATEMENTS:
        return ""
    if len(words) == 1:
        return "" if words[0].known else key
    second = words[1]
    third = words[2].type if len(words) > 2 else ""
    if key == "rule":
        return key if second.type in ("WORD", ":") and (third == ":" or second.type == ":" or _opens(second)) else ""
    if key == "example":
        return key if second.type == "TEXT" or words[-1].type == ":" else ""
    if second.type != "WORD":
        return key if words[-1].type == ":" else ""
    if third == ":" or (key == "let" and third == "=") or (key == "use" and third == "("):
        return key
    if second.key in AFTER_OPERAND and not second.known:
        return ""
    return key


def _opens(word: Token) -> bool:
    return word.known or word.key not in AFTER_OPERAND


def lines(text: str, reader: Words, first: int = 1) -> list[Line]:
    """The top-level lines of a text, with what is indented under each; ``first`` is the number of its first line."""
    top: list[Line] = []
    stack: list[Line] = []
    for line in _joined(text, reader, first):
        while stack and stack[-1].indent >= line.indent:
            stack.pop()
        (stack[-1].children if stack else top).append(line)
        stack.append(line)
    return top


def _joined(text: str, reader: Words, first_line: int) -> Iterator[Line]:
    current: Line | None = None
    block, block_indent, margin, depth = "", -1, -1, 0
    for number, physical in enumerate(text.splitlines(), first_line):
        if not physical or physical.isspace():
            continue
        words = reader.line(physical, number)
        if not words:
            continue
        indent = _indent(physical)
        first = words[0]
        if current is not None and _continues(current, depth, first, words, indent, block, block_indent):
            current.words.extend(words)
            depth = max(0, depth + _brackets(words))
            continue
        if current is not None:
            yield current
        if margin < 0 or indent <= margin:
            margin, block_indent = indent, -1
            block = head_kind(words)
        elif block_indent < 0:
            block_indent = indent
        current = Line(words, indent)
        if indent <= margin:
            current.kind = block
        depth = max(0, _brackets(words))
    if current is not None:
        yield current


def _indent(line: str) -> int:
    column = 0
    for character in line:
        if character == "\t":
            column += 4 - column % 4
        elif character.isspace() or character == "\ufeff":
            column += character != "\ufeff"
        else:
            break
    return column


def _brackets(words: Sequence[Token]) -> int:
    return sum((word.type == "(") - (word.type == ")") for word in words)


def _continues(
    current: Line, depth: int, first: Token, words: Sequence[Token], indent: int, block: str, block_indent: int
) -> bool:
    """Whether a line goes on with the one before it."""
    arrow = first.type == "->" or first.key == "arrow"
    if first.key in ("and", "or") or arrow:
        own = arrow and block in _OWN_ARROWS and indent > 0 and (block_indent < 0 or indent <= block_indent)
        return not own
    last = current.words[-1]
    if depth > 0 or last.type in _OPERATORS or last.key in ("and", "or", "not"):
        return not _begins_anew(current, depth, words, indent)
    return False


def _begins_anew(current: Line, depth: int, words: Sequence[Token], indent: int) -> bool:
    """Whether a line is a statement of its own although the one before is not finished."""
    if indent > current.indent:
        return False
    if head_kind(words) or (depth > 0 and current.has_arrow):
        return True
    arrow = any(word.type == "->" or word.key == "arrow" for word in words)
    return arrow and _brackets(words) >= 0
