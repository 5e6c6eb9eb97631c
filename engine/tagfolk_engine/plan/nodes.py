"""Tree nodes that only the engine makes, beside those of the language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tagfolk_dsl.tree import Condition, Duration, Metric, Type, Window


@dataclass(frozen=True, slots=True)
class Exactly(Window):
    """A window whose bounds are known: naive UTC, half-open, None is unbounded."""

    lower: datetime | None
    upper: datetime | None


@dataclass(frozen=True, slots=True)
class Previous(Window):
    """The window just before another one, as ``fell`` and ``rose`` compare it (language reference, section 4)."""

    of: Window


@dataclass(frozen=True, slots=True)
class Granted(Condition):
    """``has TAG`` before withholding: what a rule that withholds the tag sees of it."""

    tag: str


@dataclass(frozen=True, slots=True)
class GrantedValue(Metric):
    """The value of a tag before withholding."""

    tag: str
    type: Type
    many: bool = False


@dataclass(frozen=True, slots=True)
class StoredHas(Condition):
    """``has TAG`` by the membership of the latest run instead of by the rules."""

    tag: str


@dataclass(frozen=True, slots=True)
class StoredValue(Metric):
    """The value of a tag by the membership of the latest run."""

    tag: str
    type: Type
    many: bool = False


@dataclass(frozen=True, slots=True)
class HeldFor(Condition):
    """By the stored history, the tag has been held without a break since T − length."""

    tag: str
    length: Duration


@dataclass(frozen=True, slots=True)
class ManyTest(Condition):
    """A condition about a tag that keeps many values: true of any of them (``every``: of all, and there is one)."""

    condition: Condition
    tag: str
    granted: bool
    stored: bool
    every: bool


@dataclass(frozen=True, slots=True)
class Among(Condition):
    """One of these customers, by id."""

    customers: tuple[str, ...]
