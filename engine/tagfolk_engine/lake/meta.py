"""What a snapshot says of itself: ``meta.json`` beside its Parquet files."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

FORMAT = 1
"""Raised when the layout of a snapshot changes; a snapshot of another format asks for a new load."""

TypeName = Literal["integer", "number", "text", "date", "time", "boolean"]


class _Meta(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class PropertyMeta(_Meta):
    """One property of an event. ``seen``: its commonest values, commonest first (text only)."""

    type: TypeName
    seen: tuple[str, ...] = ()


class AttributeMeta(PropertyMeta):
    """One attribute of customers."""

    personal: bool = False


class EventMeta(_Meta):
    """One event: how many there are, when the first and last happened (UTC, ISO), its properties. ``offset``: the
    seconds from UTC to the wall clock where they are always the same; the file then has no column ``local``."""

    rows: int = 0
    first: str | None = None
    last: str | None = None
    offset: int | None = None
    properties: dict[str, PropertyMeta] = Field(default_factory=dict)


class SnapshotMeta(_Meta):
    """The whole of ``meta.json``. ``report`` is the JSON of the load that wrote it, ``cursors`` how far each
    source was read (for incremental reads), ``loaded_at`` an instant in UTC, ``zone`` the workspace's zone then."""

    format: int = FORMAT
    loaded_at: str
    zone: str
    customers: int
    attributes: dict[str, AttributeMeta] = Field(default_factory=dict)
    events: dict[str, EventMeta] = Field(default_factory=dict)
    report: dict[str, Any] = Field(default_factory=dict)
    cursors: dict[str, Any] = Field(default_factory=dict)
    previous: str | None = None
