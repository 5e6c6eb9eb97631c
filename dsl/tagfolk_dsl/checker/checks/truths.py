"""Conditions that hold for nobody, or for everybody."""

from __future__ import annotations

from collections.abc import Iterator

from tagfolk_dsl.checker.resolver import Resolver
from tagfolk_dsl.checker.truth import always, never
from tagfolk_dsl.program import Program
from tagfolk_dsl.tree import Always, Condition, Span


def truths(program: Program, r: Resolver) -> None:
    """Rules and segments; bands and score lines only for nobody."""
    for condition, span, what, what_zh, whole in _conditions(program):
        nobody, everybody = _truth(condition, r)
        if nobody:
            r.report.warning(
                "W002",
                span,
                f"this {what} can never hold",
                f"这个{what_zh}永远不会成立",
                "its parts exclude each other",
                "其中的条件互相排斥",
            )
        elif whole and everybody:
            r.report.warning(
                "W003",
                span,
                f"this {what} holds for everybody",
                f"这个{what_zh}对所有客户都成立",
                "say what sets its customers apart",
                "请写明与其他客户的区别",
            )


def _truth(condition: Condition, r: Resolver) -> tuple[bool, bool]:
    """Whether a condition holds for nobody, and for everybody: told once for each condition."""
    known = None if r.memory is None else r.memory.truths.get(condition)
    if known is None:
        known = never(condition), always(condition)
        if r.memory is not None:
            r.memory.truths[condition] = known
    return known


def _conditions(program: Program) -> Iterator[tuple[Condition, Span, str, str, bool]]:
    for rule in program.rules:
        yield rule.condition, _at(rule.condition, rule.span), "rule", "规则", True
    for segment in program.segments.values():
        yield segment.condition, _at(segment.condition, segment.span), "segment", "人群", True
    for classify in program.classifies:
        for band in classify.bands:
            if not isinstance(band.condition, Always):
                yield band.condition, _at(band.condition, band.span), "band", "分层", False
    for score in program.scores:
        for line in score.lines:
            yield line.condition, _at(line.condition, line.span), "score line", "打分项", False


def _at(condition: Condition, span: Span) -> Span:
    """A condition's place, if it is in the text and not in a ``let`` elsewhere."""
    inside = condition.span.file == span.file and span.line <= condition.span.line <= span.end_line
    return condition.span if inside else span
