# ruff: noqa: E501  -- questions as they are typed
"""Times, numbers and words, one by one."""

from __future__ import annotations

from datetime import date

import pytest
from tagfolk_bots.understand.numerals import numerals
from tagfolk_bots.understand.periods import periods
from tagfolk_bots.understand.spans_of_time import buckets, previous
from tagfolk_bots.wording.phrases import PHRASES

T = date(2024, 6, 30)


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("in the last 30 days", "in 30 days"), ("近30天", "in 30 days"), ("三个月内", "in 3 months"), ("近半年", "in 6 months"),
        ("last quarter", "last quarter"), ("上个月", "last month"), ("今年", "this year"), ("in the last year", "in 1 year"),
        ("since March", "since 2024-03-01"), ("自3月起", "since 2024-03-01"), ("去年3月", "between 2023-03-01 and 2023-03-31"),
        ("2024年第一季度", "between 2024-01-01 and 2024-03-31"), ("in 2023", "between 2023-01-01 and 2023-12-31"),
        ("since August", "since 2023-08-01"), ("before 2024-01-01", "before 2024-01-01"), ("前天", "on 2024-06-28"),
        ("between 2024-01-01 and 2024-03-31", "between 2024-01-01 and 2024-03-31"), ("3 months ago", "on 2024-03-30"),
        ("a month ago", "on 2024-05-30"), ("6个月前到3个月前", "from 6 months to 3 months ago"), ("yesterday", "yesterday"),
    ],
)  # fmt: skip
def test_a_time_in_words_is_a_window(text: str, window: str) -> None:
    assert [p.window for p in periods(text, T)] == [window]


@pytest.mark.parametrize(
    "text",
    [
        "may churn",
        "who may leave",
        "spent more than 2000 yuan",
        "消费超过2000元",
        "between 20 and 35",
        "30岁",
        "2月30日",
    ],
)
def test_what_is_no_time(text: str) -> None:
    assert periods(text, T) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [("10k", 10_000), ("1.5万", 15_000), ("1亿", 100_000_000), ("三千", 3000), ("一百二十", 120), ("1,000", 1000), ("twenty", 20), ("60%", 0.6),
     ("百分之三十", 0.3), ("两百", 200), ("twenty five", 25)],
)  # fmt: skip
def test_a_number_in_words(text: str, value: float) -> None:
    (found,) = numerals(text)
    assert float(found.value) == value


def test_a_trend_is_cut_into_calendar_periods() -> None:
    cut = buckets("this year", "month", T)
    assert [c[0] for c in cut] == [f"2024-0{m}" for m in range(1, 7)]
    assert cut[-1][1:] == (date(2024, 6, 1), date(2024, 7, 1))


def test_a_period_is_set_against_the_same_span_before() -> None:
    assert previous("this month", date(2024, 8, 20)) == (
        "between 2024-08-01 and 2024-08-20",
        "between 2024-07-01 and 2024-07-20",
    )
    assert previous("this month", date(2024, 3, 31)) == (
        "between 2024-03-01 and 2024-03-31",
        "between 2024-02-01 and 2024-02-29",
    )


def test_every_sentence_has_both_languages_and_the_same_holes() -> None:
    import string

    for code, (english, chinese) in PHRASES.items():
        holes = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (english, chinese)]
        assert holes[0] == holes[1], code
