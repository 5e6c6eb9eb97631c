"""Where the checks put what they find: each finding once, with the exact word as its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from tagfolk_dsl.checker.nearest import nearest
from tagfolk_dsl.diagnostics import Diagnostic
from tagfolk_dsl.tree import Span

KINDS: Mapping[str, tuple[str, str, str]] = {
    "event": ("event", "events", "事件"),
    "property": ("property", "properties", "属性"),
    "attribute": ("attribute", "attributes", "客户属性"),
    "tag": ("tag", "tags", "标签"),
    "segment": ("segment", "segments", "人群"),
    "method": ("method", "methods", "方法"),
    "argument": ("argument", "arguments", "参数"),
    "column": ("column", "columns", "列"),
    "name": ("name", "known", "名称"),
    "value": ("value", "values", "取值"),
    "choice": ("choice", "choices", "选项"),
    "analysis": ("analysis", "uses", "分析"),
}
"""Kind of thing → English singular, English plural, Chinese."""

MOST_LISTED = 8


def listing(known: Iterable[str], zh: bool = False) -> str:
    """The first few names of a kind, for a hint."""
    names = list(dict.fromkeys(known))
    shown = ("、" if zh else ", ").join(names[:MOST_LISTED])
    return shown + (" …" if len(names) > MOST_LISTED else "")


class Report:
    """Collects diagnostics. The same finding at the same place counts once, however often it is met."""

    def __init__(self, sources: Mapping[str, str] | None = None) -> None:
        self._lines = {path: text.splitlines() for path, text in (sources or {}).items()}
        self._found: dict[tuple[str, Span, str], Diagnostic] = {}
        self._record: list[Diagnostic] | None = None
        self.broken: set[str] = set()
        """Names that statements with a syntax error would have made known: not knowing them is no second mistake."""

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """All findings by place, errors before warnings at one place."""
        return tuple(sorted(self._found.values(), key=order))

    def add(self, found: Diagnostic) -> None:
        """Keep a finding made elsewhere (the parser's)."""
        self._found.setdefault((found.code, found.span, found.message), found)
        if self._record is not None:
            self._record.append(found)

    @contextmanager
    def recording(self) -> Iterator[list[Diagnostic]]:
        """What is found meanwhile, in a list of its own too."""
        outer, self._record = self._record, []
        try:
            yield self._record
        finally:
            if outer is not None:
                outer.extend(self._record)
            self._record = outer

    def error(
        self,
        code: str,
        span: Span,
        message: str,
        message_zh: str,
        hint: str = "",
        hint_zh: str = "",
        replacement: str | None = None,
    ) -> None:
        """Something that stops a run."""
        self.add(Diagnostic(code, span, message, hint, "error", message_zh, hint_zh, replacement))

    def warning(
        self,
        code: str,
        span: Span,
        message: str,
        message_zh: str,
        hint: str = "",
        hint_zh: str = "",
        replacement: str | None = None,
    ) -> None:
        """Something that is probably not meant."""
        self.add(Diagnostic(code, span, message, hint, "warning", message_zh, hint_zh, replacement))

    def unknown(
        self,
        code: str,
        kind: str,
        span: Span,
        word: str,
        known: Iterable[str],
        *,
        also: Iterable[str] = (),
        of: tuple[str, str] = ("", ""),
        more: tuple[str, str] = ("", ""),
    ) -> None:
        """An unknown name. ``known`` is listed, ``also`` are further spellings that count for the nearest one."""
        if word in self.broken:
            return
        known = list(known)
        one, many, chinese = KINDS[kind]
        near = nearest(word, [*known, *also])
        hints, hints_zh = [], []
        if near is not None:
            hints.append(f"did you mean '{near}'?")
            hints_zh.append(f"是不是“{near}”？")
        if more[0]:
            hints.append(more[0])
            hints_zh.append(more[1])
        if known:
            hints.append(f"{many}: {listing(known)}")
            hints_zh.append(f"{chinese}：{listing(known, zh=True)}")
        elif near is None and not more[0]:
            hints.append(f"there are no {many if kind != 'name' else 'names'} yet")
            hints_zh.append(f"还没有任何{chinese}")
        self.error(
            code,
            self.word(span, word),
            f"unknown {one} '{word}'{of[0]}",
            f"{of[1]}未知的{chinese}“{word}”",
            " ".join(hints),
            " ".join(hints_zh),
            near,
        )

    def word(self, span: Span, word: str) -> Span:
        """The place of a word inside a stretch of the text; the stretch itself where the word is not in it."""
        lines = self._lines.get(span.file)
        if lines is None or not word:
            return span
        for number in range(span.line, min(span.end_line or span.line, len(lines)) + 1):
            line = lines[number - 1]
            first = span.column - 1 if number == span.line else 0
            last = span.end_column - 1 if number == span.end_line and span.end_column else len(line)
            at = _find(line, word, first, max(last, first))
            if at >= 0:
                return Span(span.file, number, at + 1, number, at + 1 + len(word))
        return span

    def text(self, span: Span) -> str:
        """What is written in a one-line stretch; empty where it is not known."""
        lines = self._lines.get(span.file)
        if lines is None or span.line != span.end_line or not 1 <= span.line <= len(lines):
            return ""
        return lines[span.line - 1][span.column - 1 : span.end_column - 1]

    def before(self, span: Span) -> str:
        """What stands on the line before a stretch."""
        lines = self._lines.get(span.file)
        if lines is None or not 1 <= span.line <= len(lines):
            return ""
        return lines[span.line - 1][: span.column - 1]


def order(found: Diagnostic) -> tuple[object, ...]:
    """The order in which findings are told."""
    place = found.span
    return place.file, place.line, place.column, found.severity, found.code, found.message


def join(first: Span, last: Span) -> Span:
    """The stretch from the start of one to the end of the other."""
    if first.file != last.file or not first.line:
        return last
    if not last.line:
        return first
    return Span(first.file, first.line, first.column, last.end_line, last.end_column)


def _find(line: str, word: str, first: int, last: int) -> int:
    """Where a whole word stands in part of a line; anywhere in it if it never stands alone; else -1."""
    at = start = line.find(word, first, last)
    while at >= 0:
        before = line[at - 1] if at else " "
        after = line[at + len(word)] if at + len(word) < len(line) else " "
        if not (_joins(before, word[0]) or _joins(after, word[-1])):
            return at
        at = line.find(word, at + 1, last)
    return start


def _joins(a: str, b: str) -> bool:
    """Whether two neighbours would be one Latin word."""
    return all(c.isascii() and (c.isalnum() or c == "_") for c in (a, b))
