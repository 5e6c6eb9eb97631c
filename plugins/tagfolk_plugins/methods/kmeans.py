"""k-means: groups of customers who are alike in the metrics you name (Lloyd, k-means++ starts, scikit-learn).

What you gain: a cluster number per customer that stays the same from fit to fit (the largest is 1 at the first fit;
later fits are matched to the last centres), how far the customer is from its centre, and the cluster in words. Outliers
are winsorised first: the outermost ``winsorise`` part at each end is drawn in. With ``k = auto`` the k of the best
silhouette from 2 to 10 is taken. Above 100,000 customers k and the first centres come from a seeded sample, then all
customers are streamed through in mini-batches that move the centres (Sculley 2010).

Customers for whom a feature is missing get no cluster. Errors: too few customers, a feature that is constant, is
missing for everybody, or is no number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tagfolk_plugins.api.errors import ArgumentError, MethodError
from tagfolk_plugins.api.figures import need, number_between
from tagfolk_plugins.api.hookspecs import hookimpl
from tagfolk_plugins.api.method import Argument, Method, MethodContext, MethodResult, Reference
from tagfolk_plugins.methods._charts import Draw, figure, heat

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

SAMPLE = 100_000
"""The first centres come from at most so many customers; the rest is streamed through in batches."""
BATCH = 10_000
SILHOUETTE_SAMPLE = 5_000
AUTO = range(2, 11)


class KMeans(Method):
    """Groups of customers who are alike."""

    name = "kmeans"
    meaning = "Groups of customers who are alike in the metrics you name, each described in words"
    arguments = (
        Argument("features", "metrics", required=True, meaning="the metrics to look at"),
        Argument("k", "number", default="auto", choices=("auto",), meaning="how many groups; auto: by silhouette"),
        Argument("scale", "choice", default="standard", choices=("standard", "robust", "no"), meaning="how to scale"),
        Argument("winsorise", "number", default=0.01, meaning="the part at each end that is drawn in"),
        Argument("seed", "number", default=7, meaning="the seed of the random starts"),
        Argument("n_init", "number", default=10, meaning="how many random starts"),
    )
    columns = {"cluster": "number", "distance": "number", "description": "text"}

    def run(self, arguments: Mapping[str, Any], context: MethodContext) -> MethodResult:
        """Fit (or apply the kept fit), number the clusters as last time, describe them."""
        import numpy as np
        import pandas as pd

        _check(arguments)
        features: Sequence[Reference] = arguments["features"]
        names = [f.text for f in features]
        frame = _numbers(context.metrics(features), names)
        whole = frame.dropna()
        state = _State.read(context.state, names, arguments)
        silhouettes: dict[int, float] = {}
        if state is None or context.due:
            least = 2 * (10 if arguments["k"] == "auto" else int(arguments["k"]))
            need(len(whole), max(2, least), "customers for whom all features are known", "kmeans")
            state, silhouettes = _fit(whole, names, arguments, state, context)
        data = state.scaled(whole.to_numpy(dtype=np.float64))
        nearest, distance = _nearest(data, state.centres)
        labels = np.asarray(state.numbers)[nearest]
        words = _descriptions(whole, labels, names)
        found = pd.DataFrame(
            {"cluster": labels.astype(float), "distance": distance, "description": [words[n] for n in labels]},
            index=whole.index,
        ).reindex(frame.index)
        fit = _figures(state, data, nearest, distance, silhouettes, len(frame) - len(whole))
        tables = _tables(whole, labels, names, silhouettes, words)
        return MethodResult(found, tables, fit, state.write(names, arguments))

    def chart(self, result: MethodResult) -> Draw | None:
        """The centres."""
        import numpy as np

        centres, sizes = result.tables["centres"], result.tables["sizes"]
        means = centres.drop(columns="cluster").to_numpy(dtype=float)
        weights = sizes["customers"].to_numpy(dtype=float)
        middle = np.average(means, axis=0, weights=weights)
        apart = means - middle
        spread = np.sqrt(np.average(apart**2, axis=0, weights=weights))
        rows = [f"{c:g} ({n:,.0f})" for c, n in zip(centres["cluster"], weights, strict=True)]
        return heat(
            apart / np.where(spread > 0, spread, 1), rows, list(centres.columns[1:]),
            "Mean of each cluster, coloured by how far it is from everybody's", across="", down="cluster (customers)",
            write=lambda i, j: figure(float(means[i, j])), both_ways=True,
        )  # fmt: skip


@hookimpl
def tagfolk_methods() -> Sequence[type[Method]]:
    """Give the method."""
    return [KMeans]


@dataclass
class _State:
    """A fit: how the features are drawn in and scaled, the centres in scaled units, the number of each."""

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    middle: NDArray[np.float64]
    spread: NDArray[np.float64]
    centres: NDArray[np.float64]
    numbers: list[int]
    drift: float | None = None
    silhouette: float | None = None

    def scaled(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The features as the fit sees them."""
        import numpy as np

        return np.asarray((np.clip(values, self.low, self.high) - self.middle) / self.spread)

    def write(self, names: Sequence[str], arguments: Mapping[str, Any]) -> dict[str, Any]:
        """For the store."""
        arrays = {n: getattr(self, n).tolist() for n in ("low", "high", "middle", "spread", "centres")}
        return {
            **arrays, "numbers": self.numbers, "silhouette": self.silhouette, "drift": self.drift,
            "features": list(names), "made_with": _made_with(arguments),
        }  # fmt: skip

    @staticmethod
    def read(kept: Any, names: Sequence[str], arguments: Mapping[str, Any]) -> _State | None:
        """From the store; None where there is none or it was made with other arguments."""
        import numpy as np

        if not kept or kept["features"] != list(names) or kept["made_with"] != _made_with(arguments):
            return None
        arrays = {n: np.asarray(kept[n], dtype=np.float64) for n in ("low", "high", "middle", "spread", "centres")}
        return _State(
            arrays["low"], arrays["high"], arrays["middle"], arrays["spread"], arrays["centres"],
            list(kept["numbers"]), kept["drift"], kept["silhouette"],
        )  # fmt: skip


