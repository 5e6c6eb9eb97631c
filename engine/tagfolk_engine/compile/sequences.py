"""Sequences of events and bursts: (customer, holds).

A sequence is followed step by step over the customer's events in time. Of the events that reach a step only the
latest before an event matters for the next step: it leaves the most time, the latest start, and the least between.
So each step is one pass of window functions over the events, linear in their number. Only where a closing ``then no``
counts from the first step are all pairs of (start, event) kept, because there the earliest start may matter.
"""

from __future__ import annotations

from functools import reduce

from sqlglot import exp
from tagfolk_dsl.tree import Burst, Condition, Duration, Ever, Sequence, Step, Unit, Window

from tagfolk_engine.compile import sql
from tagfolk_engine.compile.aggregates import Source, event_rows, fitting, over
from tagfolk_engine.compile.dialect import group_by, left_join, select, subquery
from tagfolk_engine.compile.frame import Frame
from tagfolk_engine.compile.sql import E

_MICROS = {Unit.SECOND: 1_000_000, Unit.MINUTE: 60_000_000, Unit.HOUR: 3_600_000_000}
_DAYS = {Unit.DAY: 1, Unit.WEEK: 7}
_MONTHS = {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.YEAR: 12}


def with_limit(rows: E, origin: str, length: Duration, frame: Frame) -> exp.Select:
    """The rows with a column ``limit``: the instant in ``origin`` moved on, by calendar steps for days and longer.

    Local time and back are columns of their own, so that each conversion is written once.
    """

    def beside(query: E, made: E, name: str) -> exp.Select:
        return select([exp.Star(), sql.named(made, name)], subquery(query, f"{name} of"))

    start = sql.column(origin)
    if length.unit in _MICROS:
        later = frame.dialect.micros_later(start, length.amount * _MICROS[length.unit])
        return beside(rows, later, "limit")
    local = beside(rows, frame.clock.local(start), "from")
    begun = sql.column("from")
    if length.unit in _DAYS:
        ended = frame.dialect.days_later(begun, length.amount * _DAYS[length.unit])
    else:
        ended = frame.dialect.months_later(begun, length.amount * _MONTHS[length.unit])
    return beside(beside(local, ended, "until"), frame.clock.instant(sql.column("until")), "limit")


def burst_query(node: Burst, name: str, frame: Frame, source: Source) -> exp.Select:
    """Does some stretch of the length hold so many events of the window?"""
    view, tests = event_rows(node.event, frame, source)
    tests += fitting(node.event, node.where, node.window, frame, source)
    ahead = over(exp.Lead(this=sql.column("time"), offset=sql.integer(node.at_least - 1)), [sql.column("time")])
    reach = [sql.column("customer"), sql.column("time"), sql.named(ahead, "reached")]
    events = with_limit(select(reach, view, sql.all_of(tests)), "time", node.within, frame)
    held = sql.compare("<=", sql.column("reached"), sql.column("limit"))
    answer = sql.named(frame.dialect.any(sql.certain(held)), name)
    return group_by(select([sql.column("customer"), answer], subquery(events, "b")), [sql.column("customer")])


def sequence_query(node: Sequence, name: str, frame: Frame, source: Source) -> exp.Select:
    """Is there a chain of events as the steps say?"""
    return _Chain(node, frame, source).query(name)


