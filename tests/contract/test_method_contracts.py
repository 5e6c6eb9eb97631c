"""Our own methods under the suite that authors get."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

import numpy as np
import pandas as pd
from tagfolk_plugins.methods.kmeans import KMeans
from tagfolk_plugins.methods.rfm import Rfm
from tagfolk_plugins.testing import FrameContext, MethodContract, metric

T = datetime(2024, 7, 2, tzinfo=timezone.utc)


def shop(n: int = 60, seed: int = 1) -> FrameContext:
    """n customers who buy and visit at random over half a year."""
    random = np.random.default_rng(seed)
    rows, visits = [], []
    for i in range(n):
        for _ in range(1 + random.poisson(3)):
            day = float(random.uniform(0, 180))
            when = T - pd.Timedelta(days=day)
            rows.append((f"c{i:03}", when, float(random.gamma(2, 20)), str(random.choice(["tea", "coffee", "cake"]))))
            visits.append((f"c{i:03}", when - pd.Timedelta(hours=1)))
    people = pd.DataFrame({"customer_id": [f"c{i:03}" for i in range(n)], "age": random.integers(18, 60, n)})
    people["city"] = random.choice(["Beijing", "Shanghai"], n)
    purchases = pd.DataFrame(rows, columns=["customer_id", "time", "amount", "category"])
    purchases["basket"] = (purchases.index // 2).astype(str)
    return FrameContext(
        people,
        {"purchase": purchases, "visit": pd.DataFrame(visits, columns=["customer_id", "time"])},
        as_of=T,
        members={"vip": [f"c{i:03}" for i in range(0, n, 3)]},
    )


def nobody() -> FrameContext:
    """One customer who never did a thing."""
    nothing = pd.DataFrame({"customer_id": ["x"], "time": [pd.Timestamp("2030-01-01")], "amount": [1.0]})
    nothing["category"] = nothing["basket"] = "tea"
    people = pd.DataFrame({"customer_id": ["x"], "age": [30], "city": ["Beijing"]})
    return FrameContext(
        people, {"purchase": nothing, "visit": nothing[["customer_id", "time"]]}, as_of=T, members={"vip": ["x"]}
    )


def spend() -> Any:
    return metric("spend", lambda c: c.events("purchase", ["amount"]).groupby("customer_id")["amount"].sum())


def count() -> Any:
    return metric("purchases", lambda c: c.events("purchase").groupby("customer_id").size())


class OurMethod(MethodContract):
    arguments: Mapping[str, Any] = {}

    def context(self) -> FrameContext:
        return shop()

    def given(self) -> Mapping[str, Any]:
        return self.arguments

    def too_little(self) -> FrameContext:
        return nobody()


class TestRfm(OurMethod):
    method = Rfm
    arguments = {"event": "purchase", "amount": "purchase.amount"}


class TestKMeans(OurMethod):
    method = KMeans

    def given(self) -> Mapping[str, Any]:
        return {"features": (spend(), count()), "k": 3}