def _made_with(arguments: Mapping[str, Any]) -> list[Any]:
    return [arguments["k"], arguments["scale"], arguments["winsorise"]]


def _check(arguments: Mapping[str, Any]) -> None:
    if arguments["k"] != "auto":
        number_between("k", arguments["k"], 2, 100, whole=True)
    number_between("winsorise", arguments["winsorise"], 0, 0.25)
    number_between("n_init", arguments["n_init"], 1, 1000, whole=True)
    if not arguments["features"]:
        raise ArgumentError("features", "'features' names no metric", "for example features = (purchases, spend)")


def _numbers(frame: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """The features as numbers; says which one is none, is never known, or never differs."""
    import pandas as pd

    for position, name in enumerate(names):
        column = frame[position]
        known = column.dropna()
        if not len(known):
            raise MethodError(f"the feature '{name}' is missing for every customer", "leave it out of 'features'")
        if not (pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column)):
            seen = f"it has values such as {known.iloc[0]!r}"
            raise ArgumentError("features", f"the feature '{name}' is not a number, {seen}")
        if known.nunique() == 1:
            raise MethodError(
                f"the feature '{name}' is the same ({known.iloc[0]:g}) for all {len(known)} customers",
                "leave it out of 'features'",
            )
    return frame.astype(float)


