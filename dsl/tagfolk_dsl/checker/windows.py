"""Windows that cannot be: from 3 to 6 months ago, between a later and an earlier day, no length at all."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from tagfolk_dsl.tree import Ago, Between, Duration, Last, Next, Span, Unit, Window

if TYPE_CHECKING:
    from tagfolk_dsl.checker.resolver import Resolver

SECONDS = {
    Unit.SECOND: 1.0, Unit.MINUTE: 60.0, Unit.HOUR: 3600.0, Unit.DAY: 86400.0, Unit.WEEK: 604800.0,
    Unit.MONTH: 2629746.0, Unit.QUARTER: 7889238.0, Unit.YEAR: 31556952.0,
}  # fmt: skip
"""The mean length of each unit."""


def seconds(length: Duration) -> float:
    """A duration's mean length, for telling longer from shorter."""
    return length.amount * SECONDS[length.unit]


def check_window(window: Window, r: Resolver, span: Span) -> bool:
    """Report a window that is empty, the wrong way round, or in the future."""
    if isinstance(window, Ago):
        if seconds(window.start) > seconds(window.end):
            return True
        r.report.error(
            "T065",
            span,
            "this window ends before it starts",
            "这个时间范围的终点早于起点",
            "the longer time stands first: from 6 to 3 months ago",
            "先写较远的时间：6个月前到3个月前",
        )
        return False
    if isinstance(window, Between):
        if _day(window.start) <= _day(window.end):
            return True
        r.report.error(
            "T065",
            span,
            "this window ends before it starts",
            "这个时间范围的终点早于起点",
            f"between {window.end} and {window.start}",
            f"{window.end} 到 {window.start}",
        )
        return False
    if isinstance(window, Next):
        r.report.error(
            "T053",
            span,
            "events do not lie in the future",
            "事件不会发生在未来",
            "'in next …' is for the anniversary of a date: birthday in next 7 days",
            "“未来…”只用于日期的周年：生日 未来7天",
        )
        return False
    if isinstance(window, Last) and window.length.amount <= 0:
        r.report.error("T065", span, "this window has no length", "这个时间范围长度为零", "at least 1 day", "至少 1 天")
        return False
    return True


def _day(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value
