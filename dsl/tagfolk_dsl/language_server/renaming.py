"""Renaming a tag, let, segment, rule … in all files at once, and refusing what would change what they mean."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tagfolk_dsl.checker import check
from tagfolk_dsl.language_server.index import Occurrence
from tagfolk_dsl.language_server.session import View
from tagfolk_dsl.tree import Span

RENAMED = frozenset(("let", "tag", "segment", "use", "rule", "template"))
"""Kinds of names that rule files declare; events, attributes and columns are declared elsewhere."""
_NAME = re.compile(r"[^\W\d]\w*")


class Refused(Exception):
    """The renaming cannot be done; the text says why."""


def places(view: View, found: Occurrence) -> list[Span]:
    """Where the word has to change: everywhere the thing is called by this spelling."""
    if found.kind not in RENAMED:
        raise Refused(f"'{found.spelling}' is declared in tagfolk.toml, not in the rule files")
    return [one.span for one in view.index.things.get(found.thing, ()) if one.spelling == found.spelling]


def renamed(view: View, found: Occurrence, name: str) -> dict[str, list[Span]]:
    """Path → the places that become ``name``. Raises Refused."""
    spans = places(view, found)
    if not _NAME.fullmatch(name):
        raise Refused(f"'{name}' is no name: letters, digits and _, and no digit first")
    if name == found.spelling:
        return {}
    symbols = view.symbols
    tables: tuple[Mapping[str, object], ...] = (
        symbols.lets, symbols.tags, symbols.segments, symbols.uses, symbols.attributes, symbols.events, symbols.plurals,
    )  # fmt: skip
    if found.kind != "rule" and any(name in table for table in tables):
        raise Refused(f"there is a '{name}' already")
    by_file: dict[str, list[Span]] = {}
    for span in spans:
        by_file.setdefault(span.file, []).append(span)
    after = {path: _put(view.sources[path], by_file.get(path, []), name) for path in view.sources}
    before = len(view.checked.errors)
    wrong = check(after, view.vocabulary).errors
    if len(wrong) > before:
        raise Refused(f"called '{name}' it would no longer be read as a name: {wrong[0].message}")
    return by_file


def _put(text: str, spans: list[Span], name: str) -> str:
    """The text with a name at some places."""
    lines = text.splitlines(keepends=True)
    for span in sorted(spans, key=lambda one: one.column, reverse=True):
        line = lines[span.line - 1]
        lines[span.line - 1] = line[: span.column - 1] + name + line[span.end_column - 1 :]
    return "".join(lines)
