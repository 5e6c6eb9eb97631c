"""Checking: surface trees → a resolved program and every diagnostic of every file.

The order of the work is :func:`tagfolk_dsl.checker.pipeline.analyse`; the passes after resolution are the tuple
:data:`tagfolk_dsl.checker.checks.CHECKS`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from tagfolk_dsl.checker.dispatch import resolve_condition, resolve_metric
from tagfolk_dsl.checker.pipeline import analyse
from tagfolk_dsl.checker.report import Report
from tagfolk_dsl.checker.resolver import Resolver
from tagfolk_dsl.checker.scope import TOP
from tagfolk_dsl.checker.symbols import Symbols, collect
from tagfolk_dsl.diagnostics import Diagnostic
from tagfolk_dsl.names import Names, declared
from tagfolk_dsl.parser import parse_condition, parse_file, parse_metric
from tagfolk_dsl.program import Checked, Program
from tagfolk_dsl.tree import Classify, Condition, Metric, Rule, Score, Statement
from tagfolk_dsl.vocabulary import Vocabulary

__all__ = ["check", "check_condition", "check_metric", "check_rule"]


def check(sources: Mapping[str, str], vocabulary: Vocabulary) -> Checked:
    """Parse, resolve and check rule files (path → text). All findings of all files, by place; nothing is raised."""
    names = Names.of(vocabulary, sources)
    report = Report(sources)
    files = []
    for path in sorted(sources):
        file, found = parse_file(path, sources[path], names)
        files.append(file)
        for diagnostic in found:
            report.add(diagnostic)
        report.broken |= lost_names(sources[path], found)
    return analyse(files, vocabulary, report).checked


def lost_names(text: str, found: Iterable[Diagnostic]) -> set[str]:
    """The names that statements with a syntax error would have declared or granted."""
    lines = text.split("\n")
    names: set[str] = set()
    for diagnostic in found:
        first = last = min(diagnostic.span.line, len(lines)) - 1
        while first > 0 and lines[first][:1] in (" ", "\t", ""):
            first -= 1
        while last + 1 < len(lines) and lines[last + 1][:1] in (" ", "\t"):
            last += 1
        names |= declared("\n".join(lines[first : last + 1]))
    return names


Tree = TypeVar("Tree")


def _reported(parsed: tuple[Tree | None, list[Diagnostic]], report: Report) -> Tree | None:
    """The tree of a parsed piece; what the parser found goes into the report."""
    tree, found = parsed
    for diagnostic in found:
        report.add(diagnostic)
    return tree


def check_condition(
    text: str, program: Program, vocabulary: Vocabulary, path: str = ""
) -> tuple[Condition | None, tuple[Diagnostic, ...]]:
    """A condition that may use a program's tags, lets and segments; None where it is wrong."""
    symbols, names = _known(program, vocabulary)
    report = Report({path: text})
    surface = _reported(parse_condition(text, names, path), report)
    resolved = None if surface is None else resolve_condition(surface, Resolver(symbols, report), TOP)
    return (None if _broken(report) else resolved), report.diagnostics


def check_metric(
    text: str, program: Program, vocabulary: Vocabulary, path: str = ""
) -> tuple[Metric | None, tuple[Diagnostic, ...]]:
    """A metric that may use a program's tags, lets and segments; None where it is wrong."""
    symbols, names = _known(program, vocabulary)
    report = Report({path: text})
    surface = _reported(parse_metric(text, names, path), report)
    resolved = None if surface is None else resolve_metric(surface, Resolver(symbols, report), TOP)
    return (None if _broken(report) else resolved), report.diagnostics


def check_rule(
    text: str, program: Program, vocabulary: Vocabulary, path: str = ""
) -> tuple[Program | None, tuple[Diagnostic, ...]]:
    """A program with further statements; one of a name that is declared already replaces it.

    Only findings in the new text are given. None where it has errors.
    """
    _, names = _known(program, vocabulary)
    names = replace(names, words=names.words | Names.of(vocabulary, {path: text}).words)
    file, found = parse_file(path, text, names)
    report = Report({path: text})
    for diagnostic in found:
        report.add(diagnostic)
    report.broken |= lost_names(text, found)
    replaced = {_key(statement) for statement in file.statements} - {None}
    kept = [
        replace(old, statements=tuple(s for s in old.statements if _key(s) not in replaced))
        for old in program.files
        if old.path != path or not path
    ]
    checked = analyse([*kept, file], vocabulary, report).checked
    own = tuple(d for d in checked.diagnostics if d.span.file == path)
    return (None if any(d.severity == "error" for d in own) else checked.program), own


def _key(statement: Statement) -> tuple[str, str] | None:
    """What a statement replaces: the one of the same kind and name. Unnamed rules replace none."""
    if isinstance(statement, Rule) and not statement.named:
        return None
    name = getattr(statement, "name", None)
    if name is None:
        return None
    kind = "tag value" if isinstance(statement, (Classify, Score)) else type(statement).__name__
    return kind, name


def _broken(report: Report) -> bool:
    return any(d.severity == "error" for d in report.diagnostics)


class _Table:
    """The symbols and names of one program, kept while the program lives."""

    def __init__(self, program: Program, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.symbols = collect(program.files, vocabulary)
        names = Names.of(vocabulary, {})
        self.names = replace(names, words=names.words | self.symbols.words())


def _known(program: Program, vocabulary: Vocabulary) -> tuple[Symbols, Names]:
    """The tables of a program; made once, since chat asks many questions of one program."""
    kept: _Table | None = program.__dict__.get("_checker_table")
    if kept is None or kept.vocabulary is not vocabulary:
        kept = _Table(program, vocabulary)
        object.__setattr__(program, "_checker_table", kept)
    return kept.symbols, kept.names
