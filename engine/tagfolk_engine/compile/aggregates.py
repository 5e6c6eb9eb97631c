"""Statements over events: one group-by for a tier of aggregates, and those that need a statement of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlglot import exp
from tagfolk_dsl.tree import Aggregate, Condition, Metric, TopValues, Type, Window

from tagfolk_engine.compile import sql
from tagfolk_engine.compile.bitsets import Bitsets
from tagfolk_engine.compile.conditions import lower
from tagfolk_engine.compile.dialect import aliased, group_by, left_join, select, subquery
from tagfolk_engine.compile.frame import EventScope, Frame
from tagfolk_engine.compile.sql import E
from tagfolk_engine.compile.values import Value
from tagfolk_engine.plan.tiers import Tier

DAY = 86_400_000_000.0


@dataclass(frozen=True)
class Source:
    """Where events are read: everybody's or only some customers', with their own figures beside them.

    ``subjects``: a table of the customers wanted. ``own``: the table that holds ``figures`` (metric → column value).
    ``pooled``: as if all events were one customer's, for ``overall``.
    """

    subjects: str | None = None
    own: str | None = None
    figures: Mapping[Metric, Value] = field(default_factory=dict)
    pooled: bool = False
    bitsets: Callable[[Tier], Bitsets] | None = None
    """Distinct counts by bit sets, where the engine has them."""

    def scope(self, event: str) -> EventScope:
        """What a ``where`` over these events may look at."""
        return EventScope(event, self.figures)


def event_rows(event: str, frame: Frame, source: Source, lower_bound: datetime | None = None) -> tuple[E, list[E]]:
    """A relation of an event's rows (customer, time, local, properties), and the tests that every row must pass."""
    view: E = sql.table(f"event_{event}")
    if source.own is not None:
        star = exp.Column(this=exp.Star(), table=exp.to_identifier("e"))
        figures = [value.sql.copy() for value in source.figures.values()]
        joined = select([star, *figures], aliased(f"event_{event}", "e"))
        on = sql.compare("=", sql.column("customer", "e"), sql.column("owner", "o"))
        view = subquery(left_join(joined, aliased(source.own, "o"), on, side=""), "e")
    if source.pooled:
        columns = [c for c in frame.schema.events[event] if c != "customer"]
        figures = [value.sql.copy() for value in source.figures.values()]
        everybody = [sql.named(sql.integer(0), "customer"), *(sql.column(c) for c in columns), *figures]
        view = subquery(select(everybody, view), "e")
    tests = [sql.compare("<", sql.column("time"), frame.now())]
    if lower_bound is not None:
        tests.append(sql.compare(">=", sql.column("time"), sql.timestamp(lower_bound)))
    if source.subjects is not None:
        wanted = select([sql.column("customer")], sql.table(source.subjects))
        tests.append(exp.In(this=sql.column("customer"), query=exp.Subquery(this=wanted)))
    return view, tests


def tier_query(tier: Tier, frame: Frame, source: Source) -> exp.Select:
    """One row per customer with events in the tier: all its aggregates, by their column names."""
    view, tests = event_rows(tier.event, frame, source, tier.lower)
    bits = source.bitsets(tier) if source.bitsets is not None else None
    if bits is not None and any(bits.words(aggregate) for aggregate in tier.aggregates):
        view = bits.view(view, tier.aggregates)
    columns: list[E] = [sql.column("customer")]
    for aggregate in tier.aggregates:
        columns.append(sql.named(_aggregate(aggregate, frame, source, tier.lower, bits), frame.name(aggregate)))
    return group_by(select(columns, view, sql.all_of(tests)), [sql.column("customer")])


def fitting(
    event: str, where: Condition | None, window: Window, frame: Frame, source: Source, floor: datetime | None = None
) -> list[E]:
    """The tests that an event lies in the window and fits ``where``."""
    tests = frame.inside(sql.column("time"), window, floor)
    if where is not None:
        tests.append(lower(where, frame, source.scope(event)))
    return tests


def _aggregate(node: Aggregate, frame: Frame, source: Source, floor: datetime | None, bits: Bitsets | None = None) -> E:
    tests = fitting(node.event, node.where, node.window, frame, source, floor)

    def chosen(value: E) -> E:
        return sql.case(sql.all_of([test.copy() for test in tests]), value) if tests else value

    if bits is not None and bits.words(node):
        return bits.count(node, chosen)
    if node.property is not None:
        return _of_property(node, sql.column(node.property), chosen, frame)
    match node.function:
        case "count":
            return exp.Count(this=chosen(sql.integer(1)))
        case "days_with":
            return _distinct(chosen(sql.cast(sql.column("local"), "date")))
        case "weeks_with" | "months_with":
            unit = sql.text(node.function.removesuffix("s_with"))
            return _distinct(chosen(sql.func("date_trunc", unit, sql.column("local"))))
    first, last = exp.Min(this=chosen(sql.column("time"))), exp.Max(this=chosen(sql.column("time")))
    span = sql.arithmetic("-", frame.dialect.micros(last), frame.dialect.micros(first))
    gaps = sql.arithmetic("-", exp.Count(this=chosen(sql.integer(1))), sql.integer(1))
    mean = exp.Div(this=sql.cast(span, "double"), expression=sql.arithmetic("*", gaps, sql.double(DAY)))
    return sql.case(sql.compare(">=", gaps.copy(), sql.integer(1)), mean)


