"""funnel and paths: journeys countable by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest
from support.methods import run
from tagfolk_plugins import ArgumentError, EventFilter, MethodError
from tagfolk_plugins.methods.funnel import Funnel
from tagfolk_plugins.methods.paths import Paths
from tagfolk_plugins.testing import FrameContext, where

T = datetime(2024, 7, 1, tzinfo=UTC)


def shop(journeys: dict[str, str], **more: Any) -> FrameContext:
    """Journeys as "v1 c2 p3": view on day 1, cart on day 2, purchase on day 3 of June; "v1x" has product x."""
    kinds = {"v": "view", "c": "cart", "p": "purchase"}
    rows: dict[str, list[tuple[str, datetime, str]]] = {name: [] for name in kinds.values()}
    for who, journey in journeys.items():
        for step in journey.split():
            digits = "".join(c for c in step[1:] if c.isdigit())
            rows[kinds[step[0]]].append((who, datetime(2024, 6, int(digits)), step[1 + len(digits) :]))
    frames = {n: pd.DataFrame(r, columns=["customer_id", "time", "product"]) for n, r in rows.items()}
    return FrameContext(more.pop("customers", None), frames, as_of=T, **more)


STEPS = tuple(EventFilter(e, None, e) for e in ("view", "cart", "purchase"))
JOURNEYS = {
    "all": "v1 c2 p3",
    "two": "v1 c2",
    "one": "v5",
    "back": "p1 c2 v3",
    "late": "v1 c2 p20",
    "again": "v1 v10 c11 p12",
}
DAY = 86400.0


def test_ordered() -> None:
    result = run(Funnel, shop(JOURNEYS), steps=STEPS)
    assert result.customers["last_step"].to_dict() == {
        "all": 3, "two": 2, "one": 1, "back": 1, "late": 3, "again": 3,
    }  # fmt: skip
    assert result.customers["seconds_to_convert"].dropna().to_dict() == {
        "all": 2 * DAY, "late": 19 * DAY, "again": 11 * DAY,
    }  # fmt: skip
    table = result.tables["steps"]
    assert table["step"].tolist() == ["view", "cart", "purchase"]
    assert table["customers"].tolist() == [6, 4, 3]
    assert table["share_of_first"].tolist() == pytest.approx([1, 4 / 6, 3 / 6])
    assert table["share_of_previous"].tolist() == pytest.approx([1, 4 / 6, 3 / 4])
    assert table["median_seconds"].iloc[2] == 11 * DAY
    assert result.fit["conversion"] == 0.5


def test_within_counts_from_the_first_step_of_any_try() -> None:
    result = run(Funnel, shop(JOURNEYS), steps=STEPS, within=(3, "day"))
    assert result.customers["last_step"].to_dict() == {
        "all": 3, "two": 2, "one": 1, "back": 1, "late": 2, "again": 3,
    }  # fmt: skip
    assert result.customers["seconds_to_convert"]["again"] == 2 * DAY


def test_strict_lets_nothing_lie_between() -> None:
    context = shop({"all": "v1 c2 p3", "between": "v1 p2 c3 p4", "twice": "v1 v2 c3 p4"})
    found = run(Funnel, context, steps=STEPS, order="strict").customers["last_step"].to_dict()
    assert found == {"all": 3, "between": 1, "twice": 3}


def test_any_order() -> None:
    found = run(Funnel, shop(JOURNEYS), steps=STEPS, order="any", within=(5, "day")).customers
    assert found["last_step"].to_dict() == {"all": 3, "two": 2, "one": 1, "back": 3, "late": 2, "again": 3}
    assert found.loc["back", "seconds_to_convert"] == 2 * DAY


def test_matching_and_where_and_by() -> None:
    people = pd.DataFrame({"customer_id": ["same", "other"], "city": ["X", "Y"]})
    context = shop({"same": "v1a c2a p3a", "other": "v1a c2b p3a"}, customers=people)
    matched = run(Funnel, context, steps=STEPS, matching="product").customers["last_step"].to_dict()
    assert matched == {"same": 3, "other": 1}
    only = EventFilter("cart", where("product = a", lambda e: e["product"] == "a"), "cart where product = a")
    by = run(Funnel, context, steps=(STEPS[0], only, STEPS[2]), by="city").tables["by"]
    assert by.loc[by["by"] == "X", "customers"].tolist() == [1, 1, 1]
    assert by.loc[by["by"] == "Y", "customers"].tolist() == [1, 0, 0]


def test_a_funnel_says_what_cannot_be() -> None:
    with pytest.raises(ArgumentError, match="at least two steps"):
        run(Funnel, shop(JOURNEYS), steps=STEPS[:1])
    with pytest.raises(MethodError, match="needs at least 1 customer who took the first step, view"):
        run(Funnel, shop({"a": "p1"}), steps=STEPS)


def test_paths_and_links() -> None:
    result = run(Paths, shop({"a": "v1 c2 p3", "b": "v1 c2 p3", "c": "v1 v2 v3 c4 p5"}), events=STEPS, length=3)
    assert result.customers["path"].to_dict() == dict.fromkeys("abc", "view > cart > purchase")
    assert result.tables["paths"].to_dict("records") == [
        {"path": "view > cart > purchase", "customers": 3, "share": 1.0}
    ]
    links = {(r["from"], r["to"]): r["count"] for r in result.tables["links"].to_dict("records")}
    assert links == {("view", "cart"): 3, ("cart", "purchase"): 3, ("view", "view"): 2}


def test_a_silence_begins_a_new_path() -> None:
    result = run(Paths, shop({"a": "v1 c2 p20", "b": "v1"}), events=STEPS, within=(7, "day"))
    assert result.customers["path"].to_dict() == {"a": "purchase", "b": "view"}
    with pytest.raises(MethodError, match="paths needs at least 1 of these events"):
        run(Paths, shop({"a": "v1"}), events=STEPS[1:])
