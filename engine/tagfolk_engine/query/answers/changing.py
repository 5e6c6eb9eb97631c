"""What changed: who entered and left tags and why; how large groups were over time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tagfolk_dsl.tree import Occurs, Window

from tagfolk_engine.query.answers.aggregates import figures_of
from tagfolk_engine.query.answers.cells import cell
from tagfolk_engine.query.question import Answer, Cell, Question, QuestionError
from tagfolk_engine.query.roles import Role
from tagfolk_engine.query.state import State
from tagfolk_engine.query.stored import Move


def bounds(state: State, window: str) -> tuple[datetime | None, datetime]:
    """(after, up to and with) as instants of the T of runs. No window: since the run before the latest."""
    if not window:
        runs = state.store_reader.runs()
        before = [r.as_of for r in runs if state.run and r.as_of < state.run.as_of]
        return (_aware(before[-1]) if before else None), state.cutoff.instant
    first, until = state.cutoff.window(_window(state, window))
    return (_aware(first) if first else None), (_aware(until) if until else state.cutoff.instant)


def _window(state: State, window: str) -> Window:
    """The window of a text, read by the language's own parser inside a condition about any event."""
    event = next(iter(state.lexicon.events), None)
    if event is None:
        raise QuestionError("no_events")
    tree = state.figures.condition(f"{event} {window}")
    if not isinstance(tree, Occurs):
        raise QuestionError("wrong_condition", text=window)
    return tree.window


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def changes(state: State, q: Question) -> Answer:
    """Who entered or left: rows (customer, tag, "entered"|"left", cause); a viewer sees only how many per tag."""
    tags = [q.tag] if q.tag else []
    if q.segment:
        raise QuestionError("segments_have_no_history", segment=q.segment)
    first, until = bounds(state, q.window)
    runs = [r for r in state.store_reader.runs() if _aware(r.as_of) <= until]
    if len(runs) < 2 and not q.window:
        raise QuestionError("one_run_only")
    moves = [m for m in state.store_reader.moves(tags, first, until) if not q.direction or m.how == q.direction]
    counts = _counts(moves)
    details: dict[str, Any] = {
        "from": state.zoned(first) if first else None,
        "to": state.zoned(until),
        "tag": q.tag,
        "direction": q.direction,
        "causes": _causes(moves),
        "window": q.window,
        "runs": len(runs),
    }
    if q.role < Role.ANALYST:
        hidden = {k for k, n in counts.items() if state.small(n, q.role)}
        details["counts"] = [(t, h, "<5" if (t, h) in hidden else n) for (t, h), n in counts.items()]
        if hidden:
            details["causes"] = {}
        value = None if hidden else len(moves)
        return state.answer(q, value=value, small=bool(hidden), details=details, total=None, understood=None)
    details["counts"] = [(t, h, n) for (t, h), n in counts.items()]
    rows: tuple[tuple[Cell, ...], ...] = tuple((m.customer, m.tag, m.how, m.cause) for m in moves)
    shown = rows[: q.limit] if q.limit else rows
    return state.answer(
        q,
        value=len(moves),
        columns=("customer", "tag", "change", "cause"),
        rows=shown,
        total=len(rows),
        limit=len(shown) if len(shown) < len(rows) else None,
        details=details,
        understood=f"has {q.tag}" if q.tag else None,
    )


def _counts(moves: list[Move]) -> dict[tuple[str, str], int]:
    counts: dict[tuple[str, str], int] = {}
    for m in moves:
        counts[m.tag, m.how] = counts.get((m.tag, m.how), 0) + 1
    return dict(sorted(counts.items()))


def _causes(moves: list[Move]) -> dict[str, int]:
    causes: dict[str, int] = {}
    for m in moves:
        causes[m.cause] = causes.get(m.cause, 0) + 1
    return dict(sorted(causes.items(), key=lambda c: -c[1]))


def trend(state: State, q: Question) -> Answer:
    """Rows (period, value): figures of periods, or the size of a group at their ends."""
    if q.columns:
        values = figures_of(state, q.columns, q.filter)
        small = [c.aggregate == "customers" and state.small(int(v or 0), q.role) for c, v in zip(q.columns, values)]
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (c.label, "<5" if s else cell(v)) for c, v, s in zip(q.columns, values, small)
        )
        return state.answer(q, columns=("period", "value"), rows=rows, small=any(small), details={"source": "events"})
    source, sizes = sizes_at(state, q)
    rows = tuple((label, "<5" if state.small(n, q.role) else n) for (label, _), n in zip(q.moments, sizes))
    return state.answer(
        q, columns=("period", "value"), rows=rows, small=any(r[1] == "<5" for r in rows), details={"source": source}
    )


def sizes_at(state: State, q: Question) -> tuple[str, list[int]]:
    """("history" or "recomputed", how many met the filter at each moment)."""
    assert q.filter is not None
    sizes = _history_sizes(state, q)
    if sizes is not None:
        return "history", sizes
    return "recomputed", [state.figures.at(moment, q.filter) for _, moment in q.moments]


def _history_sizes(state: State, q: Question) -> list[int] | None:
    """Sizes of one tag at moments from the stored history; None where it does not reach back that far."""
    runs = [_aware(r.as_of) for r in state.store_reader.runs()]
    if not q.tag or not runs or not q.moments or runs[0] > q.moments[0][1]:
        return None
    import pyarrow as pa
    import pyarrow.compute as pc

    held = state.memberships.held(q.tag)
    sizes = []
    for _, moment in q.moments:
        instant = pa.scalar(moment, held["since"].type)
        began = pc.less_equal(held["since"], instant)
        still = pc.or_kleene(pc.is_null(held["until"]), pc.greater(held["until"], instant))
        sizes.append(len(pc.unique(held.filter(pc.and_(began, still))["customer_id"])))
    return sizes
