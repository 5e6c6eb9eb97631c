"""BG/NBD: is the customer still there, and how many purchases will come.

Fader, Hardie & Lee (2005). ``frequency`` counts the days of purchase after the first, ``recency`` the time from the
first to the last, ``age`` the time from the first to T's last day, both in ``unit``. ``p_alive`` is the chance that the
customer still buys; ``expected`` the purchases in the next ``horizon``. The table ``calibration`` fits the model to the
time before a holdout and sets the expected beside the actual purchases in it, ``tracking`` sets cumulative repeat
purchases by period beside those of the model.

Errors: too few buyers or repeaters; data that do not follow the model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tagfolk_plugins.api.errors import MethodError
from tagfolk_plugins.api.hookspecs import hookimpl
from tagfolk_plugins.api.method import Argument, Method, MethodContext, MethodResult
from tagfolk_plugins.api.time import step
from tagfolk_plugins.methods._buying import UNITS, Model, check, fit, histories, horizon_in_units
from tagfolk_plugins.methods._charts import Draw, lines

if TYPE_CHECKING:
    import pandas as pd

ARGUMENTS = (
    Argument("event", "event", required=True, meaning="the event that is a purchase"),
    Argument("unit", "choice", default="week", choices=tuple(UNITS), meaning="the unit of time"),
    Argument("horizon", "duration", default=(39, "week"), meaning="how far to look ahead"),
)


class BgNbd(Method):
    """Purchases to come."""

    name = "bgnbd"
    meaning = "Whether each customer is still there, and how many purchases will come (BG/NBD)"
    arguments = (
        *ARGUMENTS,
        Argument("amount", "property", meaning="the money of a purchase, for its mean by customer"),
    )
    columns = {"frequency": "number", "recency": "number", "age": "number", "p_alive": "number", "expected": "number"}

    def run(self, arguments: Mapping[str, Any], context: MethodContext) -> MethodResult:
        """Fit (or apply the kept fit), tell everybody's chances, check against a holdout."""
        buyers = histories(arguments, context)
        check(buyers, "bgnbd", arguments["event"])
        horizon = horizon_in_units(arguments)
        model = kept_or_fitted(buyers, context)
        told = told_by(model, buyers, horizon)
        tables = {
            "calibration": calibration(arguments, context),
            "tracking": tracking(model, buyers, arguments, context),
        }
        return MethodResult(told, tables, figures(model, buyers), parameters(model))

    def chart(self, result: MethodResult) -> Draw | None:
        """Repeat purchases, expected and actual."""
        found = result.tables["tracking"]
        return lines(
            found["period"].tolist(), {n: found[n].tolist() for n in ("expected", "actual")},
            "Repeat purchases so far, the model's beside the actual", across="time since the first purchase of all",
            up="repeat purchases",
        )  # fmt: skip


@hookimpl
def tagfolk_methods() -> Sequence[type[Method]]:
    """Give the method."""
    return [BgNbd]


def kept_or_fitted(buyers: pd.DataFrame, context: MethodContext) -> Model:
    """The kept parameters while no new fit is due."""
    if context.state and not context.due:
        return Model(**{name: context.state[name] for name in ("r", "alpha", "a", "b", "loglik")})
    return fit(buyers)


def parameters(model: Model) -> dict[str, float]:
    """What is kept."""
    return {"r": model.r, "alpha": model.alpha, "a": model.a, "b": model.b, "loglik": model.loglik}


def figures(model: Model, buyers: pd.DataFrame) -> dict[str, float | int | str | None]:
    """What is told of the fit."""
    return {**parameters(model), "customers": len(buyers), "repeaters": int((buyers["frequency"] > 0).sum())}


def told_by(model: Model, buyers: pd.DataFrame, horizon: float) -> pd.DataFrame:
    """The columns of everybody."""
    x, tx, age = (buyers[n].to_numpy(dtype=float) for n in ("frequency", "recency", "age"))
    told = buyers[["frequency", "recency", "age"]].copy()
    told["p_alive"] = model.p_alive(x, tx, age)
    told["expected"] = model.expected(horizon, x, tx, age)
    return told


def calibration(arguments: Mapping[str, Any], context: MethodContext) -> pd.DataFrame:
    """Expected and actual repeat purchases in a holdout of the horizon's length, by frequency before it.

    Empty where the time before the holdout is too short for a fit.
    """
    import pandas as pd

    columns = ["frequency", "customers", "expected", "actual"]
    earlier = context.at(step(context.as_of, arguments["horizon"], context.zone, -1))
    before = histories(arguments, earlier)
    try:
        check(before, "the holdout", arguments["event"])
        model = fit(before)
    except MethodError:
        return pd.DataFrame(columns=columns)
    told = told_by(model, before, horizon_in_units(arguments))
    after = histories(arguments, context)["frequency"].reindex(told.index)
    told["actual"] = after - told["frequency"]
    told["frequency"] = told["frequency"].clip(upper=7)
    table = told.groupby("frequency").agg(
        customers=("expected", "size"), expected=("expected", "mean"), actual=("actual", "mean")
    )
    return table.reset_index()[columns]


def tracking(model: Model, buyers: pd.DataFrame, arguments: Mapping[str, Any], context: MethodContext) -> pd.DataFrame:
    """Cumulative repeat purchases by period, the model's beside the actual."""
    import numpy as np
    import pandas as pd

    from tagfolk_plugins.api.sql import view

    unit = UNITS[arguments["unit"]]
    query = f"select distinct customer, local::date as day from {view(arguments['event'])}"
    days = context.sql(query).sort_values(["customer", "day"])
    repeats = pd.to_datetime(days.loc[days["customer"].duplicated(), "day"])
    start = buyers["first"].min()
    span = float(buyers["age"].max())
    ends = np.arange(1, int(np.ceil(span)) + 1, dtype=float)
    born = ((buyers["first"] - start).dt.days / unit).value_counts()
    actual = np.searchsorted(np.sort(((repeats - start).dt.days / unit).to_numpy()), ends)
    expected = np.zeros(ends.size)
    for when, customers in born.items():
        expected += float(customers) * model.from_start(np.maximum(0.0, ends - float(str(when))))
    return pd.DataFrame({"period": ends, "expected": expected, "actual": actual})
