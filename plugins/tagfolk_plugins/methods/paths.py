"""Paths: the commonest ways through the events.

A customer's path is the names of their last ``length`` events before T, oldest first; a silence longer than ``within``
begins a new path, and the customer's is the latest. The table ``paths`` counts customers by path, ``links`` every step
from one event to the next in all paths of all customers. Error: nobody has such an event.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tagfolk_plugins.api.errors import ArgumentError
from tagfolk_plugins.api.figures import need, number_between
from tagfolk_plugins.api.hookspecs import hookimpl
from tagfolk_plugins.api.method import Argument, EventFilter, Method, MethodContext, MethodResult
from tagfolk_plugins.api.time import days_of
from tagfolk_plugins.methods._charts import Draw, bars

BETWEEN = " > "


class Paths(Method):
    """Commonest sequences."""

    name = "paths"
    meaning = "The commonest ways through the events"
    arguments = (
        Argument("events", "events", required=True, meaning="the events that a path is made of"),
        Argument("length", "number", default=4, meaning="how many events a path has at most"),
        Argument("within", "duration", meaning="a longer silence begins a new path (default: never)"),
    )
    columns = {"path": "text"}

    def run(self, arguments: Mapping[str, Any], context: MethodContext) -> MethodResult:
        """Put all events in order, cut them into paths, count."""
        import pandas as pd

        number_between("length", arguments["length"], 2, 20, whole=True)
        wanted: Sequence[EventFilter] = arguments["events"]
        if len({e.text or e.event for e in wanted}) < len(wanted):
            raise ArgumentError("events", "'events' names one of them twice")
        frames = [
            context.events(e.event, where=e.where)[["customer_id", "time"]].assign(name=e.text or e.event)
            for e in wanted
        ]
        rows = pd.concat(frames, ignore_index=True).sort_values(["customer_id", "time", "name"], ignore_index=True)
        need(len(rows), 1, "of these events", "paths")
        fresh = rows["customer_id"] != rows["customer_id"].shift()
        if arguments["within"] is not None:
            fresh |= rows["time"].diff() > pd.Timedelta(days=days_of(arguments["within"]))
        rows["path"] = fresh.cumsum()
        links = rows.assign(to=rows["name"].shift(-1), same=rows["path"].shift(-1) == rows["path"])
        links = links[links["same"]].groupby(["name", "to"]).size().rename("count").reset_index()
        links = links.rename(columns={"name": "from"}).sort_values(
            "count", ascending=False, kind="stable", ignore_index=True
        )
        latest = rows[rows["path"] == rows.groupby("customer_id")["path"].transform("max")]
        tails = latest.groupby("customer_id").tail(int(arguments["length"]))
        frame = tails.groupby("customer_id")["name"].agg(BETWEEN.join).astype(object).to_frame("path")
        paths = frame["path"].value_counts().rename("customers").rename_axis("path").reset_index()
        paths = paths.sort_values(["customers", "path"], ascending=[False, True], ignore_index=True)
        paths["share"] = paths["customers"] / len(frame)
        fit = {"customers": len(frame), "paths": len(paths), "events": len(rows)}
        return MethodResult(frame, {"paths": paths, "links": links}, fit)

    def chart(self, result: MethodResult) -> Draw | None:
        """The commonest paths."""
        found = result.tables["paths"]
        if not len(found):
            return None
        return bars(found["path"].tolist(), found["customers"].tolist(), "The commonest paths", "customers")


@hookimpl
def tagfolk_methods() -> Sequence[type[Method]]:
    """Give the method."""
    return [Paths]
