"""The base class of analysis methods."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Literal
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    import pandas as pd

ArgumentKind = Literal[
    "event", "events", "property", "metric", "metrics", "condition", "window", "duration", "number", "text",
    "choice", "boolean", "attribute", "tag", "numbers", "groups",
]  # fmt: skip
"""What an argument is. ``event`` and ``property`` take names (``purchase``, ``purchase.amount``), ``events`` events
that may have a ``where``, ``metric`` and ``condition`` pieces of the tag language, ``window`` and ``duration`` a time,
``numbers`` a bracketed list, ``groups`` such lists with names (``(recency = (30, 60), frequency = (2, 5))``), handed
over as a mapping of name to numbers; with ``choices`` only those names. A ``number``, ``metrics``, ``text`` or
``duration`` with ``choices`` also takes one of those words (``k = auto``)."""

ColumnType = Literal["number", "text", "boolean", "date", "time"]


@dataclass(frozen=True)
class Argument:
    """One argument of ``use METHOD(…)``; ``default`` None with ``required`` False means "left out"."""

    name: str
    kind: ArgumentKind
    required: bool = False
    default: object = None
    choices: tuple[str, ...] = ()
    meaning: str = ""


@dataclass(frozen=True)
class Reference:
    """A piece of the language handed to a method: opaque to it, given back to the context to be evaluated.

    ``text`` is how it was written (good for column titles), ``tree`` is the engine's.
    """

    text: str
    tree: Any = field(repr=False, compare=False)


@dataclass(frozen=True)
class EventFilter:
    """An item of an ``events`` argument: ``purchase``, or ``purchase where category = tea``."""

    event: str
    where: Reference | None = None
    text: str = ""


@dataclass(frozen=True)
class MethodResult:
    """What a method found.

    ``customers``: a frame indexed by ``customer_id`` with the method's columns (customers it cannot speak of are
    missing or have missing values). ``tables``: named frames (centres, rules …). ``fit``: figures of the fit.
    ``state``: anything that ``json`` can write, kept and handed back at the next run.
    """

    customers: pd.DataFrame
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    fit: Mapping[str, float | int | str | None] = field(default_factory=dict)
    state: Any = None


class MethodContext(ABC):
    """The data a method may see: nothing at or after ``as_of``. The engine implements it."""

    as_of: datetime
    """The cutoff instant T, aware."""
    zone: ZoneInfo
    """The workspace's time zone."""
    state: Any
    """What the last run of this method kept; None at the first."""
    due: bool = True
    """Whether a new fit is due. False: apply what ``state`` holds, where it fits the arguments."""
    settings: Mapping[str, Any]
    """``[methods.NAME]`` of ``tagfolk.toml``, where a method takes tables from there."""

    @abstractmethod
    def metrics(self, metrics: Sequence[Reference]) -> pd.DataFrame:
        """One column per metric or condition in the given order (named by position: 0, 1 …), index ``customer_id``,
        all customers; numbers as float64 (missing: NaN), conditions as bool, text as object."""

    @abstractmethod
    def events(
        self,
        event: str,
        properties: Sequence[str] = (),
        window: Reference | None = None,
        where: Reference | None = None,
    ) -> pd.DataFrame:
        """The events of one kind before T (in the window, that fit ``where``): ``customer_id``, ``time`` (UTC, naive),
        ``local`` (local wall clock, naive), then the properties. Ordered by customer and time."""

    @abstractmethod
    def sql(self, query: str, parameters: Sequence[Any] = ()) -> pd.DataFrame:
        """For big data: a DuckDB query over the views ``customers(customer, customer_id, …attributes)`` and
        ``"event_NAME"(customer, time, local, …properties)``, already cut at T. ``?`` takes the parameters."""

    @abstractmethod
    def bounds(self, window: Reference | None) -> tuple[datetime | None, datetime]:
        """A window as instants for ``sql``: from (None: no start) and before, UTC and naive, never after T."""

    @abstractmethod
    def at(self, as_of: datetime) -> MethodContext:
        """The same data as seen from an earlier cutoff (for labels, holdouts and backtests)."""

    @abstractmethod
    def attributes(self) -> Mapping[str, ColumnType]:
        """The customers' attributes that are not personal, with their types."""

    @abstractmethod
    def event_properties(self) -> Mapping[str, Mapping[str, ColumnType]]:
        """Every event with its properties and their types."""

    @abstractmethod
    def customers(self, attributes: Sequence[str] = ()) -> pd.DataFrame:
        """All customers: index ``customer_id``, the asked attributes as columns."""

    @abstractmethod
    def members(self, name: str) -> pd.Series[bool]:
        """Who holds a tag (or is in a segment) by the last run: a boolean series by ``customer_id``, all customers."""

    def tags(self) -> Sequence[str]:
        """The plain tags that ``members`` can be asked about."""
        return ()

    @abstractmethod
    def progress(self, part: float, message: str = "") -> None:
        """Tell how far the work is (0–1)."""


class Method(ABC):
    """An analysis of all customers that rules can use: ``use NAME(…) as …``."""

    name: ClassVar[str]
    meaning: ClassVar[str] = ""
    """One line for people: what the method tells."""
    arguments: ClassVar[Sequence[Argument]] = ()
    columns: ClassVar[Mapping[str, ColumnType]] = {}
    """The columns every customer gets, with their types."""

    @abstractmethod
    def run(self, arguments: Mapping[str, Any], context: MethodContext) -> MethodResult:
        """Do the analysis. ``arguments`` has every declared argument (defaults filled in): names as text, numbers as
        float or int, metrics and conditions as Reference (lists of them as tuples), ``events`` as EventFilter,
        windows as Reference, durations as ``datetime.timedelta`` where exact or ``(amount, unit)`` tuples (see
        ``tagfolk_plugins.api.time``). Raises MethodError or ArgumentError."""

    def chart(self, result: MethodResult) -> Callable[[Any], None] | None:
        """A function that draws the result on a matplotlib axes, or None."""
        return None
