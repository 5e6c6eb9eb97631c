"""Sets of values that a metric may have: stretches of numbers, or texts, and whether it may be missing."""

from __future__ import annotations

import math
from dataclasses import dataclass

INFINITY = math.inf
Stretch = tuple[float, bool, float, bool]
"""Low end, whether it belongs, high end, whether it belongs."""

ALL: tuple[Stretch, ...] = ((-INFINITY, False, INFINITY, False),)


@dataclass(frozen=True)
class Values:
    """Numbers in any of the stretches (sorted, apart), or texts (all but these with ``outside``), or missing."""

    stretches: tuple[Stretch, ...] = ()
    texts: frozenset[str] | None = None
    """None: numbers."""
    outside: bool = False
    missing: bool = False

    @property
    def empty(self) -> bool:
        """Nothing fits, not even a missing value."""
        if self.missing:
            return False
        return not self.stretches if self.texts is None else not (self.texts or self.outside)

    @property
    def low(self) -> float:
        """The smallest number that may be (or the end that just may not)."""
        return self.stretches[0][0] if self.stretches else INFINITY

    @property
    def high(self) -> float:
        """The greatest number that may be (or the end that just may not)."""
        return self.stretches[-1][2] if self.stretches else -INFINITY

    def __and__(self, other: Values) -> Values:
        """What fits both. A number and a text never meet in one checked metric; then nothing is concluded."""
        missing = self.missing and other.missing
        if self.texts is None and other.texts is None:
            return Values(_intersect(self.stretches, other.stretches), missing=missing)
        if self.texts is None or other.texts is None:
            return self
        if self.outside and other.outside:
            return Values(texts=self.texts | other.texts, outside=True, missing=missing)
        if self.outside:
            return Values(texts=other.texts - self.texts, missing=missing)
        if other.outside:
            return Values(texts=self.texts - other.texts, missing=missing)
        return Values(texts=self.texts & other.texts, missing=missing)

    def __invert__(self) -> Values:
        """Everything else."""
        if self.texts is None:
            return Values(_complement(self.stretches), missing=not self.missing)
        return Values(texts=self.texts, outside=not self.outside, missing=not self.missing)

    def whole(self) -> Values:
        """Only whole numbers: ends drawn in to the next whole one."""
        kept = []
        for low, low_in, high, high_in in self.stretches:
            first = low if math.isinf(low) else (math.ceil(low) if low_in or low != math.floor(low) else low + 1)
            last = high if math.isinf(high) else (math.floor(high) if high_in or high != math.ceil(high) else high - 1)
            if first <= last:
                kept.append((first, not math.isinf(first), last, not math.isinf(last)))
        return Values(tuple(kept), missing=self.missing)


def numbers(low: float = -INFINITY, high: float = INFINITY, low_in: bool = True, high_in: bool = True) -> Values:
    """One stretch of numbers."""
    return Values(((low, low_in and not math.isinf(low), high, high_in and not math.isinf(high)),))


def texts(*names: str) -> Values:
    """Any of these texts."""
    return Values(texts=frozenset(names))


def compared(operator: str, value: float) -> Values:
    """The numbers that stand in a relation to one."""
    if operator == "=":
        return numbers(value, value)
    if operator == "!=":
        return Values(((-INFINITY, False, value, False), (value, False, INFINITY, False)))
    if operator in ("<", "<="):
        return numbers(high=value, high_in=operator == "<=")
    return numbers(low=value, low_in=operator == ">=")


def _intersect(first: tuple[Stretch, ...], second: tuple[Stretch, ...]) -> tuple[Stretch, ...]:
    found = []
    for a_low, a_low_in, a_high, a_high_in in first:
        for b_low, b_low_in, b_high, b_high_in in second:
            low, low_in = max((a_low, not a_low_in), (b_low, not b_low_in))
            high, high_in = min((a_high, a_high_in), (b_high, b_high_in))
            if low < high or (low == high and not low_in and high_in):
                found.append((low, not low_in, high, high_in))
    return tuple(found)


def _complement(stretches: tuple[Stretch, ...]) -> tuple[Stretch, ...]:
    found = []
    low, low_in = -INFINITY, False
    for start, start_in, end, end_in in stretches:
        if low < start or (low == start and low_in and not start_in):
            found.append((low, low_in, start, not start_in and not math.isinf(start)))
        low, low_in = end, not end_in
    if low < INFINITY:
        found.append((low, low_in and not math.isinf(low), INFINITY, False))
    return tuple(found)
