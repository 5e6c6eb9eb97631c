"""Each analysis method beside a plain call of the library it rests on, over the same data: seconds and peak memory.

``measure`` is a part of ``make bench``; ``python -m benchmarks.methods ours|plain METHOD SIZE`` is one child of it.
Ours is the whole use as a run makes it: arguments, point-in-time view, tables, figures, columns of every customer.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.data import END, SIZES, Size, workspace
from benchmarks.measure import Taken, outside, peak_megabytes

USES = {
    "rfm": "rfm(event = purchase, amount = amount)",
    "kmeans": "kmeans(features = (purchases, sum(purchase.amount), age), k = 5, n_init = 3)",
    "basket": "basket(event = purchase, item = category, support = 1%, confidence = 5%)",
    "lifecycle": "lifecycle(event = purchase)",
    "bgnbd": "bgnbd(event = purchase, horizon = 13 weeks)",
    "churn": "churn(outcome = no purchase 90 days, horizon = 90 days, model = logistic, "
    "features = (purchases, sum(purchase.amount), visits, days since last purchase))",
    "cohorts": "cohorts(event = purchase)",
    "funnel": "funnel(steps = (visit, purchase), within = 7 days)",
    "preference": "preference(event = purchase, item = category)",
}


def rules() -> str:
    """A rule file with all the uses; no rule needs them, so nothing else is evaluated."""
    return "".join(f"use {text} as {name}_bench\n" for name, text in USES.items())


def measure(size: Size, runs: int) -> list[str]:
    """The lines of the report."""
    root = workspace(size, rules())
    outside("load", [sys.executable, "-m", "tagfolk_engine.cli.main", "load", "--workspace", str(root), "--json"], 1)
    lines = ["| method | ours s | plain s | ratio | ours MB | plain MB | ratio |", "|---|---|---|---|---|---|---|"]
    for name in USES:
        ours, plain = (_child(side, name, size, runs) for side in ("ours", "plain"))
        seconds, memory = ours.median / plain.median, ours.megabytes / plain.megabytes
        lines.append(
            f"| {name} | {ours.median:.2f} | {plain.median:.2f} | {seconds:.2f} | {ours.megabytes:.0f} | "
            f"{plain.megabytes:.0f} | {memory:.2f} |"
        )
    return lines


def _child(side: str, name: str, size: Size, runs: int) -> Taken:
    return outside(f"{name}, {side}", [sys.executable, "-m", "benchmarks.methods", side, name, size.name], runs)


def ours(name: str, size: Size) -> int:
    """One use over the loaded workspace; the number of its customers."""
    from tagfolk_engine.evaluate import Cutoff
    from tagfolk_engine.run.looking import run_use
    from tagfolk_engine.run.opening import prepare
    from tagfolk_engine.workspace import open_workspace

    ready = prepare(open_workspace(workspace(size, rules())))
    found = run_use(ready, f"{name}_bench", Cutoff.parse("2024-06-30", ready.workspace.zone))
    return int(found.columns.num_rows)


# --- the plain calls ------------------------------------------------------------------------------------------------


def _frame(data: Path, query: str) -> Any:
    """A query over the files as they lie, as a data frame."""
    import duckdb

    with duckdb.connect() as con:
        for table in ("customers", "orders", "visits"):
            con.execute(f"CREATE VIEW {table} AS SELECT * FROM '{data}/{table}.parquet'")
        return con.execute(query).df()


def _rfm(data: Path) -> int:
    """pandas.qcut of ranks over a group-by."""
    import pandas as pd

    found = _frame(data, "SELECT customer, max(paid_at) r, count(*) f, sum(amount) m FROM orders GROUP BY 1")
    for column in "rfm":
        found[f"{column} score"] = pd.qcut(found[column].rank(method="first"), 5, labels=False) + 1
    found.groupby(["r score", "f score"]).agg(n=("m", "size"), revenue=("m", "sum"))
    return len(found)


def _kmeans(data: Path) -> int:
    """scikit-learn's scaler and k-means."""
    from sklearn.cluster import KMeans
    from sklearn.preprocessing import StandardScaler

    found = _frame(
        data, "SELECT c.id, any_value(age) age, count(o.amount) n, coalesce(sum(amount), 0) m FROM customers c "
        "LEFT JOIN orders o ON o.customer = c.id GROUP BY 1",
    )  # fmt: skip
    KMeans(5, n_init=3, random_state=7).fit_predict(StandardScaler().fit_transform(found[["age", "n", "m"]]))
    return len(found)


def _basket(data: Path) -> int:
    """The counts of all pairs by one sparse matrix product (scipy), and their lifts."""
    import numpy as np
    from scipy.sparse import coo_array

    lines = _frame(data, "SELECT DISTINCT customer, paid_at::DATE AS day, category FROM orders")
    basket = lines.groupby(["customer", "day"], sort=False).ngroup().to_numpy()
    item = lines["category"].astype("category").cat.codes.to_numpy()
    table = coo_array((np.ones(len(lines)), (basket, item))).tocsr()
    both = (table.T @ table).toarray()
    alone = both.diagonal()
    np.divide(both * table.shape[0], np.outer(alone, alone))
    return lines["customer"].nunique()  # type: ignore[no-any-return]


