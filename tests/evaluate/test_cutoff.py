"""T and windows: calendar arithmetic, half-open bounds, clock changes."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from tagfolk_dsl.tree import Ago, Before, Between, Duration, Ever, Last, Next, Period, Since, Unit
from tagfolk_engine.evaluate import Cutoff
from tagfolk_engine.plan.nodes import Previous

SHANGHAI, NEW_YORK, UTC_ZONE = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York"), ZoneInfo("UTC")


def months(n: int) -> Duration:
    return Duration(n, Unit.MONTH)


def days(n: int) -> Duration:
    return Duration(n, Unit.DAY)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_a_day_is_its_end_in_the_zone() -> None:
    assert Cutoff.parse("2024-07-01", SHANGHAI).instant == datetime(2024, 7, 1, 16, tzinfo=UTC)


def test_an_instant_is_itself() -> None:
    assert Cutoff.parse("2024-07-01T12:00", SHANGHAI).instant == datetime(2024, 7, 1, 4, tzinfo=UTC)
    assert Cutoff.parse("2024-07-01T12:00Z", SHANGHAI).instant == datetime(2024, 7, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("text", ["yesterday", "2024-02-30", "", "2024-13-01T00:00"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no date or time"):
        Cutoff.parse(text, UTC_ZONE)


@pytest.mark.parametrize(
    ("window", "lower", "upper"),
    [
        (Last(months(6)), "2024-01-02", "2024-07-02"),
        (Last(days(7)), "2024-06-25", "2024-07-02"),
        (Last(Duration(2, Unit.QUARTER)), "2024-01-02", "2024-07-02"),
        (Last(Duration(36, Unit.HOUR)), "2024-06-30 12:00", "2024-07-02"),
        (Period(Unit.YEAR, 0), "2024-01-01", "2024-07-02"),
        (Period(Unit.QUARTER, 0), "2024-07-01", "2024-07-02"),
        (Period(Unit.MONTH, 0), "2024-07-01", "2024-07-02"),
        (Period(Unit.WEEK, 0), "2024-07-01", "2024-07-02"),
        (Period(Unit.DAY, 0), "2024-07-01", "2024-07-02"),
        (Period(Unit.YEAR, 1), "2023-01-01", "2024-01-01"),
        (Period(Unit.QUARTER, 1), "2024-04-01", "2024-07-01"),
        (Period(Unit.MONTH, 1), "2024-06-01", "2024-07-01"),
        (Period(Unit.WEEK, 1), "2024-06-24", "2024-07-01"),
        (Period(Unit.DAY, 1), "2024-06-30", "2024-07-01"),
        (Ago(months(6), months(3)), "2024-01-02", "2024-04-02"),
        (Ago(Duration(1, Unit.YEAR), days(7)), "2023-07-02", "2024-06-25"),
        (Since(date(2024, 1, 1)), "2024-01-01", "2024-07-02"),
        (Before(date(2024, 1, 1)), None, "2024-01-01"),
        (Between(date(2024, 1, 1), date(2024, 3, 31)), "2024-01-01", "2024-04-01"),
        (Ever(), None, "2024-07-02"),
        (Next(days(7)), "2024-07-02", "2024-07-09"),
        (Between(date(2024, 1, 1), date(2025, 3, 31)), "2024-01-01", "2024-07-02"),
    ],
)
def test_windows(window: object, lower: str | None, upper: str) -> None:
    found = Cutoff.parse("2024-07-01", UTC_ZONE).window(window)  # type: ignore[arg-type]
    assert found == (at(lower) if lower else None, at(upper))


@pytest.mark.parametrize(
    ("as_of", "back", "lower"),
    [("2024-03-30", 1, "2024-02-29"), ("2023-03-30", 1, "2023-02-28"), ("2024-05-30", 3, "2024-02-29")],
)
def test_the_day_is_clamped_to_the_end_of_the_month(as_of: str, back: int, lower: str) -> None:
    assert Cutoff.parse(as_of, UTC_ZONE).window(Last(months(back)))[0] == at(lower)


def test_a_leap_day_less_a_year() -> None:
    assert Cutoff.parse("2024-02-28", UTC_ZONE).window(Last(Duration(1, Unit.YEAR)))[0] == at("2023-02-28")


def test_midnight_belongs_to_the_day_before() -> None:
    """The instant just before T decides which period this is."""
    cutoff = Cutoff.parse("2024-07-01T00:00", UTC_ZONE)
    assert cutoff.window(Period(Unit.MONTH, 0)) == (at("2024-06-01"), at("2024-07-01"))
    assert cutoff.label == "2024-06-30"


def test_days_are_wall_clock_and_hours_are_exact_over_a_clock_change() -> None:
    cutoff = Cutoff.parse("2024-03-10", NEW_YORK)  # the day has 23 hours
    assert cutoff.window(Last(days(1)))[0] == at("2024-03-10 05:00")
    assert cutoff.window(Last(Duration(24, Unit.HOUR)))[0] == at("2024-03-10 04:00")


def test_ambiguous_and_nonexistent_times() -> None:
    cutoff = Cutoff.parse("2024-12-01", NEW_YORK)
    assert cutoff.at(datetime(2024, 11, 3, 1, 30)) == at("2024-11-03 05:30")
    assert cutoff.at(datetime(2024, 3, 10, 2, 30)) == at("2024-03-10 07:30")
    cutoff = Cutoff.parse("2024-03-11T02:30", NEW_YORK)
    assert cutoff.window(Last(days(1)))[0] == at("2024-03-10 07:30")


@pytest.mark.parametrize(
    ("as_of", "window", "lower", "upper"),
    [
        ("2024-07-01", Last(months(3)), "2024-01-02", "2024-04-02"),
        ("2024-07-10", Period(Unit.MONTH, 0), "2024-06-01", "2024-06-11"),
        ("2024-03-31", Period(Unit.MONTH, 0), "2024-02-01", "2024-03-01"),
        ("2024-07-10", Period(Unit.MONTH, 1), "2024-05-01", "2024-06-01"),
        ("2024-07-10", Period(Unit.YEAR, 0), "2023-01-01", "2023-07-12"),  # 2024 has a day more by then
        ("2024-07-10", Ago(months(6), months(3)), "2023-10-11", "2024-01-11"),
    ],
)
def test_the_window_before(as_of: str, window: object, lower: str, upper: str) -> None:
    found = Cutoff.parse(as_of, UTC_ZONE).window(Previous(window))  # type: ignore[arg-type]
    assert found == (at(lower), at(upper))


def test_very_long_windows_do_not_break() -> None:
    cutoff = Cutoff.parse("2024-07-01", UTC_ZONE)
    assert cutoff.window(Last(Duration(100000, Unit.YEAR)))[0] == datetime.min
    assert cutoff.window(Last(Duration(10**12, Unit.DAY)))[0] == datetime.min
