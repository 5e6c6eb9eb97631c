"""RFM: how lately, how often and for how much each customer bought, scored and put into segments.

What you gain: three raw figures, three scores (the highest is the best unless ``best = 1``), and a segment with a name
that marketing knows. Scores by ``rank`` (1 + floor(scores × customers strictly worse ÷ customers)), by ``quantile``
(linear-interpolated cuts; a value at a cut belongs to the lower side), or by ``fixed`` limits of your own (a figure
at a limit has reached it: 60 days is no longer "under 60"). Ties always share a score.

The eleven segments lie on recency × the mean of frequency and money, after Hughes (1994) and the grid that is common
today; the eight look whether each figure is better than its mean.

Errors: nobody bought in the window; limits that do not rise; an unknown table of segments.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tagfolk_plugins.api.errors import ArgumentError, MethodError
from tagfolk_plugins.api.figures import above, need, number_between, rank_scores
from tagfolk_plugins.api.hookspecs import hookimpl
from tagfolk_plugins.api.method import Argument, Method, MethodContext, MethodResult
from tagfolk_plugins.api.sql import quoted, split, view
from tagfolk_plugins.api.time import last_day
from tagfolk_plugins.methods._charts import Draw, figure, heat

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

FIGURES = ("recency", "frequency", "monetary")

ELEVEN: tuple[tuple[str, str, str], ...] = (
    ("champions", "5", "4-5"),
    ("loyal", "3-4", "4-5"),
    ("potential_loyalist", "4-5", "2-3"),
    ("new", "5", "1"),
    ("promising", "4", "1"),
    ("need_attention", "3", "3"),
    ("about_to_sleep", "3", "1-2"),
    ("cannot_lose", "1-2", "5"),
    ("at_risk", "1-2", "3-4"),
    ("lost", "1", "1"),
    ("hibernating", "1-2", "1-2"),
)
"""Segment, recency, mean of frequency and money (halves rounded up), all on a scale of five; the first that fits."""

EIGHT = {
    (True, True, True): "重要价值客户", (True, False, True): "重要发展客户",
    (False, True, True): "重要保持客户", (False, False, True): "重要挽留客户",
    (True, True, False): "一般价值客户", (True, False, False): "一般发展客户",
    (False, True, False): "一般保持客户", (False, False, False): "一般挽留客户",
}  # fmt: skip
"""By (recent, often, much): each figure better than its mean."""

QUERY = """
select c.customer_id, date_diff('day', max(e.local)::date, ?::date) as recency_days,
       count(*)::double as frequency, coalesce(fsum({amount}), 0) as monetary
