"""Every word a question can use: what the workspace knows, without a single row of a customer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

FieldType = Literal["number", "text", "boolean", "date", "time"]


@dataclass(frozen=True)
class FieldEntry:
    """An attribute of customers or a property of an event.

    ``values``: canonical value → its listed spellings; ``seen``: values met in the data, commonest first.
    ``seen`` of a personal field is always empty.
    """

    name: str
    type: FieldType
    also: tuple[str, ...] = ()
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    seen: tuple[str, ...] = ()
    personal: bool = False


@dataclass(frozen=True)
class EventEntry:
    """An event with its other names and properties."""

    name: str
    also: tuple[str, ...] = ()
    properties: Mapping[str, FieldEntry] = field(default_factory=dict)


@dataclass(frozen=True)
class TagEntry:
    """A tag. ``type`` None: a plain tag; ``values``: value → names for people."""

    name: str
    title: str | None = None
    also: tuple[str, ...] = ()
    about: str | None = None
    layer: str | None = None
    type: FieldType | None = None
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    many: bool = False


@dataclass(frozen=True)
class LetEntry:
    """A measure or a condition that has a name. ``windowed``: it says its own window, a further one has no place."""

    name: str
    kind: Literal["metric", "condition"]
    title: str | None = None
    also: tuple[str, ...] = ()
    type: FieldType = "number"
    windowed: bool = False
    text: str = ""


@dataclass(frozen=True)
class SegmentEntry:
    """A segment with its action."""

    name: str
    title: str | None = None
    also: tuple[str, ...] = ()
    action: str | None = None


@dataclass(frozen=True)
class ColumnEntry:
    """A column of a method in use: ``rfm.recency``."""

    use: str
    column: str
    type: FieldType


@dataclass(frozen=True)
class MeasureEntry:
    """A named measure of the business that this workspace can have."""

    name: str
    title: str
    title_zh: str
    also: tuple[str, ...]
    unit: str


@dataclass(frozen=True)
class Lexicon:
    """All of it. ``today`` is the local day that holds the instant just before T of the latest run."""

    events: Mapping[str, EventEntry] = field(default_factory=dict)
    attributes: Mapping[str, FieldEntry] = field(default_factory=dict)
    tags: Mapping[str, TagEntry] = field(default_factory=dict)
    lets: Mapping[str, LetEntry] = field(default_factory=dict)
    segments: Mapping[str, SegmentEntry] = field(default_factory=dict)
    columns: tuple[ColumnEntry, ...] = ()
    uses: Mapping[str, str] = field(default_factory=dict)
    """Name of a use → its method."""
    measures: Mapping[str, MeasureEntry] = field(default_factory=dict)
    today: date = date(2000, 1, 1)
    currency: str = ""
    language: Literal["en", "zh"] = "en"
