"""churn: a real label, a planted outcome, no look into the future, and what cannot be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.methods import run, shared
from tagfolk_plugins import ArgumentError, MethodError, Reference
from tagfolk_plugins.methods.churn import Churn
from tagfolk_plugins.testing import FrameContext, metric

T = datetime(2024, 7, 1, tzinfo=UTC)


def telco() -> FrameContext:
    frame = pd.read_csv(shared("telco_churn", "Telco-Customer-Churn.csv"))
    frame["TotalCharges"] = pd.to_numeric(frame["TotalCharges"], errors="coerce")
    return FrameContext(frame.rename(columns={"customerID": "customer_id"}), as_of=T)


@pytest.mark.parametrize("model", ["boosting", "logistic"])
def test_telco_churn_in_five_folds(model: str) -> None:
    target = metric('Churn = "Yes"', lambda c: c.customers(["Churn"])["Churn"] == "Yes")
    result = run(Churn, telco(), target=target, model=model)
    assert result.fit["auc"] >= 0.84
    assert all(result.fit[f"auc_fold_{i}"] > 0.8 for i in range(1, 6))
    assert result.fit["base_rate"] == pytest.approx(0.2654, abs=1e-4)
    frame = result.customers
    assert len(frame) == 7043
    assert frame["probability"].mean() == pytest.approx(0.2654, abs=0.01), "calibrated"
    assert set(frame["risk"]) == {"high", "medium", "low"}
    riskiest = frame.sort_values("probability").iloc[-1]
    assert any(
        "Month-to-month" in str(riskiest[f"reason{i}"]) or "tenure" in str(riskiest[f"reason{i}"]) for i in (1, 2, 3)
    )
    assert not result.tables["drivers"]["feature"].str.startswith("Churn").any()
    table = result.tables["calibration"]
    assert (table["predicted"] - table["actual"]).abs().max() < 0.08
    assert result.tables["lift"]["captured"].iloc[-1] == pytest.approx(1)


def shop(n: int = 400, seed: int = 3, days: int = 540) -> FrameContext:
    """Half of the customers buy every ten days for good; the others come ever more seldom, then no more."""
    random = np.random.default_rng(seed)
    rows = []
    for i in range(n):
        day, gap, stays = float(random.uniform(0, 40)), 10.0, i % 2 == 0
        end = days if stays else random.uniform(100, days + 200)
        while day < min(days, end):
            rows.append((f"c{i:03}", T - timedelta(days=days) + timedelta(days=day), float(random.gamma(2, 10))))
            left = end - day
            day += random.exponential(gap if stays or left > 60 else 2.5 * gap) + 1
    frame = pd.DataFrame(rows, columns=["customer_id", "time", "amount"])
    return FrameContext(None, {"purchase": frame}, as_of=T)


def silent(days: int) -> Reference:
    """No purchase in so many days."""

    def found(context: FrameContext) -> Any:
        events = context.events("purchase")
        since = pd.Timestamp(context.as_of).tz_localize(None) - timedelta(days=days)
        recent = set(events.loc[events["time"] >= since, "customer_id"])
        everybody = context.customers().index
        return pd.Series(~everybody.isin(list(recent)), index=everybody)

    return metric(f"no purchase {days} days", found)


def test_an_outcome_is_learned_from_the_past_and_measured_later() -> None:
    context = shop()
    result = run(Churn, context, outcome=silent(60), horizon=(60, "day"), model="logistic")
    assert result.fit["auc"] > 0.65
    assert result.fit["period"] == "2024-05-01 to 2024-06-30"
    frame = result.customers
    already = silent(60).tree(context)
    assert not already[frame.index].any(), "who is gone already is not at risk"
    stays = frame.index.str[1:].astype(int) % 2 == 0
    assert frame["probability"][~stays].mean() > frame["probability"][stays].mean()
    assert frame["reason1"].dropna().str.contains("purchase").all()


def test_events_after_t_do_not_matter() -> None:
    context = shop()
    earlier = context.at(T - timedelta(days=90))
    cut = {n: context.events(n, ["amount"]) for n in ("purchase",)}
    cut = {
        n: f[f["time"] < pd.Timestamp(earlier.as_of).tz_localize(None)].drop(columns="local") for n, f in cut.items()
    }
    alone = FrameContext(context.customers().reset_index(), cut, as_of=earlier.as_of)
    given = {"outcome": silent(60), "horizon": (60, "day"), "model": "logistic"}
    pd.testing.assert_frame_equal(run(Churn, earlier, **given).customers, run(Churn, alone, **given).customers)


def people(**columns: Any) -> FrameContext:
    frame = pd.DataFrame(columns)
    frame.insert(0, "customer_id", [f"c{i:03}" for i in range(len(frame))])
    return FrameContext(frame, as_of=T)


def label(name: str) -> Reference:
    return metric(f"{name} = yes", lambda c: c.customers([name])[name].astype(bool))


def test_a_feature_that_is_the_label_is_left_out_and_named() -> None:
    random = np.random.default_rng(1)
    gone = random.random(200) < 0.4
    context = people(gone=gone, cancelled_on_paper=gone.astype(float), age=random.normal(40, 5, 200) + gone * 5)
    result = run(Churn, context, target=label("gone"), model="logistic")
    assert result.fit["leaks"] == "cancelled_on_paper"
    assert result.tables["drivers"]["feature"].tolist() == ["age"]


def test_what_cannot_be_is_said() -> None:
    with pytest.raises(ArgumentError, match="'outcome' or 'target', one of the two"):
        run(Churn, people(age=[1.0, 2.0]))
    with pytest.raises(MethodError, match="false for all 60 customers"):
        run(Churn, people(gone=[False] * 60, age=[1.0, 2.0] * 30), target=label("gone"))
    with pytest.raises(MethodError, match="true for 3 of 60 customers; at least 10"):
        run(Churn, people(gone=[True] * 3 + [False] * 57, age=[1.0, 2.0] * 30), target=label("gone"))
    with pytest.raises(MethodError, match="nothing that tells customers apart"):
        run(Churn, people(gone=[True] * 30 + [False] * 30, age=[1.0] * 60), target=label("gone"))
    with pytest.raises(MethodError, match="nothing that tells customers apart"):
        run(Churn, shop(days=30), outcome=silent(60), horizon=(60, "day"))
    missing = (metric("income", lambda c: pd.Series(dtype=float)),)
    with pytest.raises(MethodError, match="'income' is missing for every customer"):
        run(Churn, people(gone=[True, False] * 30), target=label("gone"), features=missing)
