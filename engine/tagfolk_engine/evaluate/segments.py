"""The members of a segment: its condition, then its limit, then the part held out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import md5
from typing import TYPE_CHECKING

from tagfolk_dsl.tree import Metric, Segment

from tagfolk_engine.evaluate.errors import EvaluationError

if TYPE_CHECKING:
    from tagfolk_engine.evaluate.evaluator import Evaluator, TagSource


@dataclass(frozen=True)
class Members:
    """``customers``: who is in it after the limit; ``synced``: those of them who are not held out."""

    customers: tuple[str, ...]
    synced: tuple[str, ...]


def members(evaluator: Evaluator, name: str, *, tags: TagSource = "rules") -> Members:
    """The members of a segment, in order of id (with ``limit … by``: highest first)."""
    if name not in evaluator.program.segments:
        raise EvaluationError(f"no segment is called '{name}'")
    segment = evaluator.program.segments[name]
    inside = _limited(evaluator, segment, tags)
    kept = tuple(customer for customer in inside if not held_out(segment, customer))
    return Members(tuple(inside), kept)


def _limited(evaluator: Evaluator, segment: Segment, tags: TagSource) -> Sequence[str]:
    limit = segment.limit
    columns: dict[str, Metric] = {"by": limit.by} if limit is not None and limit.by is not None else {}
    order = "by" if columns else None
    table = evaluator.table(columns, segment.condition, tags=tags, order=order)
    found: list[str] = table.column("customer_id").to_pylist()
    if limit is None:
        return found
    if limit.by is None:
        chosen = sorted(found, key=lambda customer: (_draw(customer, f"limit {segment.name}"), customer))
        return sorted(chosen[: limit.count])
    return found[: limit.count]


def held_out(segment: Segment, customer: str) -> bool:
    """Is a customer in the part of a segment that is never synced? Stable for the segment's name."""
    if segment.holdout is None:
        return False
    return Decimal(_draw(customer, f"holdout {segment.name}")) < segment.holdout * 2**32


def _draw(customer: str, salt: str) -> int:
    """A stable pseudo-random whole number below 2³², as ``bucket`` draws it."""
    return int(md5((customer + salt).encode(), usedforsecurity=False).hexdigest()[:8], 16)