class _Chain:
    """One sequence on its way into a statement. Rows are (customer, time, micros, start, same)."""

    def __init__(self, node: Sequence, frame: Frame, source: Source) -> None:
        self._node, self._frame, self._source = node, frame, source
        last = node.steps[-1]
        self._pairs = last.negated and last.of_first and len(node.steps) > 1

    def query(self, name: str) -> exp.Select:
        node = self._node
        rows = self._events(node.event, node.where, node.window)
        for following in node.steps:
            rows = self._without(rows, following) if following.negated else self._step(rows, following)
        answer = select([sql.column("customer"), sql.named(sql.true(), name)], subquery(rows, "s"))
        answer.set("distinct", exp.Distinct())
        return answer

    def _events(self, event: str, where: Condition | None, window: Window) -> E:
        """The events that fit, each its own start."""
        view, tests = event_rows(event, self._frame, self._source)
        tests += fitting(event, where, window, self._frame, self._source)
        same: E = sql.null()
        if self._node.matching is not None:
            same = sql.column(self._node.matching)
            tests.append(sql.known(same.copy()))
        columns = [
            sql.column("customer"), sql.column("time"),
            sql.named(self._frame.dialect.micros(sql.column("time")), "micros"),
            sql.named(sql.column("time"), "start"), sql.named(same, "same"),
        ]  # fmt: skip
        return select(columns, view, sql.all_of(tests))

    def _keys(self) -> list[E]:
        return [sql.column("customer"), *([sql.column("same")] if self._node.matching is not None else [])]

    def _window(self, function: E, before: bool, keys: list[E]) -> E:
        """A window function over the rows strictly before (after) each in time."""
        strictly, far = ("PRECEDING", "UNBOUNDED") if before else ("FOLLOWING", "UNBOUNDED")
        near = sql.integer(1)
        frame = exp.WindowSpec(
            kind="RANGE",
            start=far if before else near, start_side=strictly,
            end=near if before else far, end_side=strictly,
        )  # fmt: skip
        order = exp.Order(expressions=[exp.Ordered(this=sql.column("micros"))])
        return exp.Window(this=function, partition_by=keys, order=order, spec=frame)

    def _mixed(self, parts: list[tuple[str, E]]) -> E:
        """Rows of several kinds in one relation, each marked with its kind."""
        names = ["customer", "time", "micros", "start", "same"]
        never = sql.cast(sql.null(), "timestamp")
        marked: list[E] = []
        for kind, rows in parts:
            limit = sql.column("limit") if kind == "before" else sql.named(never.copy(), "limit")
            mark = sql.named(sql.text(kind), "kind")
            marked.append(select([*(sql.column(n) for n in names), limit, mark], subquery(rows, "k")))
        return subquery(reduce(lambda a, b: exp.Union(this=a, expression=b, distinct=False), marked), "m")

    def _limited(self, rows: E, following: Step) -> E:
        """The rows of the step before with the instant up to which a step must follow (none: NULL)."""
        if following.within is None:
            never = sql.named(sql.cast(sql.null(), "timestamp"), "limit")
            return select([exp.Star(), never], subquery(rows, "l"))
        return with_limit(rows, "start" if following.of_first else "time", following.within, self._frame)

    def _beside(self, following: Step) -> list[tuple[str, E]]:
        """What must not lie between the step before and this one."""
        beside: list[tuple[str, E]] = []
        if following.without is not None:
            event, where = following.without
            beside.append(("between", self._anything(event, where)))
        if following.directly:
            beside += [("between", self._anything(event, None)) for event in self._frame.schema.events]
        return beside

    def _anything(self, event: str, where: Condition | None) -> E:
        """Events whatever their matching property is."""
        view, tests = event_rows(event, self._frame, self._source)
        tests += fitting(event, where, Ever(), self._frame, self._source)
        kind = sql.null()
        if self._node.matching is not None:
            columns = self._frame.schema.events[self._node.event]
            kind = sql.cast(kind, columns.get(self._node.matching, "text"))
        columns_ = [
            sql.column("customer"), sql.column("time"),
            sql.named(self._frame.dialect.micros(sql.column("time")), "micros"),
            sql.named(sql.column("time"), "start"), sql.named(kind, "same"),
        ]  # fmt: skip
        return select(columns_, view, sql.all_of(tests))

    def _of(self, kind: str, column: str) -> E:
        return sql.case(sql.compare("=", sql.column("kind"), sql.text(kind)), sql.column(column))

    def _step(self, rows: E, following: Step) -> E:
        """The events that a step reaches."""
        candidates = self._events(following.event, following.where, Ever())
        beside = self._beside(following)
        rows = self._limited(rows, following)
        if self._pairs:
            return self._joined(rows, candidates, beside, following)
        mixed = self._mixed([("before", rows), ("here", candidates), *beside])
        columns = [
            sql.column("customer"), sql.column("time"), sql.column("micros"), sql.column("same"), sql.column("kind"),
            sql.named(self._window(exp.Max(this=self._of("before", "time")), True, self._keys()), "previous"),
            sql.named(self._window(exp.Max(this=self._of("before", "start")), True, self._keys()), "began"),
            sql.named(self._window(exp.Max(this=self._of("before", "limit")), True, self._keys()), "limit"),
        ]  # fmt: skip
        if beside:
            latest = self._window(exp.Max(this=self._of("between", "time")), True, [sql.column("customer")])
            columns.append(sql.named(latest, "between"))
        tests = [
            sql.compare("=", sql.column("kind"), sql.text("here")),
            sql.known(sql.column("previous")),
            *self._in_time(following),
        ]
        if beside:
            tests.append(self._clear(sql.column("between"), sql.column("previous")))
        kept = [
            sql.column("customer"), sql.column("time"), sql.column("micros"),
            sql.named(sql.column("began"), "start"), sql.column("same"),
        ]  # fmt: skip
        return select(kept, subquery(select(columns, mixed), "w"), sql.all_of(tests))

    def _clear(self, between: E, previous: E) -> E:
        return sql.any_of([sql.missing(between.copy()), sql.compare("<=", between.copy(), previous)])

    def _in_time(self, following: Step) -> list[E]:
        return [] if following.within is None else [sql.compare("<=", sql.column("time"), sql.column("limit"))]

    def _joined(self, rows: E, candidates: E, beside: list[tuple[str, E]], following: Step) -> E:
        """The same by joining: every pair of a start and an event that it reaches."""
        mixed = self._mixed([("here", candidates), *beside])
        latest: E = sql.cast(sql.null(), "timestamp")
        if beside:
            latest = self._window(exp.Max(this=self._of("between", "time")), True, [sql.column("customer")])
        plain = [sql.column(c) for c in ("customer", "time", "micros", "same", "kind")]
        here = subquery(select([*plain, sql.named(latest, "between")], mixed), "w")
        names = {"customer": "owner", "time": "previous", "start": "began", "same": "alike", "limit": "limit"}
        before = subquery(select([sql.named(sql.column(a), b) for a, b in names.items()], subquery(rows, "r")), "b")
        on = [
            sql.compare("=", sql.column("customer"), sql.column("owner")),
            sql.compare(">", sql.column("time"), sql.column("previous")),
        ]
        if self._node.matching is not None:
            on.append(sql.compare("=", sql.column("same"), sql.column("alike")))
        tests = [
            sql.compare("=", sql.column("kind"), sql.text("here")),
            *self._in_time(following),
            self._clear(sql.column("between"), sql.column("previous")),
        ]
        kept = [
            sql.column("customer"), sql.column("time"), sql.column("micros"),
            sql.named(sql.column("began"), "start"), sql.column("same"),
        ]  # fmt: skip
        found = left_join(select(kept, here, sql.all_of(tests)), before, sql.all_of(on), side="")
        found.set("distinct", exp.Distinct())
        return found

    def _without(self, rows: E, following: Step) -> E:
        """The rows that the step's event does not follow, and for which that is certain by T."""
        events = self._events(following.event, following.where, Ever())
        beside = self._beside(following)
        mixed = self._mixed([("before", self._limited(rows, following)), ("here", events), *beside])
        following_one = self._window(exp.Min(this=self._of("here", "time")), False, self._keys())
        columns = [*(sql.column(c) for c in ("customer", "time", "micros", "start", "same", "limit", "kind"))]
        marked = [*columns, sql.named(following_one, "following")]
        if beside:
            first = self._window(exp.Min(this=self._of("between", "time")), False, [sql.column("customer")])
            marked.append(sql.named(first, "between"))
        absent = [sql.missing(sql.column("following"))]
        tests = [sql.compare("=", sql.column("kind"), sql.text("before"))]
        if following.within is not None:
            tests.append(sql.compare("<=", sql.column("limit"), self._frame.now()))
            absent.append(sql.compare(">", sql.column("following"), sql.column("limit")))
        if beside:
            absent.append(sql.compare("<", sql.column("between"), sql.column("following")))
        tests.append(sql.any_of(absent))
        return select(columns[:-2], subquery(select(marked, mixed), "w"), sql.all_of(tests))
