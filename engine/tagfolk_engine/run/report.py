"""What a run says of itself: the JSON that other programs rely on, and more."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo


def said(instant: datetime, zone: ZoneInfo) -> str:
    """T for people: the day whose end it is, or the local instant.

    >>> said(datetime.fromisoformat("2024-07-01T16:00:00+00:00"), ZoneInfo("Asia/Shanghai"))
    '2024-07-01'
    >>> said(datetime.fromisoformat("2024-07-01T04:30:00+00:00"), ZoneInfo("Asia/Shanghai"))
    '2024-07-01T12:30:00+08:00'
    """
    local = instant.astimezone(zone)
    if local.time() == time():
        return (local.date() - timedelta(days=1)).isoformat()
    return local.isoformat(timespec="seconds" if not local.microsecond else "microseconds")


@dataclass
class RunReport:
    """A run that was stored (or found nothing new to store: ``unchanged``)."""

    run: int
    as_of: str
    customers: int
    tags: dict[str, dict[str, Any]] = field(default_factory=dict)
    segments: dict[str, dict[str, Any]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    """Methods (by the name of their use) and sinks that failed, with their own words."""
    stale: list[str] = field(default_factory=list)
    """The tags that kept their last state because a method failed."""
    doubtful: dict[str, str] = field(default_factory=dict)
    """Tags that were evaluated over stale data: tag → why. They are marked stale in the store."""
    replaced: int = 0
    """How many runs of a later T this one took the place of."""
    unchanged: bool = False
    """Everything was as the last run had left it: nothing was written."""
    way: str = "full"
    """``full`` (everything was evaluated) or ``increment`` (only who can have changed); the outcome is the same."""
    because: str = ""
    """Why this way."""
    touched: int | None = None
    """How many customers an increment found that can have changed."""
    load: dict[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        """The ``run`` shape of the contract."""
        return {
            "run": self.run,
            "as_of": self.as_of,
            "customers": self.customers,
            "tags": self.tags,
            "segments": self.segments,
            "seconds": self.seconds,
            "warnings": self.warnings,
            "failed": self.failed,
            "stale": self.stale,
            "doubtful": self.doubtful,
            "replaced": self.replaced,
            "unchanged": self.unchanged,
            "way": self.way,
            "because": self.because,
            "touched": self.touched,
        }