def _of_property(node: Aggregate, value: E, chosen: object, frame: Frame) -> E:
    assert callable(chosen)
    wide = sql.cast(value.copy(), "double")
    match node.function:
        case "sum":
            return exp.Sum(this=chosen(wide))
        case "avg":
            return exp.Avg(this=chosen(wide))
        case "stddev":
            return frame.dialect.stddev(chosen(wide))
        case "median":
            return frame.dialect.median(chosen(wide))
        case "min":
            return exp.Min(this=chosen(value))
        case "max":
            return exp.Max(this=chosen(value))
        case "distinct":
            return _distinct(chosen(value))
        case "count":
            return exp.Count(this=chosen(value))
    key = frame.dialect.micros(sql.column("time"))
    if node.function == "last":
        key = exp.Neg(this=key)
    return frame.dialect.earliest(value, chosen(key))


def _distinct(value: E) -> E:
    return exp.Count(this=exp.Distinct(expressions=[value]))


def apart_query(node: Aggregate, frame: Frame, source: Source) -> exp.Select:
    """``most_common`` and the gaps: (customer, the aggregate's column)."""
    name = frame.name(node)
    if node.function == "most_common":
        assert node.property is not None
        rows = _commonest(TopValues(1, node.event, node.property, node.where, node.window), frame, source)
        return select([sql.column("customer"), sql.named(sql.column("value"), name)], subquery(rows, "r"))
    view, tests = event_rows(node.event, frame, source)
    tests += fitting(node.event, node.where, node.window, frame, source)
    micros = frame.dialect.micros(sql.column("time"))
    earlier = _over(exp.Lag(this=micros.copy()), [sql.column("time")])
    gap = exp.Div(this=sql.cast(sql.arithmetic("-", micros, earlier), "double"), expression=sql.double(DAY))
    place = _over(exp.RowNumber(), [sql.column("time")])
    gaps = select([sql.column("customer"), sql.named(gap, "gap"), sql.named(place, "place")], view, sql.all_of(tests))
    if node.function == "first_gap":
        second = sql.compare("=", sql.column("place"), sql.integer(2))
        return select([sql.column("customer"), sql.named(sql.column("gap"), name)], subquery(gaps, "g"), second)
    middle = sql.named(frame.dialect.median(sql.column("gap")), name)
    return group_by(select([sql.column("customer"), middle], subquery(gaps, "g")), [sql.column("customer")])


def top_values_query(node: TopValues, frame: Frame, source: Source) -> exp.Select:
    """(customer, value): each customer's commonest values, of equally common ones the smallest."""
    return _commonest(node, frame, source)


def _commonest(node: TopValues, frame: Frame, source: Source) -> exp.Select:
    view, tests = event_rows(node.event, frame, source)
    tests += fitting(node.event, node.where, node.window, frame, source)
    tests.append(sql.known(sql.column(node.property)))
    value = sql.named(sql.column(node.property), "value")
    times = sql.named(exp.Count(this=exp.Star()), "times")
    counted = group_by(
        select([sql.column("customer"), value, times], view, sql.all_of(tests)),
        [sql.column("customer"), sql.column(node.property)],
    )
    commonest = exp.Ordered(this=sql.column("times"), desc=True)
    place = _over(exp.RowNumber(), [commonest, sql.column("value")])
    placed = select([sql.column("customer"), sql.column("value"), sql.named(place, "place")], subquery(counted, "n"))
    best = sql.compare("<=", sql.column("place"), sql.integer(node.count))
    return select([sql.column("customer"), sql.column("value")], subquery(placed, "p"), best)


def _over(function: E, order: list[E]) -> E:
    ordered = [item if isinstance(item, exp.Ordered) else exp.Ordered(this=item) for item in order]
    return exp.Window(this=function, partition_by=[sql.column("customer")], order=exp.Order(expressions=ordered))


def over(function: E, order: list[E]) -> E:
    """A window function per customer in the given order."""
    return _over(function, order)


def property_type(node: TopValues, frame: Frame) -> Type:
    """The type of the values a top-values effect gives, from the property's column."""
    kind = frame.schema.events[node.event].get(node.property, "text")
    if any(word in kind for word in ("int", "double", "numeric", "decimal", "float", "real")):
        return Type.NUMBER
    return {"date": Type.DATE, "boolean": Type.BOOLEAN}.get(kind, Type.TIME if "timestamp" in kind else Type.TEXT)
