"""Conditions: true or false for each customer (language reference, section 4); inside ``where`` for each event."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from tagfolk_dsl.tree.base import Node
from tagfolk_dsl.tree.metrics import Metric
from tagfolk_dsl.tree.time import Duration, Ever, Next, Unit, Window

Comparison = Literal["=", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Condition(Node):
    """Two-valued: a comparison with a missing value is false, and ``not`` of it true."""


@dataclass(frozen=True, slots=True)
class Bare(Condition):
    """Surface only: a metric alone where a condition is due (``purchase in 30 days``, ``joined this month``).

    The checker makes it Occurs, DateIn, or (a boolean attribute) Compare.
    """

    metric: Metric


@dataclass(frozen=True, slots=True)
class And(Condition):
    """All of two or more."""

    items: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or(Condition):
    """Any of two or more."""

    items: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not(Condition):
    """The opposite."""

    item: Condition


@dataclass(frozen=True, slots=True)
class Always(Condition):
    """``otherwise``, and the empty filter of a question: everybody."""


@dataclass(frozen=True, slots=True)
class Occurs(Condition):
    """``purchase in 30 days`` (some), ``no purchase 6 months`` (no), ``every purchase where …`` (every).

    ``every``: at least one in the window, and all of the window fit ``where``.
    """

    mode: Literal["some", "no", "every"]
    event: str
    where: Condition | None = None
    window: Window = field(default_factory=Ever)


@dataclass(frozen=True, slots=True)
class FirstIn(Condition):
    """``first purchase where … in 30 days``: the first one ever (that fits) lies in the window."""

    event: str
    where: Condition | None
    window: Window


@dataclass(frozen=True, slots=True)
class InPeriods(Condition):
    """``purchase in at least 3 of the last 5 weeks``: parts counted from T, each clamped."""

    event: str
    where: Condition | None
    at_least: int
    of: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Compare(Condition):
    """``left op right``; numbers within 1e-9 of the larger are equal."""

    left: Metric
    operator: Comparison
    right: Metric


@dataclass(frozen=True, slots=True)
class InRange(Condition):
    """``metric low..high``, inclusive at both ends; either end may be open (None)."""

    metric: Metric
    low: Metric | None
    high: Metric | None


@dataclass(frozen=True, slots=True)
class Member(Condition):
    """``metric in (a, b)``, ``metric not in (a, b)``."""

    metric: Metric
    values: tuple[Metric, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Matches(Condition):
    """``like`` (glob, whole text), ``matches`` (regular expression, anywhere), contains, starts, ends; case counts."""

    metric: Metric
    how: Literal["like", "matches", "contains", "starts", "ends"]
    pattern: str


@dataclass(frozen=True, slots=True)
class Known(Condition):
    """``email known``; ``email missing`` is ``known=False``."""

    metric: Metric
    known: bool = True


@dataclass(frozen=True, slots=True)
class DateIn(Condition):
    """A date or time metric in a window: ``joined in 30 days`` (a date: its local midnight)."""

    metric: Metric
    window: Window


@dataclass(frozen=True, slots=True)
class DateAge(Condition):
    """``joined more than 1 year ago``: date < T − 1 year; ``less than``: T − 1 year ≤ date < T."""

    metric: Metric
    how: Literal["more", "less"]
    length: Duration


@dataclass(frozen=True, slots=True)
class Anniversary(Condition):
    """``birthday in next 7 days``; 29 February falls on the 28th in other years."""

    metric: Metric
    window: Next


@dataclass(frozen=True, slots=True)
class Change(Condition):
    """``METRIC in 3 months fell 80%``; ``fraction`` is 0.8. The metric carries its window inside."""

    metric: Metric
    how: Literal["fell", "rose"]
    fraction: Decimal


@dataclass(frozen=True, slots=True)
class Rank(Condition):
    """``top 20% by METRIC among (…)``: exactly one of ``fraction`` (0.2) and ``count`` is set."""

    end: Literal["top", "bottom"]
    metric: Metric
    fraction: Decimal | None = None
    count: int | None = None
    among: Condition | None = None


@dataclass(frozen=True, slots=True)
class Step(Node):
    """A step of a sequence after its first; ``within`` counts from the step before (``of_first``: from step 1)."""

    event: str
    where: Condition | None = None
    negated: bool = False
    """``then no``: no such event follows (the last step only)."""
    directly: bool = False
    """No other declared event between this step and the one before."""
    within: Duration | None = None
    of_first: bool = False
    without: tuple[str, Condition | None] | None = None
    """``without c``: no such event between the step before and this one."""


@dataclass(frozen=True, slots=True)
class Sequence(Condition):
    """``visit then purchase within 7 days [window]``; the window selects the first step."""

    event: str
    where: Condition | None
    steps: tuple[Step, ...]
    window: Window = field(default_factory=Ever)
    matching: str | None = None
    """Each later event has the same value of this property; events without it are left out."""


@dataclass(frozen=True, slots=True)
class Burst(Condition):
    """``at least 3 purchase within 24 hours [window]``."""

    at_least: int
    event: str
    where: Condition | None
    within: Duration
    window: Window = field(default_factory=Ever)


@dataclass(frozen=True, slots=True)
class Fellows(Condition):
    """``some customer of company (…)``: over all customers with the same known value of the attribute."""

    quantifier: Literal["some", "every", "no"]
    attribute: str
    condition: Condition


@dataclass(frozen=True, slots=True)
class Has(Condition):
    """``has vip`` in this run, ``lacks vip`` (negated)."""

    tag: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class HasFor(Condition):
    """``has vip for 30 days``: in this run, and by the history without a break since T − 30 days."""

    tag: str
    length: Duration


@dataclass(frozen=True, slots=True)
class Had(Condition):
    """``had vip 3 months ago`` (``at``) or ``had vip in 12 months`` (``window``): exactly one is set."""

    tag: str
    at: Duration | None = None
    window: Window | None = None


@dataclass(frozen=True, slots=True)
class InSegment(Condition):
    """``in segment win_back``: the segment's bare condition."""

    segment: str
