"""Classifiers with calibrated probabilities, their quality and their reasons: for ``churn`` and ``similar``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

LEAK = 0.98
"""A single feature with this AUC or more is taken for the label in disguise."""
REASONS = 12
"""Reasons are looked for among so many of the strongest features."""

Kind = Literal["boosting", "logistic"]


@dataclass(frozen=True)
class Scores:
    """Labels beside probabilities that did not see them."""

    label: NDArray[np.bool_]
    probability: NDArray[np.float64]


@dataclass(frozen=True)
class Trained:
    """A calibrated classifier over named features, with their medians."""

    classifier: Any
    medians: pd.Series[float]

    def probability(self, data: pd.DataFrame) -> NDArray[np.float64]:
        """The calibrated probability of each row."""
        import numpy as np

        if not len(data):
            return np.zeros(0)
        return np.asarray(self.classifier.predict_proba(self._filled(data))[:, 1], dtype=np.float64)

    def _filled(self, data: pd.DataFrame) -> NDArray[np.float64]:
        import numpy as np

        return np.asarray(data.reindex(columns=self.medians.index).fillna(self.medians).to_numpy(dtype=np.float64))


def train(data: pd.DataFrame, label: NDArray[np.bool_], kind: Kind, seed: int) -> Trained:
    """Fit and calibrate (Platt, on the held-out parts of stratified folds)."""
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.model_selection import StratifiedKFold

    medians = data.median().fillna(0.0)
    folds = StratifiedKFold(min(3, int(min(label.sum(), (~label).sum()))), shuffle=True, random_state=seed)
    classifier = CalibratedClassifierCV(_plain(kind, seed), method="sigmoid", cv=folds, ensemble=False)
    trained = Trained(classifier, medians)
    classifier.fit(trained._filled(data), label)
    return trained


def one_thread() -> Any:
    """One OpenMP thread: waiting threads that spin are what makes small models slow on a busy machine."""
    import sklearn.ensemble  # noqa: F401  # only libraries that are loaded already are limited
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it ships no types

    return threadpool_limits(limits=1)


def _plain(kind: Kind, seed: int) -> Any:
    if kind == "logistic":
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        return make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000, C=1.0))
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(
        learning_rate=0.07, max_iter=100, max_leaf_nodes=8, min_samples_leaf=30, l2_regularization=1.0,
        early_stopping=False, random_state=seed,
    )  # fmt: skip


def cross_fit(
    data: pd.DataFrame, label: NDArray[np.bool_], kind: Kind, folds: int, seed: int,
    progress: Callable[[float, str], None],
) -> tuple[NDArray[np.float64], list[float]]:  # fmt: skip
    """Each row's probability by a model that did not see it, and the AUC of each fold."""
    import numpy as np
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedKFold

    probability, aucs = np.zeros(len(data)), []
    splits = StratifiedKFold(folds, shuffle=True, random_state=seed).split(data, label)
    for number, (seen, unseen) in enumerate(splits, 1):
        model = train(data.iloc[seen], label[seen], kind, seed)
        probability[unseen] = model.probability(data.iloc[unseen])
        aucs.append(float(roc_auc_score(label[unseen], probability[unseen])))
        progress(number / (folds + 2), f"fold {number} of {folds}")
    return probability, aucs


def score(label: NDArray[np.bool_], probability: NDArray[np.float64]) -> dict[str, float | int | str | None]:
    """AUC, area under precision and recall, lift among the top tenth, Brier score."""
    import numpy as np
    from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

    top = np.argsort(-probability, kind="stable")[: max(1, -(-len(label) // 10))]
    return {
        "auc": float(roc_auc_score(label, probability)), "auc_pr": float(average_precision_score(label, probability)),
        "lift_at_10": float(label[top].mean() / label.mean()), "brier": float(brier_score_loss(label, probability)),
    }  # fmt: skip


def drivers(model: Trained, data: pd.DataFrame, seed: int, most: int = 5_000) -> pd.DataFrame:
    """How much each feature moves the probability: the mean change when it is shuffled, signed by its direction."""
    import numpy as np
    import pandas as pd

    random = np.random.default_rng(seed)
    sample = data if len(data) <= most else data.iloc[np.sort(random.choice(len(data), most, replace=False))]
    before = model.probability(sample)
    rows = []
    for name in data.columns:
        shuffled = sample.copy()
        shuffled[name] = random.permutation(sample[name].to_numpy())
        moved = float(np.abs(model.probability(shuffled) - before).mean()) if len(sample) else 0.0
        ranks = sample[name].rank().to_numpy()
        known = ~np.isnan(ranks)
        way = np.corrcoef(ranks[known], before[known])[0, 1] if known.sum() > 2 and np.ptp(ranks[known]) else 0.0
        rows.append((str(name), -moved if way < 0 else moved))
    table = pd.DataFrame(rows, columns=["feature", "effect"])
    return table.sort_values("effect", key=lambda c: -c.abs(), kind="stable", ignore_index=True)


def reasons(model: Trained, data: pd.DataFrame) -> list[NDArray[np.object_]]:
    """Per customer the three features whose value raises the probability most against the feature's median."""
    import numpy as np

    none = np.full(len(data), None, dtype=object)
    if not len(data):
        return [none, none.copy(), none.copy()]
    names = list(drivers(model, data, 7, 2_000)["feature"][:REASONS])
    before = model.probability(data)
    raised, texts = [], []
    for name in names:
        usual = float(model.medians[name])
        raised.append(before - model.probability(data.assign(**{name: usual})))
        values = data[name].to_numpy(dtype=float)
        texts.append(np.array([_say(name, value, usual) for value in values], dtype=object))
    order = np.argsort(-np.array(raised), axis=0, kind="stable")
    found: list[NDArray[np.object_]] = []
    for place in range(3):
        if place >= len(names):
            found.append(none.copy())
            continue
        which = order[place]
        rows = np.arange(len(data))
        chosen = np.array(texts, dtype=object)[which, rows]
        found.append(np.asarray(np.where(np.array(raised)[which, rows] > 1e-6, chosen, None), dtype=object))
    return found


def _say(name: str, value: float, usual: float) -> str:
    if " = " in name:
        return name if value > 0 else name.replace(" = ", " is not ", 1)
    if value != value:
        return f"{name} is not known"
    return f"{name}: {value:.6g} (usual: {usual:.6g})"


def calibration(measured: Scores) -> pd.DataFrame:
    """Ten groups by probability: what was said and what happened."""
    return _tenths(measured).rename(columns={"rate": "actual"})[["group", "customers", "predicted", "actual"]]


def lift(measured: Scores) -> pd.DataFrame:
    """Ten groups by probability, the highest first: outcomes, lift, share of all outcomes found so far."""
    table = _tenths(measured)
    base, total = float(measured.label.mean()), float(measured.label.sum())
    table["lift"] = table["rate"] / base
    table["captured"] = table["outcomes"].cumsum() / total
    return table[["group", "customers", "outcomes", "rate", "lift", "captured"]]


def _tenths(measured: Scores) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    order = np.argsort(-measured.probability, kind="stable")
    frame = pd.DataFrame({
        "group": np.arange(len(order)) * 10 // len(order) + 1, "p": measured.probability[order],
        "y": measured.label[order].astype(float),
    })  # fmt: skip
    table = frame.groupby("group").agg(
        customers=("y", "size"), outcomes=("y", "sum"), predicted=("p", "mean"), rate=("y", "mean")
    )
    return table.reset_index()
