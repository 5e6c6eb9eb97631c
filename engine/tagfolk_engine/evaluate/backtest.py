"""A tag re-run in the past, point-in-time, and measured against what then happened.

At each date the rules see only what was before it. The outcome is looked at as far ahead as its longest window
reaches, so that ``no purchase 90 days`` speaks of the 90 days after the date.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from tagfolk_dsl.tree import Ago, Condition, Duration, Has, InPeriods, Last, Next, Node, Unit, Window

from tagfolk_engine.evaluate.cutoff import Cutoff, step
from tagfolk_engine.evaluate.errors import EvaluationError
from tagfolk_engine.evaluate.evaluator import Evaluator
from tagfolk_engine.plan.walk import walk

_DAYS = {Unit.DAY: 1.0, Unit.WEEK: 7.0, Unit.MONTH: 30.44, Unit.QUARTER: 91.3, Unit.YEAR: 365.25,
         Unit.HOUR: 1 / 24, Unit.MINUTE: 1 / 1440, Unit.SECOND: 1 / 86400}  # fmt: skip


@dataclass(frozen=True)
class Point:
    """``tagged`` hold the tag, ``outcomes`` of ``of`` customers met the outcome afterwards, ``hits`` are both."""

    as_of: str
    tagged: int
    hits: int
    outcomes: int
    of: int

    def as_json(self) -> dict[str, object]:
        """The figures; None where there is nothing to divide by."""
        precision, base = _ratio(self.hits, self.tagged), _ratio(self.outcomes, self.of)
        return {
            "as_of": self.as_of, "tagged": self.tagged, "hits": self.hits, "precision": precision,
            "recall": _ratio(self.hits, self.outcomes),
            "lift": None if precision is None or not base else precision / base,
            "base_rate": base,
        }  # fmt: skip


@dataclass(frozen=True)
class Backtest:
    """One point a date, and all of them together. ``open`` are dates whose outcome is not known yet: left out."""

    tag: str
    points: tuple[Point, ...]
    open: tuple[date, ...]
    overlaps: bool
    """Does the outcome look at what was before the date, which the rule may have seen?"""

    @property
    def overall(self) -> Point:
        """All dates together."""
        sums = [sum(getattr(point, name) for point in self.points) for name in ("tagged", "hits", "outcomes", "of")]
        return Point("", *sums)

    def as_json(self, outcome: str) -> dict[str, object]:
        """The ``backtest`` shape of the commands."""
        overall = {key: value for key, value in self.overall.as_json().items() if key != "as_of"}
        return {
            "tag": self.tag, "outcome": outcome, "points": [point.as_json() for point in self.points],
            "overall": overall,
        }  # fmt: skip


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def dates(start: date, end: date, every: Duration) -> Iterator[date]:
    """The dates from start to end, both included, so far apart (each counted from the start, months clamped)."""
    if every.amount < 1 or every.unit not in (Unit.DAY, Unit.WEEK, Unit.MONTH, Unit.QUARTER, Unit.YEAR):
        raise EvaluationError("the dates of a backtest are at least a day apart: --every '1 month'")
    first, index = datetime.combine(start, time()), 0
    while (day := step(first, every.amount * index, every.unit).date()) <= end:
        yield day
        index += 1


def horizon(outcome: Condition) -> Duration:
    """How far ahead an outcome has to be looked at: its longest window before T."""
    lengths = [length for node in walk(outcome) if (length := _length(node)) is not None]
    if not lengths:
        message = "the outcome says no time, such as 'no purchase 90 days': nothing tells how far ahead to look"
        raise EvaluationError(message, outcome.span)
    return max(lengths, key=lambda length: length.amount * _DAYS[length.unit])


def _length(node: Node) -> Duration | None:
    match node:
        case Last(length=length):
            return length
        case Ago(start=start):
            return start
        case InPeriods(of=of, unit=unit):
            return Duration(of, unit)
    return None


def looks_back(outcome: Condition) -> bool:
    """Does an outcome look at more than what comes after the date: at everything, or at a date or period by name?"""
    windows = [node for node in walk(outcome) if isinstance(node, Window)]
    return any(not isinstance(window, Last | Ago | Next) for window in windows)


def backtest(evaluator: Evaluator, tag: str, outcome: Condition, days: Sequence[date]) -> Backtest:
    """Re-run ``tag`` at the end of each day and compare with ``outcome`` afterwards."""
    if tag not in evaluator.program.tags:
        raise EvaluationError(f"no tag is called '{tag}'")
    ahead, zone = horizon(outcome), evaluator.cutoff.zone
    points, waiting = [], []
    for day in days:
        then = evaluator.at(Cutoff.end_of(day, zone))
        later = Cutoff(then.cutoff.move(ahead.amount, ahead.unit).replace(tzinfo=UTC), zone)
        if later.utc > evaluator.cutoff.utc:
            waiting.append(day)
            continue
        tagged = _who(then, Has(tag))
        happened = _who(evaluator.at(later), outcome)
        points.append(Point(day.isoformat(), len(tagged), len(tagged & happened), len(happened), then.count(None)))
    return Backtest(tag, tuple(points), tuple(waiting), looks_back(outcome))


def _who(evaluator: Evaluator, condition: Condition) -> set[str]:
    return set(evaluator.table({}, condition).column("customer_id").to_pylist())