def _fit(
    whole: pd.DataFrame, names: Sequence[str], arguments: Mapping[str, Any], last: _State | None, context: MethodContext
) -> tuple[_State, dict[int, float]]:
    import numpy as np

    seed = int(arguments["seed"])
    values = whole.to_numpy(dtype=np.float64)
    state = _scaling(values, names, arguments)
    random = np.random.default_rng(seed)
    chosen = values if len(values) <= SAMPLE else values[random.choice(len(values), SAMPLE, replace=False)]
    data = state.scaled(chosen)
    small = data if len(data) <= SILHOUETTE_SAMPLE else data[random.choice(len(data), SILHOUETTE_SAMPLE, replace=False)]
    distinct = len(np.unique(data, axis=0))
    sizes = [k for k in AUTO if k < distinct] if arguments["k"] == "auto" else [int(arguments["k"])]
    if not sizes or sizes[0] > distinct:
        wanted = "2" if arguments["k"] == "auto" else f"{arguments['k']:g}"
        raise MethodError(
            f"there are only {distinct} different customers in these features, too few for {wanted} groups"
        )
    fits, silhouettes = {}, {}
    for done, k in enumerate(sizes):
        context.progress(done / len(sizes), f"k = {k}")
        fits[k] = _lloyd(data, k, int(arguments["n_init"]), seed)
        silhouettes[k] = _silhouette(small, fits[k])
    best = max(sizes, key=lambda k: (silhouettes[k], -k))
    state.centres = fits[best] if len(values) <= SAMPLE else _streamed(values, state, fits[best], random)
    nearest, _ = _nearest(state.scaled(values), state.centres)
    counts = np.bincount(nearest, minlength=best)
    state.numbers, state.drift = _number(state, counts, last)
    state.silhouette = silhouettes[best]
    return state, silhouettes


def _scaling(values: NDArray[np.float64], names: Sequence[str], arguments: Mapping[str, Any]) -> _State:
    import numpy as np

    part = float(arguments["winsorise"])
    low, high = np.quantile(values, [part, 1 - part], axis=0)
    flat = low == high  # a feature that only the drawn-in part tells apart keeps its range
    low, high = np.where(flat, values.min(axis=0), low), np.where(flat, values.max(axis=0), high)
    drawn = np.clip(values, low, high)
    if arguments["scale"] == "standard":
        middle, spread = drawn.mean(axis=0), drawn.std(axis=0)
    elif arguments["scale"] == "robust":
        middle = np.median(drawn, axis=0)
        spread = np.subtract(*np.quantile(drawn, [0.75, 0.25], axis=0))
        spread = np.where(spread == 0, drawn.std(axis=0), spread)
    else:
        middle, spread = np.zeros(values.shape[1]), np.ones(values.shape[1])
    if (spread == 0).any():
        name = names[int(np.flatnonzero(spread == 0)[0])]
        raise MethodError(f"the feature '{name}' is the same for all customers who have all features", "leave it out")
    return _State(low, high, middle, spread, np.empty((0, values.shape[1])), [])


def _lloyd(data: NDArray[np.float64], k: int, n_init: int, seed: int) -> NDArray[np.float64]:
    import numpy as np
    from sklearn.cluster import KMeans as Lloyd

    fitted = Lloyd(n_clusters=k, n_init=n_init, random_state=seed).fit(data.astype(np.float32))
    return np.asarray(fitted.cluster_centers_, dtype=np.float64)


def _streamed(
    values: NDArray[np.float64], state: _State, centres: NDArray[np.float64], random: np.random.Generator
) -> NDArray[np.float64]:
    """Centres moved by all customers, in mini-batches in random order; nothing but a batch is scaled at a time."""
    import numpy as np
    from sklearn.cluster import MiniBatchKMeans

    stream = MiniBatchKMeans(
        len(centres), init=centres.astype(np.float32), n_init=1, batch_size=BATCH, reassignment_ratio=0, random_state=0
    )
    order = random.permutation(len(values))
    for start in range(0, len(order), BATCH):
        rows = order[start : start + BATCH]
        if len(rows) >= len(centres):
            stream.partial_fit(state.scaled(values[rows]).astype(np.float32))
    return np.asarray(stream.cluster_centers_, dtype=np.float64)


