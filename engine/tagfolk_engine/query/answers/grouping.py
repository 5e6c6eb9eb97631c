"""Customers or a measure, by something: rows (key, value)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tagfolk_engine.query.answers.aggregates import figures_of, ratio
from tagfolk_engine.query.answers.cells import cell
from tagfolk_engine.query.question import Answer, Cell, Question, QuestionError
from tagfolk_engine.query.roles import Role, hide_small
from tagfolk_engine.query.state import State

if TYPE_CHECKING:
    import pyarrow as pa

MOST = 12
"""More different numbers than this are shown in bands."""


def breakdown(state: State, q: Question) -> Answer:
    """Groups, largest first (bands and values of tags in their own order)."""
    if q.by in ("tags", "segments"):
        return _inventory(state, q)
    if q.columns:
        return _columns(state, q)
    entry = state.lexicon.attributes.get(q.by)
    tag = state.lexicon.tags.get(q.by)
    if entry and entry.personal and q.role < Role.STEWARD:
        raise QuestionError("not_allowed", needs="steward")
    if tag and (tag.type is None or tag.many):
        return _tag(state, q)
    metrics = {"key": q.by} | ({"m": q.metric} if q.metric else {}) | ({"p": q.per} if q.per else {})
    table = state.figures.table(metrics, {}, q.filter)
    if table.num_rows == 0:
        return state.answer(q, value=0, columns=(q.by, "customers"), rows=())
    keys = table["key"].to_pylist()
    name, order = _names(keys)
    return _grouped(state, q, table, [name(k) for k in keys], order)


def _names(keys: list[Any]) -> tuple[Callable[[Any], str | None], Callable[[str], Any] | None]:
    """How a key is called, and (for bands) how they are ordered."""
    known = {k for k in keys if k is not None}
    number = all(isinstance(k, (int, float)) and not isinstance(k, bool) for k in known)
    if number and known and len(known) > MOST:
        low, high = min(known), max(known)
        width = _width(high - low)
        whole = all(float(k).is_integer() for k in known)

        def band(k: Any) -> str | None:
            if k is None:
                return None
            start = math.floor(k / width) * width
            end = start + width - 1 if whole and width >= 1 else start + width
            return f"{_plain(start)}–{_plain(end)}" if end != start else _plain(start)

        return band, lambda name: float(name.rsplit("–", 1)[0].replace("−", "-")) if name else math.inf
    if known and all(hasattr(k, "isoformat") for k in known):
        return lambda k: None if k is None else k.isoformat()[:7], lambda name: name
    boolean = {True: "yes", False: "no"}
    order = (lambda name: float(name)) if number else None
    return lambda k: None if k is None else boolean[k] if isinstance(k, bool) else str(cell(k)), order


def _width(spread: float) -> float:
    """A round width that makes about eight bands: 1, 2, 5 or 10 times a power of ten."""
    raw = spread / 8
    power = 10 ** math.floor(math.log10(raw)) if raw > 0 else 1
    return next(step * power for step in (1, 2, 5, 10) if step * power >= raw)


def _plain(value: float) -> str:
    return str(cell(float(value)))


def _grouped(
    state: State, q: Question, table: pa.Table, names: list[str | None], order: Callable[[str], Any] | None
) -> Answer:
    import pyarrow as pa

    places: dict[str | None, list[int]] = {}
    for i, name in enumerate(names):
        places.setdefault(name, []).append(i)
    counts = {name: len(at) for name, at in places.items()}
    values: dict[str | None, float | None] = dict(counts)
    if q.metric:
        values = {name: _ratio(table.take(pa.array(at)), q) for name, at in places.items()}
    ordered = sorted(places, key=lambda n: (n is None, -(values[n] or 0), n or ""))
    if order is not None and q.topic not in ("most", "least"):
        ordered = sorted(places, key=lambda n: (n is None, order(n) if n is not None else 0))
    elif q.topic == "least":
        ordered = sorted(places, key=lambda n: (n is None, values[n] or 0, n or ""))
    hidden = {ordered[i] for i in hide_small([counts[n] for n in ordered], q.role)}
    rows: tuple[tuple[Cell, ...], ...] = tuple((n, "<5" if n in hidden else cell(values[n])) for n in ordered)
    return _answer(state, q, rows, table.num_rows)


def _answer(state: State, q: Question, rows: tuple[tuple[Cell, ...], ...], group: int) -> Answer:
    total_rows = len(rows)
    rows = rows[: q.n] if q.n else rows
    details: dict[str, Any] = {
        "total_rows": total_rows,
        "by": q.by,
        "group": group,
        "aggregate": q.aggregate,
        "topic": q.topic,
    }
    if q.metric:
        tree = state.figures.metric(q.metric)
        details |= {"metric": state.figures.written(tree), "metric_said": state.said(tree)}
    shown = [r[1] for r in rows if isinstance(r[1], (int, float))]
    total = sum(shown) if len(shown) == len(rows) and q.aggregate in ("", "sum", "customers") else None
    value = (
        total
        if q.topic not in ("most", "least")
        else next((r[1] for r in rows if r[0] is not None and isinstance(r[1], (int, float))), None)
    )
    hidden = any(r[1] == "<5" for r in rows)
    return state.answer(
        q,
        value=None if hidden and q.topic not in ("most", "least") else cell(value),
        columns=(q.by, "value" if q.metric else "customers"),
        rows=rows,
        of=group,
        details=details,
        small=hidden,
    )


def _ratio(table: pa.Table, q: Question) -> float | None:
    return ratio(table["m"], table["p"] if q.per else None, q.aggregate or "sum")


def _columns(state: State, q: Question) -> Answer:
    """Figures given one by one (by a property of an event): the largest first."""
    counts = [state.figures.count(state.figures.both(q.filter, c.of)) if c.of else None for c in q.columns]
    values = figures_of(state, q.columns, q.filter)
    people = [
        int(v or 0) if c.aggregate == "customers" else n if n is not None else 99
        for c, v, n in zip(q.columns, values, counts)
    ]
    hidden = hide_small(people, q.role, whole_known=False)
    places = sorted(
        (i for i in range(len(values)) if values[i]), key=lambda i: (values[i] or 0) * (1 if q.topic == "least" else -1)
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (q.columns[i].label, "<5" if i in hidden else cell(values[i])) for i in places
    )
    group = state.figures.count(q.filter)
    return _answer(state, q, rows, group)


def _tag(state: State, q: Question) -> Answer:
    """With and without a plain tag; each value of a tag with many."""
    tag = state.lexicon.tags[q.by]
    sides = (
        [(v, f'{q.by} = "{v}"') for v in tag.values] if tag.many else [("yes", f"has {q.by}"), ("no", f"lacks {q.by}")]
    )
    rows: list[tuple[str, float | None, int]] = []
    for name, text in sides:
        where = state.figures.both(q.filter, text)
        n = state.figures.count(where)
        metrics = {"m": q.metric} | ({"p": q.per} if q.per else {})
        value = _ratio(state.figures.table(metrics, {}, where), q) if q.metric else n
        if n or not tag.many:
            rows.append((name, value, n))
    if tag.many:
        rows.sort(key=lambda r: -(r[1] or 0))
    hidden = hide_small([r[2] for r in rows], q.role)
    cells: tuple[tuple[Cell, ...], ...] = tuple((r[0], "<5" if i in hidden else cell(r[1])) for i, r in enumerate(rows))
    return _answer(state, q, cells, state.figures.count(q.filter))


def _inventory(state: State, q: Question) -> Answer:
    """All tags (or segments) with their sizes."""
    if q.by == "tags":
        names = [(t.name, f"has {t.name}") for t in state.program.tags.values()]
    else:
        names = [(s, f"in segment {s}") for s in state.program.segments]
    counts = [state.figures.count(state.figures.both(q.filter, text)) for _, text in names]
    hidden = hide_small(counts, q.role, whole_known=False)
    places = sorted(range(len(names)), key=lambda i: (-counts[i], names[i][0]))
    rows: tuple[tuple[Cell, ...], ...] = tuple((names[i][0], "<5" if i in hidden else counts[i]) for i in places)
    titles = {t.name: t.title or t.name for t in state.lexicon.tags.values()} | {
        s.name: s.title or s.name for s in state.lexicon.segments.values()
    }
    return state.answer(
        q,
        value=len(rows),
        columns=(q.by.removesuffix("s"), "customers"),
        rows=rows,
        details={"by": q.by, "titles": titles},
    )
