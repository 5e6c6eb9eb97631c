"""The parts of the measures as trees of the language: what is summed, or who is counted."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from tagfolk_dsl.tree import (
    Aggregate,
    And,
    Compare,
    Condition,
    Duration,
    FirstIn,
    Known,
    MethodColumn,
    Metric,
    Number,
    Occurs,
    Sequence,
    Step,
    Type,
    Unit,
    Window,
)

from tagfolk_engine.measures.bindings import Bindings
from tagfolk_engine.plan.nodes import Previous


@dataclass(frozen=True)
class Scope:
    """Over which events and which window. ``clv``: the use of a clv method that the rules have."""

    bound: Bindings
    window: Window
    clv: str | None = None


@dataclass(frozen=True)
class Part:
    """Summed over customers (a metric) or how many there are (a condition; None: all), ``less`` taken away.

    ``fixed``: not from customers at all, but the costs of ``[measures.costs]``.
    """

    tree: Metric | Condition | None
    less: Condition | None = None
    kind: Literal["customers", "fixed"] = "customers"


def everybody() -> Part:
    """All customers."""
    return Part(None)


def _event(scope: Scope) -> str:
    assert scope.bound.event is not None
    return scope.bound.event


def buyers(scope: Scope) -> Part:
    """Those with an event in the window."""
    return Part(Occurs("some", _event(scope), window=scope.window))


def newcomers(scope: Scope) -> Part:
    """Those whose first event ever lies in the window."""
    return Part(FirstIn(_event(scope), None, scope.window))


def _count(scope: Scope) -> Metric:
    if scope.bound.order is not None:
        return Aggregate("distinct", _event(scope), scope.bound.order, window=scope.window)
    return Aggregate("count", _event(scope), window=scope.window)


def orders(scope: Scope) -> Part:
    """Orders in the window."""
    return Part(_count(scope))


def repeaters(scope: Scope) -> Part:
    """Those with two orders or more."""
    return Part(Compare(_count(scope), ">=", Number(Decimal(2))))


def revenue(scope: Scope) -> Part:
    """The sum of the amounts."""
    return Part(Aggregate("sum", _event(scope), scope.bound.amount, window=scope.window))


def _before(scope: Scope) -> Condition:
    return Occurs("some", _event(scope), window=Previous(scope.window))


def before(scope: Scope) -> Part:
    """Those with an event in the window before."""
    return Part(_before(scope))


def gone(scope: Scope) -> Part:
    """Of those, who has none in the window."""
    return Part(And((_before(scope), Occurs("no", _event(scope), window=scope.window))))


def stayed(scope: Scope) -> Part:
    """Of those, who has one in the window."""
    return Part(And((_before(scope), Occurs("some", _event(scope), window=scope.window))))


def _score(scope: Scope) -> Metric:
    assert scope.bound.survey is not None
    return Aggregate("last", scope.bound.survey, scope.bound.score, window=scope.window)


def answers(scope: Scope) -> Part:
    """Those with a score in the window."""
    return Part(Known(_score(scope)))


def promoters(scope: Scope) -> Part:
    """Promoters less detractors, in hundredths of the answers."""
    score = _score(scope)
    return Part(Compare(score, ">=", Number(Decimal(9))), And((Known(score), Compare(score, "<=", Number(Decimal(6))))))


def reached(scope: Scope) -> Part:
    """Those whom a promotion reached."""
    assert scope.bound.sent is not None
    return Part(Occurs("some", scope.bound.sent, window=scope.window))


def responded(scope: Scope) -> Part:
    """Those who did the event within a week after it."""
    assert scope.bound.sent is not None
    step = Step(_event(scope), within=Duration(7, Unit.DAY))
    return Part(Sequence(scope.bound.sent, None, (step,), scope.window))


def _value(scope: Scope) -> Metric:
    assert scope.clv is not None
    return MethodColumn(scope.clv, "value", Type.NUMBER)


def lifetime(scope: Scope) -> Part:
    """The value that a clv method tells."""
    return Part(_value(scope))


def lifetime_known(scope: Scope) -> Part:
    """Those of whom it tells one."""
    return Part(Known(_value(scope)))


def spent(scope: Scope) -> Part:
    """What was spent on winning customers: the sum of a property, or the costs by month."""
    if scope.bound.cost is not None:
        event, name = scope.bound.cost
        return Part(Aggregate("sum", event, name, window=scope.window))
    return Part(None, kind="fixed")