from {view} e join customers c using (customer)
where e.time < ? and (?::timestamp is null or e.time >= ?::timestamp)
group by c.customer_id
order by c.customer_id
"""


class Rfm(Method):
    """Recency, frequency, money."""

    name = "rfm"
    meaning = "How lately, how often and for how much each customer bought, scored and put into segments"
    arguments = (
        Argument("event", "event", required=True, meaning="the event that counts, usually the purchase"),
        Argument("amount", "property", required=True, meaning="the property that is its money"),
        Argument("window", "window", meaning="only events in this window (default: ever)"),
        Argument("scores", "number", default=5, meaning="how many scores there are, 2 to 10"),
        Argument("by", "choice", default="rank", choices=("rank", "quantile", "fixed"), meaning="how scores are cut"),
        Argument(
            "limits",
            "groups",
            choices=FIGURES,
            meaning="for by = fixed, rising: (recency = (30, 60), frequency = (2, 5), monetary = (100, 500))",
        ),
        Argument("best", "number", default=5, meaning="1: the best score is 1; else the highest is the best"),
        Argument("segments", "text", default="eleven", meaning="eleven, eight, or a table of [methods.rfm.segments]"),
    )
    columns = {
        "recency_days": "number", "frequency": "number", "monetary": "number", "recency": "number",
        "frequency_score": "number", "monetary_score": "number", "score": "text", "segment": "text",
    }  # fmt: skip

    def run(self, arguments: Mapping[str, Any], context: MethodContext) -> MethodResult:
        """Score everybody who bought in the window."""
        limits, scores = _limits(arguments)
        frame = _figures(arguments, context)
        need(len(frame), 1, f"customer with a {arguments['event']} in the window", "rfm")
        figures = {
            "recency": -frame["recency_days"].to_numpy(dtype=float),
            "frequency": frame["frequency"].to_numpy(dtype=float),
            "monetary": frame["monetary"].to_numpy(dtype=float),
        }
        marks, cuts = {}, {}
        for name, values in figures.items():
            marks[name], cuts[name] = _marks(name, values, scores, arguments["by"], limits.get(name))
        segment = _segments(str(arguments["segments"]), context.settings, figures, marks, scores)
        turned = {n: scores + 1 - m if arguments["best"] == 1 else m for n, m in marks.items()}
        frame["recency"] = turned["recency"].astype(float)
        frame["frequency_score"] = turned["frequency"].astype(float)
        frame["monetary_score"] = turned["monetary"].astype(float)
        frame["score"] = _text([turned[n] for n in FIGURES], scores)
        frame["segment"] = segment
        return MethodResult(frame, _tables(frame, cuts, scores), _fit(frame, arguments["by"], scores))

    def chart(self, result: MethodResult) -> Draw | None:
        """The grid of recency and frequency."""
        grid = result.tables["grid"].pivot(index="recency", columns="frequency", values="customers")
        grid = grid.sort_index(ascending=False)
        cells = grid.to_numpy(dtype=float)
        return heat(
            cells, list(grid.index), list(grid.columns), "Customers by recency and frequency",
            across="frequency score", down="recency score", write=lambda i, j: figure(cells[i, j]),
        )  # fmt: skip


@hookimpl
def tagfolk_methods() -> Sequence[type[Method]]:
    """Give the method."""
    return [Rfm]


def _limits(arguments: Mapping[str, Any]) -> tuple[dict[str, tuple[float, ...]], int]:
    """The fixed limits by figure and the number of scores that they make; ArgumentError where they make none."""
    number_between("scores", arguments["scores"], 2, 10, whole=True)
    if arguments["by"] != "fixed":
        return {}, int(arguments["scores"])
    given = arguments["limits"] or {}
    limits: dict[str, tuple[float, ...]] = {}
    for name in FIGURES:
        if not given.get(name):
            example = "limits = (recency = (30, 60), frequency = (2, 5), monetary = (100, 500))"
            raise ArgumentError("limits", f"by = fixed needs limits of '{name}'", f"for example {example}")
        limits[name] = tuple(float(x) for x in given[name])
        if any(b <= a for a, b in zip(limits[name], limits[name][1:])):
            raise ArgumentError("limits", f"the limits of '{name}' must rise: {given[name]}")
    lengths = {len(x) for x in limits.values()}
    if len(lengths) > 1:
        raise ArgumentError("limits", "'recency', 'frequency' and 'monetary' must have the same number of limits")
    return limits, lengths.pop() + 1


def _figures(arguments: Mapping[str, Any], context: MethodContext) -> pd.DataFrame:
    event, amount = split(arguments["amount"], arguments["event"])
    if event != arguments["event"]:
        raise ArgumentError("amount", f"'amount' must be a property of {arguments['event']}, it is one of {event}")
    kinds = context.event_properties().get(event, {})
    if kinds.get(amount, "number") != "number":
        raise ArgumentError("amount", f"'{event}.{amount}' is {kinds[amount]}, rfm needs a number")
    start, end = context.bounds(arguments["window"])
    query = QUERY.format(amount=quoted(amount), view=view(event))
    today = last_day(context.as_of, context.zone)
    frame = context.sql(query, [today, end, start, start]).set_index("customer_id")
    frame["recency_days"] = frame["recency_days"].astype(float) + 1
    return frame.astype({"frequency": float, "monetary": float})


def _marks(
    name: str, values: NDArray[np.float64], scores: int, by: str, limits: tuple[float, ...] | None
) -> tuple[NDArray[np.int64], list[float]]:
    """The scores of a figure (more is better; recency comes as minus days) and the cuts in the figure's own units."""
    import numpy as np

    sign = -1.0 if name == "recency" else 1.0
    if by == "rank":
        marks = rank_scores(values, scores)
        lowest = [float(sign * values[marks == s].min()) for s in range(2, scores + 1) if (marks == s).any()]
        return marks, lowest
    if limits is None:
        cuts = [float(x) for x in np.quantile(sign * values, np.arange(1, scores) / scores)]
    else:
        cuts = list(limits)
    passed = [above(sign * values, cut, or_equal=limits is not None) for cut in cuts]
    steps: NDArray[np.int64] = np.asarray(np.sum(passed, axis=0, dtype=np.int64))
    return (scores - steps if name == "recency" else 1 + steps), cuts


