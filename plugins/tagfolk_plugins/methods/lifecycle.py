"""Lifecycle: where each customer stands by their own rhythm, and when the next stage comes if nothing happens.

The rhythm is the median gap between a customer's own events; under three events (or where it is zero) the median of
the others' gaps. With ``slow`` 2 and ``lost`` 4 a customer whose gap is 10 days is active up to 20 days of silence,
cooling from then, sleeping from 30 (midway), lost from 40. ``new`` is whoever came first within the last 30 days;
``returned`` is active again after a silence that had made them lost; ``never`` has no event.

Errors: nobody has an event; no rhythm can be told (nobody has three events).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tagfolk_plugins.api.errors import ArgumentError, MethodError
from tagfolk_plugins.api.figures import need
from tagfolk_plugins.api.hookspecs import hookimpl
from tagfolk_plugins.api.method import Argument, Method, MethodContext, MethodResult
from tagfolk_plugins.api.sql import view
from tagfolk_plugins.api.time import days_of, naive_utc
from tagfolk_plugins.methods._charts import Draw, bars, percent

if TYPE_CHECKING:
    import pandas as pd

STAGES = ("new", "active", "cooling", "sleeping", "lost", "returned", "never")

QUERY = """
with gaps as (
    select customer, time, epoch(time - lag(time) over (partition by customer order by time)) / 86400 as gap
    from {view} where time < ?
)
select c.customer_id, count(g.time) as events, min(g.time) as first, max(g.time) as last,
       median(g.gap) as own, max_by(g.gap, g.time) as latest
from customers c left join gaps g using (customer)
group by c.customer_id
order by c.customer_id
"""


class Lifecycle(Method):
    """Stages by each customer's own rhythm."""

    name = "lifecycle"
    meaning = "Where each customer stands by their own rhythm, and when the next stage comes"
    arguments = (
        Argument("event", "event", required=True, meaning="the event whose rhythm counts"),
        Argument("new", "duration", default=(30, "day"), meaning="how long a customer is new"),
        Argument("slow", "number", default=2, meaning="cooling from so many own gaps of silence"),
        Argument("lost", "number", default=4, meaning="lost from so many own gaps of silence"),
    )
    columns = {"stage": "text", "own_gap": "number", "next_stage": "text", "next_stage_on": "date"}

    def run(self, arguments: Mapping[str, Any], context: MethodContext) -> MethodResult:
        """Stage everybody; compare with the stages at the last run."""
        import pandas as pd

        slow, lost = float(arguments["slow"]), float(arguments["lost"])
        if not 0 < slow < lost:
            raise ArgumentError("lost", f"'lost' must be more than 'slow', and both more than 0: {slow:g}, {lost:g}")
        frame, typical = _stages(arguments, context)
        counts = frame["stage"].value_counts().reindex(list(STAGES), fill_value=0)
        stages = counts.rename_axis("stage").rename("customers").reset_index()
        stages["share"] = stages["customers"] / len(frame)
        moves = pd.DataFrame(columns=["from", "to", "customers"])
        if context.state:
            before = context.at(datetime.fromisoformat(context.state["as_of"]))
            with suppress(MethodError):  # at the last run nobody had a rhythm yet: there is nothing to compare with
                moves = _moves(_stages(arguments, before)[0]["stage"], frame["stage"])
        fit = {"population_gap": typical, "customers": int((frame["stage"] != "never").sum())}
        state = {"as_of": context.as_of.isoformat()}
        return MethodResult(frame[list(self.columns)], {"stages": stages, "transitions": moves}, fit, state)

    def chart(self, result: MethodResult) -> Draw | None:
        """The stages."""
        stages = result.tables["stages"]
        counts, shares = stages["customers"].tolist(), stages["share"].tolist()
        return bars(
            stages["stage"].tolist(), counts, "Customers by stage", "customers",
            say=lambda i: f"{counts[i]:,} ({percent(shares[i])})",
        )  # fmt: skip


@hookimpl
def tagfolk_methods() -> Sequence[type[Method]]:
    """Give the method."""
    return [Lifecycle]


def _stages(arguments: Mapping[str, Any], context: MethodContext) -> tuple[pd.DataFrame, float]:
    """Everybody's stage, gap and next stage, and the population's gap."""
    import numpy as np
    import pandas as pd

    event, now = arguments["event"], naive_utc(context.as_of)
    frame = context.sql(QUERY.format(view=view(event)), [now]).set_index("customer_id")
    came = frame["events"].to_numpy() > 0
    need(int(came.sum()), 1, f"customer with a {event}", "lifecycle")
    own = frame["own"].where((frame["events"] >= 3) & (frame["own"] > 0)).astype(float)
    if not own.notna().any():
        raise MethodError(f"nobody has three {event} events yet, no rhythm can be told", "wait, or load older events")
    typical = float(own.median())
    gap = own.fillna(typical)
    turn = {"cooling": float(arguments["slow"]), "lost": float(arguments["lost"])}
    turn["sleeping"] = (turn["cooling"] + turn["lost"]) / 2
    begins = {s: frame["last"] + pd.to_timedelta(gap * turn[s], unit="D") for s in ("cooling", "sleeping", "lost")}
    grown = frame["first"] + pd.Timedelta(days=days_of(arguments["new"]))
    back = (frame["latest"] >= gap * turn["lost"]) & (frame["events"] >= 3)

    def silent(at: Any) -> Any:
        return np.select(
            [at >= begins["lost"], at >= begins["sleeping"], at >= begins["cooling"]],
            ["lost", "sleeping", "cooling"], default="active",
        )  # fmt: skip

    stage = silent(now)
    stage = np.where((stage == "active") & back.to_numpy(), "returned", stage)
    stage = np.where((grown > now).to_numpy(), "new", stage)
    frame["stage"] = np.where(came, stage, "never").astype(object)
    follows = {"active": "cooling", "returned": "cooling", "cooling": "sleeping", "sleeping": "lost"}
    upcoming = frame["stage"].map(follows).astype(object)
    when = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[us]")
    for name, start in begins.items():
        when = when.where(upcoming != name, start)
    fresh = (frame["stage"] == "new").to_numpy()
    frame["next_stage"] = np.where(fresh, silent(grown), upcoming.where(upcoming.notna(), None))
    when = when.where(~fresh, grown)
    local = when.dt.tz_localize("UTC").dt.tz_convert(str(context.zone)).dt.tz_localize(None)
    frame["next_stage_on"] = local.dt.normalize().astype("datetime64[s]")
    frame["own_gap"] = gap.where(came)
    return frame, typical


def _moves(before: pd.Series[Any], now: pd.Series[Any]) -> pd.DataFrame:
    """How many went from which stage to which."""
    import pandas as pd

    both = pd.DataFrame({"from": before.reindex(now.index).fillna("never"), "to": now})
    moved = both[both["from"] != both["to"]].groupby(["from", "to"]).size().rename("customers").reset_index()
    return moved.sort_values("customers", ascending=False, kind="stable", ignore_index=True)
