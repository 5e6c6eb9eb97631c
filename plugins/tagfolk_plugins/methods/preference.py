"""Preference: what each customer likes best, the recent counting more.

Each event weighs 0.5 ** (its age ÷ ``half_life``); a customer's items are ordered by their weights (ties: the smaller
name). ``strength`` is the first item's part of all the customer's weight. Error: nobody has an item.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tagfolk_plugins.api.errors import ArgumentError
from tagfolk_plugins.api.figures import need, number_between
from tagfolk_plugins.api.hookspecs import hookimpl
from tagfolk_plugins.api.method import Argument, Method, MethodContext, MethodResult
from tagfolk_plugins.api.sql import quoted, split, view
from tagfolk_plugins.api.time import days_of, naive_utc
from tagfolk_plugins.methods._charts import Draw, bars, figure, percent

QUERY = """
select c.customer_id, {item}::varchar as item, count(*) as events,
       fsum(pow(0.5, epoch(?::timestamp - e.time) / 86400 / ?)) as weight
from {view} e join customers c using (customer)
where {item} is not null
group by 1, 2
order by 1, round(weight, 12) desc, 2
"""


class Preference(Method):
    """Favourite items."""

    name = "preference"
    meaning = "What each customer likes best, the recent counting more"
    arguments = (
        Argument("event", "event", required=True, meaning="the event that shows a preference"),
        Argument("item", "property", required=True, meaning="its property that is liked"),
        Argument("half_life", "duration", default=(90, "day"), meaning="after so long an event counts half"),
        Argument("top", "number", default=3, meaning="how many are told, 1 to 3"),
    )
    columns = {"first": "text", "second": "text", "third": "text", "strength": "number"}

    def run(self, arguments: Mapping[str, Any], context: MethodContext) -> MethodResult:
        """Weigh, order, take the first."""
        import pandas as pd

        number_between("top", arguments["top"], 1, 3, whole=True)
        event, item = split(arguments["item"], arguments["event"])
        if event != arguments["event"]:
            raise ArgumentError("item", f"'item' must be a property of {arguments['event']}")
        half = days_of(arguments["half_life"])
        if half <= 0:
            raise ArgumentError("half_life", "'half_life' must be longer than nothing")
        rows = context.sql(QUERY.format(item=quoted(item), view=view(event)), [naive_utc(context.as_of), half])
        need(len(rows), 1, f"{event} with a known {item}", "preference")
        rows["place"] = rows.groupby("customer_id").cumcount()
        frame = rows.pivot(index="customer_id", columns="place", values="item")
        frame = frame.reindex(columns=range(3)).astype(object)
        frame.columns = pd.Index(["first", "second", "third"])
        for name in list(frame.columns)[int(arguments["top"]) :]:
            frame[name] = None
        totals = rows.groupby("customer_id")["weight"].agg(["first", "sum"])
        frame["strength"] = totals["first"] / totals["sum"]
        items = rows.groupby("item").agg(
            customers=("customer_id", "size"), events=("events", "sum"), weight=("weight", "sum"),
            favourite_of=("place", lambda p: int((p == 0).sum())),
        )  # fmt: skip
        items["share"] = items["weight"] / items["weight"].sum()
        items = items.sort_values("weight", ascending=False, kind="stable").reset_index()
        return MethodResult(frame, {"items": items}, {"customers": len(frame), "items": len(items)})

    def chart(self, result: MethodResult) -> Draw | None:
        """The items."""
        items = result.tables["items"]
        weights, shares = items["weight"].tolist(), items["share"].tolist()
        return bars(
            items["item"].tolist(), weights, "What is preferred, recent events counting more", "weight",
            say=lambda i: f"{figure(weights[i])} ({percent(shares[i])})",
        )  # fmt: skip


@hookimpl
def tagfolk_methods() -> Sequence[type[Method]]:
    """Give the method."""
    return [Preference]
