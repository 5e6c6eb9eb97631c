"""Look-alikes: how much each customer is like the members of a tag or segment.

A logistic model tells members from all others by their features; ``similarity`` is its probability with both sides
weighing the same, so 0.5 is "no more like one than the other". ``auc`` is measured on five folds; near 0.5 the features
say nothing about the tag. Features that tell membership alone (AUC ≥ 0.98) are its rule itself, left out and named.

Errors: no members, everybody a member, too few of either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tagfolk_plugins.api.hookspecs import hookimpl
from tagfolk_plugins.api.method import Argument, Method, MethodContext, MethodResult
from tagfolk_plugins.methods._charts import Draw, bars
from tagfolk_plugins.methods._features import features
from tagfolk_plugins.methods._model import one_thread
from tagfolk_plugins.methods.churn import check, without_leaks


class Similar(Method):
    """Like the members."""

    name = "similar"
    meaning = "How much each customer is like the members of a tag or segment"
    arguments = (
        Argument("to", "tag", required=True, meaning="the tag or segment whose members are the model"),
        Argument("features", "metrics", default="auto", choices=("auto",), meaning="what to look at"),
        Argument("seed", "number", default=7, meaning="the seed of the folds"),
    )
    columns = {"similarity": "number"}

    def run(self, arguments: Mapping[str, Any], context: MethodContext) -> MethodResult:
        """Train on all, measure on folds, tell everybody's similarity."""
        import pandas as pd
        from sklearn.linear_model import LogisticRegression
        from sklearn.metrics import roc_auc_score
        from sklearn.model_selection import StratifiedKFold, cross_val_predict
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        data = features(arguments["features"], context)
        member = context.members(arguments["to"]).reindex(data.index).to_numpy(dtype=bool)
        check(member, arguments["to"])
        data, leaks = without_leaks(data, member)
        values = data.fillna(data.median().fillna(0.0)).to_numpy(dtype=float)
        model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000, class_weight="balanced"))
        folds = StratifiedKFold(5, shuffle=True, random_state=int(arguments["seed"]))
        with one_thread():
            unseen = cross_val_predict(model, values, member, cv=folds, method="predict_proba")[:, 1]
            model.fit(values, member)
            similarity = model.predict_proba(values)[:, 1]
        weights = pd.DataFrame({"feature": data.columns.astype(str), "effect": model[-1].coef_[0]})
        weights = weights.sort_values("effect", key=lambda c: -c.abs(), kind="stable", ignore_index=True)
        fit = {
            "auc": float(roc_auc_score(member, unseen)), "members": int(member.sum()), "customers": len(data),
            "leaks": leaks or None,
        }  # fmt: skip
        return MethodResult(pd.DataFrame({"similarity": similarity}, index=data.index), {"features": weights}, fit)

    def chart(self, result: MethodResult) -> Draw | None:
        """The features."""
        found = result.tables["features"]
        auc = float(result.fit["auc"] or 0)
        return bars(found["feature"].tolist(), found["effect"].tolist(), f"What likeness hangs on (AUC {auc:.3f})",
                    "effect of one standard deviation")  # fmt: skip


@hookimpl
def tagfolk_methods() -> Sequence[type[Method]]:
    """Give the method."""
    return [Similar]
