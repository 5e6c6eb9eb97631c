"""Funnel: how far customers come through a row of steps, and how long it takes them.

Each step is an event, with a ``where`` if need be. ``ordered``: every step strictly after the one before, anything may
lie between; ``strict``: nothing else may (no other event of the workspace); ``any``: the steps in any order. ``within``
is the time from the first step. With ``matching`` all steps have the same value of that property. A customer who tries
several times counts with the best try; ``seconds_to_convert`` is that of the first try that went through.

Errors: fewer than two steps; nobody took the first one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tagfolk_plugins.api.errors import ArgumentError
from tagfolk_plugins.api.figures import need
from tagfolk_plugins.api.hookspecs import hookimpl
from tagfolk_plugins.api.method import Argument, EventFilter, Method, MethodContext, MethodResult
from tagfolk_plugins.api.time import days_of
from tagfolk_plugins.methods._charts import Draw, bars, percent

if TYPE_CHECKING:
    import pandas as pd


class Funnel(Method):
    """Ordered steps within a window."""

    name = "funnel"
    meaning = "How far customers come through a row of steps, and how long it takes them"
    arguments = (
        Argument("steps", "events", required=True, meaning="the steps, each an event that may have a where"),
        Argument("within", "duration", meaning="the most time from the first step (default: any)"),
        Argument("matching", "text", meaning="a property that is the same in all steps"),
        Argument(
            "order", "choice", default="ordered", choices=("ordered", "strict", "any"), meaning="how steps follow"
        ),
        Argument("by", "attribute", meaning="an attribute to break the steps down by"),
        Argument("window", "window", meaning="only events in this window (default: ever)"),
    )
    columns = {"last_step": "number", "seconds_to_convert": "number"}

    def run(self, arguments: Mapping[str, Any], context: MethodContext) -> MethodResult:
        """Follow every try from its first step; keep each customer's best."""
        import pandas as pd

        steps: Sequence[EventFilter] = arguments["steps"]
        if len(steps) < 2:
            raise ArgumentError(
                "steps", "a funnel has at least two steps", "for example steps = (visit, cart, purchase)"
            )
        frames = [_events(s, arguments, context) for s in steps]
        tries = _any(frames, arguments) if arguments["order"] == "any" else _follow(frames, arguments, context)
        need(len(tries), 1, f"customer who took the first step, {steps[0].text or steps[0].event}", "funnel")
        best = tries.groupby("customer_id")["reached"].max()
        through = tries[tries["reached"] == len(steps)].groupby("customer_id")["seconds"].first()
        frame = pd.DataFrame({"last_step": best.astype(float), "seconds_to_convert": through.reindex(best.index)})
        medians = _medians(tries, len(steps))
        names = [s.text or s.event for s in steps]
        tables = {"steps": _table(best, medians, names)}
        if arguments["by"]:
            people = context.customers([arguments["by"]])[arguments["by"]].reindex(best.index)
            parts = [
                _table(part, _medians(tries[tries["customer_id"].isin(part.index)], len(steps)), names).assign(
                    by=str(v)
                )
                for v, part in best.groupby(people)
            ]
            tables["by"] = pd.concat(parts, ignore_index=True) if parts else tables["steps"].iloc[:0].assign(by="")
        rate = float((best == len(steps)).mean())
        return MethodResult(frame, tables, {"customers": len(best), "converted": len(through), "conversion": rate})

    def chart(self, result: MethodResult) -> Draw | None:
        """The steps."""
        steps = result.tables["steps"]
        counts, shares = steps["customers"].tolist(), steps["share_of_first"].tolist()
        return bars(
            steps["step"].tolist(), counts, "How far customers come", "customers",
            say=lambda i: f"{counts[i]:,} ({percent(shares[i])})",
        )  # fmt: skip


@hookimpl
def tagfolk_methods() -> Sequence[type[Method]]:
    """Give the method."""
    return [Funnel]


def _events(step: EventFilter, arguments: Mapping[str, Any], context: MethodContext) -> pd.DataFrame:
    """A step's events with a key of customer (and the matched property), in time order."""
    import pandas as pd

    match = arguments["matching"]
    frame = context.events(step.event, [match] if match else [], arguments["window"], step.where)
    if match:
        frame = frame.dropna(subset=[match])
    keys = frame["customer_id"].astype(str) + ("\x1f" + frame[match].astype(str) if match else "")
    return pd.DataFrame({
        "key": keys.astype(object), "customer_id": frame["customer_id"],
        "time": frame["time"].astype("datetime64[us]"),
    }).sort_values("time", kind="stable", ignore_index=True)  # fmt: skip


