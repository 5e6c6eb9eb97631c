"""A tag re-run in the past and measured against what then happened, with the data of a workspace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from tagfolk_dsl.tree import Condition, Duration, Unit
from tagfolk_dsl.walk import walk

from tagfolk_engine.evaluate import Cutoff, Evaluator
from tagfolk_engine.evaluate.backtest import Backtest, dates, horizon
from tagfolk_engine.evaluate.backtest import backtest as measure
from tagfolk_engine.run.errors import RulesBroken, UnknownName
from tagfolk_engine.run.looking import columns
from tagfolk_engine.run.looks import looks
from tagfolk_engine.run.opening import Prepared

OUTCOME = "(the outcome)"
"""How the outcome of a command line is called in messages."""


class _PointInTime(Evaluator):
    """Another T has other columns of the methods: those that were known then."""

    prepared: Prepared

    def at(self, cutoff: Cutoff) -> Evaluator:
        then = super().at(cutoff)
        then.columns = columns(self.prepared, cutoff)
        return then


def backtest(
    prepared: Prepared, tag: str, outcome: str, start: date, end: date, every: str, cutoff: Cutoff
) -> tuple[Backtest, list[str]]:
    """The points and overall figures, and what a reader has to know of them.

    ``cutoff``: outcomes that reach beyond it are not known yet, and their dates left out. Raises UnknownName (the
    tag), RulesBroken (the outcome), EvaluationError (no window in the outcome, steps under a day), ValueError
    (``every``).
    """
    from tagfolk_dsl.checker import check_condition

    program = prepared.program
    if tag not in program.tags:
        raise UnknownName("tag", tag, program.tags)
    condition, found = check_condition(outcome, program, prepared.vocabulary, OUTCOME)
    if condition is None or any(d.severity == "error" for d in found):
        raise RulesBroken(found, {OUTCOME: outcome})
    days = list(dates(start, end, duration(every)))
    evaluator = _PointInTime(
        prepared.data, program, prepared.vocabulary, cutoff, history=prepared.memberships(cutoff.instant),
        memory_limit=prepared.workspace.settings.engine.memory,
    )  # fmt: skip
    evaluator.prepared = prepared
    try:
        measured = measure(evaluator, tag, condition, days)
    finally:
        evaluator.close()
    return measured, _warnings(prepared, tag, condition, days, measured, cutoff)


def duration(text: str) -> Duration:
    """``1 month``, ``2 weeks``. Raises ValueError.

    >>> duration("2 weeks").amount
    2
    """
    words = text.split()
    unit = words[1].removesuffix("s") if len(words) == 2 else ""
    if len(words) != 2 or not words[0].isdigit() or unit not in {one.value for one in Unit}:
        raise ValueError(f"'{text}' is no distance such as '1 month' or '2 weeks'")
    return Duration(int(words[0]), Unit(unit))


def _warnings(
    prepared: Prepared, tag: str, outcome: Condition, days: Sequence[date], measured: Backtest, cutoff: Cutoff
) -> list[str]:
    found: list[str] = []
    if measured.overlaps:
        found.append(
            "the outcome also looks at what was before each date, where the rule looks too: the figures flatter it; "
            "use a window such as 'in 90 days'"
        )
    if measured.open:
        left_out = ", ".join(day.isoformat() for day in measured.open)
        found.append(f"left out, because their outcome lies after {cutoff.label}: {left_out}")
    last = _last_event(prepared, tag, outcome)
    ahead = horizon(outcome)
    for day in days:
        end = Cutoff.end_of(day, cutoff.zone).move(ahead.amount, ahead.unit)
        if last is not None and end > last and day not in measured.open:
            found.append(f"the data end on {last:%Y-%m-%d}: outcomes from {day} on reach beyond them")
            break
    return found


def _last_event(prepared: Prepared, tag: str, outcome: Condition) -> datetime | None:
    """The latest event of those that the tag or the outcome looks at (naive UTC)."""
    events = {str(event) for node in walk(outcome) if (event := getattr(node, "event", None))}
    events |= looks(prepared.program)[tag].events
    metas = prepared.data.meta.events
    ends = [metas[event].last for event in events if event in metas]
    known = [datetime.fromisoformat(end).replace(tzinfo=None) for end in ends if end]
    return max(known, default=None)


def plot(measured: Backtest, path: str) -> None:
    """Precision, recall and base rate by date, as a PNG (or what the file's ending says)."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 4.5), dpi=140, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    points = [point.as_json() for point in measured.points]
    at = [str(point["as_of"]) for point in points]
    for name, style in (("precision", "o-"), ("recall", "s-"), ("base_rate", "--")):
        axes.plot(at, [_height(point[name]) for point in points], style, label=name.replace("_", " "))
    axes.set_ylim(0, 1.05)
    axes.set_title(f"{measured.tag}: {len(points)} dates")
    axes.tick_params(axis="x", rotation=45)
    axes.grid(visible=True, alpha=0.3)
    axes.legend()
    figure.savefig(path)


def _height(value: object) -> float:
    return float("nan") if value is None else float(str(value))


__all__ = ["backtest", "duration", "plot"]
