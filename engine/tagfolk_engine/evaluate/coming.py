"""When a tag of a customer will come or go if nothing more happens.

Time alone changes an answer only where an event or a date crosses the edge of a window, an elapsed time reaches the
number that it is compared with, or a stored fact falls due. Each of these edges moves forward with T, so the first
day on which it is crossed is found by bisection; then the rules themselves are evaluated on these days, in order.
Thresholds of ranks and other figures over all customers are taken to stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlglot import exp
from tagfolk_dsl.tree import (
    Anniversary,
    Attribute,
    Burst,
    Change,
    Compare,
    Condition,
    DateAge,
    DateIn,
    DaysBetween,
    Elapsed,
    Fellows,
    Had,
    Has,
    InRange,
    Member,
    Metric,
    Moment,
    Node,
    Number,
    Sequence,
    TagValue,
    Unit,
    Window,
)  # fmt: skip

from tagfolk_engine.compile import sql
from tagfolk_engine.compile.dialect import select
from tagfolk_engine.evaluate import past
from tagfolk_engine.evaluate.cutoff import Cutoff, add_months
from tagfolk_engine.evaluate.evaluator import Evaluator
from tagfolk_engine.evaluate.history import History
from tagfolk_engine.evaluate.nothing import NOTHING
from tagfolk_engine.plan import basis
from tagfolk_engine.plan.nodes import Among, Granted, GrantedValue, HeldFor, ManyTest
from tagfolk_engine.plan.walk import children

if TYPE_CHECKING:
    import pyarrow as pa

HORIZON = 366 * 50
"""Days looked ahead."""
DENSE = 800
"""So many days are looked at one by one where an elapsed time goes into arithmetic."""


@dataclass
class _Few:
    """A snapshot of a few customers, with nothing at or after T."""

    tables: dict[str, pa.Table]

    def attach(self, connection: Any) -> None:
        connection.execute("SET threads = 1")
        for name, table in self.tables.items():
            connection.register(f"given {name}", table)
            connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM "given {name}"')


class _Theirs:
    """The stored past of a few customers, each table asked for once."""

    def __init__(self, history: History, customers: list[str]) -> None:
        self._history = history
        self._customers = customers
        self._known: dict[tuple[str, str], pa.Table] = {}

    def _of(self, kind: str, name: str, ask: Callable[[], pa.Table]) -> pa.Table:
        if (kind, name) not in self._known:
            self._known[kind, name] = only(ask(), self._customers)
        return self._known[kind, name]

    def now(self) -> pa.Table:
        return self._of("now", "", self._history.now)

    def held(self, tag: str) -> pa.Table:
        return self._of("held", tag, lambda: self._history.held(tag))

    def last_true(self, rule: str) -> pa.Table:
        return self._of("last true", rule, lambda: self._history.last_true(rule))


def only(table: pa.Table, customers: list[str]) -> pa.Table:
    """The rows of these customers."""
    import pyarrow as pa
    import pyarrow.compute as pc

    ids = table.column("customer_id")
    return table.filter(pc.is_in(ids, value_set=pa.array(customers, ids.type)))


def next_changes(evaluator: Evaluator, customer: str, holds: Mapping[str, bool]) -> dict[str, date]:
    """For each tag the first day whose run would find it changed; tags that no day would change are left out.

    ``holds``: whether the customer has the tag now. A day is evaluated once for all tags that it may change.
    """
    trees = {tag: list(_trees(evaluator, tag)) for tag in holds}
    few = _few(evaluator, customer, [node for mine in trees.values() for node in mine])
    small = _small(evaluator, few)
    waiting: dict[date, list[str]] = {}
    for tag, mine in trees.items():
        for day in set(_Edges(small, few, mine).days()):
            waiting.setdefault(day, []).append(tag)
    found: dict[str, date] = {}
    try:
        for day in sorted(waiting):
            asked = [tag for tag in waiting[day] if tag not in found]
            if not asked:
                continue
            then = small.at(Cutoff.end_of(day, evaluator.cutoff.zone))
            then.figures = dict(evaluator.figures)
            columns = {f"t{index}": Has(tag) for index, tag in enumerate(asked)}
            (row,) = then.table(columns, Among((customer,))).to_pylist()
            found |= {tag: day for index, tag in enumerate(asked) if bool(row[f"t{index}"]) != holds[tag]}
            if len(found) == len(holds):
                break
    finally:
        small.close()
    return found


def _small(evaluator: Evaluator, few: _Few) -> Evaluator:
    """The same questions over a few customers alone."""
    ids: list[str] = few.tables["customers"].column("customer_id").to_pylist()
    columns = evaluator.columns
    return Evaluator(
        few, evaluator.program, evaluator.vocabulary, evaluator.cutoff,
        history=_Theirs(evaluator.history, ids) if evaluator.history is not None else None,
        columns={name: only(table, ids) for name, table in columns.items()} if columns is not None else None,
        pins=only(evaluator.pins, ids) if evaluator.pins is not None else None, inline=True,
    )  # fmt: skip


def _trees(evaluator: Evaluator, tag: str) -> Iterator[Node]:
    """Every node that has a say about a tag, through the tags that it looks at."""
    seen: set[str] = set()
    waiting = [tag]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        plan = evaluator.plans()[name]
        stack: list[Node] = [grant.condition for grant in plan.grants]
        stack += [grant.value for grant in plan.grants if grant.value is not None]
        stack += [*plan.withheld, *(line.condition for line in plan.score or ())]
        while stack:
            node = stack.pop()
            yield node
            if isinstance(node, Has | TagValue | Granted | GrantedValue | ManyTest):
                waiting.append(node.tag)
            if isinstance(node, Change):
                stack.append(basis.before(node))
            stack.extend(children(node))


def _few(evaluator: Evaluator, customer: str, trees: list[Node]) -> _Few:
    """The customer, those whom ``fellows`` conditions look at, and their events before T."""
    backend = evaluator.backend
    mine = sql.compare("=", sql.column("customer_id"), sql.text(customer))
    everything = [exp.Star()]
    chosen = [mine]
    for attribute in {node.attribute for node in trees if isinstance(node, Fellows)}:
        value = select([sql.column(attribute)], sql.table("customers"), mine.copy())
        chosen.append(sql.compare("=", sql.column(attribute), exp.Subquery(this=value)))
    people = backend.arrow(select(everything, sql.table("customers"), sql.any_of(chosen)))
    keys = [sql.integer(key) for key in people.column("customer").to_pylist()]
    tables = {"customers": people}
    for event in evaluator.schema.events:
        tests = [sql.compare("<", sql.column("time"), sql.timestamp(evaluator.cutoff.utc))]
        tests.append(exp.In(this=sql.column("customer"), expressions=list(keys)) if keys else sql.false())
        tables[f"event_{event}"] = backend.arrow(select(everything, sql.table(f"event_{event}"), sql.all_of(tests)))
    return _Few(tables)


class _Edges:
    """The days on which something about the nodes can change."""

    def __init__(self, evaluator: Evaluator, few: _Few, trees: list[Node]) -> None:
        self._evaluator, self._few, self._trees = evaluator, few, trees
        self._now = evaluator.cutoff
        today = self._now.last_day
        self._first = today if Cutoff.end_of(today, self._now.zone).utc > self._now.utc else today + timedelta(days=1)
        self._cutoffs: dict[int, Cutoff] = {}

    def days(self) -> Iterator[date]:
        """All of them, in no order."""
        for node in self._trees:
            for aggregate in basis.aggregates(node):
                yield from self._window(aggregate.window, self._times(aggregate.event))
            yield from self._node(node)
        yield from self._kept()

    def _node(self, node: Node) -> Iterator[date]:
        match node:
            case Sequence():
                times = self._times(node.event)
                yield from self._window(node.window, times)
                for following in node.steps:
                    if following.negated and following.within is not None:
                        starts = [time for event in self._evaluator.schema.events for time in self._times(event)]
                        length = following.within
                        ends = {self._at(time).move(length.amount, length.unit) for time in starts}
                        yield from self._when(lambda cutoff, end: end <= cutoff.utc, ends)
            case Burst():
                yield from self._window(node.window, self._times(node.event))
            case Compare() | InRange() | Member():
                yield from self._compared(node)
            case Elapsed() | DaysBetween():
                yield from self._loose(node)
            case DateIn(metric=metric, window=window):
                yield from self._window(window, self._dates(metric), closed=True)
            case DateAge(metric=metric, length=length):
                dates = self._dates(metric)
                yield from self._when(lambda cutoff, at: at < cutoff.back(length), dates)
                yield from self._when(lambda cutoff, at: at < cutoff.utc, dates)
            case Anniversary():
                yield from (self._first + timedelta(days=i) for i in range(367))
            case HeldFor() | Had():
                yield from self._history(node)

    def _at(self, utc: datetime) -> Cutoff:
        return Cutoff(utc.replace(tzinfo=self._now.instant.tzinfo), self._now.zone)

    def _cutoff(self, index: int) -> Cutoff:
        """T of the index-th day ahead; -1 is T itself."""
        if index < 0:
            return self._now
        if index not in self._cutoffs:
            self._cutoffs[index] = Cutoff.end_of(self._first + timedelta(days=index), self._now.zone)
        return self._cutoffs[index]

    def _when(self, crossed: Callable[[Cutoff, Any], bool], items: Iterable[Any]) -> Iterator[date]:
        """The day on which each item is crossed: false now, true from some day on."""
        for item in items:
            if crossed(self._now, item) or not crossed(self._cutoff(HORIZON), item):
                continue
            low, high = -1, HORIZON
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (low, middle) if crossed(self._cutoff(middle), item) else (middle, high)
            yield self._first + timedelta(days=high)

    def _window(self, window: Window, times: Iterable[datetime], closed: bool = False) -> Iterator[date]:
        """The days on which instants enter or leave a window. ``closed``: they may lie after T."""
        found = set(times)

        def left(cutoff: Cutoff, at: datetime) -> bool:
            lower = cutoff.window(window)[0]
            return lower is not None and at < lower

        def entered(cutoff: Cutoff, at: datetime) -> bool:
            upper = cutoff.window(window)[1]
            return upper is None or at < upper

        yield from self._when(left, found)
        yield from self._when(entered, found)

    def _times(self, event: str) -> set[datetime]:
        table = self._few.tables.get(f"event_{event}")
        return set() if table is None else set(table.column("time").to_pylist())

    def _dates(self, metric: Node) -> set[datetime]:
        """The instants of a date attribute; of another date metric, of all events."""
        if isinstance(metric, Attribute):
            values = self._few.tables["customers"].column(metric.name).to_pylist()
            return {self._now.at(value) if not isinstance(value, datetime) else value for value in values if value}
        return {time for event in self._evaluator.schema.events for time in self._times(event)}

    def _origins(self, node: Elapsed) -> set[datetime]:
        if isinstance(node.since, Moment):
            return self._times(node.since.event)
        return self._dates(node.since)

    def _compared(self, node: Condition) -> Iterator[date]:
        """An elapsed time compared with numbers: the days on which it reaches or passes one."""
        subject = node.left if isinstance(node, Compare) else node.metric  # type: ignore[attr-defined]
        others: list[Metric | None] = []
        if isinstance(node, Compare):
            others = [node.right]
            if isinstance(node.right, Elapsed):
                subject, others = node.right, [node.left]
        elif isinstance(node, InRange):
            others = [node.low, node.high]
        elif isinstance(node, Member):
            others = list(node.values)
        if not isinstance(subject, Elapsed):
            return
        for other in others:
            if isinstance(other, Number):
                yield from self._reached(subject, int(other.value // 1))
            elif other is not None:
                yield from self._steps(subject)

    def _reached(self, node: Elapsed, limit: int) -> Iterator[date]:
        for wanted in (limit, limit + 1):

            def reached(cutoff: Cutoff, at: datetime, wanted: int = wanted) -> bool:
                units = elapsed(cutoff, at, node.unit)
                return units is not None and units >= wanted

            yield from self._when(reached, self._origins(node))
        yield from self._when(lambda cutoff, at: at <= cutoff.utc, self._origins(node))

    def _loose(self, node: Elapsed | DaysBetween) -> Iterator[date]:
        """An elapsed time that is not just compared with a number may matter on every day."""
        if isinstance(node, Elapsed) and not self._is_compared(node):
            yield from self._steps(node)

    def _is_compared(self, node: Elapsed) -> bool:
        return any(
            (isinstance(other, Compare) and node in (other.left, other.right))
            or (isinstance(other, InRange | Member) and other.metric == node)
            for other in self._trees
        )

    def _steps(self, node: Elapsed) -> Iterator[date]:
        if self._origins(node):
            yield from (self._first + timedelta(days=i) for i in range(DENSE))

    def _history(self, node: HeldFor | Had) -> Iterator[date]:
        table = past.stretches(self._evaluator.history or NOTHING, node.tag)
        moments = {m for column in ("since", "until") for m in table.column(column).to_pylist() if m is not None}
        if isinstance(node, Had) and node.window is not None:
            yield from self._window(node.window, moments)
            return
        length = node.length if isinstance(node, HeldFor) else node.at
        assert length is not None
        yield from self._when(lambda cutoff, at: at <= cutoff.back(length), moments)

    def _kept(self) -> Iterator[date]:
        """The days on which a ``for`` ends."""
        history = self._evaluator.history
        if history is None:
            return
        for _, grant in past.keepers(list(self._evaluator.plans().values())):
            table = past.naive(history.last_true(grant.rule).select(["customer_id", "at"]), "at")
            ends = {past.until(at, grant, self._now) for at in table.column("at").to_pylist()}
            yield from self._when(lambda cutoff, end: end <= cutoff.utc, {end for end in ends if end is not None})


def elapsed(cutoff: Cutoff, at: datetime, unit: Unit) -> int | None:
    """Complete units from an instant to T; None if it is after T."""
    if at > cutoff.utc:
        return None
    seconds = {Unit.SECOND: 1, Unit.MINUTE: 60, Unit.HOUR: 3600, Unit.DAY: 86400, Unit.WEEK: 604800}
    if unit in seconds:
        return (cutoff.utc - at) // timedelta(seconds=seconds[unit])
    wall, then = cutoff.wall, cutoff.local(at)
    months = (wall.year - then.year) * 12 + wall.month - then.month
    while cutoff.at(add_months(wall, -months)) < at:
        months -= 1
    return months // {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.YEAR: 12}[unit]
