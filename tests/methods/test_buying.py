"""bgnbd and clv: the published figures on CDNOW, a holdout, and what the data must satisfy."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

import numpy as np
import pandas as pd
import pytest
from support.methods import run, shared
from tagfolk_plugins import ArgumentError, MethodError
from tagfolk_plugins.methods._buying import Model
from tagfolk_plugins.methods.bgnbd import BgNbd
from tagfolk_plugins.methods.clv import Clv
from tagfolk_plugins.testing import FrameContext

END = datetime(1997, 10, 1, tzinfo=UTC)


@cache
def _cdnow(path: str) -> pd.DataFrame:
    rows = pd.read_csv(path, sep=r"\s+", header=None, names=["m", "customer_id", "day", "cds", "amount"], dtype=str)
    return pd.DataFrame({
        "customer_id": rows["customer_id"], "time": pd.to_datetime(rows["day"], format="%Y%m%d"),
        "amount": rows["amount"].astype(float),
    })  # fmt: skip


def cdnow(as_of: datetime = END) -> FrameContext:
    return FrameContext(None, {"purchase": _cdnow(str(shared("cdnow", "CDNOW_sample.txt")))}, as_of=as_of)


def test_published_parameters_of_cdnow() -> None:
    result = run(BgNbd, cdnow(), event="purchase")
    found = [result.fit[name] for name in ("r", "alpha", "a", "b")]
    assert found == pytest.approx([0.243, 4.414, 0.793, 2.426], abs=0.001)
    assert result.fit["loglik"] == pytest.approx(-9582.4, abs=0.1)
    assert (result.fit["customers"], result.fit["repeaters"]) == (2357, 946)
    expected = pd.read_csv(shared("cdnow", "cdnow_customers_summary.csv"))
    frame = result.customers
    assert frame["frequency"].to_numpy().tolist() == expected["frequency"].tolist()
    assert np.abs(frame["recency"].to_numpy() - expected["recency"]).max() < 0.006
    assert np.abs(frame["age"].to_numpy() - expected["T"]).max() < 0.006
    first = frame.iloc[0]
    assert first["expected"] == pytest.approx(1.226, abs=0.001), "the paper's customer 0001 over 39 weeks"
    assert frame["p_alive"].between(0, 1).all()
    assert (frame.loc[frame["frequency"] == 0, "p_alive"] == 1).all()


def test_tracking_and_calibration_of_cdnow() -> None:
    result = run(BgNbd, cdnow(datetime(1998, 7, 1, tzinfo=UTC)), event="purchase", horizon=(39, "week"))
    calibration = result.tables["calibration"]
    assert calibration["customers"].sum() == 2357
    total = (calibration["customers"] * calibration["actual"]).sum()
    assert total == pytest.approx(1882, abs=2), "published: 1,882 repeat purchases in the holdout"
    predicted = (calibration["customers"] * calibration["expected"]).sum()
    assert predicted == pytest.approx(total, rel=0.15), "the model is known to be low there"
    tracking = run(BgNbd, cdnow(), event="purchase").tables["tracking"]
    assert tracking["actual"].iloc[-1] == 2457
    assert tracking["expected"].iloc[-1] == pytest.approx(2457, rel=0.03)


def test_published_gamma_gamma_of_cdnow() -> None:
    result = run(Clv, cdnow(), event="purchase", amount="purchase.amount")
    assert [result.fit[n] for n in ("p", "q", "v")] == pytest.approx([6.25, 3.74, 15.44], rel=0.01)
    frame = result.customers
    once = frame.loc[frame["frequency"] == 0, "average_value"]
    p, q, v = (float(result.fit[n]) for n in ("p", "q", "v"))
    assert once.to_numpy() == pytest.approx(p * v / (q - 1))
    assert abs(result.fit["correlation"]) < 0.3
    assert result.fit["warning"] is None
    undiscounted = run(Clv, cdnow(), event="purchase", amount="purchase.amount", discount=0).customers
    assert undiscounted["value"].to_numpy() == pytest.approx((frame["expected"] * frame["average_value"]).to_numpy())
    assert (frame["value"] <= undiscounted["value"] + 1e-9).all()
    deciles = result.tables["deciles"]
    assert deciles["customers"].sum() == len(frame)
    assert deciles["value"].is_monotonic_decreasing
    assert deciles["share"].sum() == pytest.approx(1)


def test_a_known_model_is_found_again() -> None:
    random = np.random.default_rng(5)
    n, weeks, truth = 4000, 52.0, Model(0.8, 6.0, 0.6, 3.0)
    rate, drop = random.gamma(truth.r, 1 / truth.alpha, n), random.beta(truth.a, truth.b, n)
    rows = []
    for i in range(n):
        t = 0.0
        while t <= weeks:
            rows.append((f"c{i}", END - timedelta(weeks=weeks) + timedelta(weeks=t)))
            if t > 0 and random.random() < drop[i]:
                break
            t += random.exponential(1 / rate[i]) + 1 / 7
    shop = FrameContext(None, {"visit": pd.DataFrame(rows, columns=["customer_id", "time"])}, as_of=END)
    fit = run(BgNbd, shop, event="visit").fit
    assert fit["r"] / fit["alpha"] == pytest.approx(truth.r / truth.alpha, rel=0.2)
    assert fit["a"] / (fit["a"] + fit["b"]) == pytest.approx(truth.a / (truth.a + truth.b), rel=0.3)


def test_a_kept_fit_is_applied() -> None:
    kept = {"r": 0.5, "alpha": 3.0, "a": 1.0, "b": 2.0, "loglik": -1.0}
    context = cdnow()
    context.state, context.due = kept, False
    assert run(BgNbd, context, event="purchase").fit["r"] == 0.5


def few(n: int, again: int, amount: float = 3.0) -> FrameContext:
    rows = [(f"c{i}", END - timedelta(days=50 - i % 20), amount) for i in range(n)]
    rows += [(f"c{i}", END - timedelta(days=20 - i % 10), amount) for i in range(again)]
    return FrameContext(None, {"purchase": pd.DataFrame(rows, columns=["customer_id", "time", "amount"])}, as_of=END)


def test_what_cannot_be_is_said() -> None:
    with pytest.raises(MethodError, match="there are 50 with a purchase, and 0 came again"):
        run(BgNbd, few(50, 0), event="purchase")
    with pytest.raises(MethodError, match="every repeat purchase costs the same"):
        run(Clv, few(50, 30), event="purchase", amount="purchase.amount")
    with pytest.raises(MethodError, match="10 repeat buyers with a positive amount, there are 0"):
        run(Clv, few(50, 30, 0.0), event="purchase", amount="purchase.amount")
    with pytest.raises(ArgumentError, match="'discount' must be a number from 0 to 1"):
        run(Clv, few(50, 30), event="purchase", amount="purchase.amount", discount=3)
