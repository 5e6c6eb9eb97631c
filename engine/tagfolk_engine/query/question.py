"""Question and Answer: what the read door takes and gives. Data only; the wording is the bots'."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from tagfolk_engine.query.roles import Role

Cell = str | int | float | bool | None

Aggregate = Literal["sum", "avg", "median", "min", "max", "customers", "overall", ""]


@dataclass(frozen=True)
class Column:
    """A figure to be computed for a group: ``metric`` in the language, or (aggregate "customers") a condition.

    ``of``: a further condition that only this column's customers meet. ``per``: a second metric to divide by.
    """

    label: str
    metric: str = ""
    of: str | None = None
    per: str = ""
    aggregate: Aggregate = "customers"


@dataclass(frozen=True)
class Question:
    """What is asked. All conditions and metrics are texts of the tag language, checked like a rule's.

    ``filter``: of whom (None: everybody). ``whole``: what a share is a share of. ``by``: an attribute, a tag or a
    metric to break down by. ``columns``: figures side by side (trend, compare, breakdown by a property), each over
    ``filter``. ``moments``: ends of periods, for the size of a group over time. ``n`` and ``limit`` cut rows.
    ``entered``: only one direction of changes. ``window``: a window of the language, for changes.
    """

    intent: str
    filter: str | None = None
    whole: str | None = None
    metric: str = ""
    per: str = ""
    aggregate: Aggregate = ""
    by: str = ""
    columns: tuple[Column, ...] = ()
    moments: tuple[tuple[str, datetime], ...] = ()
    n: int = 0
    ascending: bool = False
    limit: int = 0
    customer: str = ""
    tag: str = ""
    segment: str = ""
    direction: Literal["", "entered", "left"] = ""
    window: str = ""
    topic: str = ""
    role: Role = Role.VIEWER


@dataclass(frozen=True)
class Answer:
    """The figures. ``value`` is the one figure, ``rows`` the table (``total``: how many there are without a cut).

    ``of``: over how many customers. ``understood``: the condition, canonical; ``said``: the same as a sentence by
    language. ``as_of``: T. ``details``: what one intent needs beyond that (a rule's reasons, a definition …).
    ``notes``: (code, arguments) of what a reader should know. ``personal``: rows hold personal data.
    """

    intent: str
    value: float | int | None = None
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    total: int | None = None
    limit: int | None = None
    of: int | None = None
    understood: str | None = None
    said: Mapping[str, str] = field(default_factory=dict)
    as_of: str = ""
    run: int | None = None
    loaded_at: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    small: bool = False
    """The value is a group too small to be shown to this role."""
    personal: bool = False


class QuestionError(Exception):
    """The question cannot be answered, for a reason that the asker can do something about.

    ``code`` names the reason for the wording, ``arguments`` fill it; ``message`` and ``hint`` (English and Chinese)
    are set where the language's checker spoke.
    """

    def __init__(self, code: str, message: Mapping[str, str] | None = None, /, **arguments: Any) -> None:
        super().__init__(code)
        self.code = code
        self.message = message or {}
        self.arguments = arguments


class NotAllowed(QuestionError):
    """The asker's role may not see this; ``arguments["needs"]`` is the least role that may."""

    def __init__(self, needs: Role) -> None:
        super().__init__("not_allowed", needs=needs.name.lower())
        self.needs = needs
