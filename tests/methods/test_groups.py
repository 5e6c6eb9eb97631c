"""similar, drivers, experiment: what sets groups apart."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.methods import run
from tagfolk_plugins import ArgumentError, MethodError
from tagfolk_plugins.methods.drivers import Drivers
from tagfolk_plugins.methods.experiment import Experiment, holm
from tagfolk_plugins.methods.similar import Similar
from tagfolk_plugins.testing import FrameContext, metric

T = datetime(2024, 7, 1, tzinfo=UTC)


def people(members: dict[str, Any], **columns: Any) -> FrameContext:
    frame = pd.DataFrame(columns)
    frame.insert(0, "customer_id", [f"c{i:04}" for i in range(len(frame))])
    held = {name: frame.loc[np.asarray(mask), "customer_id"].tolist() for name, mask in members.items()}
    return FrameContext(frame, as_of=T, members=held)


def attribute(name: str) -> Any:
    return metric(name, lambda c: c.customers([name])[name])


def test_look_alikes_have_the_members_features() -> None:
    random = np.random.default_rng(4)
    age = random.normal(40, 10, 600)
    member = random.random(600) < 1 / (1 + np.exp(-(age - 45) / 3))
    context = people({"vip": member}, age=age, shoe=random.normal(40, 2, 600))
    result = run(Similar, context, to="vip")
    found = result.customers["similarity"]
    assert found.between(0, 1).all()
    assert found[age > 55].mean() > 0.8
    assert found[age < 35].mean() < 0.2
    assert result.fit["auc"] > 0.85
    assert result.tables["features"]["feature"].iloc[0] == "age"
    with pytest.raises(MethodError, match="true for 1 of 600 customers"):
        run(Similar, people({"vip": np.arange(600) == 0}, age=age), to="vip")
    with pytest.raises(MethodError, match="false for all 600 customers"):
        run(Similar, people({"vip": np.zeros(600, bool)}, age=age), to="vip")


def test_drivers_by_hand() -> None:
    city = ["X"] * 40 + ["Y"] * 10 + ["X"] * 20 + ["Y"] * 30
    member = np.arange(100) < 50
    context = people({"vip": member, "loyal": np.arange(100) < 60}, city=city, age=np.arange(100.0))
    result = run(Drivers, context, of="vip")
    table = result.tables["drivers"].set_index(["driver", "value"])
    row = table.loc[("city", "X")]
    assert (row["share_in"], row["share_out"], row["lift"]) == (0.8, 0.4, pytest.approx(2))
    width = 1.959963984540054 * (1 / 40 - 1 / 50 + 1 / 20 - 1 / 50) ** 0.5
    assert [row["low"], row["high"]] == pytest.approx([2 * np.exp(-width), 2 * np.exp(width)])
    z = 0.4 / (0.6 * 0.4 * (2 / 50)) ** 0.5
    from scipy.stats import norm

    assert row["p"] == pytest.approx(2 * norm.sf(z))
    assert table.loc[("loyal", "yes"), "share_out"] == 0.2
    assert result.tables["drivers"]["p"].is_monotonic_increasing
    assert len([d for d in table.index if d[0] == "age"]) == 4
    young = metric("age < 60", lambda c: c.customers(["age"])["age"] < 60)
    assert run(Drivers, context, of="vip", among=young).fit == {"members": 50, "others": 10}
    with pytest.raises(MethodError, match="nobody of the 100 customers has 'vip'"):
        run(Drivers, people({"vip": member & False}, city=city), of="vip")


def test_an_experiment_by_hand() -> None:
    arm = np.arange(2000) < 1000
    won = np.concatenate([np.arange(1000) < 120, np.arange(1000) < 90])
    context = people({"mail": arm, "no_mail": ~arm}, won=won, city=["X", "Y"] * 1000)
    result = run(Experiment, context, arm="mail", control="no_mail", outcome=attribute("won"))
    row = result.tables["result"].iloc[0]
    assert (row["n"], row["mean"]) == (1000, 0.12)
    assert row["difference"] == pytest.approx(0.03)
    z = 0.03 / (0.105 * 0.895 * 2 / 1000) ** 0.5
    assert row["z"] == pytest.approx(z)
    assert row["p"] == pytest.approx(0.0287, abs=2e-4)
    assert row["low"] < 0.03 < row["high"]
    assert result.fit["srm_p"] == 1
    assert result.fit["warning"] is None
    assert result.customers["arm"].value_counts().to_dict() == {"treatment": 1000, "control": 1000}
    assert (result.tables["subgroups"]["p_corrected"] >= result.tables["subgroups"]["p"]).all()


def test_groups_that_are_not_as_planned_are_said() -> None:
    arm = np.arange(2000) < 1150
    context = people({"mail": arm, "no_mail": ~arm}, spend=np.random.default_rng(1).normal(100, 10, 2000))
    fit = run(Experiment, context, arm="mail", control="no_mail", outcome=attribute("spend")).fit
    assert fit["srm_p"] < 0.001
    assert "1150 to 850" in fit["warning"]
    planned = run(Experiment, context, arm="mail", control="no_mail", outcome=attribute("spend"), split=0.575).fit
    assert planned["srm_p"] == pytest.approx(1)


def test_a_split_is_stable_and_as_planned() -> None:
    everybody = np.ones(4000, bool)
    context = people({"all": everybody}, spend=np.random.default_rng(1).normal(100, 10, 4000))
    first = run(Experiment, context, arm="all", outcome=attribute("spend"), split=0.3)
    assert first.fit["treatment"] == pytest.approx(1200, abs=100)
    assert first.fit["srm_p"] > 0.001
    again = run(Experiment, context, arm="all", outcome=attribute("spend"), split=0.3)
    pd.testing.assert_frame_equal(first.customers, again.customers)
    other = run(Experiment, context, arm="all", outcome=attribute("spend"), split=0.3, salt="spring")
    assert not other.customers.equals(first.customers)
    assert abs(first.tables["result"].loc[0, "z"]) < 4


def test_an_experiment_says_what_cannot_be() -> None:
    arm = np.arange(20) < 10
    context = people({"a": arm, "b": ~arm, "both": arm | True, "nobody": arm & False}, city=["X"] * 20, x=[None] * 20)
    with pytest.raises(MethodError, match="10 customers are in both groups"):
        run(Experiment, context, arm="a", control="both", outcome=attribute("city"))
    with pytest.raises(MethodError, match="the control group has 0 customers"):
        run(Experiment, context, arm="a", control="nobody", outcome=attribute("city"))
    with pytest.raises(ArgumentError, match="neither a condition nor a number"):
        run(Experiment, context, arm="a", control="b", outcome=attribute("city"))


def test_holm() -> None:
    assert holm([0.01, 0.04, 0.03, None]) == [0.03, 0.06, 0.06, None]
