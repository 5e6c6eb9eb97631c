"""Reading single lines: words → phrases → grammar, with every error turned into a Diagnostic."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields
from typing import Any

from tagfolk_dsl.diagnostics import Diagnostic
from tagfolk_dsl.driver import Unexpected
from tagfolk_dsl.grammar import grammar
from tagfolk_dsl.lexer import Phrases, Token
from tagfolk_dsl.names import Names
from tagfolk_dsl.syntax_errors import SyntaxProblem
from tagfolk_dsl.tree import Node, Span
from tagfolk_dsl.wording import explain

DEEPEST = 100
"""How deep a tree may be: every walk over it is recursive."""
_LONG = 120
_DEEP_BRACKETS = 60
_PLAIN = {
    "+": "PLUS",
    "-": "MINUS",
    "*": "TIMES",
    "/": "TIMES",
    "(": "LPAR",
    ")": "RPAR",
    ",": "COMMA",
    ":": "COLON",
    ".": "DOT",
    "->": "ARROW",
}


class LineReader:
    """Parses lines of one file and gathers what is wrong with them."""

    def __init__(self, path: str, names: Names) -> None:
        self.path = path
        self.names = names
        self.grammar = grammar()
        self.diagnostics: list[Diagnostic] = []

    def end_of(self, words: list[Token]) -> Token:
        """The end of a line as a token, for messages."""
        span = words[-1].span if words else Span(self.path, 1, 1, 1, 1)
        end = Span(span.file, span.end_line, span.end_column, span.end_line, span.end_column + 1)
        return Token("$END", "", end, text="the end of the line")

    def report(self, problem: SyntaxProblem) -> None:
        """Notes an error."""
        self.diagnostics.append(problem.diagnostic)

    def read(
        self,
        start: str,
        words: list[Token],
        head: Callable[[], list[Token]] | None = None,
        *,
        skip: int = 0,
        operand: bool = True,
        tags: bool = True,
    ) -> Any:
        """What the words mean as ``start`` of the grammar; None after an error was noted.

        ``head`` makes the first tokens, from the first ``skip`` words; the rest goes through the phrases.
        """
        end = self.end_of(words)
        try:
            phrases = Phrases(words, end, self.names, tags=tags)
            if head is not None:
                phrases.out.extend(head())
            phrases.operand = operand
            return self.parse(start, phrases.read(skip), end)
        except SyntaxProblem as problem:
            self.report(problem)
            return None

    def parse(self, start: str, tokens: list[Token], end: Token) -> Any:
        """The grammar's answer; raises SyntaxProblem."""
        if len(tokens) > _LONG:
            _shallow(tokens)
        _fitted(tokens)
        try:
            found = self.grammar.parse(start, tokens, self.names)
        except Unexpected as error:
            raise explain(start, tokens, error.index, end, error.expected) from None
        if len(tokens) > DEEPEST:
            _measure(found, tokens[0].span)
        return found


def plain(words: Iterable[Token]) -> list[Token]:
    """Words as tokens without any keyword: names, values, signs."""
    out: list[Token] = []
    for word in words:
        kind = word.type
        if kind == "WORD":
            kind = "NAME"
            if word.text in ("yes", "no", "是", "否") and out and out[-1].type == "NAME":
                kind, word.value = "BOOL", word.text in ("yes", "是")
        elif kind in _PLAIN:
            kind = _PLAIN[kind]
        elif kind == "NUMBER" and out and out[-1].type in ("MINUS", "PLUS"):
            sign = out.pop()
            if sign.type == "MINUS":
                word.value, word.text = -word.value, "-" + word.text
        word.type = kind
        out.append(word)
    return out


_TESTS = frozenset({
    "COMPARE", "AND", "OR", "NOT", "LIKE", "KNOWN", "RANGE", "IN", "NOT_IN", "BETWEEN", "DATEAGE", "CHANGE",
})  # fmt: skip


def _fitted(tokens: list[Token]) -> None:
    """Marks the brackets that are the whole of a ``where``, so that what follows belongs to the metric before it:
    ``purchases where (category = tea and amount > 20) >= 2``, but ``purchases where (amount + fee) >= 2``."""
    for index, token in enumerate(tokens):
        if token.type != "WHERE":
            continue
        start = index + 1
        while start < len(tokens) and tokens[start].type == "NOT":
            start += 1
        if start == len(tokens) or tokens[start].type != "LPAR":
            continue
        depth = 0
        for inner in tokens[start:]:
            depth += {"LPAR": 1, "FITS": 1, "RPAR": -1}.get(inner.type, 0)
            if inner.type in _TESTS:
                tokens[start].type = "FITS"
            if not depth:
                break


def _shallow(tokens: list[Token]) -> None:
    depth = 0
    for token in tokens:
        if token.type in ("LPAR", "FITS"):
            depth += 1
            if depth > _DEEP_BRACKETS:
                raise _deep(token.span)
        elif token.type == "RPAR":
            depth -= 1


def _measure(found: Any, span: Span) -> None:
    """Refuses a tree that later walks could not walk. Walks without recursion itself."""
    level: list[Any] = [found]
    for _ in range(DEEPEST):
        below: list[Any] = []
        for node in level:
            if isinstance(node, (tuple, list)):
                below.extend(node)
            elif isinstance(node, Node) or hasattr(node, "__dataclass_fields__"):
                below.extend(getattr(node, one.name) for one in fields(node) if one.name != "span")
        level = [node for node in below if isinstance(node, (tuple, list)) or hasattr(node, "__dataclass_fields__")]
        if not level:
            return
    raise _deep(span)


def _deep(span: Span) -> SyntaxProblem:
    return SyntaxProblem(
        "T018",
        span,
        "this is nested more deeply than anybody can read",
        "嵌套太深，没人能读懂",
        "give its parts names with 'let'",
        "用“令”给各部分取名",
    )
