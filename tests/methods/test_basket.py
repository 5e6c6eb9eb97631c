"""basket: rules countable by hand, exact edges, a brute-force check."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.methods import run
from tagfolk_plugins import ArgumentError, MethodError
from tagfolk_plugins.methods.basket import Basket
from tagfolk_plugins.testing import FrameContext

T = datetime(2024, 7, 1, tzinfo=UTC)


def shop(baskets: list[tuple[str, str]]) -> FrameContext:
    """(customer, items as letters): one basket each."""
    rows = [(who, f"b{i}", item) for i, (who, items) in enumerate(baskets) for item in items]
    frame = pd.DataFrame(rows, columns=["customer_id", "order", "item"]).assign(time=datetime(2024, 1, 1))
    return FrameContext(None, {"line": frame}, as_of=T)


def found(context: FrameContext, **more: Any) -> Any:
    return run(Basket, context, **{"event": "line", "item": "line.item", "group": "line.order", **more})


TEN = [("u", "ab")] * 3 + [("v", "a")] * 3 + [("w", "bc")] * 2 + [("x", "c")] * 2


def test_measures_by_hand() -> None:
    rules = found(shop(TEN), support=0.3, confidence=0.5).tables["rules"]
    assert rules[["antecedent", "consequent"]].values.tolist() == [["b", "a"], ["a", "b"]]
    first = rules.iloc[0]
    assert first["count"] == 3
    assert (first["support"], first["confidence"]) == (0.3, 0.6)
    assert first["lift"] == pytest.approx(0.3 / (0.5 * 0.6))
    assert first["leverage"] == pytest.approx(0.3 - 0.5 * 0.6)
    assert first["conviction"] == pytest.approx((1 - 0.6) / (1 - 0.6))


def test_edges_are_exact() -> None:
    assert found(shop(TEN), support=0.3, confidence=0.6).fit["rules"] == 1
    assert found(shop(TEN), support=0.31, confidence=0.1).fit["rules"] == 0
    assert found(shop(TEN), support=0.3, confidence=0.6000001).fit["rules"] == 0
    assert found(shop(TEN), support=0.3, confidence=0.1, lift=1.0).fit["rules"] == 2


def test_all_itemsets_against_brute_force() -> None:
    random = np.random.default_rng(2)
    baskets = [("u", "".join(c for c in "abcdef" if random.random() < 0.5)) for _ in range(60)]
    baskets = [b for b in baskets if b[1]]
    table = found(shop(baskets), support=0.1, confidence=0, max_length=4).tables["itemsets"]
    wanted = {}
    for size in range(1, 5):
        for items in combinations("abcdef", size):
            count = sum(set(items) <= set(b) for _, b in baskets)
            if count >= 0.1 * len(baskets):
                wanted[", ".join(items)] = count
    assert dict(zip(table["items"], table["count"])) == wanted


def test_next_best_is_not_owned() -> None:
    baskets = [("p", "ab")] * 4 + [("q", "a"), ("r", "ab"), ("s", "c"), ("t", "c")]
    frame = found(shop(baskets), support=0.1, confidence=0.5).customers
    assert frame.loc["q", "next_best"] == "b"
    assert frame.loc["q", "next_best_lift"] == pytest.approx(8 * 5 / (6 * 5))
    assert pd.isna(frame.loc["p", "next_best"])


def test_without_a_group_a_day_is_a_basket() -> None:
    times = pd.to_datetime(["2024-01-01 09:00", "2024-01-01 20:00", "2024-01-02 08:00"])
    frame = pd.DataFrame({
        "customer_id": ["u", "u", "u"], "time": times, "item": ["a", "b", "c"],
    })  # fmt: skip
    context = FrameContext(None, {"line": frame}, as_of=T)
    result = run(Basket, context, event="line", item="line.item", support=0.5)
    assert result.fit["baskets"] == 2
    assert "a, b" in result.tables["itemsets"]["items"].tolist()


def test_what_cannot_be_is_said() -> None:
    with pytest.raises(MethodError, match="no item is in 0.9 of the 10 baskets"):
        found(shop(TEN), support=0.9)
    with pytest.raises(MethodError, match="needs at least 1 basket"):
        found(shop(TEN).at(datetime(2020, 1, 1, tzinfo=UTC)))
    with pytest.raises(ArgumentError, match="'confidence' must be a number from 0 to 1"):
        found(shop(TEN), confidence=50)
