"""The method ``weekday``: on which weekday each customer comes, and how much of a habit it is.

Counts in the engine (``context.sql``), so it is quick for many customers. Error: customers with too few events.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tagfolk_plugins import Argument, Method, MethodContext, MethodError, MethodResult, hookimpl
from tagfolk_plugins.api.sql import view

if TYPE_CHECKING:
    import pandas as pd

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

QUERY = """
select c.customer_id, isodow(e.local) as day, count(*) as events
from {view} e join customers c using (customer)
where e.time < ? and (?::timestamp is null or e.time >= ?::timestamp)
group by 1, 2
order by 1, 2
"""


class Weekday(Method):
    """The customer's weekday."""

    name = "weekday"
    meaning = "On which weekday each customer comes, and how much of a habit it is"
    arguments = (
        Argument("event", "event", required=True, meaning="the event that counts"),
        Argument("window", "window", meaning="only events in this window (default: ever)"),
        Argument("least", "number", default=1, meaning="customers with fewer events get no weekday"),
    )
    columns = {"favourite": "text", "strength": "number"}

    def run(self, arguments: Mapping[str, Any], context: MethodContext) -> MethodResult:
        """Count, then take each customer's commonest day."""
        start, end = context.bounds(arguments["window"])
        counts = context.sql(QUERY.format(view=view(arguments["event"])), [end, start, start])
        totals = counts.groupby("customer_id")["events"].transform("sum")
        counts = counts.assign(total=totals)[totals >= arguments["least"]]
        if counts.empty:
            raise MethodError(
                f"no customer has {arguments['least']:g} or more of {arguments['event']} in the window",
                "widen the window, or lower 'least'",
            )
        best = (
            counts.sort_values(["events", "day"], ascending=[False, True], kind="stable").groupby("customer_id").head(1)
        )
        found = best.set_index("customer_id").sort_index()
        found["favourite"] = [DAYS[int(day) - 1] for day in found["day"]]
        found["strength"] = found["events"] / found["total"]
        return MethodResult(found[["favourite", "strength"]], {"weekdays": _table(counts)}, {"customers": len(found)})


@hookimpl
def tagfolk_methods() -> Sequence[type[Method]]:
    """Give the method."""
    return [Weekday]


def _table(counts: pd.DataFrame) -> pd.DataFrame:
    by_day = counts.groupby("day").agg(events=("events", "sum"), customers=("customer_id", "nunique"))
    table = by_day.reindex(range(1, 8), fill_value=0).reset_index()
    table.insert(0, "weekday", list(DAYS))
    return table.drop(columns="day")
