"""The check of a set of files, from parsed trees to a program: collect, resolve, then one pass after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from tagfolk_dsl.checker import aggregates, conditions, event_conditions, metrics
from tagfolk_dsl.checker.checks import CHECKS
from tagfolk_dsl.checker.examples import resolve_example
from tagfolk_dsl.checker.memory import Memory
from tagfolk_dsl.checker.report import Report
from tagfolk_dsl.checker.resolver import Resolver
from tagfolk_dsl.checker.scope import TOP
from tagfolk_dsl.checker.statements import (
    resolve_card,
    resolve_classify,
    resolve_rule,
    resolve_score,
    resolve_segment,
    resolve_template,
)
from tagfolk_dsl.checker.symbols import Symbols, TagSymbol, collect
from tagfolk_dsl.checker.uses import resolve_use
from tagfolk_dsl.checker.values import tag_values, written
from tagfolk_dsl.program import Checked, Program, TagInfo
from tagfolk_dsl.tree import (
    Classify,
    Example,
    File,
    Let,
    Rule,
    Score,
    Segment,
    Statement,
    TagDeclaration,
    Template,
    Use,
)
from tagfolk_dsl.vocabulary import Vocabulary

ROOMS = (metrics, aggregates, conditions, event_conditions)
"""Importing them registers their nodes with the dispatch."""


Named = TypeVar("Named", Let, Segment, Use, Template)


@dataclass(frozen=True)
class Analysis:
    """What a check came to, with the tables it was made with."""

    checked: Checked
    symbols: Symbols


def analyse(files: Sequence[File], vocabulary: Vocabulary, report: Report, memory: Memory | None = None) -> Analysis:
    """Check parsed files in their order. All findings are in the report, the parser's too."""
    symbols = collect(files, vocabulary)
    resolver = Resolver(symbols, report, memory)
    if memory is not None:
        memory.begin(symbols.statements, report.broken)
    program = resolve(files, resolver)
    for check in CHECKS:
        check(program, resolver)
    return Analysis(Checked(program, report.diagnostics), symbols)


def resolve(files: Sequence[File], r: Resolver) -> Program:
    """All statements resolved; those with a mistake are left out."""
    done: list[Statement] = []
    positions: dict[str, int] = {}
    for place, statement in enumerate(r.symbols.statements):
        if isinstance(statement, (Rule, Classify, Score)):
            positions.setdefault(statement.name, place)
        resolved = _resolved(statement, r)
        if resolved is not None:
            done.append(resolved)
    tags: dict[str, TagInfo] = {}
    for tag in r.symbols.tags.values():
        if tag.name not in tags:
            tags[tag.name] = _tag_info(tag, r)
    return Program(
        files=tuple(files),
        tags=tags,
        lets=_by_name([s for s in done if isinstance(s, Let)]),
        rules=tuple(s for s in done if isinstance(s, Rule)),
        classifies=tuple(s for s in done if isinstance(s, Classify)),
        scores=tuple(s for s in done if isinstance(s, Score)),
        segments=_by_name([s for s in done if isinstance(s, Segment)]),
        uses=_by_name([s for s in done if isinstance(s, Use)]),
        templates=_by_name([s for s in done if isinstance(s, Template)]),
        examples=tuple(s for s in done if isinstance(s, Example)),
        positions=positions,
    )


def _resolved(statement: Statement, r: Resolver) -> Statement | None:
    resolve_one = _RESOLVE[type(statement)]
    if r.memory is None:
        return resolve_one(statement, r)
    return r.memory.resolved(statement, r.report, lambda: resolve_one(statement, r))


def _by_name(statements: list[Named]) -> dict[str, Named]:
    """By name; of two of one name the first."""
    found: dict[str, Named] = {}
    for statement in statements:
        found.setdefault(statement.name, statement)
    return found


def _let(node: Let, r: Resolver) -> Let | None:
    if r.symbols.lets.get(node.name) is not node:
        return None  # declared twice: the first counts
    meaning = r.let(node, TOP)
    return None if meaning is None else Let(node.name, meaning, resolve_card(node.card, r), span=node.span)


def _declaration(node: TagDeclaration, r: Resolver) -> TagDeclaration:
    return replace(node, card=resolve_card(node.card, r))


def _tag_info(tag: TagSymbol, r: Resolver) -> TagInfo:
    """What the program says about a tag."""
    if not r.is_valued(tag):
        return TagInfo(tag.name, resolve_card(tag.card, r), None, tag.many, tag.kind)
    values = tag_values(tag, r)
    given = [e.value for e, _ in tag.grants if e.value is not None]
    if tag.bands is not None:
        given += [band.value for band in tag.bands.bands]
    texts = [text for value in given if (text := written(value)) is not None]
    canonical = [values.spellings.get(text, text) for text in texts] if values else texts
    ordered = dict.fromkeys([*(v for v, _ in tag.card.values), *canonical])
    kind = r.tag_type(tag)
    return TagInfo(tag.name, resolve_card(tag.card, r), kind, tag.many, tag.kind, tuple(ordered))


_RESOLVE: dict[type[Statement], Callable[..., Statement | None]] = {
    Rule: resolve_rule, Classify: resolve_classify, Score: resolve_score, Segment: resolve_segment,
    Template: resolve_template, Use: resolve_use, Example: resolve_example, Let: _let, TagDeclaration: _declaration,
}  # fmt: skip
