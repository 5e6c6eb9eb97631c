"""What people decided about who is who."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Text
from sqlmodel import Field

from tagfolk_engine.results.columns import BIG, Record, UtcTime, now


def _key() -> Any:
    """A key that the store counts up."""
    return Field(default=None, primary_key=True, sa_type=BIG)


class IdentityDecision(Record, table=True):
    """A person's word on two records: one customer or not; or on one record that stands apart from its customer."""

    __tablename__: ClassVar[str] = "identity_decision"
    id: int | None = _key()
    verdict: str = Field(sa_type=Text)
    """``same``, ``different``, or ``apart`` (``right`` is empty)."""
    left: str = Field(sa_type=Text, index=True)
    """``SOURCE:ID``."""
    right: str = Field(default="", sa_type=Text)
    why: str = Field(default="", sa_type=Text)
    by: str = Field(default="", sa_type=Text)
    at: datetime = Field(default_factory=now, sa_type=UtcTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcTime)
    """When a later decision took its place."""
