"""An average, a total …; the n highest by a measure."""

from __future__ import annotations

from tagfolk_engine.query.answers.aggregates import aggregate, ratio
from tagfolk_engine.query.answers.cells import cell, require
from tagfolk_engine.query.question import Answer, Question
from tagfolk_engine.query.roles import Role
from tagfolk_engine.query.state import State

TOP = 10


def measure(state: State, q: Question) -> Answer:
    """One figure of a metric over a group; ``details``: the metric in words, how many had one."""
    if q.topic.startswith("named:"):
        from tagfolk_engine.query.named_measures import measured

        return measured(state, q, q.topic.removeprefix("named:"))
    if q.topic == "distinct":
        return _distinct(state, q)
    metrics = {"m": q.metric} | ({"p": q.per} if q.per else {})
    table = state.figures.table(metrics, {}, q.filter)
    known = table.num_rows - table["m"].null_count
    tree = state.figures.metric(q.metric)
    details = {
        "metric": state.figures.written(tree),
        "metric_said": state.said(tree),
        "known": known,
        "group": table.num_rows,
        "aggregate": q.aggregate,
        "per": q.per,
        "events": aggregate(table["p"], "sum") if q.per else None,
    }
    if state.small(table.num_rows, q.role) or (
        q.aggregate in ("min", "max", "median", "avg") and state.small(known, q.role)
    ):
        return state.answer(q, small=True, of=table.num_rows, details={**details, "known": None})
    value = ratio(table["m"], table["p"] if q.per else None, q.aggregate or "sum")
    return state.answer(q, value=cell(value), of=table.num_rows, details=details)


def _distinct(state: State, q: Question) -> Answer:
    """How many different values an attribute or tag has in a group."""
    import pyarrow.compute as pc

    table = state.figures.table({"key": q.by}, {}, q.filter)
    if state.small(table.num_rows, q.role):
        return state.answer(q, small=True, of=table.num_rows, details={"by": q.by})
    value = len(pc.unique(table["key"].drop_null()))
    return state.answer(q, value=value, of=table.num_rows, details={"by": q.by, "group": table.num_rows})


def top(state: State, q: Question) -> Answer:
    """The n customers with the highest (or lowest) figure: rows (customer_id, figure)."""
    require(q, Role.ANALYST)
    n = q.n or TOP
    tree = state.figures.metric(q.metric)
    where = state.figures.both(q.filter, f"{bracketed(q.metric)} known")
    total = state.figures.count(where)
    names = [a.name for a in state.lexicon.attributes.values() if a.personal] if q.role >= Role.STEWARD else []
    metrics = {"value": q.metric} | {name: name for name in names}
    table = state.figures.table(metrics, {}, where, order="value", descending=not q.ascending, limit=n)
    rows = tuple(tuple(cell(v) for v in row.values()) for row in table.to_pylist())
    details = {"metric": state.figures.written(tree), "metric_said": state.said(tree), "ascending": q.ascending}
    found = state.understood(q.filter)
    return state.answer(
        q,
        value=total,
        total=total,
        limit=len(rows) if len(rows) < total else None,
        columns=("customer_id", label(q.metric), *names),
        rows=rows,
        details=details,
        personal=bool(names),
        **found,
    )


def bracketed(metric: str) -> str:
    """A metric that a condition may follow."""
    return f"({metric})" if any(c in metric for c in "+-*/ ") else metric


def label(metric: str) -> str:
    """A column's name for a metric: its text."""
    return metric