def _silhouette(data: NDArray[np.float64], centres: NDArray[np.float64]) -> float:
    import numpy as np
    from sklearn.metrics import silhouette_score

    nearest, _ = _nearest(data, centres)
    if not 1 < len(np.unique(nearest)) < len(data):
        return 0.0
    return float(silhouette_score(data, nearest))


def _nearest(
    data: NDArray[np.float64], centres: NDArray[np.float64], batch: int = 200_000
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The nearest centre of each row and how far it is, in batches that fit in memory."""
    import numpy as np
    from scipy.spatial.distance import cdist

    nearest = np.empty(len(data), dtype=np.int64)
    distance = np.empty(len(data), dtype=np.float64)
    for start in range(0, len(data), batch):
        apart = cdist(data[start : start + batch], centres)
        nearest[start : start + batch] = apart.argmin(axis=1)
        distance[start : start + batch] = apart.min(axis=1)
    return nearest, distance


def _number(state: _State, counts: NDArray[np.int64], last: _State | None) -> tuple[list[int], float | None]:
    """The number of each centre: the last fit's where one is near, else by size; and how far the matched moved."""
    import numpy as np
    from scipy.optimize import linear_sum_assignment
    from scipy.spatial.distance import cdist

    numbers = [0] * len(counts)
    drift = None
    if last is not None:
        before = (last.centres * last.spread + last.middle - state.middle) / state.spread
        apart = cdist(state.centres, before)
        ours, theirs = linear_sum_assignment(apart)
        for mine, old in zip(ours, theirs):
            numbers[mine] = last.numbers[old]
        drift = float(apart[ours, theirs].mean())
    free = iter(n for n in range(1, 10_000) if n not in numbers)
    for mine in np.argsort(-counts, kind="stable"):
        if not numbers[mine]:
            numbers[mine] = next(free)
    return numbers, drift


def _descriptions(whole: pd.DataFrame, labels: NDArray[np.int64], names: Sequence[str]) -> dict[int, str]:
    """What sets each cluster apart: its up to three features farthest from everybody's mean, in standard deviations."""
    means, spread = whole.mean(), whole.std(ddof=0)
    words = {}
    for number in sorted(set(labels.tolist())):
        apart = ((whole[labels == number].mean() - means) / spread).to_numpy(dtype=float)
        far = sorted(range(len(names)), key=lambda i: -abs(float(apart[i])))[:3]
        said = [f"{_how(float(apart[i]))} {names[i]}" for i in far if abs(float(apart[i])) >= 0.25]
        words[number] = ", ".join(said) or "near the average in everything"
    return words


def _how(z: float) -> str:
    size = "much " if abs(z) >= 1.5 else "" if abs(z) >= 0.5 else "slightly "
    return size + ("higher" if z > 0 else "lower")


def _figures(
    state: _State, data: NDArray[np.float64], nearest: NDArray[np.int64], distance: NDArray[np.float64],
    silhouettes: Mapping[int, float], unknown: int,
) -> dict[str, float | int | str | None]:  # fmt: skip
    return {
        "inertia": float((distance**2).sum()), "silhouette": state.silhouette, "drift": state.drift,
        "k": len(state.centres), "customers": len(data), "left_out": unknown,
        "applied": "new fit" if silhouettes else "kept fit",
    }  # fmt: skip


def _tables(
    whole: pd.DataFrame, labels: NDArray[np.int64], names: Sequence[str], silhouettes: Mapping[int, float],
    words: Mapping[int, str],
) -> dict[str, pd.DataFrame]:  # fmt: skip
    import pandas as pd

    centres = whole.groupby(labels).mean().rename_axis("cluster").reset_index()
    centres.columns = pd.Index(["cluster", *names])
    sizes = whole.groupby(labels).size().rename("customers").rename_axis("cluster").reset_index()
    sizes["share"] = sizes["customers"] / len(whole)
    sizes["description"] = sizes["cluster"].map(words)
    return {
        "centres": centres,
        "sizes": sizes,
        "silhouette": pd.DataFrame(sorted(silhouettes.items()), columns=["k", "silhouette"]),
    }
