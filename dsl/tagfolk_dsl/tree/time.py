"""Durations and windows (language reference, section 2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from tagfolk_dsl.tree.base import Node


class Unit(Enum):
    """The units of time, as the language spells them in the singular."""

    SECOND = "second"
    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Duration(Node):
    """``6 months``. Days and longer are calendar steps of the workspace's zone, the shorter units exact."""

    amount: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Window(Node):
    """A stretch of time relative to the cutoff T, half-open; see the subclasses."""


@dataclass(frozen=True, slots=True)
class Ever(Window):
    """(−∞, T): ``ever``, or nothing written."""


@dataclass(frozen=True, slots=True)
class Last(Window):
    """``in 6 months``: [T − length, T)."""

    length: Duration


@dataclass(frozen=True, slots=True)
class Period(Window):
    """A calendar period: ``this year`` (back 0), ``last quarter`` (back 1), ``today`` (day, 0), ``yesterday``."""

    unit: Unit
    back: int


@dataclass(frozen=True, slots=True)
class Ago(Window):
    """``from 6 to 3 months ago``: [T − start, T − end)."""

    start: Duration
    end: Duration


@dataclass(frozen=True, slots=True)
class Since(Window):
    """``since 2024-01-01``: [that day's start or that instant, T)."""

    start: date | datetime


@dataclass(frozen=True, slots=True)
class Before(Window):
    """``before 2024-01-01``: (−∞, that day's start or that instant)."""

    end: date | datetime


@dataclass(frozen=True, slots=True)
class Between(Window):
    """``between 2024-01-01 and 2024-03-31``: both days whole. ``on D`` is Between(D, D)."""

    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Next(Window):
    """``in next 7 days``: [T, T + length), for anniversaries only."""

    length: Duration
