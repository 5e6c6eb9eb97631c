"""How many customers a trial needs, before it begins: the normal approximation for two means or two shares.

For shares p and q: n of the treated = (z_a √(p̄(1−p̄)(1 + 1/k)) + z_b √(p(1−p) + q(1−q)/k))² ÷ (p − q)², k controls for
one treated (Fleiss, Levin & Paik 2003, without the continuity correction); for means the same with their deviation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """What is to be found: from ``base`` to ``base + effect``, a share unless ``deviation`` says it is a mean.

    ``treated`` is the planned share of the treated, ``alpha`` the risk of seeing an effect that is none.
    """

    base: float
    effect: float
    deviation: float | None = None
    treated: float = 0.5
    alpha: float = 0.05

    def __post_init__(self) -> None:
        if self.effect == 0 or not math.isfinite(self.effect):
            raise ValueError("an effect of nothing needs no trial: say what difference would matter")
        if not 0 < self.treated < 1:
            raise ValueError(f"the treated part must lie between 0 and 1, it is {self.treated:g}")
        if not 0 < self.alpha < 1:
            raise ValueError(f"alpha must lie between 0 and 1, it is {self.alpha:g}")
        if self.deviation is None and not (0 <= self.base <= 1 and 0 <= self.base + self.effect <= 1):
            raise ValueError(
                f"shares lie between 0 and 1: {self.base:g} and {self.base + self.effect:g} do not both "
                "(for a mean, say its deviation)"
            )
        if self.deviation is not None and self.deviation <= 0:
            raise ValueError(f"a deviation is more than 0, it is {self.deviation:g}")

    @property
    def _spreads(self) -> tuple[float, float]:
        """The deviation of the difference for one treated customer: if there is no effect, and if there is."""
        k = (1 - self.treated) / self.treated
        if self.deviation is not None:
            same = self.deviation * math.sqrt(1 + 1 / k)
            return same, same
        p, q = self.base + self.effect, self.base
        pooled = self.treated * p + (1 - self.treated) * q
        return math.sqrt(pooled * (1 - pooled) * (1 + 1 / k)), math.sqrt(p * (1 - p) + q * (1 - q) / k)


def sample_size(plan: Plan, wanted: float = 0.8) -> tuple[int, int]:
    """How many treated and how many controls give the wanted power.

    >>> sample_size(Plan(base=0.10, effect=0.02))
    (3841, 3841)
    """
    from scipy.stats import norm

    if not plan.alpha < wanted < 1:
        raise ValueError(f"the power must lie between alpha and 1, it is {wanted:g}")
    none, some = plan._spreads
    n = ((float(norm.isf(plan.alpha / 2)) * none + float(norm.ppf(wanted)) * some) / abs(plan.effect)) ** 2
    return math.ceil(n - 1e-9), math.ceil(n * (1 - plan.treated) / plan.treated - 1e-9)


def power(plan: Plan, customers: int) -> float:
    """How likely so many customers (both arms together) show the effect.

    >>> round(power(Plan(base=0.10, effect=0.02), 7682), 3)
    0.8
    """
    from scipy.stats import norm

    none, some = plan._spreads
    treated = customers * plan.treated
    if treated <= 0 or some == 0:
        return 0.0
    far = abs(plan.effect) * math.sqrt(treated)
    limit = float(norm.isf(plan.alpha / 2)) * none
    return float(norm.cdf((far - limit) / some) + norm.cdf((-far - limit) / some))


def detectable(plan: Plan, customers: int, wanted: float = 0.8) -> float | None:
    """The smallest effect in the direction of the plan's that so many customers show; None where not even the largest.

    >>> round(detectable(Plan(base=0.10, effect=0.02), 7682), 3)
    0.02
    """
    from scipy.optimize import brentq

    sign = math.copysign(1.0, plan.effect)
    most = (1 - plan.base if sign > 0 else plan.base) if plan.deviation is None else 1e3 * plan.deviation

    def lacking(effect: float) -> float:
        moved = Plan(plan.base, sign * effect, plan.deviation, plan.treated, plan.alpha)
        return power(moved, customers) - wanted

    if most <= 0 or lacking(most) < 0:
        return None
    return sign * float(brentq(lacking, most * 1e-9, most))
