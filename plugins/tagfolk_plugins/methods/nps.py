"""NPS: promoters (9–10) less detractors (0–6), by each customer's last answer (Reichheld 2003).

The figure is in points, −100 to 100, with its 95 % interval. Errors: nobody answered; scores outside 0 to 10.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tagfolk_plugins.api.errors import ArgumentError, MethodError
from tagfolk_plugins.api.figures import need
from tagfolk_plugins.api.hookspecs import hookimpl
from tagfolk_plugins.api.method import Argument, Method, MethodContext, MethodResult
from tagfolk_plugins.api.sql import split
from tagfolk_plugins.methods._charts import Draw, bars

if TYPE_CHECKING:
    import pandas as pd

MOST_VALUES = 20
"""Attributes with more values than this are no groups."""


class Nps(Method):
    """Promoters and detractors."""

    name = "nps"
    meaning = "Promoters less detractors by each customer's last answer, overall and by attribute"
    arguments = (
        Argument("event", "event", required=True, meaning="the answer to the survey"),
        Argument("score", "property", required=True, meaning="its score, 0 to 10"),
        Argument("window", "window", meaning="only answers in this window (default: ever)"),
    )
    columns = {"group": "text"}

    def run(self, arguments: Mapping[str, Any], context: MethodContext) -> MethodResult:
        """Group everybody who answered."""
        import numpy as np
        import pandas as pd

        event, score = split(arguments["score"], arguments["event"])
        if event != arguments["event"]:
            raise ArgumentError("score", f"'score' must be a property of {arguments['event']}")
        answers = context.events(event, [score], arguments["window"]).dropna(subset=[score])
        need(len(answers), 1, f"{event} with a score", "nps")
        last = answers.groupby("customer_id")[score].last()
        if not pd.api.types.is_numeric_dtype(last):
            raise ArgumentError("score", f"'{arguments['score']}' is not a number")
        if (last < 0).any() or (last > 10).any():
            raise MethodError(
                f"{int(((last < 0) | (last > 10)).sum())} scores lie outside 0 to 10",
                f"set valid = '0..10' for {score}",
            )
        groups = np.where(last >= 9, "promoter", np.where(last >= 7, "passive", "detractor"))
        frame = pd.DataFrame({"group": groups.astype(object)}, index=last.index)
        rows = [_row("", "", frame["group"])]
        usable = [n for n, kind in context.attributes().items() if kind in ("text", "boolean")]
        people = context.customers(usable).reindex(frame.index)
        for name in usable:
            if people[name].nunique() <= MOST_VALUES:
                rows += [_row(name, str(value), part) for value, part in frame["group"].groupby(people[name])]
        names = ["attribute", "value", "answers", "promoters", "passives", "detractors", "nps", "low", "high"]
        table = pd.DataFrame(rows, columns=names)
        overall = table.iloc[0]
        fit = {"nps": float(overall["nps"]), "answers": int(overall["answers"])}
        return MethodResult(frame, {"nps": table}, fit)

    def chart(self, result: MethodResult) -> Draw | None:
        """The score, overall and by attribute."""
        found = result.tables["nps"]
        labels = [f"{a}: {v}" if a else "all" for a, v in zip(found["attribute"], found["value"], strict=True)]
        answers, points = found["answers"].tolist(), found["nps"].tolist()
        return bars(
            labels, points, "Net promoter score, with 95 % interval", "points",
            spans=list(zip(found["low"], found["high"], strict=True)),
            say=lambda i: f"{points[i]:.0f} (of {answers[i]:,})",
        )  # fmt: skip


@hookimpl
def tagfolk_methods() -> Sequence[type[Method]]:
    """Give the method."""
    return [Nps]


def _row(attribute: str, value: str, groups: pd.Series[Any]) -> tuple[Any, ...]:
    """The figure of one group of answers with its interval (variance of a difference of shares)."""
    n = len(groups)
    promoters, passives, detractors = (int((groups == g).sum()) for g in ("promoter", "passive", "detractor"))
    up, down = promoters / n, detractors / n
    spread = 1.959963984540054 * math.sqrt(max(0.0, up + down - (up - down) ** 2) / n)
    low, high = max(-1.0, up - down - spread), min(1.0, up - down + spread)
    figure = 100 * (up - down)
    return attribute, value, n, promoters, passives, detractors, figure, 100 * low, 100 * high
