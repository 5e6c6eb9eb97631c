"""Metrics: what has one value per customer (language reference, section 3).

The nodes under "surface" are what the parser makes where it cannot know what a name is. The checker replaces
them; a tree that it returned holds none of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from tagfolk_dsl.tree.base import Node, Type
from tagfolk_dsl.tree.time import Duration, Ever, Unit, Window

if TYPE_CHECKING:
    from tagfolk_dsl.tree.conditions import Condition

Function = Literal[
    "count", "sum", "avg", "min", "max", "median", "stddev", "distinct",
    "first", "last", "most_common",
    "days_with", "weeks_with", "months_with",
    "avg_gap", "median_gap", "first_gap",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Metric(Node):
    """Anything with one value per customer (inside ``where``: per event)."""


# --- surface: only between parser and checker -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Name(Metric):
    """A bare word: an event or its plural, an attribute, a property, a tag, a ``let``, or text."""

    name: str


@dataclass(frozen=True, slots=True)
class Dotted(Metric):
    """``left.right``: a method's column, or an event's property inside brackets."""

    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Windowed(Metric):
    """A window after (or before) a metric that may hold aggregates without one: ``spend this year``."""

    metric: Metric
    window: Window


@dataclass(frozen=True, slots=True)
class Filtered(Metric):
    """``where`` after a metric: ``spend where category = tea``."""

    metric: Metric
    where: Condition


# --- values -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Number(Metric):
    """A number; ``text`` is how it was written (``10k``, ``60%``, ``10万``), kept for people."""

    value: Decimal
    text: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Text(Metric):
    """Text, quoted or (after the checker) a bare word that means itself."""

    value: str


@dataclass(frozen=True, slots=True)
class Boolean(Metric):
    """``yes`` or ``no``."""

    value: bool


@dataclass(frozen=True, slots=True)
class Day(Metric):
    """A calendar day as a value: ``2024-01-31``."""

    value: date


@dataclass(frozen=True, slots=True)
class Instant(Metric):
    """A time as a value, naive: local to the workspace; with an offset: that instant."""

    value: datetime


# --- what a customer (or an event, inside ``where``) has ---------------------------------------------------


@dataclass(frozen=True, slots=True)
class Attribute(Metric):
    """The customer's attribute at T."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Property(Metric):
    """Inside ``where``: a property of the event that is looked at."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class EventTime(Metric):
    """Inside ``where``: the event's own instant (``time``)."""


@dataclass(frozen=True, slots=True)
class TimePart(Metric):
    """``hour(time)`` 0–23, ``weekday(time)`` ``mon`` … ``sun``, ``month(time)`` 1–12, in local time.

    ``of`` is EventTime, or a Property/Attribute of type date or time.
    """

    part: Literal["hour", "weekday", "month"]
    of: Metric


@dataclass(frozen=True, slots=True)
class MethodColumn(Metric):
    """``rfm.recency``: a column of a ``use … as NAME``."""

    method: str
    column: str
    type: Type


@dataclass(frozen=True, slots=True)
class TagValue(Metric):
    """The value of a valued tag, a classify or a score; missing where the customer does not hold it.

    With ``many`` the tag keeps several values and a comparison asks whether one of them is it.
    """

    tag: str
    type: Type
    many: bool = False


# --- aggregates over events ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Aggregate(Metric):
    """One figure over a customer's events of one kind in a window.

    ``property`` is None for count, days_with …, and the gaps; it may be ``time`` for min, max, first and last.
    """

    function: Function
    event: str
    property: str | None = None
    where: Condition | None = None
    window: Window = field(default_factory=Ever)
    type: Type = field(default=Type.NUMBER, compare=False)


@dataclass(frozen=True, slots=True)
class Share(Metric):
    """``share(purchase where …)``: ``part`` (a count or a sum with ``where``) over the same without it."""

    part: Aggregate


@dataclass(frozen=True, slots=True)
class Moment(Node):
    """The first or last event of a kind: ``last purchase where … [window]``."""

    which: Literal["first", "last"]
    event: str
    where: Condition | None = None
    window: Window = field(default_factory=Ever)


@dataclass(frozen=True, slots=True)
class Elapsed(Metric):
    """``days since last purchase``, ``years since birthday``: whole units up to T.

    ``since`` is a Moment, or a metric of type date or time (before the checker: a Name).
    """

    unit: Unit
    since: Moment | Metric


@dataclass(frozen=True, slots=True)
class DaysBetween(Metric):
    """``days from first visit to first purchase``: whole 24-hour days, negative where the second came first."""

    start: Moment
    end: Moment


@dataclass(frozen=True, slots=True)
class Overall(Metric):
    """``overall avg(purchase.amount) in 12 months``: the aggregate over everybody's events, one figure."""

    aggregate: Aggregate


@dataclass(frozen=True, slots=True)
class Across(Metric):
    """``across customers avg(spend in 3 months) among (…)``: an aggregate of the customers' figures."""

    function: Literal["count", "sum", "avg", "min", "max", "median", "stddev", "distinct"]
    metric: Metric
    among: Condition | None = None


@dataclass(frozen=True, slots=True)
class Bucket(Metric):
    """``bucket(100, "salt")``: a stable pseudo-random whole number in [0, size) of the customer id."""

    size: int
    salt: str = ""


@dataclass(frozen=True, slots=True)
class Arithmetic(Metric):
    """``left op right``; ÷ 0 and missing operands give missing."""

    operator: Literal["+", "-", "*", "/"]
    left: Metric
    right: Metric


@dataclass(frozen=True, slots=True)
class Negative(Metric):
    """``-x``."""

    operand: Metric


@dataclass(frozen=True, slots=True)
class TopValues(Metric):
    """``top 3 of purchase.category in 90 days``: only as the value of a tag with ``values many``."""

    count: int
    event: str
    property: str
    where: Condition | None = None
    window: Window = field(default_factory=Ever)


__all__ = [
    "Across", "Aggregate", "Arithmetic", "Attribute", "Boolean", "Bucket", "Day", "DaysBetween", "Dotted",
    "Duration", "Elapsed", "EventTime", "Filtered", "Function", "Instant", "MethodColumn", "Metric", "Moment",
    "Name", "Negative", "Number", "Overall", "Property", "Share", "TagValue", "Text", "TimePart", "TopValues",
    "Windowed",
]  # fmt: skip
