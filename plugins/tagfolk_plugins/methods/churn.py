"""Churn (or any outcome): how likely it is for each customer, and why.

``outcome`` is a condition looked at after the horizon: features are taken as of one horizon ago, the label as of T, for
customers who were not in the outcome already. The model's quality is measured on that latest period by a model trained
one horizon earlier, never on a random split. With ``target = ATTRIBUTE CONDITION`` the label stands in the data:
quality comes from ``folds`` stratified folds, and each customer's probability from the fold that did not see them.

Probabilities are calibrated (Platt, on held-out folds). Leakage guard: attributes that the target names, and features
that tell the label almost alone (AUC ≥ 0.98), are left out and named. ``risk``: high from twice the base rate (at most
70 %), medium from the base rate. A reason is a feature whose value, put to its median, would lower the probability.

Errors: one class, too few cases, too short a history, constant or missing features.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tagfolk_plugins.api.errors import ArgumentError, MethodError
from tagfolk_plugins.api.figures import number_between
from tagfolk_plugins.api.hookspecs import hookimpl
from tagfolk_plugins.api.method import Argument, Method, MethodContext, MethodResult
from tagfolk_plugins.api.time import last_day, step
from tagfolk_plugins.methods._charts import Draw, lines
from tagfolk_plugins.methods._features import features
from tagfolk_plugins.methods._model import (
    LEAK,
    Scores,
    calibration,
    cross_fit,
    drivers,
    lift,
    one_thread,
    reasons,
    score,
    train,
)

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

LEAST = 10
"""Cases of each class that a model needs."""


class Churn(Method):
    """The likelihood of an outcome."""

    name = "churn"
    meaning = "How likely an outcome is for each customer, how sure the model is, and the three main reasons"
    arguments = (
        Argument("outcome", "condition", meaning="what happens, e.g. no purchase 90 days"),
        Argument("horizon", "duration", default=(90, "day"), meaning="how far ahead"),
        Argument("features", "metrics", default="auto", choices=("auto",), meaning="what to look at"),
        Argument("model", "choice", default="boosting", choices=("boosting", "logistic"), meaning="the kind of model"),
        Argument("seed", "number", default=7, meaning="the seed of the folds and the model"),
        Argument("target", "condition", meaning="instead of an outcome: a label that is in the data"),
        Argument("folds", "number", default=5, meaning="how many folds measure a target"),
    )
    columns = {"probability": "number", "risk": "text", "reason1": "text", "reason2": "text", "reason3": "text"}

    def run(self, arguments: Mapping[str, Any], context: MethodContext) -> MethodResult:
        """Train, measure, tell everybody's probability."""
        number_between("folds", arguments["folds"], 2, 50, whole=True)
        if (arguments["outcome"] is None) == (arguments["target"] is None):
            raise ArgumentError("outcome", "churn needs 'outcome' or 'target', one of the two")
        with one_thread():
            return (_of_outcome if arguments["target"] is None else _of_target)(arguments, context)

    def chart(self, result: MethodResult) -> Draw | None:
        """Calibration."""
        found = result.tables["calibration"].sort_values("predicted")
        auc = float(result.fit["auc"] or 0)
        return lines(
            found["predicted"].tolist(), {"actual": found["actual"].tolist()},
            f"Probability said and what then happened (AUC {auc:.3f})", across="probability said",
            up="share to whom it happened", diagonal=True,
        )  # fmt: skip


@hookimpl
def tagfolk_methods() -> Sequence[type[Method]]:
    """Give the method."""
    return [Churn]


def _of_target(arguments: Mapping[str, Any], context: MethodContext) -> MethodResult:
    target = arguments["target"]
    words = set(re.findall(r"\w+", target.text))
    data = features(arguments["features"], context, leave_out=[n for n in context.attributes() if n in words])
    label = context.metrics([target])[0].reindex(data.index).to_numpy(dtype=bool)
    check(label, target.text)
    data, leaks = without_leaks(data, label)
    folds = min(int(arguments["folds"]), int(min(label.sum(), (~label).sum())))
    kind, seed = arguments["model"], int(arguments["seed"])
    probability, aucs = cross_fit(data, label, kind, folds, seed, context.progress)
    model = train(data, label, kind, seed)
    figures = {**score(label, probability), "period": f"{folds} folds", "leaks": leaks or None}
    figures |= {f"auc_fold_{i}": auc for i, auc in enumerate(aucs, 1)}
    return _result(model, data, probability, Scores(label, probability), figures, seed)


