"""Figures for methods: equality of computed numbers, ranks, quantiles, intervals, as methods.md defines them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from tagfolk_plugins.api.errors import ArgumentError, MethodError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TOLERANCE = 1e-9
"""Two computed numbers are equal within this part of the larger."""


def strictly_worse(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """For each value how many are strictly smaller; what differs by a rounding error only is equal.

    >>> import numpy as np
    >>> strictly_worse(np.array([0.3, 5.0, 0.1 + 0.2, 5.0, 1.0])).tolist()
    [0, 3, 0, 3, 2]
    """
    import numpy as np

    order = np.argsort(values, kind="stable")
    ordered = values[order]
    if not ordered.size:
        return np.zeros(0, dtype=np.int64)
    gap = np.abs(np.diff(ordered))
    apart = gap > TOLERANCE * np.maximum(np.abs(ordered[1:]), np.abs(ordered[:-1]))
    starts = np.concatenate([[True], apart])
    first = np.maximum.accumulate(np.where(starts, np.arange(ordered.size), 0))
    ranks = np.empty(ordered.size, dtype=np.int64)
    ranks[order] = first
    return ranks


def rank_scores(values: NDArray[np.float64], scores: int) -> NDArray[np.int64]:
    """1 + floor(scores × rank₀ ÷ n): the highest values get ``scores``, ties share a score.

    >>> import numpy as np
    >>> rank_scores(np.array([10.0, 20, 30, 40, 50]), 5).tolist()
    [1, 2, 3, 4, 5]
    """
    return 1 + (scores * strictly_worse(values)) // max(1, values.size)


def above(values: NDArray[np.float64], limit: float, *, or_equal: bool = False) -> NDArray[np.bool_]:
    """``values > limit`` (or ``>=``), what differs by a rounding error only being equal."""
    import numpy as np

    near = np.abs(values - limit) <= TOLERANCE * np.maximum(np.abs(values), abs(limit))
    return np.asarray((values > limit) | near if or_equal else (values > limit) & ~near)


def wilson(hits: float, n: float, z: float = 1.959963984540054) -> tuple[float, float]:
    """The 95 % interval of a share after Wilson (1927).

    >>> [round(x, 3) for x in wilson(30, 100)]
    [0.219, 0.396]
    """
    if n <= 0:
        return math.nan, math.nan
    p = hits / n
    centre = p + z * z / (2 * n)
    spread = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (centre - spread) / (1 + z * z / n), (centre + spread) / (1 + z * z / n)


def two_sided(z: float) -> float:
    """The two-sided p-value of a standard normal figure.

    >>> round(two_sided(1.959963984540054), 6)
    0.05
    """
    return math.erfc(abs(z) / math.sqrt(2))


def need(found: int, least: int, of: str, purpose: str) -> None:
    """Raise MethodError where there is too little to work on: ``need(3, 10, "customers with a purchase", "rfm")``."""
    if found < least:
        raise MethodError(
            f"{purpose} needs at least {least} {of}, there {'is' if found == 1 else 'are'} {found}",
            "load more data, or widen the window",
        )


def number_between(name: str, value: Any, low: float, high: float, *, whole: bool = False) -> None:
    """Raise ArgumentError where a number is outside what makes sense."""
    fits = isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high
    if not fits or (whole and value != int(value)):
        kind = "a whole number" if whole else "a number"
        upper = f"from {low:g} to {high:g}" if math.isfinite(high) else f"of at least {low:g}"
        raise ArgumentError(name, f"'{name}' must be {kind} {upper}, it is {value}")