def _lifecycle(data: Path) -> int:
    """Each customer's median gap by a window function."""
    return len(_frame(
        data, "SELECT customer, median(gap), max(day) FROM (SELECT customer, day, "
        "day - lag(day) OVER (PARTITION BY customer ORDER BY day) AS gap FROM "
        "(SELECT DISTINCT customer, paid_at::DATE AS day FROM orders)) GROUP BY 1",
    ))  # fmt: skip


def _bgnbd(data: Path) -> int:
    """scipy's minimiser over the likelihood of Fader, Hardie and Lee (2005), one fit."""
    import numpy as np
    from scipy.optimize import minimize
    from scipy.special import betaln, gammaln

    found = _frame(
        data, "SELECT customer, count(DISTINCT paid_at::DATE) - 1 x, "
        "(max(paid_at::DATE) - min(paid_at::DATE)) / 7.0 t, "
        f"(DATE '{END}' - min(paid_at::DATE)) / 7.0 age FROM orders GROUP BY 1",
    )  # fmt: skip
    x, t, age = (found[name].to_numpy(dtype=float) for name in ("x", "t", "age"))

    def loss(logs: Any) -> float:
        r, alpha, a, b = np.exp(logs)
        start = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        alive = betaln(a, b + x) - betaln(a, b) - (r + x) * np.log(alpha + age)
        gone = betaln(a + 1, b + np.maximum(x, 1) - 1) - betaln(a, b) - (r + x) * np.log(alpha + t)
        return -float((start + np.where(x > 0, np.logaddexp(alive, gone), alive)).sum())

    minimize(loss, np.zeros(4), method="L-BFGS-B")
    return len(found)


def _churn(data: Path) -> int:
    """scikit-learn's calibrated logistic regression over features as of three months ago."""
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    then = f"DATE '{END}' - 90"
    found = _frame(
        data, f"SELECT o.*, v.visits, o.customer IN (SELECT customer FROM orders WHERE paid_at >= {then}) AS back FROM "
        f"(SELECT customer, count(*) n, sum(amount) m, {then} - max(paid_at::DATE) r FROM orders "
        f"WHERE paid_at < {then} GROUP BY 1) o LEFT JOIN "
        f"(SELECT customer, count(*) visits FROM visits v WHERE v.at < {then} GROUP BY 1) v USING (customer)",
    ).fillna({"visits": 0})  # fmt: skip
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000))
    data_ = found[["n", "m", "r", "visits"]].astype(float)
    CalibratedClassifierCV(model, cv=3, ensemble=False).fit(data_, ~found["back"]).predict_proba(data_)
    return len(found)


def _cohorts(data: Path) -> int:
    """pandas over customers' months."""
    months = _frame(data, "SELECT DISTINCT customer, date_trunc('month', paid_at) m FROM orders")
    first = months.groupby("customer")["m"].transform("min")
    later = (months["m"].dt.year - first.dt.year) * 12 + months["m"].dt.month - first.dt.month
    months.assign(first=first, later=later).groupby(["first", "later"])["customer"].nunique().unstack()
    return months["customer"].nunique()  # type: ignore[no-any-return]


def _funnel(data: Path) -> int:
    """pandas.merge_asof of the second step onto the first."""
    import pandas as pd

    first = _frame(data, "SELECT customer, v.at AS t FROM visits v ORDER BY 2")
    second = _frame(data, "SELECT customer, paid_at AS t, paid_at AS then FROM orders ORDER BY 2")
    found = pd.merge_asof(
        first, second, on="t", by="customer", direction="forward", allow_exact_matches=False,
        tolerance=pd.Timedelta(days=7),
    )  # fmt: skip
    return len(found.groupby("customer")["then"].count())


def _preference(data: Path) -> int:
    """A weighted group-by and pandas' rank."""
    found = _frame(
        data,
        f"SELECT customer, category, sum(pow(0.5, (DATE '{END}' - paid_at::DATE) / 90.0)) w FROM orders GROUP BY 1, 2",
    )
    found["place"] = found.groupby("customer")["w"].rank(ascending=False, method="first")
    found[found["place"] <= 3].pivot(index="customer", columns="place", values="category")
    return found["customer"].nunique()  # type: ignore[no-any-return]


PLAIN: dict[str, Callable[[Path], int]] = {
    "rfm": _rfm, "kmeans": _kmeans, "basket": _basket, "lifecycle": _lifecycle, "bgnbd": _bgnbd, "churn": _churn,
    "cohorts": _cohorts, "funnel": _funnel, "preference": _preference,
}  # fmt: skip


def main() -> None:
    """One child: the work of one side on one method; a JSON line with its seconds."""
    side, name, size = sys.argv[1], sys.argv[2], SIZES[sys.argv[3]]
    from benchmarks.data import make

    data = make(size)
    begin = time.perf_counter()
    customers = ours(name, size) if side == "ours" else PLAIN[name](data)
    seconds = time.perf_counter() - begin
    print(json.dumps({"seconds": seconds, "customers": int(customers), "megabytes": peak_megabytes()}))


if __name__ == "__main__":
    main()
