"""What people do: pins, questions, feedback, subscriptions, experiments, roles."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Text
from sqlmodel import Field

from tagfolk_engine.results.columns import BIG, Json, Record, UtcTime, now


def _key() -> Any:
    """A key that the store counts up."""
    return Field(default=None, primary_key=True, sa_type=BIG)


class Pin(Record, table=True):
    """A person's word over the rules': the customer holds the tag (``out``: does not), whatever rules say."""

    __tablename__: ClassVar[str] = "pin"
    id: int | None = _key()
    customer_id: str = Field(sa_type=Text, index=True)
    tag: str = Field(sa_type=Text)
    value: str | None = Field(default=None, sa_type=Text)
    out: bool = False
    why: str = Field(sa_type=Text)
    by: str = Field(default="", sa_type=Text)
    at: datetime = Field(default_factory=now, sa_type=UtcTime)
    until: datetime | None = Field(default=None, sa_type=UtcTime)
    """It holds before this instant."""
    ended_at: datetime | None = Field(default=None, sa_type=UtcTime)
    """When it was taken back (``tagfolk unpin``) or a later pin took its place."""
    ended_by: str | None = Field(default=None, sa_type=Text)


class Question(Record, table=True):
    """The audit of the chat: each question, by whom, what was understood, how many rows were shown."""

    __tablename__: ClassVar[str] = "question"
    id: int | None = _key()
    at: datetime = Field(default_factory=now, sa_type=UtcTime, index=True)
    user: str | None = Field(default=None, sa_type=Text, index=True)
    role: str = Field(default="viewer", sa_type=Text)
    thread: str | None = Field(default=None, sa_type=Text)
    channel: str | None = Field(default=None, sa_type=Text)
    question: str = Field(sa_type=Text)
    language: str = Field(default="en", sa_type=Text)
    intent: str = Field(default="", sa_type=Text)
    understood: str | None = Field(default=None, sa_type=Text)
    confidence: str = Field(default="none", sa_type=Text)
    unused: Any = Field(default=None, sa_type=Json, nullable=True)
    """The words that were not understood."""
    rows_shown: int = 0
    run: int | None = Field(default=None, sa_type=BIG)
    milliseconds: int = 0


class Feedback(Record, table=True):
    """What a reader thought of an answer."""

    __tablename__: ClassVar[str] = "feedback"
    id: int | None = _key()
    question: int | None = Field(default=None, sa_type=BIG, index=True)
    at: datetime = Field(default_factory=now, sa_type=UtcTime)
    user: str | None = Field(default=None, sa_type=Text)
    verdict: str = Field(default="", sa_type=Text)
    """``right``, ``wrong`` (the customer should not hold it), ``missed`` (should hold it, does not), or a remark."""
    note: str | None = Field(default=None, sa_type=Text)
    customer_id: str | None = Field(default=None, sa_type=Text)
    """With ``tag``: the verdict is on this customer's tag, not on an answer as such."""
    tag: str | None = Field(default=None, sa_type=Text)
    closed_at: datetime | None = Field(default=None, sa_type=UtcTime)
    """When an admin had dealt with it."""


class Proposal(Record, table=True):
    """Statements that somebody wants in the rules, and what an admin said to it."""

    __tablename__: ClassVar[str] = "proposal"
    id: int | None = _key()
    at: datetime = Field(default_factory=now, sa_type=UtcTime)
    user: str | None = Field(default=None, sa_type=Text)
    """Who proposed; null: the owner at the shell."""
    kind: str = Field(default="rule", sa_type=Text)
    """``rule`` or ``segment``."""
    text: str = Field(sa_type=Text)
    language: str = Field(default="en", sa_type=Text)
    preview: Any = Field(default=None, sa_type=Json, nullable=True)
    """What the dry run found when it was proposed."""
    status: str = Field(default="pending", sa_type=Text, index=True)
    """``pending``, ``approved`` or ``refused``."""
    decided_at: datetime | None = Field(default=None, sa_type=UtcTime)
    decided_by: str | None = Field(default=None, sa_type=Text)
    why: str | None = Field(default=None, sa_type=Text)
    file: str | None = Field(default=None, sa_type=Text)
    """The rule file into which it was written."""


class Subscription(Record, table=True):
    """A question that is asked again and again ("the same every Monday"), or an alert about a tag or a customer."""

    __tablename__: ClassVar[str] = "subscription"
    id: int | None = _key()
    at: datetime = Field(default_factory=now, sa_type=UtcTime)
    user: str = Field(sa_type=Text)
    channel: str | None = Field(default=None, sa_type=Text)
    question: str = Field(sa_type=Text)
    understood: str | None = Field(default=None, sa_type=Text)
    language: str = Field(default="en", sa_type=Text)
    every: str = Field(default="weekly", sa_type=Text)
    """``daily``, ``weekly``, ``monthly``, or a weekday (``mon`` … ``sun``), each with a time: ``mon 09:00``;
    ``run`` for alerts, which look after every run."""
    last_at: datetime | None = Field(default=None, sa_type=UtcTime)
    active: bool = True
    kind: str = Field(default="question", sa_type=Text, sa_column_kwargs={"server_default": "question"})
    """``question``, ``tag`` (its size moves by ``percent`` or more), ``customer`` (it gains or loses a tag)."""
    subject: str | None = Field(default=None, sa_type=Text)
    """The tag, or the customer's id."""
    percent: float | None = None
    seen: Any = Field(default=None, sa_type=Json, nullable=True)
    """What the last look saw: ``{"run", "customers"}`` or ``{"run", "tags"}``; of a question its frame."""


class Experiment(Record, table=True):
    """A segment split at random, to measure treatment against control."""

    __tablename__: ClassVar[str] = "experiment"
    name: str = Field(primary_key=True, sa_type=Text)
    segment: str = Field(sa_type=Text)
    seed: int = 7
    arms: Any = Field(default=None, sa_type=Json, nullable=True)
    """Name → share, the control among them."""
    control: str = Field(default="control", sa_type=Text)
    outcome: str | None = Field(default=None, sa_type=Text)
    at: datetime = Field(default_factory=now, sa_type=UtcTime)
    as_of: datetime = Field(sa_type=UtcTime)
    """T at which the segment was split."""
    ended_at: datetime | None = Field(default=None, sa_type=UtcTime)
    result: Any = Field(default=None, sa_type=Json, nullable=True)


class ExperimentArm(Record, table=True):
    """Which arm a customer is in."""

    __tablename__: ClassVar[str] = "experiment_arm"
    experiment: str = Field(primary_key=True, sa_type=Text)
    customer_id: str = Field(primary_key=True, sa_type=Text)
    arm: str = Field(sa_type=Text)


class Grant(Record, table=True):
    """A role that an admin gave a user, beside those in ``tagfolk.toml``."""

    __tablename__: ClassVar[str] = "grant"
    id: int | None = _key()
    user: str = Field(sa_type=Text, index=True)
    role: str = Field(sa_type=Text)
    by: str = Field(default="", sa_type=Text)
    at: datetime = Field(default_factory=now, sa_type=UtcTime)
    until: datetime | None = Field(default=None, sa_type=UtcTime)
