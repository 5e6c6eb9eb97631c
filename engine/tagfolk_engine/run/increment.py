"""The way of a run: everything anew, or only the customers who can have changed, with the same outcome.

An increment evaluates two sets of tags. Those of which anything may have changed for anybody (a rank, a figure over
all customers, fellows, an analysis method, the stored history, rules that were edited, and every tag that looks at
such a one) are evaluated whole; the others for the touched customers only, and for everybody else they stay as the
last run left them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tagfolk_dsl.graph import dependencies
from tagfolk_dsl.tree import Node

from tagfolk_engine.evaluate import Cutoff, Evaluation, Evaluator
from tagfolk_engine.lake import Snapshot
from tagfolk_engine.plan.walk import walk
from tagfolk_engine.results.models import Run, Tag
from tagfolk_engine.run.looks import Looks
from tagfolk_engine.run.touching import Touched, edges, moves_alone

if TYPE_CHECKING:
    import pyarrow as pa

_EVERYBODY = frozenset({"Rank", "Across", "Overall", "Fellows", "MethodColumn", "Had", "HeldFor", "StoredHas",
                        "StoredValue"})  # fmt: skip
"""Nodes that look at more than one customer's own data and the present T."""
MOST = 0.5
"""From this part of the events on the full run is cheaper (measured: the touched are the busiest)."""


@dataclass(frozen=True)
class Way:
    """Which way a run takes and why. ``whole``: the tags evaluated for everybody; ``touched``: for how many the rest.

    ``full``: everything for everybody, and ``whole`` and ``touched`` say nothing.
    """

    full: bool
    because: str
    whole: tuple[str, ...] = ()
    touched: int | None = None


def full(because: str) -> Way:
    """Everything anew."""
    return Way(True, because)


@dataclass(frozen=True)
class Before:
    """What the last run left: itself, its data, the fingerprints and T of its tags, and pairs under a pin since."""

    run: Run
    snapshot: Snapshot
    known: Mapping[str, Tag]
    pinned: pa.Table


def trees_of(evaluator: Evaluator) -> dict[str, list[Node]]:
    """By tag the trees that decide it, segments opened."""
    found: dict[str, list[Node]] = {}
    for name, plan in evaluator.plans().items():
        trees: list[Node] = [grant.condition for grant in plan.grants]
        trees += [grant.value for grant in plan.grants if grant.value is not None]
        trees += [*plan.withheld, *(line.condition for line in plan.score or ())]
        found[name] = trees
    return found


def whole_tags(evaluator: Evaluator, looked: Mapping[str, Looks], before: Before, *, moved: bool) -> set[str]:
    """The tags that have to be evaluated for everybody, with all that look at one of them."""
    program, last = evaluator.program, before.run
    trees, plans = trees_of(evaluator), evaluator.plans()
    whole: set[str] = set()
    for tag in program.tags:
        row = before.known.get(tag)
        changed = row is None or not row.active or row.stale or row.hash != looked[tag].hash or row.as_of != last.as_of
        keeps = any(grant.keep is not None for grant in plans[tag].grants)
        nodes = {type(node).__name__ for tree in trees[tag] for node in walk(tree)}
        if changed or keeps or nodes & _EVERYBODY or (moved and any(moves_alone(tree) for tree in trees[tag])):
            whole.add(tag)
    needs, grown = dependencies(program), True
    while grown:
        more = {tag for tag, needed in needs.items() if tag not in whole and needed & whole}
        grown, whole = bool(more), whole | more
    return whole


def choose(
    evaluator: Evaluator, new: Snapshot, cutoff: Cutoff, tags: Collection[str], looked: Mapping[str, Looks],
    before: Before,
) -> tuple[Way, Touched | None]:  # fmt: skip
    """The cheaper of the two ways, by the events that they look at."""
    last = Cutoff(before.run.as_of, cutoff.zone)
    other = _other_shape(before, new, cutoff)
    if other:
        return full(other), None
    whole = whole_tags(evaluator, looked, before, moved=last.utc != cutoff.utc)
    rest = [tag for tag in tags if tag not in whole]
    if not rest:
        return full("every tag looks at all customers or has changed rules"), None
    trees = [tree for tag, mine in trees_of(evaluator).items() if tag in rest for tree in mine]
    events = set().union(*(looked[tag].events for tag in rest)) & set(evaluator.schema.events)
    touched = Touched(evaluator.connection)
    touched.pinned(before.pinned)
    if last.utc != cutoff.utc:
        touched.times(edges(trees, evaluator.schema.events, last, cutoff))
    if before.snapshot.name != new.name:
        touched.data(before.snapshot, new, events, min(last.utc, cutoff.utc))
    number = touched.settle()
    share = touched.share(events)
    if share > MOST:
        return full(f"{number} customers with {share:.0%} of the events can have changed"), None
    because = f"{number} customers with {share:.0%} of the events can have changed"
    return Way(False, because, tuple(tag for tag in tags if tag in whole), number), touched


def _other_shape(before: Before, new: Snapshot, cutoff: Cutoff) -> str | None:
    """Why nothing of the last run can be kept, if it cannot."""
    from importlib.metadata import version

    old = before.snapshot
    if before.run.version != version("tagfolk"):
        return "another version of tagfolk made the last run"
    if {old.meta.zone, new.meta.zone, cutoff.zone.key} != {new.meta.zone}:
        return "the time zone is another"
    if _columns(old) != _columns(new):
        return "attributes or events have other columns than at the last run"
    return None


def _columns(snapshot: Snapshot) -> object:
    meta = snapshot.meta
    return (
        {name: attribute.type for name, attribute in meta.attributes.items()},
        {event: {name: p.type for name, p in info.properties.items()} for event, info in meta.events.items()},
    )


def evaluate(evaluator: Evaluator, way: Way, touched: Touched, tags: Sequence[str], held: Any) -> Evaluation:
    """``assignment_now`` and ``rule_true_now`` as a full run makes them."""
    con = evaluator.connection
    rest = [tag for tag in tags if tag not in way.whole]
    whole = evaluator.run(list(way.whole))
    con.execute("CREATE OR REPLACE TEMP TABLE run_whole AS SELECT * FROM assignment_now")
    con.execute("CREATE OR REPLACE TEMP TABLE run_whole_true AS SELECT * FROM rule_true_now")
    part = evaluator.run(rest, customers=touched.ids())
    con.execute("INSERT INTO assignment_now BY NAME SELECT * FROM run_whole")
    con.execute("INSERT INTO rule_true_now BY NAME SELECT * FROM run_whole_true")
    _keep(evaluator, rest, held)
    return replace(part, customers=whole.customers, statements=part.statements)


def _keep(evaluator: Evaluator, tags: Sequence[str], held: Any) -> None:
    """What the last run left of customers who cannot have changed."""
    import pyarrow as pa

    con = evaluator.connection
    con.register("run_names", pa.table({"tag": pa.array(sorted(tags), pa.string())}))
    if hasattr(held, "read_all"):
        con.register("run_before", held.read_all())
        source, parameters = "run_before", {}
    else:
        source, parameters = "read_parquet($path)", {"path": str(held)}
    con.execute(
        "INSERT INTO assignment_now BY NAME SELECT c.customer, h.customer_id, h.tag, h.value "
        f"FROM {source} h JOIN customers c USING (customer_id) "
        "WHERE h.tag IN (SELECT tag FROM run_names) AND h.customer_id NOT IN (SELECT customer_id FROM run_touched)",
        parameters,
    )
    con.unregister("run_names")


__all__ = ["Before", "Way", "choose", "evaluate", "full"]
