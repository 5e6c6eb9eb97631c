"""Customer lifetime value: BG/NBD for how often, Gamma–Gamma for how much, discounted over the horizon.

Fader & Hardie (2013), The Gamma-Gamma Model of Monetary Value. A customer's mean is that of the repeat days (the first
is left out). The model asks that how often and how much are unrelated: the correlation is in the fit, with a warning
above 0.3. ``value`` is the margin-free revenue of the horizon, month by month, discounted by ``discount`` a month.

Errors: those of bgnbd; no positive amounts; amounts too wild for a mean to exist.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tagfolk_plugins.api.errors import MethodError
from tagfolk_plugins.api.figures import number_between
from tagfolk_plugins.api.hookspecs import hookimpl
from tagfolk_plugins.api.method import Argument, Method, MethodContext, MethodResult
from tagfolk_plugins.api.time import days_of
from tagfolk_plugins.methods._buying import UNITS, check, histories, horizon_in_units
from tagfolk_plugins.methods._charts import Draw, bars, figure, percent
from tagfolk_plugins.methods.bgnbd import (
    ARGUMENTS,
    BgNbd,
    calibration,
    figures,
    kept_or_fitted,
    parameters,
    told_by,
    tracking,
)  # fmt: skip

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray


class Clv(Method):
    """What each customer will bring."""

    name = "clv"
    meaning = "What each customer will bring over a horizon (BG/NBD and Gamma–Gamma)"
    arguments = (
        *ARGUMENTS,
        Argument("amount", "property", required=True, meaning="the money of a purchase"),
        Argument("discount", "number", default=0.01, meaning="the discount a month"),
    )
    columns = {**BgNbd.columns, "average_value": "number", "value": "number"}

    def run(self, arguments: Mapping[str, Any], context: MethodContext) -> MethodResult:
        """Fit both models, then value everybody."""
        number_between("discount", arguments["discount"], 0, 1)
        buyers = histories(arguments, context)
        check(buyers, "clv", arguments["event"])
        model = kept_or_fitted(buyers, context)
        kept = context.state if context.state and not context.due else None
        p, q, v = (kept["p"], kept["q"], kept["v"]) if kept else gamma_gamma(buyers)
        told = told_by(model, buyers, horizon_in_units(arguments))
        x, m = buyers["frequency"].to_numpy(), buyers["monetary"].fillna(0).to_numpy()
        told["average_value"] = p * (v + x * m) / (p * x + q - 1)
        told["value"] = _discounted(model, buyers, arguments) * told["average_value"]
        tables = {
            "deciles": _deciles(told), "calibration": calibration(arguments, context),
            "tracking": tracking(model, buyers, arguments, context),
        }  # fmt: skip
        fit = {**figures(model, buyers), "p": p, "q": q, "v": v, **_correlation(buyers)}
        return MethodResult(told, tables, fit, {**parameters(model), "p": p, "q": q, "v": v})

    def chart(self, result: MethodResult) -> Draw | None:
        """The value of each tenth."""
        found = result.tables["deciles"]
        values, shares = found["value"].tolist(), found["share"].tolist()
        return bars(
            [f"tenth {d}" for d in found["decile"]], values, "Value to come, by tenths of the customers", "value",
            say=lambda i: f"{figure(values[i])} ({percent(shares[i])})",
        )  # fmt: skip


@hookimpl
def tagfolk_methods() -> Sequence[type[Method]]:
    """Give the method."""
    return [Clv]


def gamma_gamma(buyers: pd.DataFrame) -> tuple[float, float, float]:
    """p, q, v by maximum likelihood over those with repeat purchases of a positive mean."""
    import numpy as np
    from scipy.optimize import minimize
    from scipy.special import gammaln

    paying = buyers[(buyers["frequency"] > 0) & (buyers["monetary"] > 0)]
    if len(paying) < 10:
        raise MethodError(
            f"clv needs at least 10 repeat buyers with a positive amount, there are {len(paying)}",
            "is 'amount' the right property?",
        )
    if paying["monetary"].nunique() == 1:
        raise MethodError(
            "every repeat purchase costs the same: there is nothing to fit", "multiply by the price instead"
        )
    x = paying["frequency"].to_numpy(dtype=np.float64)
    scale = float(paying["monetary"].mean())
    m = paying["monetary"].to_numpy(dtype=np.float64) / scale

    def loss(logs: NDArray[np.float64]) -> float:
        p, q, v = np.exp(np.clip(logs, -20, 20))
        each = (
            gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(v)
            + (p * x - 1) * np.log(m) + p * x * np.log(x) - (p * x + q) * np.log(x * m + v)
        )  # fmt: skip
        return -float(each.mean())

    found = minimize(loss, np.log([4.0, 3.0, 1.0]), method="L-BFGS-B", options={"maxiter": 2000, "ftol": 1e-14})
    p, q, v = (float(value) for value in np.exp(found.x))
    if q <= 1 or not np.isfinite(found.fun):
        raise MethodError(
            "the amounts are too wild: in the Gamma–Gamma model their mean does not exist",
            "cap the largest amounts, or leave out wholesale customers",
        )
    return p, q, v * scale


def _discounted(model: Any, buyers: pd.DataFrame, arguments: Mapping[str, Any]) -> Any:
    """Expected purchases of each month of the horizon, discounted at its end, summed."""
    import numpy as np

    x, tx, age = (buyers[n].to_numpy(dtype=np.float64) for n in ("frequency", "recency", "age"))
    month, length = UNITS["month"], days_of(arguments["horizon"])
    total, before = np.zeros(len(buyers)), np.zeros(len(buyers))
    for number in range(1, int(np.ceil(length / month - 1e-9)) + 1):
        until = min(number * month, length)
        now = model.expected(until / UNITS[arguments["unit"]], x, tx, age)
        total += (now - before) / (1 + float(arguments["discount"])) ** (until / month)
        before = now
    return total


def _correlation(buyers: pd.DataFrame) -> dict[str, float | int | str | None]:
    import numpy as np

    paying = buyers[(buyers["frequency"] > 0) & (buyers["monetary"] > 0)]
    if paying["frequency"].nunique() < 2:
        return {"correlation": None, "warning": None}
    found = float(np.corrcoef(paying["frequency"], paying["monetary"])[0, 1])
    warning = None
    if abs(found) > 0.3:
        warning = f"how often and how much are related (r = {found:.2f}); the model asks that they are not"
    return {"correlation": found, "warning": warning}


def _deciles(told: pd.DataFrame) -> pd.DataFrame:
    """Ten equal groups by value, the best first."""
    import numpy as np

    ordered = told.sort_values("value", ascending=False, kind="stable")
    groups = ordered.groupby(np.arange(len(ordered)) * 10 // len(ordered) + 1)
    table = groups.agg(
        customers=("value", "size"), value=("value", "sum"), p_alive=("p_alive", "mean"), expected=("expected", "sum")
    )
    table["share"] = table["value"] / table["value"].sum()
    return table.rename_axis("decile").reset_index()
