"""Errors and warnings as data, and the one function that prints them with a caret."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal

from tagfolk_dsl.tree.base import Span


@dataclass(frozen=True)
class Diagnostic:
    """One finding about a rule file (or ``tagfolk.toml``).

    ``message`` says what is wrong, ``hint`` what was expected or the nearest known name; both in English, with
    ``message_zh`` and ``hint_zh`` beside them. ``replacement`` is what a "did you mean" would put at the span.
    """

    code: str
    span: Span
    message: str
    hint: str = ""
    severity: Literal["error", "warning"] = "error"
    message_zh: str = ""
    hint_zh: str = ""
    replacement: str | None = None

    def as_json(self, language: str = "en") -> dict[str, object]:
        """The shape that ``tagfolk check --json`` promises."""
        chinese = language == "zh"
        return {
            "code": self.code,
            "file": self.span.file,
            "line": self.span.line,
            "column": self.span.column,
            "end_line": self.span.end_line,
            "end_column": self.span.end_column,
            "message": (self.message_zh or self.message) if chinese else self.message,
            "hint": (self.hint_zh or self.hint) if chinese else self.hint,
        }


def width(text: str) -> int:
    """How many columns of a terminal a text takes: wide (Chinese) characters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def render(diagnostic: Diagnostic, source: str | None, language: str = "en") -> str:
    """The finding as people read it: place, message, the line, a caret under the culprit, the hint.

    >>> span = Span("rules/churn.tags", 1, 4, 1, 11)
    >>> found = Diagnostic("T021", span, "unknown event 'purchas'", "did you mean 'purchase'?")
    >>> print(render(found, "no purchas 6 months -> churn_risk"))
    error[T021] rules/churn.tags:1:4  unknown event 'purchas'
        1 | no purchas 6 months -> churn_risk
          |    ^^^^^^^  did you mean 'purchase'?
    """
    chinese = language == "zh"
    message = (diagnostic.message_zh or diagnostic.message) if chinese else diagnostic.message
    hint = (diagnostic.hint_zh or diagnostic.hint) if chinese else diagnostic.hint
    span = diagnostic.span
    head = f"{diagnostic.severity}[{diagnostic.code}] {span.file}:{span.line}:{span.column}  {message}"
    lines = source.splitlines() if source is not None else []
    if not 1 <= span.line <= len(lines):
        return f"{head}\n      {hint}" if hint else head
    line, before, shown = _excerpt(lines[span.line - 1], span)
    gutter = f"{span.line:>5} | "
    blank = " " * 6 + "| "
    caret = " " * width(before) + "^" * max(1, width(shown))
    return f"{head}\n{gutter}{line}\n{blank}{caret}{'  ' + hint if hint else ''}"


def _excerpt(line: str, span: Span, most: int = 160) -> tuple[str, str, str]:
    """The line (a long one cut around the culprit), what stands before the culprit, and the culprit."""
    start = span.column - 1
    end = span.end_column - 1 if span.end_line == span.line and span.end_column > span.column else len(line)
    line = line.replace("\t", " ")
    if len(line) > most:
        first = max(0, start - most // 2)
        cut = line[first : first + most]
        lead = "…" if first else ""
        return lead + cut + "…", lead + cut[: start - first], cut[start - first : min(end - first, most)]
    return line, line[:start], line[start:end]
