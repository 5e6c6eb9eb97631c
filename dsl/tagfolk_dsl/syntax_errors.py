"""Raising a syntax error as data: the exception that carries a Diagnostic, and helpers to word it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from tagfolk_dsl.diagnostics import Diagnostic
from tagfolk_dsl.tree import Span


class SyntaxProblem(Exception):
    """Stops the parse of one line or statement; the parser reports its diagnostic and goes on with the next."""

    def __init__(
        self,
        code: str,
        span: Span,
        message: str,
        message_zh: str,
        hint: str = "",
        hint_zh: str = "",
        replacement: str | None = None,
    ) -> None:
        super().__init__(message)
        self.diagnostic = Diagnostic(code, span, message, hint, "error", message_zh, hint_zh, replacement)


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The known word that ``word`` was probably meant to be."""
    if len(word) > 40:
        return None
    found = difflib.get_close_matches(word.lower(), words, 1, 0.72)
    return found[0] if found else None
