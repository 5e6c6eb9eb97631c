"""Figures of trials: who is in which arm, whether the arms have the planned sizes, what sets them apart.

Two-sided z-tests with pooled variance; the interval of a difference is of its own (unpooled) variance, 95 %.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tagfolk_plugins.api.figures import two_sided

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Z95 = 1.959963984540054


def share(customer: str, salt: str) -> float:
    """A stable pseudo-random number in [0, 1) of a customer and a salt.

    >>> share("a", "x") == share("a", "x") != share("a", "y")
    True
    """
    return int.from_bytes(hashlib.sha256(f"{salt}\x1f{customer}".encode()).digest()[:8], "big") / 2**64


def compare(a: NDArray[np.float64], b: NDArray[np.float64]) -> tuple[Any, ...]:
    """n, mean, difference, its interval, z, p of the first against the second; missing values left out."""
    import numpy as np

    a, b = a[~np.isnan(a)], b[~np.isnan(b)]
    if not len(a) or not len(b):
        return (len(a), float(a.mean()) if len(a) else None, None, None, None, None, None)
    n, m, difference = len(a), len(b), float(a.mean() - b.mean())
    pooled = (((a - a.mean()) ** 2).sum() + ((b - b.mean()) ** 2).sum()) / max(1, n + m - 2)
    each = math.sqrt(a.var(ddof=1) / n + b.var(ddof=1) / m) if min(n, m) > 1 else math.nan
    if set(np.unique(np.concatenate([a, b]))) <= {0.0, 1.0}:
        rate = (a.sum() + b.sum()) / (n + m)
        pooled = rate * (1 - rate)
    error = math.sqrt(pooled * (1 / n + 1 / m))
    z = difference / error if error else None
    low, high = difference - Z95 * each, difference + Z95 * each
    return n, float(a.mean()), difference, low, high, z, two_sided(z) if z is not None else None


def sample_ratio(sizes: Sequence[int], shares: Sequence[float]) -> float:
    """The p-value of the chi-square test of the arms' sizes against their planned shares.

    >>> round(sample_ratio([5000, 5200], [0.5, 0.5]), 4)
    0.0477
    """
    from scipy.stats import chi2

    n, whole = sum(sizes), math.fsum(shares)
    if n == 0:
        return math.nan
    planned = [n * share / whole for share in shares]
    chi = math.fsum((size - plan) ** 2 / plan for size, plan in zip(sizes, planned, strict=True))
    return float(chi2.sf(chi, len(sizes) - 1))


def holm(ps: Sequence[float | None]) -> list[float | None]:
    """p-values corrected for their number (Holm 1979).

    >>> holm([0.01, 0.04, None])
    [0.02, 0.04, None]
    """
    known = sorted((p, i) for i, p in enumerate(ps) if p is not None and p == p)
    found: list[float | None] = [None] * len(ps)
    highest = 0.0
    for rank, (p, place) in enumerate(known):
        highest = max(highest, min(1.0, p * (len(known) - rank)))
        found[place] = highest
    return found