def _limit(arguments: Mapping[str, Any]) -> Any:
    import pandas as pd

    return pd.Timedelta(days=days_of(arguments["within"])) if arguments["within"] is not None else None


def _follow(frames: list[pd.DataFrame], arguments: Mapping[str, Any], context: MethodContext) -> pd.DataFrame:
    """Each first step with how far it came: always to the earliest next step, which loses nothing."""
    import pandas as pd

    limit, strict = _limit(arguments), arguments["order"] == "strict"
    everything = _everything(arguments, context) if strict else None
    tries = frames[0].rename(columns={"time": "start"}).assign(reached=1, seconds=0.0)
    tries["at"] = tries["start"]
    for number, step in enumerate(frames[1:], 2):
        going = tries[tries["reached"] == number - 1].reset_index().sort_values("at", kind="stable")
        if going.empty or step.empty:
            break
        right = step.rename(columns={"time": "next"})[["key", "next"]]
        found = pd.merge_asof(
            going, right, left_on="at", right_on="next", by="key", direction="forward", allow_exact_matches=False
        )
        fits = found["next"].notna()
        if limit is not None:
            fits &= found["next"] - found["start"] <= limit
        if everything is not None:
            after = pd.merge_asof(
                found[["index", "customer_id", "at"]], everything, left_on="at", right_on="other", by="customer_id",
                direction="forward", allow_exact_matches=False,
            )  # fmt: skip
            fits &= (after["other"] >= found["next"]).fillna(False)
        moved = found[fits].set_index("index")
        tries.loc[moved.index, "reached"] = number
        tries.loc[moved.index, "at"] = moved["next"]
        tries.loc[moved.index, "seconds"] = (moved["next"] - moved["start"]).dt.total_seconds()
        tries.loc[moved.index, f"to_{number}"] = (moved["next"] - moved["start"]).dt.total_seconds()
    return tries.sort_values(["customer_id", "start"], kind="stable")


def _everything(arguments: Mapping[str, Any], context: MethodContext) -> pd.DataFrame:
    """The times of all events of every kind, by customer."""
    import pandas as pd

    frames = [
        context.events(event, [], arguments["window"])[["customer_id", "time"]] for event in context.event_properties()
    ]
    joined = pd.concat(frames, ignore_index=True)
    joined["time"] = joined["time"].astype("datetime64[us]")
    return joined.rename(columns={"time": "other"}).sort_values("other", kind="stable", ignore_index=True)


def _any(frames: list[pd.DataFrame], arguments: Mapping[str, Any]) -> pd.DataFrame:
    """Each event of a step as the beginning of a try: how many of the steps are done from it on, within the limit."""
    import pandas as pd

    limit = _limit(arguments)
    tries = pd.concat(frames, ignore_index=True).rename(columns={"time": "start"})
    tries = tries.sort_values("start", kind="stable", ignore_index=True).assign(reached=0, seconds=0.0)
    for step in frames:
        right = step.rename(columns={"time": "next"})[["key", "next"]]
        found = pd.merge_asof(tries, right, left_on="start", right_on="next", by="key", direction="forward")
        fits = found["next"].notna()
        if limit is not None:
            fits &= found["next"] - found["start"] <= limit
        took = (found["next"] - found["start"]).dt.total_seconds().where(fits, 0.0)
        tries["reached"] += fits.astype(int).to_numpy()
        tries["seconds"] = tries["seconds"].clip(lower=took.to_numpy())
    return tries.sort_values(["customer_id", "start"], kind="stable")


def _medians(tries: pd.DataFrame, steps: int) -> list[float | None]:
    """The median seconds from the first step to each, over each customer's first try that came so far."""
    found: list[float | None] = [0.0]
    for number in range(2, steps + 1):
        came = tries[tries["reached"] >= number].groupby("customer_id").first()
        column = f"to_{number}" if f"to_{number}" in came.columns else "seconds"
        found.append(float(came[column].median()) if len(came) else None)
    return found


def _table(best: pd.Series[Any], medians: list[float | None], names: list[str]) -> pd.DataFrame:
    import pandas as pd

    counts = [int((best >= number).sum()) for number in range(1, len(names) + 1)]
    return pd.DataFrame({
        "step": names, "customers": counts, "share_of_first": [c / counts[0] if counts[0] else None for c in counts],
        "share_of_previous": [1.0, *(b / a if a else None for a, b in pairwise(counts))],
        "median_seconds": medians,
    })  # fmt: skip
