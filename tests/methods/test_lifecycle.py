"""lifecycle: stages countable by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
from support.methods import run
from tagfolk_plugins import ArgumentError, MethodError
from tagfolk_plugins.methods.lifecycle import Lifecycle
from tagfolk_plugins.testing import FrameContext

T = datetime(2024, 7, 1, tzinfo=UTC)


def shop(days: dict[str, list[int]], as_of: datetime = T, people: list[str] | None = None) -> FrameContext:
    """Customers with purchases so many days before T."""
    rows = [(name, T - timedelta(days=ago)) for name, when in days.items() for ago in when]
    frame = pd.DataFrame(rows, columns=["customer_id", "time"])
    known = pd.DataFrame({"customer_id": people}) if people else None
    return FrameContext(known, {"purchase": frame}, as_of=as_of)


SHOP = {
    "active": [45, 35, 25, 15], "cooling": [55, 45, 35, 25], "sleeping": [65, 55, 45, 35], "lost": [100, 90, 80, 70],
    "new": [20, 10], "back": [130, 120, 110, 100, 5], "once": [100],
}  # fmt: skip


def test_stages_follow_the_own_rhythm() -> None:
    result = run(Lifecycle, shop(SHOP, people=["nobody"]), event="purchase")
    frame = result.customers
    assert frame["stage"].to_dict() == {
        "active": "active", "cooling": "cooling", "sleeping": "sleeping", "lost": "lost", "new": "new",
        "back": "returned", "once": "lost", "nobody": "never",
    }  # fmt: skip
    assert frame.loc["active", "own_gap"] == 10
    assert frame.loc["once", "own_gap"] == result.fit["population_gap"] == 10
    assert pd.isna(frame.loc["nobody", "own_gap"])
    stages = result.tables["stages"].set_index("stage")["customers"]
    assert stages["lost"] == 2
    assert stages.sum() == 8


def test_the_next_stage_and_its_day() -> None:
    frame = run(Lifecycle, shop(SHOP), event="purchase").customers
    days = frame["next_stage_on"].map(lambda x: None if pd.isna(x) else x.date())
    assert (frame.loc["active", "next_stage"], days["active"]) == ("cooling", date(2024, 7, 6))
    assert (frame.loc["cooling", "next_stage"], days["cooling"]) == ("sleeping", date(2024, 7, 6))
    assert (frame.loc["sleeping", "next_stage"], days["sleeping"]) == ("lost", date(2024, 7, 6))
    assert (frame.loc["new", "next_stage"], days["new"]) == ("cooling", date(2024, 7, 11))
    assert pd.isna(frame.loc["lost", "next_stage"])
    assert days["lost"] is None


def test_the_day_is_local() -> None:
    frame = pd.DataFrame({"customer_id": ["a"] * 3, "time": [T - timedelta(days=d, hours=4) for d in (35, 25, 15)]})
    context = FrameContext(None, {"purchase": frame}, as_of=T, zone="Asia/Shanghai")
    found = run(Lifecycle, context, event="purchase").customers["next_stage_on"]
    assert found["a"] == pd.Timestamp("2024-07-06"), "20:00 UTC on the 5th is the 6th in Shanghai"


def test_transitions_since_the_last_run() -> None:
    earlier = run(Lifecycle, shop(SHOP, as_of=T - timedelta(days=10)), event="purchase")
    assert earlier.tables["transitions"].empty
    now = shop(SHOP)
    now.state = earlier.state
    moves = run(Lifecycle, now, event="purchase").tables["transitions"]
    moved = {(r["from"], r["to"]): r["customers"] for r in moves.to_dict("records")}
    assert moved[("active", "cooling")] == 1
    assert moved[("cooling", "sleeping")] == 1
    assert moved[("lost", "returned")] == 1


def test_what_cannot_be_is_said() -> None:
    with pytest.raises(MethodError, match="needs at least 1 customer with a purchase"):
        run(Lifecycle, shop({"a": [-5]}), event="purchase")
    with pytest.raises(MethodError, match="nobody has three purchase events"):
        run(Lifecycle, shop({"a": [5, 10], "b": [3]}), event="purchase")
    with pytest.raises(ArgumentError, match="'lost' must be more than 'slow'"):
        run(Lifecycle, shop(SHOP), event="purchase", slow=4, lost=2)