def _text(marks: list[NDArray[np.int64]], scores: int) -> NDArray[np.object_]:
    """The scores as one text: 545, or 10-5-4 where a score may have two figures."""
    import numpy as np

    words = np.array([str(i) for i in range(scores + 1)], dtype=object)
    between = "-" if scores > 9 else ""
    return np.asarray(words[marks[0]] + between + words[marks[1]] + between + words[marks[2]], dtype=object)


def _segments(
    which: str, settings: Mapping[str, Any], figures: Mapping[str, NDArray[np.float64]],
    marks: Mapping[str, NDArray[np.int64]], scores: int,
) -> NDArray[np.object_]:  # fmt: skip
    import numpy as np

    if which == "eight":
        better = [above(figures[n], float(figures[n].mean())) for n in FIGURES]
        names = np.empty((2, 2, 2), dtype=object)
        for key, name in EIGHT.items():
            names[tuple(int(k) for k in key)] = name
        return np.asarray(names[better[0].astype(int), better[1].astype(int), better[2].astype(int)])
    five = {n: np.ceil(5 * marks[n] / scores).astype(np.int64) for n in FIGURES}
    if which == "eleven":
        both = (five["frequency"] + five["monetary"] + 1) // 2
        grid = [(name, (recency, mean)) for name, recency, mean in ELEVEN]
        return _first_fit(grid, [five["recency"], both])
    tables = settings.get("segments", {})
    if which not in tables:
        known = ", ".join(["eleven", "eight", *tables])
        raise ArgumentError("segments", f"there is no table of segments called '{which}'", f"known: {known}")
    return _first_fit(_own(which, tables[which]), [marks[n] for n in FIGURES])


def _own(which: str, table: Mapping[str, Any]) -> Sequence[tuple[str, Sequence[str]]]:
    """A table of the workspace: ``champions = ["4-5 4-5 *"]``, each pattern recency, frequency, money."""
    grid: list[tuple[str, Sequence[str]]] = []
    for name, patterns in table.items():
        for pattern in [patterns] if isinstance(patterns, str) else patterns:
            parts = tuple(str(pattern).split())
            if len(parts) != 3 or not all(re.fullmatch(r"\*|\d+(-\d+)?", p) for p in parts):
                raise ArgumentError(
                    "segments", f"[methods.rfm.segments.{which}] {name}: '{pattern}' is no pattern",
                    "write recency, frequency and money as '4-5 3 *'",
                )  # fmt: skip
            grid.append((name, parts))
    return grid


def _first_fit(grid: Sequence[tuple[str, Sequence[str]]], marks: list[NDArray[np.int64]]) -> NDArray[np.object_]:
    import numpy as np

    found = np.full(marks[0].size, None, dtype=object)
    for name, ranges in reversed(grid):
        fits = np.ones(marks[0].size, dtype=bool)
        for mark, text in zip(marks, ranges):
            if text != "*":
                low, _, high = text.partition("-")
                fits &= (mark >= int(low)) & (mark <= int(high or low))
        found[fits] = name
    return found


def _tables(frame: pd.DataFrame, cuts: Mapping[str, list[float]], scores: int) -> dict[str, pd.DataFrame]:
    import pandas as pd

    revenue = float(frame["monetary"].sum())
    segments = (
        frame.groupby("segment", sort=True)
        .agg(customers=("monetary", "size"), revenue=("monetary", "sum"))
        .sort_values(["customers", "revenue"], ascending=False, kind="stable")
        .reset_index()
    )
    segments.insert(2, "share", segments["customers"] / len(frame))
    segments["share_of_revenue"] = segments["revenue"] / revenue if revenue else None
    every = pd.MultiIndex.from_product([range(1, scores + 1)] * 2, names=["recency", "frequency"])
    counts = frame.groupby([frame["recency"].astype(int), frame["frequency_score"].astype(int)]).size()
    grid = counts.reindex(every, fill_value=0).rename("customers").reset_index()
    grid.columns = pd.Index(["recency", "frequency", "customers"])
    rows = [(n, i + 1, cut) for n, found in cuts.items() for i, cut in enumerate(found)]
    return {"segments": segments, "grid": grid, "limits": pd.DataFrame(rows, columns=["figure", "cut", "value"])}


def _fit(frame: pd.DataFrame, by: str, scores: int) -> dict[str, float | int | str | None]:
    if not frame["monetary"].notna().all():
        raise MethodError("the amounts hold values that are no numbers", "look at the load report")
    return {
        "customers": len(frame), "by": by, "scores": scores,
        "mean_recency_days": float(frame["recency_days"].mean()), "mean_frequency": float(frame["frequency"].mean()),
        "mean_monetary": float(frame["monetary"].mean()),
    }  # fmt: skip
