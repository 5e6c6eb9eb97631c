"""The BG/NBD model and its data, shared by ``bgnbd`` and ``clv``.

Fader, Hardie & Lee (2005), "Counting Your Customers" the Easy Way, Marketing Science 24(2). Purchases come at a
gamma-distributed rate, and after each the customer drops out with a beta-distributed chance. Several purchases of one
local day are one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tagfolk_plugins.api.errors import ArgumentError, MethodError
from tagfolk_plugins.api.method import MethodContext
from tagfolk_plugins.api.sql import quoted, split, view
from tagfolk_plugins.api.time import days_of, last_day

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

UNITS: Mapping[str, float] = {"day": 1.0, "week": 7.0, "month": 365.2425 / 12, "year": 365.2425}

QUERY = """
with days as (
    select customer, local::date as day, coalesce(fsum({amount}), 0) as money
    from {view} where local::date <= ? group by 1, 2
)
select c.customer_id, count(*) - 1 as frequency, min(day) as first, max(day) as last,
       avg(money) filter (where day > first_day) as monetary
from (select *, min(day) over (partition by customer) as first_day from days) join customers c using (customer)
group by c.customer_id
order by c.customer_id
"""


@dataclass(frozen=True)
class Model:
    """The fitted parameters; times are in units."""

    r: float
    alpha: float
    a: float
    b: float
    loglik: float = 0.0

    def p_alive(self, x: Any, tx: Any, age: Any) -> Any:
        """The chance that a customer still buys."""
        import numpy as np

        with np.errstate(over="ignore"):
            odds = self.a / (self.b + np.maximum(x, 1) - 1) * ((self.alpha + age) / (self.alpha + tx)) ** (self.r + x)
        return np.where(x > 0, 1 / (1 + odds), 1.0)

    def expected(self, t: float, x: Any, tx: Any, age: Any) -> Any:
        """Purchases to be expected in the next ``t`` units."""
        from scipy.special import hyp2f1

        r, alpha, a, b = self.r, self.alpha, self._a, self.b
        z = t / (alpha + age + t)
        tail = ((alpha + age) / (alpha + age + t)) ** (r + x) * hyp2f1(r + x, b + x, a + b + x - 1, z)
        return (a + b + x - 1) / (a - 1) * (1 - tail) * self.p_alive(x, tx, age)

    def from_start(self, t: Any) -> Any:
        """Repeat purchases to be expected of a new customer by age ``t``."""
        from scipy.special import hyp2f1

        a, b = self._a, self.b
        z = t / (self.alpha + t)
        return (a + b - 1) / (a - 1) * (1 - (1 - z) ** self.r * hyp2f1(self.r, b, a + b - 1, z))

    @property
    def _a(self) -> float:
        """``a``, kept off 1, where the formulas have a removable gap."""
        return self.a if abs(self.a - 1) > 1e-6 else 1 + 1e-6


def histories(arguments: Mapping[str, Any], context: MethodContext) -> pd.DataFrame:
    """Per buyer: ``frequency`` (repeat days), ``recency`` and ``age`` in units, ``first`` day, ``monetary`` (mean of
    the repeat days; missing without one)."""
    import pandas as pd

    event, amount = arguments["event"], arguments.get("amount")
    column = "1"
    if amount is not None:
        owner, name = split(amount, event)
        kinds = context.event_properties().get(owner, {})
        if owner != event or kinds.get(name, "number") != "number":
            raise ArgumentError("amount", f"'{amount}' must be a number property of {event}")
        column = quoted(name)
    today = last_day(context.as_of, context.zone)
    frame = context.sql(QUERY.format(view=view(event), amount=column), [today]).set_index("customer_id")
    unit = UNITS[arguments["unit"]]
    first, last = pd.to_datetime(frame["first"]), pd.to_datetime(frame["last"])
    return pd.DataFrame({
        "frequency": frame["frequency"].astype(float), "recency": (last - first).dt.days / unit,
        "age": (pd.Timestamp(today) - first).dt.days / unit, "first": first,
        "monetary": frame["monetary"].astype(float),
    })  # fmt: skip


def horizon_in_units(arguments: Mapping[str, Any]) -> float:
    """The horizon in the method's units."""
    length = days_of(arguments["horizon"]) / UNITS[arguments["unit"]]
    if length <= 0:
        raise ArgumentError("horizon", "'horizon' must be longer than nothing")
    return length


def check(buyers: pd.DataFrame, purpose: str, event: str) -> None:
    """What the model needs of the data; MethodError where it is not there."""
    repeaters = int((buyers["frequency"] > 0).sum())
    if len(buyers) < 20 or repeaters < 10:
        raise MethodError(
            f"{purpose} needs at least 20 buyers of whom 10 came on a second day; there are {len(buyers)}"
            f" with a {event}, and {repeaters} came again",
            "load older events, or more customers",
        )
    if float(buyers["age"].max()) <= 0:
        raise MethodError(f"{purpose} needs a stretch of time; all of it is one day", "load older events")


def fit(buyers: pd.DataFrame) -> Model:
    """Maximum likelihood; equal histories are counted once."""
    import numpy as np
    from scipy.optimize import minimize
    from scipy.special import gammaln

    rows = buyers[["frequency", "recency", "age"]].to_numpy(dtype=np.float64)
    unique, weights = np.unique(rows, axis=0, return_counts=True)
    x, tx, age = unique.T
    scale = 10.0 / float(age.max())  # times of the order of ten keep the search well conditioned

    def loss(logs: NDArray[np.float64]) -> float:
        r, alpha, a, b = np.exp(np.clip(logs, -20, 20))
        each = (
            gammaln(r + x) - gammaln(r) + r * np.log(alpha)
            + gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
        )  # fmt: skip
        alive = -(r + x) * np.log(alpha + age * scale)
        gone = np.log(a) - np.log(b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + tx * scale)
        each = each + np.where(x > 0, np.logaddexp(alive, gone), alive)
        return -float((weights * each).sum()) / len(rows)

    best: Any = None
    for start in ([0.5, 2.0, 0.8, 2.5], [1.0, 1.0, 1.0, 1.0]):
        found = minimize(loss, np.log(start), method="L-BFGS-B", options={"maxiter": 300, "ftol": 1e-13, "gtol": 1e-8})
        best = found if best is None or found.fun < best.fun else best
        if found.success and abs(best.x).max() < 10:
            break  # a second start is for searches that lose their way
    r, alpha, a, b = (float(v) for v in np.exp(best.x))
    if not np.isfinite(best.fun) or max(r, alpha / scale, b) > 1e7:
        raise MethodError(
            "the purchases do not follow the BG/NBD model: its parameters run away",
            "are there returns or test orders among the events? look at the distribution of counts",
        )
    # the likelihood in the caller's units: each purchase is a density in time
    loglik = -best.fun * len(rows) + float((weights * x).sum()) * float(np.log(scale))
    return Model(r, alpha / scale, a, b, loglik)
