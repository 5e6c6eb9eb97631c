"""The two functions that resolve a tree, dispatched on its node; the modules beside this one register theirs."""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING

from tagfolk_dsl.checker.scope import Scope
from tagfolk_dsl.tree import Condition, Metric

if TYPE_CHECKING:
    from tagfolk_dsl.checker.resolver import Resolver


@singledispatch
def resolve_metric(node: Metric, r: Resolver, scope: Scope) -> Metric | None:
    """A metric with every name in it replaced by what it means; None where something is wrong (and reported)."""
    raise TypeError(f"a metric that the checker does not know: {type(node).__name__}")


@singledispatch
def resolve_condition(node: Condition, r: Resolver, scope: Scope) -> Condition | None:
    """A condition with every name in it replaced by what it means; None where something is wrong (and reported)."""
    raise TypeError(f"a condition that the checker does not know: {type(node).__name__}")
