"""How many, which, what part, how many are both, which of two is more."""

from __future__ import annotations

from tagfolk_engine.query.answers.aggregates import aggregate, figures_of
from tagfolk_engine.query.answers.cells import cell, personal_columns, require
from tagfolk_engine.query.answers.changing import sizes_at
from tagfolk_engine.query.answers.history import reaches_back
from tagfolk_engine.query.question import Answer, Cell, Question, QuestionError
from tagfolk_engine.query.roles import Role, hide_small
from tagfolk_engine.query.state import State


def count(state: State, q: Question) -> Answer:
    """How many customers meet the filter, now or at a past moment."""
    if q.moments:
        return _count_then(state, q)
    reaches_back(state, q.filter)
    n = state.figures.count(q.filter)
    small = state.small(n, q.role) or state.small(state.customers - n, q.role)
    if small:
        return state.answer(q, value=None, small=True)
    return state.answer(q, value=n)


def _count_then(state: State, q: Question) -> Answer:
    """How many met it at a past moment: by the stored history of a tag, else by today's rules over the data then."""
    source, sizes = sizes_at(state, q)
    if state.small(sizes[0], q.role):
        return state.answer(q, value=None, small=True, details={"source": source})
    return state.answer(q, value=sizes[0], details={"source": source})


def listing(state: State, q: Question) -> Answer:
    """The customers who meet the filter: the id first, then what their role may see."""
    require(q, Role.ANALYST)
    reaches_back(state, q.filter)
    total = state.figures.count(q.filter)
    shown = personal_columns(state, q)
    table = state.figures.table({name: name for name in shown}, {}, q.filter, limit=q.n or q.limit or None)
    rows = tuple(tuple(cell(v) for v in row.values()) for row in table.to_pylist())
    cut = len(rows) if len(rows) < total else None
    personal = any(state.lexicon.attributes[name].personal for name in shown)
    columns = ("customer_id", *shown)
    return state.answer(q, value=total, columns=columns, rows=rows, total=total, limit=cut, personal=personal)


def share(state: State, q: Question) -> Answer:
    """Part of a whole, as a fraction; ``details`` has both counts, or both sums of a measure."""
    if q.metric:
        return _share_of_measure(state, q)
    if q.moments:
        raise QuestionError("share_then")
    whole = state.figures.count(q.whole)
    both = state.figures.both(q.whole, q.filter)
    part = state.figures.count(both)
    details: dict[str, object] = {"part": part, "whole": whole, "whole_said": {}, "whole_text": None}
    if q.whole:
        found = state.understood(q.whole)
        details |= {"whole_said": found["said"], "whole_text": found["understood"]}
    if state.small(part, q.role) or state.small(whole, q.role) or state.small(whole - part, q.role):
        return state.answer(q, value=None, small=True, of=whole, details={**details, "part": None})
    return state.answer(q, value=part / whole if whole else None, of=whole, details=details)


def _share_of_measure(state: State, q: Question) -> Answer:
    """What part of a measure's total a group (or a kind of event) makes."""
    both = state.figures.both(q.whole, q.filter)
    inside = state.figures.table({"m": q.metric}, {}, both)
    part = aggregate(inside["m"], "sum") or 0.0
    whole = aggregate(state.figures.table({"m": q.per}, {}, q.whole)["m"], "sum") or 0.0
    tree = state.figures.metric(q.per)
    details = {"part": part, "whole": whole, "whole_text": None, "measure": q.per, "metric_said": state.said(tree)}
    if state.small(inside.num_rows, q.role):
        return state.answer(q, value=None, small=True, details={**details, "part": None})
    return state.answer(q, value=part / whole if whole else None, details=details)


def overlap(state: State, q: Question) -> Answer:
    """Two groups and what they share: rows (name, customers)."""
    first, second = q.columns[0], q.columns[1]
    a = state.figures.count(state.figures.both(q.filter, first.of))
    b = state.figures.count(state.figures.both(q.filter, second.of))
    both = state.figures.count(state.figures.both(q.filter, first.of, second.of))
    counts = [a, b, both, a - both, b - both]
    names = (first.label, second.label, "both", f"only {first.label}", f"only {second.label}")
    hidden = hide_small(counts, q.role)
    if hidden & {2, 3, 4}:
        hidden |= {2, 3, 4}
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (n, "<5" if i in hidden else c) for i, (n, c) in enumerate(zip(names, counts))
    )
    found = state.understood(state.figures.both(q.filter, first.of, second.of))
    return state.answer(
        q,
        value=None if 2 in hidden else both,
        small=2 in hidden,
        columns=("group", "customers"),
        rows=rows,
        details={"share_of_first": None if hidden else both / a if a else None},
        **found,
    )


def _one_metric(q: Question) -> str:
    """The metric that all sides have, or nothing."""
    metrics = {c.metric for c in q.columns if c.aggregate != "customers"}
    return metrics.pop() if len(metrics) == 1 else ""


def compare(state: State, q: Question) -> Answer:
    """One row a side; ``value`` is the first less the second."""
    counts: list[int] = []
    for column in q.columns:
        where = state.figures.both(q.filter, column.of)
        counts.append(state.figures.count(where))
    values = figures_of(state, q.columns, q.filter)
    hidden = hide_small(counts, q.role, whole_known=False)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (c.label, "<5" if i in hidden else cell(v)) for i, (c, v) in enumerate(zip(q.columns, values))
    )
    first, second = (values[0], values[1]) if len(values) > 1 and not hidden else (None, None)
    difference = first - second if first is not None and second is not None else None
    change = difference / second if difference is not None and second else None
    return state.answer(
        q,
        value=difference,
        small=bool(hidden),
        columns=("name", "value"),
        rows=rows,
        details={
            "change": change,
            "customers": counts if not hidden else None,
            "metric_said": state.said(state.figures.metric(metric)) if (metric := _one_metric(q)) else {},
        },
    )
