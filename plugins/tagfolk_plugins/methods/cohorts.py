"""Cohorts: of those who began in one period, how many came again in each later one.

A customer's cohort is the local period (month, week from Monday, day) of the first ``start`` event ever; with ``first =
no`` a customer stands in the cohort of every period with one. The retention table has a row per cohort: its size, then
how many came (``return``) 0, 1, 2 … periods later; periods that T has not reached are empty.

Error: nobody has the event.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tagfolk_plugins.api.errors import ArgumentError
from tagfolk_plugins.api.figures import need
from tagfolk_plugins.api.hookspecs import hookimpl
from tagfolk_plugins.api.method import Argument, Method, MethodContext, MethodResult
from tagfolk_plugins.api.sql import view
from tagfolk_plugins.api.time import last_day
from tagfolk_plugins.methods._charts import Draw, heat

if TYPE_CHECKING:
    import pandas as pd

QUERY = """
select distinct c.customer_id, date_trunc(?, e.local)::date as period
from {view} e join customers c using (customer)
order by 1, 2
"""


class Cohorts(Method):
    """Retention by first period."""

    name = "cohorts"
    meaning = "Of those who began in one period, how many came again in each later one"
    arguments = (
        Argument("event", "event", meaning="the event that begins and the one that returns"),
        Argument("start", "event", meaning="the event that begins, where it is another"),
        Argument("return", "event", meaning="the event that returns, where it is another"),
        Argument("period", "choice", default="month", choices=("month", "week", "day"), meaning="the period"),
        Argument("first", "boolean", default=True, meaning="no: a customer is in the cohort of every active period"),
    )
    columns = {"cohort": "text", "periods_active": "number"}

    def run(self, arguments: Mapping[str, Any], context: MethodContext) -> MethodResult:
        """Count who came when after the first time."""
        start, back = (arguments[name] or arguments["event"] for name in ("start", "return"))
        if start is None or back is None:
            raise ArgumentError("event", "cohorts needs 'event', or 'start' and 'return'")
        period = arguments["period"]
        began = _periods(start, period, context)
        need(len(began), 1, f"customer with a {start}", "cohorts")
        came = began if back == start else _periods(back, period, context)
        first = began.groupby("customer_id")["period"].min()
        cohorts = first.reset_index() if arguments["first"] else began
        pairs = cohorts.merge(came, on="customer_id", suffixes=("", "_came"))
        pairs["later"] = pairs["period_came"] - pairs["period"]
        pairs = pairs[pairs["later"] >= 0]
        latest = _number(last_day(context.as_of, context.zone), period)
        retention = _retention(cohorts, pairs, latest, period)
        rates = retention.copy()
        numbers = [c for c in rates.columns if c not in ("cohort", "size")]
        rates[numbers] = rates[numbers].div(rates["size"], axis=0)
        active = came.groupby("customer_id").size().reindex(first.index).fillna(0)
        frame = first.map(lambda n: label(int(n), period)).to_frame("cohort").astype(object)
        frame["periods_active"] = active.astype(float)
        returned = pairs.loc[pairs["later"] == 1, "customer_id"].nunique()
        fit = {"customers": len(first), "cohorts": len(retention), "returned_next_period": int(returned)}
        return MethodResult(frame, {"retention": retention, "rates": rates}, fit)

    def chart(self, result: MethodResult) -> Draw | None:
        """Retention."""
        rates = result.tables["rates"].tail(24)
        periods = [c for c in rates.columns if c not in ("cohort", "size")]
        cells = rates[periods].to_numpy(dtype=float)
        labels = [f"{c} ({n:,.0f})" for c, n in zip(rates["cohort"], rates["size"], strict=True)]
        return heat(
            cells, labels, periods, "Part of each cohort that came back", across="periods since the first",
            down="cohort (size)", write=lambda i, j: f"{100 * cells[i, j]:.0f}",
        )  # fmt: skip


@hookimpl
def tagfolk_methods() -> Sequence[type[Method]]:
    """Give the method."""
    return [Cohorts]


def _periods(event: str, period: str, context: MethodContext) -> pd.DataFrame:
    """Each customer's periods with the event, numbered."""
    frame = context.sql(QUERY.format(view=view(event)), [period])
    frame["period"] = frame["period"].map({day: _number(day, period) for day in frame["period"].unique()})
    return frame


def _number(day: Any, period: str) -> int:
    """A period's number, one more for the next: months since year 0, weeks or days since 1970."""
    import pandas as pd

    stamp = pd.Timestamp(day)
    if period == "month":
        return stamp.year * 12 + stamp.month - 1
    days = (stamp - pd.Timestamp(1970, 1, 1)).days
    return (days + 3) // 7 if period == "week" else days


def label(number: int, period: str) -> str:
    """A period as people write it: 2010-12, or the day on which the week or day begins.

    >>> label(2010 * 12 + 11, "month"), label(0, "day")
    ('2010-12', '1970-01-01')
    """
    from datetime import date, timedelta

    if period == "month":
        return f"{number // 12:04}-{number % 12 + 1:02}"
    return str(date(1970, 1, 1) + timedelta(days=number * 7 - 3 if period == "week" else number))


def _retention(cohorts: pd.DataFrame, pairs: pd.DataFrame, latest: int, period: str) -> pd.DataFrame:
    counts = pairs.groupby(["period", "later"])["customer_id"].nunique().unstack(fill_value=0)
    sizes = cohorts.groupby("period")["customer_id"].nunique()
    span = range(latest - int(sizes.index.min()) + 1)
    table = counts.reindex(index=sizes.index, columns=list(span), fill_value=0).astype(float)
    for cohort in table.index:
        table.loc[cohort, [n for n in span if cohort + n > latest]] = float("nan")
    table.columns = [str(n) for n in table.columns]
    table.insert(0, "size", sizes)
    table.insert(0, "cohort", [label(int(n), period) for n in table.index])
    return table.reset_index(drop=True)
