"""Statements of a rule file (language reference, sections 1, 5, 6 and 9)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from tagfolk_dsl.tree.base import Node
from tagfolk_dsl.tree.conditions import Condition
from tagfolk_dsl.tree.metrics import Metric
from tagfolk_dsl.tree.time import Duration


@dataclass(frozen=True, slots=True)
class Refresh(Node):
    """``refresh monthly`` or ``refresh on EVENT where …``: exactly one of ``every`` and ``event`` is set."""

    every: Literal["daily", "weekly", "monthly", "quarterly", "half-yearly", "yearly"] | None = None
    event: str | None = None
    where: Condition | None = None


@dataclass(frozen=True, slots=True)
class Card(Node):
    """What people read about a tag, score, classify, segment or let."""

    title: str | None = None
    also: tuple[str, ...] = ()
    about: str | None = None
    layer: Literal["base", "behaviour", "value", "need"] | None = None
    weight: Literal["core", "auxiliary"] | None = None
    owner: str | None = None
    refresh: Refresh | None = None
    values: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """``values high "高" "高价值"`` is ``("high", ("高", "高价值"))``; ``values many`` sets ``many`` instead."""
    many: bool = False
    lines: tuple[tuple[str, int], ...] = field(default=(), compare=False, repr=False)
    """For the formatter: the clauses in the order of the text, with their lines."""


@dataclass(frozen=True, slots=True)
class Statement(Node):
    """One statement of a rule file."""


@dataclass(frozen=True, slots=True)
class Let(Statement):
    """``let NAME = METRIC`` or ``let NAME = CONDITION``."""

    name: str
    meaning: Metric | Condition
    card: Card = field(default_factory=Card)


@dataclass(frozen=True, slots=True)
class TagDeclaration(Statement):
    """``tag NAME:`` with its card."""

    name: str
    card: Card = field(default_factory=Card)


@dataclass(frozen=True, slots=True)
class Named(Node):
    """A list with a name inside an argument: ``limits = (recency = (30, 60), frequency = (2, 5))`` has two."""

    name: str
    values: tuple[Metric | Duration, ...]


@dataclass(frozen=True, slots=True)
class Use(Statement):
    """``use METHOD(arguments) as NAME``. An argument is a metric, a condition, a duration, a name, or a tuple of
    these and of ``Named`` lists."""

    method: str
    arguments: tuple[tuple[str, object], ...]
    name: str


@dataclass(frozen=True, slots=True)
class Effect(Node):
    """``-> tag``, ``-> tag = value``, ``-> not tag``; ``replacing`` is written as a further withholding effect.

    ``value`` is None for a plain tag. ``keep`` is a Duration, or ``"forever"``.
    """

    tag: str
    value: Metric | None = None
    withhold: bool = False
    keep: Duration | Literal["forever"] | None = None
    replacing: bool = field(default=False, compare=False)
    """For the formatter: this withholding was written ``replacing TAG``."""


@dataclass(frozen=True, slots=True)
class Rule(Statement):
    """``[rule NAME:] CONDITION -> EFFECTS``. ``name`` is never empty after parsing: the tag, ``#2``, ``#3`` …"""

    name: str
    condition: Condition
    effects: tuple[Effect, ...]
    why: str | None = None
    priority: int = 0
    owner: str | None = None
    refresh: Refresh | None = None
    named: bool = field(default=True, compare=False)
    text: str = field(default="", compare=False)
    """The condition as it was written, for people."""
    lines: tuple[tuple[str, int], ...] = field(default=(), compare=False, repr=False)
    """For the formatter: the clauses in the order of the text, with their lines."""

    def called(self, name: str) -> Rule:
        """The same rule under another name (``dataclasses.replace`` is slow, and most rules keep theirs)."""
        if self.name == name:
            return self
        return Rule(
            name, self.condition, self.effects, self.why, self.priority, self.owner, self.refresh, self.named,
            self.text, self.lines, span=self.span,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Band(Node):
    """A line of a classify: ``condition`` fits (with ``by``: already about that metric) gives ``value``."""

    condition: Condition
    value: Metric
    text: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Classify(Statement):
    """``classify NAME [by METRIC]:`` the first band that fits gives the value."""

    name: str
    by: Metric | None
    bands: tuple[Band, ...]
    card: Card = field(default_factory=Card)


@dataclass(frozen=True, slots=True)
class ScoreLine(Node):
    """``CONDITION +3``."""

    condition: Condition
    points: int
    text: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class ScoreGrant(Node):
    """``-> loyal when >= 4``: grants ``tag`` where the score meets ``condition`` (about TagValue of the score)."""

    effects: tuple[Effect, ...]
    condition: Condition


@dataclass(frozen=True, slots=True)
class Score(Statement):
    """``score NAME:`` points, and tags granted by them."""

    name: str
    lines: tuple[ScoreLine, ...]
    grants: tuple[ScoreGrant, ...] = ()
    card: Card = field(default_factory=Card)


@dataclass(frozen=True, slots=True)
class Limit(Node):
    """``limit 1000 by METRIC`` (highest first, ties by id) or ``limit 1000 at random`` (``by`` None)."""

    count: int
    by: Metric | None = None


@dataclass(frozen=True, slots=True)
class Segment(Statement):
    """``segment NAME: CONDITION`` with its clauses."""

    name: str
    condition: Condition
    action: str | None = None
    notify: tuple[str, ...] = ()
    sync: tuple[str, ...] = ()
    limit: Limit | None = None
    holdout: Decimal | None = None
    card: Card = field(default_factory=Card)
    text: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class TemplateLine(Node):
    """``behaviour promo_response, likes``: a layer and the tags and metrics that it shows."""

    layer: Literal["base", "behaviour", "value", "need"]
    metrics: tuple[Metric, ...]


@dataclass(frozen=True, slots=True)
class Template(Statement):
    """``template NAME "title":`` what one kind of work looks at."""

    name: str
    lines: tuple[TemplateLine, ...]
    card: Card = field(default_factory=Card)


@dataclass(frozen=True, slots=True)
class ExampleEvent(Node):
    """``purchase 2023-12-20 amount 20 category "tea"``."""

    event: str
    time: date | datetime
    properties: tuple[tuple[str, Metric], ...]


@dataclass(frozen=True, slots=True)
class Expectation(Node):
    """``expect vip``, ``expect not vip``, ``expect tier = gold``, ``expect in segment x``: any condition over tags."""

    condition: Condition
    text: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Example(Statement):
    """``example "…" at DATE:`` one customer's record, and what must come of it."""

    title: str
    at: date | datetime
    attributes: tuple[tuple[str, Metric], ...]
    events: tuple[ExampleEvent, ...]
    expectations: tuple[Expectation, ...]


@dataclass(frozen=True, slots=True)
class File(Node):
    """A parsed rule file. ``comments`` are (line, column, text, alone on its line), for the formatter."""

    path: str
    statements: tuple[Statement, ...]
    comments: tuple[tuple[int, int, str, bool], ...] = field(default=(), compare=False)
