"""Beginning an experiment: who is in which arm, by a stable salted hash, kept in the store."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlmodel import col, select
from tagfolk_plugins.api.trials import share

from tagfolk_engine.evaluate import Cutoff
from tagfolk_engine.results.people import Experiment, ExperimentArm
from tagfolk_engine.run.errors import RulesBroken, UnknownName

if TYPE_CHECKING:
    from tagfolk_engine.results.store import Store
    from tagfolk_engine.run.opening import Prepared


class ExperimentError(ValueError):
    """What an experiment cannot be, in words for the person who asked."""


def start(
    prepared: Prepared, name: str, segment: str, cutoff: Cutoff, *, arms: Mapping[str, float],
    control: str = "control", outcome: str | None = None, seed: int = 7,
) -> dict[str, Any]:  # fmt: skip
    """Split a segment (or a condition) into arms and keep them. ``arms``: name → share, the control among them.

    The arm of a customer hangs on the experiment's name, the seed and the customer's id only: a customer who comes
    to the same experiment twice comes to the same arm. Raises ExperimentError, UnknownName, RulesBroken.
    """
    _check(arms, control)
    if outcome is not None:
        measured(prepared, dated(outcome, cutoff.instant, cutoff.zone))
    if existing(prepared.store, name) is not None:
        raise ExperimentError(f"there is an experiment '{name}' already; give this one another name")
    people = _members(prepared, segment, cutoff)
    if len(people) < 2 * len(arms):
        raise ExperimentError(f"'{segment}' has {len(people)} customers, too few for {len(arms)} arms")
    shares = {arm: part / math.fsum(arms.values()) for arm, part in arms.items()}
    placed = {customer: arm_of(customer, name, seed, shares) for customer in people}
    sizes = {arm: sum(found == arm for found in placed.values()) for arm in shares}
    with prepared.store.session(write=True) as session:
        session.add(Experiment(
            name=name, segment=segment, seed=seed, arms=shares, control=control, outcome=outcome,
            as_of=cutoff.instant,
        ))  # fmt: skip
        session.flush()
        session.add_all(ExperimentArm(experiment=name, customer_id=c, arm=arm) for c, arm in placed.items())
    return {"experiment": name, "segment": segment, "customers": len(placed), "arms": sizes, "control": control,
            "outcome": outcome, "seed": seed}  # fmt: skip


def arm_of(customer: str, experiment: str, seed: int, shares: Mapping[str, float]) -> str:
    """The arm of a customer, always the same.

    >>> {arm_of(str(i), "spring", 7, {"treatment": 0.5, "control": 0.5}) for i in range(20)} == {"treatment", "control"}
    True
    """
    place, passed = share(customer, f"{experiment}\x1f{seed}"), 0.0
    for arm, part in shares.items():
        passed += part
        if place < passed:
            return arm
    return arm  # the shares' sum may lie a rounding error under 1


def listed(store: Store) -> list[dict[str, Any]]:
    """All experiments, the newest first, with the sizes of their arms."""
    from sqlalchemy import func

    with store.session() as session:
        found = session.exec(select(Experiment).order_by(col(Experiment.at).desc())).all()
        counts = session.exec(
            select(ExperimentArm.experiment, ExperimentArm.arm, func.count()).group_by(
                col(ExperimentArm.experiment), col(ExperimentArm.arm)
            )
        ).all()
    return [
        {"experiment": e.name, "segment": e.segment, "outcome": e.outcome, "control": e.control,
         "arms": {arm: int(n) for name, arm, n in counts if name == e.name}, "as_of": e.as_of.isoformat(),
         "result": e.result}
        for e in found
    ]  # fmt: skip


def existing(store: Store, name: str) -> Experiment | None:
    """The experiment of a name."""
    with store.session() as session:
        return session.get(Experiment, name)


def known(store: Store, name: str) -> Experiment:
    """The experiment of a name. Raises UnknownName."""
    found = existing(store, name)
    if found is None:
        raise UnknownName("experiment", name, [e["experiment"] for e in listed(store)])
    return found


def dated(outcome: str, split: datetime, zone: ZoneInfo) -> str:
    """An outcome with ``{start}`` as the first local day that the split did not see."""
    return outcome.replace("{start}", f"{split.astimezone(zone):%Y-%m-%d}")


def measured(prepared: Prepared, text: str) -> Any:
    """The condition or metric that a text is. Raises RulesBroken with the findings of the one it is nearer to."""
    from tagfolk_dsl.checker import check_condition, check_metric

    program, vocabulary = prepared.program, prepared.vocabulary
    condition, found = check_condition(text, program, vocabulary)
    if condition is not None:
        return condition
    metric, of_metric = check_metric(text, program, vocabulary)
    if metric is not None:
        return metric
    raise RulesBroken(min(of_metric, found, key=len), {"": text})


def _members(prepared: Prepared, segment: str, cutoff: Cutoff) -> list[str]:
    from tagfolk_dsl.checker import check_condition
    from tagfolk_dsl.tree import Condition, InSegment

    from tagfolk_engine.run.looking import evaluator

    segments = prepared.program.segments
    if segment in segments:
        tree: Condition | None = InSegment(segment)
    else:
        near = difflib.get_close_matches(segment, segments, 1)
        if near or segment.isidentifier():
            raise UnknownName("segment", segment, segments)
        tree, found = check_condition(segment, prepared.program, prepared.vocabulary)
        if tree is None:
            raise RulesBroken(found, {"": segment})
    asked = evaluator(prepared, cutoff)
    try:
        return [str(c) for c in asked.table({}, tree)["customer_id"].to_pylist()]
    finally:
        asked.close()


def _check(arms: Mapping[str, float], control: str) -> None:
    if len(arms) < 2:
        raise ExperimentError("an experiment has at least two arms, for example treatment=50,control=50")
    if control not in arms:
        raise ExperimentError(f"there is no arm '{control}' to compare with; arms: {', '.join(arms)}")
    for arm, part in arms.items():
        if not part > 0 or not math.isfinite(part):
            raise ExperimentError(f"the share of '{arm}' must be more than 0, it is {part:g}")
