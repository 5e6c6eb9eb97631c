"""Our own methods under the suite that authors get."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
from tagfolk_engine.plugins import methods
from tagfolk_plugins import EventFilter
from tagfolk_plugins.methods.basket import Basket
from tagfolk_plugins.methods.bgnbd import BgNbd
from tagfolk_plugins.methods.churn import Churn
from tagfolk_plugins.methods.clv import Clv
from tagfolk_plugins.methods.cohorts import Cohorts
from tagfolk_plugins.methods.drivers import Drivers
from tagfolk_plugins.methods.experiment import Experiment
from tagfolk_plugins.methods.funnel import Funnel
from tagfolk_plugins.methods.kmeans import KMeans
from tagfolk_plugins.methods.lifecycle import Lifecycle
from tagfolk_plugins.methods.nps import Nps
from tagfolk_plugins.methods.paths import Paths
from tagfolk_plugins.methods.preference import Preference
from tagfolk_plugins.methods.rfm import Rfm
from tagfolk_plugins.methods.similar import Similar
from tagfolk_plugins.testing import FrameContext, MethodContract, metric

T = datetime(2024, 7, 2, tzinfo=UTC)


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


class TestLifecycle(OurMethod):
    method = Lifecycle
    arguments = {"event": "purchase"}


class TestBgNbd(OurMethod):
    method = BgNbd
    arguments = {"event": "purchase", "horizon": (4, "week")}


class TestClv(OurMethod):
    method = Clv
    arguments = {"event": "purchase", "amount": "purchase.amount", "horizon": (4, "week")}


class TestChurn(OurMethod):
    method = Churn

    def given(self) -> Mapping[str, Any]:
        city = metric("city = Beijing", lambda c: c.customers(["city"])["city"] == "Beijing")
        return {"target": city, "model": "logistic", "folds": 2}


class TestBasket(OurMethod):
    method = Basket
    arguments = {
        "event": "purchase", "item": "purchase.category", "group": "purchase.basket", "confidence": 0.1,
    }  # fmt: skip


class TestCohorts(OurMethod):
    method = Cohorts
    arguments = {"event": "purchase"}


class TestFunnel(OurMethod):
    method = Funnel
    arguments = {"steps": (EventFilter("visit"), EventFilter("purchase"))}


class TestPaths(OurMethod):
    method = Paths
    arguments = {"events": (EventFilter("visit"), EventFilter("purchase"))}


class TestNps(OurMethod):
    method = Nps
    arguments = {"event": "survey", "score": "survey.score"}

    def context(self) -> FrameContext:
        answers = pd.DataFrame(
            {"customer_id": [f"c{i:03}" for i in range(30)], "score": [float(i % 11) for i in range(30)]}
        )
        return FrameContext(None, {"survey": answers.assign(time=pd.Timestamp("2024-01-01"))}, as_of=T)

    def too_little(self) -> FrameContext:
        return self.context().at(datetime(2020, 1, 1, tzinfo=UTC))


class TestPreference(OurMethod):
    method = Preference
    arguments = {"event": "purchase", "item": "purchase.category"}


class TestSimilar(OurMethod):
    method = Similar
    arguments = {"to": "vip"}


class TestDrivers(OurMethod):
    method = Drivers
    arguments = {"of": "vip"}


class TestExperiment(OurMethod):
    method = Experiment

    def given(self) -> Mapping[str, Any]:
        return {"arm": "vip", "outcome": spend()}


def test_every_built_in_method_is_under_contract() -> None:
    tested = {suite.method.name for suite in OurMethod.__subclasses__()}
    ours = {name for name, origin in methods().origins.items() if origin.distribution.startswith("tagfolk ")}
    assert ours <= tested, f"no contract test for {ours - tested}"
    assert len(ours) >= 15
