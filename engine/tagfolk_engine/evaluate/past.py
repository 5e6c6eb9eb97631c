"""Stored history as columns of the wide row: had, held for, kept, pins, membership of the latest run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tagfolk_dsl.tree import Duration, Had

from tagfolk_engine.evaluate.cutoff import Cutoff
from tagfolk_engine.evaluate.history import History
from tagfolk_engine.plan.nodes import HeldFor
from tagfolk_engine.plan.tags import Grant, TagPlan

if TYPE_CHECKING:
    import pyarrow as pa


def naive(table: pa.Table, column: str) -> pa.Table:
    """The table with a column of instants as naive UTC."""
    import pyarrow as pa

    index = table.column_names.index(column)
    values = table.column(column)
    if not pa.types.is_timestamp(values.type) or values.type.tz is not None:
        values = values.cast(pa.timestamp("us", "UTC"))
    return table.set_column(index, column, values.cast(pa.timestamp("us")))


def stretches(history: History, tag: str) -> pa.Table:
    """The times a tag was held: customer_id, since, until, naive UTC."""
    table = history.held(tag).select(["customer_id", "since", "until"])
    return naive(naive(table, "since"), "until")


def _who(table: pa.Table, keep: Any) -> list[str]:
    import pyarrow.compute as pc

    return sorted(set(pc.filter(table.column("customer_id"), pc.fill_null(keep, False)).to_pylist()))


def had(node: Had, history: History, cutoff: Cutoff) -> list[str]:
    """The customers who held a tag at an instant, or at any time of a window."""
    import pyarrow.compute as pc

    table = stretches(history, node.tag)
    since, until = table.column("since"), table.column("until")
    if node.at is not None:
        at = cutoff.back(node.at)
        keep = pc.and_(pc.less_equal(since, at), pc.fill_null(pc.greater(until, at), True))
        return _who(table, pc.and_(keep, pc.less(since, cutoff.utc)))
    assert node.window is not None
    lower, upper = cutoff.window(node.window)
    keep = pc.less(since, upper if upper is not None else cutoff.utc)
    if lower is not None:
        keep = pc.and_(keep, pc.fill_null(pc.greater(until, lower), True))
    return _who(table, keep)


def held_for(node: HeldFor, history: History, cutoff: Cutoff) -> list[str]:
    """The customers who by the history have held a tag without a break since T − length."""
    edge = cutoff.back(node.length)
    return sorted(customer for customer, since in unbroken(history, node.tag, cutoff).items() if since <= edge)


def unbroken(history: History, tag: str, cutoff: Cutoff) -> dict[str, datetime]:
    """Who holds a tag up to T by the history, and since when without a break, whichever values it had meanwhile."""
    import pyarrow.compute as pc

    table = stretches(history, tag)
    table = table.filter(pc.less(table.column("since"), cutoff.utc)).sort_by("since")
    found: dict[str, tuple[datetime, datetime]] = {}
    ends = pc.fill_null(table.column("until"), datetime.max)
    rows = (column.to_pylist() for column in (table.column("customer_id"), table.column("since"), ends))
    for customer, since, end in zip(*rows):
        begun, reached = found.get(customer, (since, since))
        found[customer] = (since, end) if since > reached else (begun, max(reached, end))
    return {customer: begun for customer, (begun, reached) in found.items() if reached >= cutoff.utc}


def kept(grant: Grant, tag: TagPlan, history: History, cutoff: Cutoff) -> list[str]:
    """The customers for whom a grant's ``for`` or ``forever`` keeps the tag at T."""
    import pyarrow as pa
    import pyarrow.compute as pc

    table = naive(history.last_true(grant.rule).select(["customer_id", "at"]), "at")
    at = table.column("at")
    past = pc.less(at, cutoff.utc)
    if isinstance(grant.keep, Duration):
        ends = {moment: until(moment, grant, cutoff) for moment in set(at.to_pylist())}
        lasting = [moment for moment, end in ends.items() if end is not None and end > cutoff.utc]
        return _who(table, pc.and_(past, pc.is_in(at, value_set=pa.array(lasting, at.type))))
    # forever ends where a rule withheld the tag: it must have been held ever since the condition was true
    since = unbroken(history, tag.name, cutoff)
    rows = zip(table.column("customer_id").to_pylist(), at.to_pylist())
    return sorted({who for who, moment in rows if moment < cutoff.utc and who in since and since[who] <= moment})


def until(moment: datetime, grant: Grant, cutoff: Cutoff) -> datetime | None:
    """Up to which T a grant keeps its tag after its condition held at ``moment`` (naive UTC); None: forever."""
    if not isinstance(grant.keep, Duration):
        return None
    return Cutoff(moment.replace(tzinfo=UTC), cutoff.zone).move(grant.keep.amount, grant.keep.unit)


def keepers(tags: list[TagPlan]) -> Iterator[tuple[TagPlan, Grant]]:
    """The grants of these tags that keep."""
    for tag in tags:
        for grant in tag.grants:
            if grant.keep is not None:
                yield tag, grant
