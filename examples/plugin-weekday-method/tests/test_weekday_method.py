"""The weekday method: the contract, and a week countable by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest
from tagfolk_plugins import MethodError
from tagfolk_plugins.testing import FrameContext, MethodContract
from tagfolk_weekday.method import Weekday

T = datetime(2024, 7, 1, tzinfo=UTC)


def shop(*days: tuple[str, str]) -> FrameContext:
    frame = pd.DataFrame(days, columns=["customer_id", "time"])
    frame["time"] = pd.to_datetime(frame["time"])
    return FrameContext(None, {"visit": frame}, as_of=T)


WEEK = shop(("a", "2024-06-24"), ("a", "2024-06-29"), ("a", "2024-06-22"), ("b", "2024-06-25"), ("b", "2024-06-24"))


class TestContract(MethodContract):
    method = Weekday

    def context(self) -> FrameContext:
        return WEEK

    def given(self) -> Mapping[str, Any]:
        return {"event": "visit"}

    def too_little(self) -> FrameContext:
        return shop(("a", "2025-01-01"))


def test_the_favourite_and_its_share() -> None:
    result = Weekday().run({"event": "visit", "window": None, "least": 1}, WEEK)
    assert result.customers["favourite"].to_dict() == {"a": "sat", "b": "mon"}
    assert result.customers["strength"].to_dict() == {"a": pytest.approx(2 / 3), "b": 0.5}
    assert result.tables["weekdays"]["events"].tolist() == [2, 1, 0, 0, 0, 2, 0]


def test_too_few_get_none() -> None:
    result = Weekday().run({"event": "visit", "window": None, "least": 3}, WEEK)
    assert result.customers.index.tolist() == ["a"]
    with pytest.raises(MethodError, match="no customer has 9 or more of visit"):
        Weekday().run({"event": "visit", "window": None, "least": 9}, WEEK)
