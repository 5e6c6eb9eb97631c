"""Resolving the conditions about single events and their order: first in, in n of m, sequences, bursts."""

from __future__ import annotations

from tagfolk_dsl.checker.aggregates import event_where, event_window
from tagfolk_dsl.checker.dispatch import resolve_condition
from tagfolk_dsl.checker.resolver import Resolver
from tagfolk_dsl.checker.scope import Scope
from tagfolk_dsl.checker.windows import check_window
from tagfolk_dsl.tree import Burst, Condition, FirstIn, InPeriods, Sequence, Span, Step

MOST_STEPS = 5


@resolve_condition.register
def _first_in(node: FirstIn, r: Resolver, scope: Scope) -> Condition | None:
    event = r.event(node.event, node.span)
    good_window = check_window(node.window, r, node.window.span if node.window.span.line else node.span)
    if event is None:
        return None
    where, good = event_where(event, node.where, r, scope)
    return FirstIn(event.name, where, node.window, span=node.span) if good and good_window else None


@resolve_condition.register
def _in_periods(node: InPeriods, r: Resolver, scope: Scope) -> Condition | None:
    event = r.event(node.event, node.span)
    good = _at_least(node.at_least, node.span, r)
    if node.at_least > node.of:
        good = False
        r.report.error(
            "T069",
            node.span,
            f"at least {node.at_least} of {node.of} cannot be",
            f"{node.of} 个中不可能至少有 {node.at_least} 个",
            f"at most {node.of}",
            f"最多 {node.of}",
        )
    if event is None:
        return None
    where, good_where = event_where(event, node.where, r, scope)
    if not (good and good_where):
        return None
    return InPeriods(event.name, where, node.at_least, node.of, node.unit, span=node.span)


def _at_least(number: int, span: Span, r: Resolver) -> bool:
    """Whether "at least N" asks for anything."""
    if number >= 1:
        return True
    r.report.error("T068", span, "'at least' needs a number from 1", "“至少”后面的数应不小于 1", "at least 1", "至少 1")
    return False


@resolve_condition.register
def _burst(node: Burst, r: Resolver, scope: Scope) -> Condition | None:
    event = r.event(node.event, node.span)
    good = _at_least(node.at_least, node.span, r)
    if event is None:
        return None
    where, good_where = event_where(event, node.where, r, scope)
    window, good_window = event_window(node.window, r, scope, node.span)
    if not (good and good_where and good_window):
        return None
    return Burst(node.at_least, event.name, where, node.within, window, span=node.span)


@resolve_condition.register
def _sequence(node: Sequence, r: Resolver, scope: Scope) -> Condition | None:
    event = r.event(node.event, node.span)
    steps = [_step(step, node, r, scope) for step in node.steps]
    good = True
    where, matching = None, node.matching
    window, good_window = node.window, True
    if event is not None:
        where, good = event_where(event, node.where, r, scope)
        window, good_window = event_window(node.window, r, scope, node.span)
        if node.matching is not None:
            field = r.property(event, node.matching, node.span)
            good, matching = good and field is not None, field.name if field else None
    if len(steps) + 1 > MOST_STEPS:
        good = False
        r.report.error(
            "T075",
            node.span,
            f"a sequence has at most {MOST_STEPS} steps, this one has {len(steps) + 1}",
            f"序列最多 {MOST_STEPS} 步，这里有 {len(steps) + 1} 步",
            "split it in two conditions",
            "拆成两个条件",
        )
    if any(step.negated for step in node.steps[:-1]):
        good = False
        r.report.error(
            "T075",
            node.span,
            "'then no' can only be the last step",
            "“后…未”只能是最后一步",
            "for a step in between write 'without'",
            "中间的步骤请用“其间没有”",
        )
    done = tuple(step for step in steps if step is not None)
    if event is None or len(done) != len(steps) or not (good and good_window):
        return None
    return Sequence(event.name, where, done, window, matching, span=node.span)


def _step(node: Step, sequence: Sequence, r: Resolver, scope: Scope) -> Step | None:
    """A later step: its event, ``where``, the property it matches by, and what may not lie between."""
    span = node.span if node.span.line else sequence.span
    event = r.event(node.event, span)
    if event is None:
        return None
    where, good = event_where(event, node.where, r, Scope())
    if sequence.matching is not None:
        good = r.property(event, sequence.matching, sequence.span) is not None and good
    without = None
    if node.without is not None:
        other = r.event(node.without[0], span)
        if other is None:
            return None
        unwanted, good_other = event_where(other, node.without[1], r, Scope())
        without, good = (other.name, unwanted), good and good_other
    if not good:
        return None
    return Step(
        event.name,
        where,
        node.negated,
        node.directly,
        node.within,
        node.of_first,
        without,
        span=node.span,
    )
