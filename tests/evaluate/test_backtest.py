"""A tag against what then happened, countable by hand."""

from datetime import date

import pytest
from support.shop import Shop
from tagfolk_dsl.tree import Duration, Unit
from tagfolk_engine.evaluate import EvaluationError
from tagfolk_engine.evaluate.backtest import backtest, dates, horizon

SHOP = Shop(
    customers=[("a", {}), ("b", {}), ("c", {}), ("d", {})],
    rows=[
        ("purchase", "a", "2024-01-10", {}),  # silent afterwards
        ("purchase", "b", "2024-01-10", {}), ("purchase", "b", "2024-03-20", {}),  # silent in February, then back
        ("purchase", "c", "2024-02-20", {}), ("purchase", "c", "2024-03-20", {}),
        ("purchase", "d", "2024-02-20", {}),
    ],
)  # fmt: skip


def test_points_and_overall() -> None:
    evaluator = SHOP.evaluator("no purchase 30 days -> quiet", "2024-07-01")
    outcome = SHOP.condition("no purchase 1 month", evaluator)
    found = backtest(evaluator, "quiet", outcome, [date(2024, 2, 29), date(2024, 3, 31), date(2024, 6, 15)])
    evaluator.close()
    first, second = found.points
    # on 29 February a and b were quiet; in March a and d bought nothing
    assert first.as_json() == {
        "as_of": "2024-02-29", "tagged": 2, "hits": 1, "precision": 0.5, "recall": 0.5, "lift": 1.0, "base_rate": 0.5,
    }  # fmt: skip
    assert (second.tagged, second.hits, second.outcomes, second.of) == (2, 2, 4, 4)
    assert found.open == (date(2024, 6, 15),)
    assert found.as_json("no purchase 1 month")["overall"] == {
        "tagged": 4, "hits": 3, "precision": 0.75, "recall": 0.5, "lift": 1.0, "base_rate": 0.75,
    }  # fmt: skip


def test_dates_are_clamped_from_the_first() -> None:
    found = list(dates(date(2024, 1, 31), date(2024, 4, 30), Duration(1, Unit.MONTH)))
    assert found == [date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31), date(2024, 4, 30)]
    with pytest.raises(EvaluationError, match="a day apart"):
        list(dates(date(2024, 1, 31), date(2024, 4, 30), Duration(1, Unit.HOUR)))


def test_an_outcome_without_a_time_is_refused() -> None:
    evaluator = SHOP.evaluator()
    with pytest.raises(EvaluationError, match="how far ahead"):
        horizon(SHOP.condition("no purchase", evaluator))
    evaluator.close()
