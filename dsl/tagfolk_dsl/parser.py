"""Text → tree, with all syntax errors of a file. Nothing here raises for what somebody wrote."""

from __future__ import annotations

from typing import Any

from tagfolk_dsl.blocks import BlockReader
from tagfolk_dsl.diagnostics import Diagnostic
from tagfolk_dsl.layout import Line, lines
from tagfolk_dsl.lexer import Words
from tagfolk_dsl.names import Names, declared
from tagfolk_dsl.syntax_errors import SyntaxProblem
from tagfolk_dsl.tree import Condition, File, Metric, Rule, Span

__all__ = ["Names", "parse_condition", "parse_file", "parse_metric", "parse_rule"]


MOST_ERRORS = 1000
"""A file with more is no rule file; the rest is not read."""


def parse_file(path: str, text: str, names: Names) -> tuple[File, list[Diagnostic]]:
    """A rule file as a tree, and every syntax error in it, in the order of the text.

    A line that cannot be read is left out of the tree; the others are in it. Rules without a name are numbered
    within this file.
    """
    return parse_piece(path, text, _with_declared(names, text), 1)


def parse_piece(path: str, text: str, names: Names, first: int) -> tuple[File, list[Diagnostic]]:
    """Whole statements of a file from line ``first`` on, as ``parse_file``; ``names`` hold what the file declares."""
    words = Words(path, names)
    top = lines(text, words, first)
    comments = {line: column for line, column, _, _ in words.comments}
    reader = BlockReader(path, names, text.splitlines(), comments, first)
    statements = []
    for line in top:
        if len(reader.diagnostics) > MOST_ERRORS:
            reader.report(_too_many(line))
            break
        if (made := reader.statement(line)) is not None:
            statements.append(made)
    found = [*(problem.diagnostic for problem in words.problems), *reader.diagnostics]
    found.sort(key=lambda one: (one.span.line, one.span.column))
    return File(path, tuple(statements), tuple(words.comments)), _first_of_each_place(found)


def parse_condition(text: str, names: Names, path: str = "") -> tuple[Condition | None, list[Diagnostic]]:
    """A condition alone, as the chat and ``preview`` take it; None where it has errors."""
    return _single("condition", text, names, path)


def parse_metric(text: str, names: Names, path: str = "") -> tuple[Metric | None, list[Diagnostic]]:
    """A metric alone; None where it has errors."""
    return _single("metric", text, names, path)


def parse_rule(text: str, names: Names, path: str = "") -> tuple[Rule | None, list[Diagnostic]]:
    """One rule, ``CONDITION -> EFFECTS`` with or without its name and clauses; None where it has errors."""
    file, found = parse_file(path, text, names)
    rules = [one for one in file.statements if isinstance(one, Rule)]
    if not found and len(rules) == 1 and len(file.statements) == 1:
        return rules[0], found
    if not found:
        found = [
            Diagnostic(
                "T019",
                Span(path, 1, 1, 1, 1),
                "one rule is expected: CONDITION -> TAG",
                "",
                "error",
                "应为一条规则：条件 -> 标签",
            )
        ]
    return None, found


def _single(start: str, text: str, names: Names, path: str) -> tuple[Any, list[Diagnostic]]:
    words = Words(path, names)
    physical = text.splitlines()
    reader = BlockReader(path, names, physical, {})
    line = Line([], 0)
    for number, one in enumerate(physical, 1):
        line.words.extend(words.line(one, number))
    found = reader.read(start, line.words) if line.words else None
    if not line.words and not words.problems:
        what, what_zh = ("condition", "条件") if start == "condition" else ("metric", "指标")
        return None, [
            Diagnostic("T003", Span(path, 1, 1, 1, 1), f"a {what} is expected", "", "error", f"应为{what_zh}")
        ]
    diagnostics = [*(problem.diagnostic for problem in words.problems), *reader.diagnostics]
    return (None if diagnostics else found), diagnostics


def _too_many(line: Line) -> SyntaxProblem:
    return SyntaxProblem(
        "T018",
        line.words[0].span,
        f"more than {MOST_ERRORS} errors: what follows was not read",
        f"错误超过 {MOST_ERRORS} 个，后面的内容没有再读",
        "is this a rule file?",
        "这是规则文件吗？",
    )


def _with_declared(names: Names, text: str) -> Names:
    """The names with what this very file declares: whoever has one file only need not collect them first."""
    if text.isascii():
        return names
    more = declared(text)
    if more <= names.words:
        return names
    return Names(names.words | more, names.events, names.plurals)


def _first_of_each_place(found: list[Diagnostic]) -> list[Diagnostic]:
    """Without second complaints about one place (an unclosed quote is no missing effect, too)."""
    seen: set[tuple[int, int]] = set()
    unclosed = {one.span.line for one in found if one.code in ("T008", "T018")}
    kept = []
    for one in found:
        place = (one.span.line, one.span.column)
        if place in seen or (one.span.line in unclosed and one.code not in ("T008", "T018")):
            continue
        seen.add(place)
        kept.append(one)
    return kept
