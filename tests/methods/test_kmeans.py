"""kmeans: planted groups are found, numbers stay, errors are said."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.methods import run
from tagfolk_plugins import ArgumentError, MethodError, Reference
from tagfolk_plugins.methods import kmeans
from tagfolk_plugins.methods.kmeans import KMeans
from tagfolk_plugins.testing import FrameContext, metric

T = datetime(2024, 7, 2, tzinfo=UTC)


def people(columns: dict[str, Any], **more: Any) -> FrameContext:
    frame = pd.DataFrame(columns)
    frame.insert(0, "customer_id", [f"c{i:05}" for i in range(len(frame))])
    return FrameContext(frame, as_of=T, **more)


def attribute(name: str) -> Reference:
    return metric(name, lambda context: context.customers([name])[name])


def planted(seed: int = 1, shift: float = 0.0, **more: Any) -> tuple[FrameContext, np.ndarray[Any, Any]]:
    """Three groups of 200, 100 and 50 far apart."""
    random = np.random.default_rng(seed)
    group = np.repeat([0, 1, 2], [200, 100, 50])
    spend = np.array([10.0, 500, 1000])[group] + random.normal(0, 10, 350) + shift
    visits = np.array([5.0, 5, 40])[group] + random.normal(0, 1, 350)
    return people({"spend": spend, "visits": visits}, **more), group


FEATURES = (attribute("spend"), attribute("visits"))


def test_planted_groups_are_found_the_largest_first() -> None:
    context, group = planted()
    result = run(KMeans, context, features=FEATURES)
    assert (result.customers["cluster"].to_numpy() == group + 1).all()
    assert result.fit["k"] == 3
    assert result.fit["silhouette"] > 0.9
    assert result.tables["sizes"]["customers"].tolist() == [200, 100, 50]
    assert result.tables["silhouette"]["k"].tolist() == list(range(2, 11))
    assert result.tables["centres"].loc[2, "spend"] == pytest.approx(1000, abs=5)
    assert "higher visits" in result.customers["description"].iloc[-1]
    assert "lower spend" in result.customers["description"].iloc[0]


def test_the_same_seed_gives_the_same() -> None:
    random = np.random.default_rng(3)
    context = people({"a": random.normal(size=300), "b": random.normal(size=300)})
    features = (attribute("a"), attribute("b"))
    first, second = (run(KMeans, context, features=features, k=4).customers for _ in range(2))
    pd.testing.assert_frame_equal(first, second)


def test_numbers_stay_when_sizes_change_and_drift_is_told() -> None:
    context, _ = planted()
    first = run(KMeans, context, features=FEATURES, k=3)
    assert first.fit["drift"] is None
    random = np.random.default_rng(2)
    group = np.repeat([0, 1, 2], [20, 30, 300])
    later = people({
        "spend": np.array([15.0, 520, 990])[group] + random.normal(0, 10, 350),
        "visits": np.array([5.0, 5, 40])[group] + random.normal(0, 1, 350),
    }, state=first.state)  # fmt: skip
    second = run(KMeans, later, features=FEATURES, k=3)
    assert (second.customers["cluster"].to_numpy() == group + 1).all(), "the group of 300 keeps its number 3"
    assert 0 < second.fit["drift"] < 0.5


def test_a_kept_fit_is_applied_until_a_new_one_is_due() -> None:
    context, _ = planted()
    first = run(KMeans, context, features=FEATURES, k=3)
    later, _ = planted(seed=9, shift=40.0, state=first.state, due=False)
    second = run(KMeans, later, features=FEATURES, k=3)
    assert second.fit["applied"] == "kept fit"
    assert second.state["centres"] == first.state["centres"]
    other = run(KMeans, later, features=FEATURES, k=2)
    assert other.fit["applied"] == "new fit"


def test_missing_features_give_no_cluster() -> None:
    context = people({"a": [1.0, None, 3, 4, 9, 10, 11, 12], "b": [1.0, 2, 3, 4, 9, None, 11, 12]})
    found = run(KMeans, context, features=(attribute("a"), attribute("b")), k=2)
    assert found.customers["cluster"].isna().tolist() == [False, True, False, False, False, True, False, False]
    assert found.fit["left_out"] == 2


def test_a_large_table_is_fitted_on_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kmeans, "SAMPLE", 100)
    context, group = planted()
    assert (run(KMeans, context, features=FEATURES, k=3).customers["cluster"].to_numpy() == group + 1).all()


def test_all_customers_of_a_large_table_move_the_centres(monkeypatch: pytest.MonkeyPatch) -> None:
    """Overlapping groups: the streamed centres are near those of a fit on everybody, nearer than the sample's."""
    random = np.random.default_rng(3)
    middles = np.repeat([0.0, 4.0, 9.0], [2000, 1200, 800])
    context = people({"spend": middles + random.normal(0, 1.5, 4000), "visits": middles + random.normal(0, 1.5, 4000)})
    whole = run(KMeans, context, features=FEATURES, k=3)
    monkeypatch.setattr(kmeans, "SAMPLE", 30)
    monkeypatch.setattr(kmeans, "BATCH", 200)
    streamed = run(KMeans, context, features=FEATURES, k=3)
    monkeypatch.setattr(kmeans, "_streamed", lambda values, state, centres, random: centres)
    sampled = run(KMeans, context, features=FEATURES, k=3)
    lost = [found.fit["inertia"] / whole.fit["inertia"] - 1 for found in (streamed, sampled)]
    assert lost[0] < 0.01
    assert lost[0] < lost[1] / 2
    assert streamed.tables["sizes"]["customers"].sum() == 4000


def test_outliers_are_drawn_in() -> None:
    values = [1.0] * 50 + [2.0] * 50 + [10.0] * 50 + [11.0] * 49 + [1e9]
    context = people({"a": values})
    found = run(KMeans, context, features=(attribute("a"),), k=2).customers["cluster"].to_numpy()
    assert len(set(found[:100])) == len(set(found[100:])) == 1
    assert found[0] != found[-1]


@pytest.mark.parametrize(("scale", "groups"), [("standard", 3), ("no", 3), ("robust", 2)])
def test_scales(scale: str, groups: int) -> None:
    context, group = planted()
    found = run(KMeans, context, features=FEATURES, k=groups, scale=scale).customers["cluster"].to_numpy()
    wanted = group + 1 if groups == 3 else 1 + (group == 2)  # by quartiles the visits of the last group stand out most
    assert (found == wanted).all()


@pytest.mark.parametrize(
    ("columns", "arguments", "error", "message"),
    [
        ({"a": [1.0, 2.0, 3.0]}, {"k": 2}, MethodError, "needs at least 4 customers .* there are 3"),
        ({"a": [5.0] * 30}, {}, MethodError, "'a' is the same \\(5\\) for all 30 customers"),
        ({"a": [None] * 30}, {}, MethodError, "'a' is missing for every customer"),
        ({"a": ["x", "y"] * 30}, {}, ArgumentError, "'a' is not a number, it has values such as 'x'"),
        ({"a": [1.0, 2.0] * 30}, {"k": 3}, MethodError, "only 2 different customers in these"),
        ({"a": [1.0, 2.0] * 30}, {"k": 1}, ArgumentError, "'k' must be a whole number from 2 to 100"),
        ({"a": [1.0, 2.0] * 30}, {"winsorise": 0.5}, ArgumentError, "'winsorise' must be"),
    ],
)
def test_what_cannot_be_is_said(
    columns: dict[str, Any], arguments: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        run(KMeans, people(columns), features=(attribute("a"),), **arguments)