def _of_outcome(arguments: Mapping[str, Any], context: MethodContext) -> MethodResult:
    kind, seed = arguments["model"], int(arguments["seed"])
    data, label = _period(arguments, context, 1)
    check(label, arguments["outcome"].text)
    data, leaks = without_leaks(data, label)
    since = last_day(step(context.as_of, arguments["horizon"], context.zone, -1), context.zone)
    period = f"{since} to {last_day(context.as_of, context.zone)}"
    try:
        early, early_label = _period(arguments, context, 2)
        check(early_label, arguments["outcome"].text)
        earlier = train(early.reindex(columns=data.columns), early_label, kind, seed)
        probability = earlier.probability(data)
    except MethodError:
        folds = min(5, int(min(label.sum(), (~label).sum())))
        probability, _ = cross_fit(data, label, kind, folds, seed, context.progress)
        period += f" (too little before it: {folds} folds instead of a later period)"
    context.progress(0.7, "the last period is measured")
    model = train(data, label, kind, seed)
    now = features(arguments["features"], context, attributes=False).reindex(columns=data.columns)
    there = ~context.metrics([arguments["outcome"]])[0].reindex(now.index).to_numpy(dtype=bool)
    now = now[there & _known(context, now.index)]
    figures = {**score(label, probability), "period": period, "leaks": leaks or None, "trained_on": len(data)}
    return _result(model, now, model.probability(now), Scores(label, probability), figures, seed)


def _period(arguments: Mapping[str, Any], context: MethodContext, back: int) -> tuple[pd.DataFrame, NDArray[np.bool_]]:
    """Features as of ``back`` horizons before T of those not in the outcome then; the label one horizon later."""
    horizon, zone = arguments["horizon"], context.zone
    then = context.at(step(context.as_of, horizon, zone, -back))
    later = context if back == 1 else context.at(step(context.as_of, horizon, zone, 1 - back))
    outcome = arguments["outcome"]
    data = features(arguments["features"], then, attributes=False)
    index = data.index
    free = ~then.metrics([outcome])[0].reindex(index).to_numpy(dtype=bool) & _known(then, index)
    if not free.any():
        raise MethodError(
            f"nobody was free of '{outcome.text}' at {last_day(then.as_of, zone)}",
            "load older events, or shorten 'horizon'",
        )
    label = later.metrics([outcome])[0].reindex(index).to_numpy(dtype=bool)
    return data[free], label[free]


def _known(context: MethodContext, index: pd.Index[Any]) -> NDArray[np.bool_]:
    """Who had any event by then."""
    import numpy as np

    from tagfolk_plugins.api.sql import view

    seen: set[Any] = set()
    for event in context.event_properties():
        query = f"select distinct customer_id from {view(event)} join customers using (customer)"
        seen |= set(context.sql(query)["customer_id"])
    return np.asarray(index.isin(list(seen)))


def check(label: NDArray[np.bool_], what: str) -> None:
    """Enough of both classes; MethodError where there are not."""
    hits, n = int(label.sum()), len(label)
    if hits in (0, n):
        raise MethodError(
            f"'{what}' is {'true' if hits else 'false'} for all {n} customers: there is nothing to learn from",
            "choose an outcome that happens to some",
        )
    if min(hits, n - hits) < LEAST:
        raise MethodError(
            f"'{what}' is true for {hits} of {n} customers; at least {LEAST} of each kind are needed",
            "load more data, or choose a commoner outcome",
        )


def without_leaks(data: pd.DataFrame, label: NDArray[np.bool_]) -> tuple[pd.DataFrame, str]:
    """The features without those that tell the label almost alone, and the names of those."""
    from sklearn.metrics import roc_auc_score

    leaks = []
    for name in data.columns:
        column = data[name]
        auc = float(roc_auc_score(label, column.fillna(column.median() if column.notna().any() else 0)))
        if max(auc, 1 - auc) >= LEAK:
            leaks.append(str(name))
    if len(leaks) == len(data.columns):
        raise MethodError(
            f"every feature tells the outcome by itself: {', '.join(leaks)}",
            "the outcome is among its own features; choose others",
        )
    return data.drop(columns=leaks), ", ".join(leaks)


def _result(
    model: Any, data: pd.DataFrame, probability: NDArray[np.float64], measured: Scores,
    figures: Mapping[str, Any], seed: int,
) -> MethodResult:  # fmt: skip
    import numpy as np
    import pandas as pd

    base = float(measured.label.mean())
    high = min(0.7, 2 * base)
    risk = np.where(probability >= high, "high", np.where(probability >= base, "medium", "low"))
    frame = pd.DataFrame({"probability": probability, "risk": risk.astype(object)}, index=data.index)
    for i, texts in enumerate(reasons(model, data), 1):
        frame[f"reason{i}"] = texts
    tables = {
        "drivers": drivers(model, data, seed), "calibration": calibration(measured), "lift": lift(measured),
    }  # fmt: skip
    return MethodResult(frame, tables, {**figures, "base_rate": base, "customers": len(frame)})
