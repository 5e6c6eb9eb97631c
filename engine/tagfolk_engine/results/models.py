"""What runs write: runs, tags, assignments, sizes, links, method results.

``assignment`` is a public interface: companies read it with their own SQL.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Index, Text
from sqlmodel import Field

from tagfolk_engine.results.columns import BIG, Json, Record, UtcTime


class Run(Record, table=True):
    """One evaluation that was stored. ``id`` grows; the latest run is the greatest id with ``replaced_by`` null."""

    __tablename__: ClassVar[str] = "run"
    id: int = Field(primary_key=True, sa_type=BIG, sa_column_kwargs={"autoincrement": False})
    as_of: datetime = Field(sa_type=UtcTime)
    """T of the run."""
    started_at: datetime = Field(sa_type=UtcTime)
    finished_at: datetime = Field(sa_type=UtcTime)
    snapshot: str = Field(sa_type=Text)
    """The lake snapshot that it read."""
    rules: str = Field(sa_type=Text)
    """Hash of all rules."""
    version: str = Field(sa_type=Text)
    """The tagfolk that ran."""
    customers: int = Field(sa_type=BIG)
    full: bool = False
    tags: Any = Field(default=None, sa_type=Json, nullable=True)
    """The tags that were asked for with ``--tag``; null: all."""
    report: Any = Field(default=None, sa_type=Json, nullable=True)
    """What ``tagfolk run --json`` printed."""
    replaced_by: int | None = Field(default=None, sa_type=BIG)
    """The run of an earlier T that took this one's place in the history."""
    revision: int = 0
    """Grows when a pin changes what this run left: copies of its memberships are then out of date."""


class RuleVersion(Record, table=True):
    """A text that a tag's rules had, and the run that first used it."""

    __tablename__: ClassVar[str] = "rule_version"
    id: int = Field(primary_key=True, sa_type=BIG, sa_column_kwargs={"autoincrement": False})
    tag: str = Field(sa_type=Text, index=True)
    hash: str = Field(sa_type=Text)
    """Of the resolved rules of the tag and of all tags they look at."""
    text: str = Field(sa_type=Text)
    run: int = Field(sa_type=BIG)
    since: datetime = Field(sa_type=UtcTime)


class Tag(Record, table=True):
    """A tag that the rules know, or once knew (``active`` false)."""

    __tablename__: ClassVar[str] = "tag"
    name: str = Field(primary_key=True, sa_type=Text)
    title: str | None = Field(default=None, sa_type=Text)
    about: str | None = Field(default=None, sa_type=Text)
    also: Any = Field(default=None, sa_type=Json, nullable=True)
    layer: str | None = Field(default=None, sa_type=Text)
    weight: str | None = Field(default=None, sa_type=Text)
    owner: str | None = Field(default=None, sa_type=Text)
    refresh: str | None = Field(default=None, sa_type=Text)
    kind: str = Field(default="rules", sa_type=Text)
    type: str | None = Field(default=None, sa_type=Text)
    many: bool = False
    position: int = Field(default=0, sa_type=BIG)
    active: bool = True
    hash: str = Field(default="", sa_type=Text)
    customers: int = Field(default=0, sa_type=BIG)
    run: int = Field(sa_type=BIG)
    """The run that last evaluated it."""
    as_of: datetime = Field(sa_type=UtcTime)
    stale: bool = False
    """It kept its last state because a method that it needs failed."""
    stale_reason: str | None = Field(default=None, sa_type=Text)


class TagSize(Record, table=True):
    """How many customers held a tag after a run, and how many entered and left."""

    __tablename__: ClassVar[str] = "tag_size"
    run: int = Field(primary_key=True, sa_type=BIG, sa_column_kwargs={"autoincrement": False})
    tag: str = Field(primary_key=True, sa_type=Text)
    customers: int = Field(sa_type=BIG)
    entered: int = Field(sa_type=BIG)
    left: int = Field(sa_type=BIG)
    values: Any = Field(default=None, sa_type=Json, nullable=True)


class Assignment(Record, table=True):
    """Who holds which tag since when: one row per unbroken time; ``until`` null means it holds now.

    ``since`` and ``until`` are the T of runs, in UTC. A row with ``until`` = ``since`` was taken back by a later run
    of the same T. ``cause`` says why it began, ``until_cause`` why it ended: behaviour, time, late, rule, identity,
    method or pin.
    """

    __tablename__: ClassVar[str] = "assignment"
    __table_args__ = (Index("assignment_tag", "tag", "until"),)
    id: int = Field(primary_key=True, sa_type=BIG, sa_column_kwargs={"autoincrement": False})
    customer_id: str = Field(sa_type=Text, index=True)
    tag: str = Field(sa_type=Text)
    value: str | None = Field(default=None, sa_type=Text)
    since: datetime = Field(sa_type=UtcTime)
    until: datetime | None = Field(default=None, sa_type=UtcTime)
    cause: str = Field(default="rule", sa_type=Text)
    until_cause: str | None = Field(default=None, sa_type=Text)


class AssignmentReplaced(Record, table=True):
    """Rows of ``assignment`` as they stood before a run of an earlier T took the later history's place."""

    __tablename__: ClassVar[str] = "assignment_replaced"
    run: int = Field(primary_key=True, sa_type=BIG, sa_column_kwargs={"autoincrement": False})
    """The run that replaced them."""
    id: int = Field(primary_key=True, sa_type=BIG, sa_column_kwargs={"autoincrement": False})
    customer_id: str = Field(sa_type=Text, index=True)
    tag: str = Field(sa_type=Text)
    value: str | None = Field(default=None, sa_type=Text)
    since: datetime = Field(sa_type=UtcTime)
    until: datetime | None = Field(default=None, sa_type=UtcTime)
    cause: str = Field(sa_type=Text)
    until_cause: str | None = Field(default=None, sa_type=Text)


class SegmentSize(Record, table=True):
    """How many customers a segment had after a run."""

    __tablename__: ClassVar[str] = "segment_size"
    run: int = Field(primary_key=True, sa_type=BIG, sa_column_kwargs={"autoincrement": False})
    segment: str = Field(primary_key=True, sa_type=Text)
    as_of: datetime = Field(sa_type=UtcTime)
    customers: int = Field(sa_type=BIG)
    entered: int = Field(default=0, sa_type=BIG)
    left: int = Field(default=0, sa_type=BIG)


class SegmentMember(Record, table=True):
    """Who is in a segment after the latest run (segments are not assignments); ``synced``: after limit and holdout."""

    __tablename__: ClassVar[str] = "segment_member"
    segment: str = Field(primary_key=True, sa_type=Text)
    customer_id: str = Field(primary_key=True, sa_type=Text)
    synced: bool = False


class IdentityLink(Record, table=True):
    """A source's record that belongs to a customer whose id is another record's: a merge, and since when."""

    __tablename__: ClassVar[str] = "identity_link"
    id: int = Field(primary_key=True, sa_type=BIG, sa_column_kwargs={"autoincrement": False})
    source: str = Field(sa_type=Text)
    record_id: str = Field(sa_type=Text, index=True)
    customer_id: str = Field(sa_type=Text, index=True)
    since: datetime = Field(sa_type=UtcTime)
    until: datetime | None = Field(default=None, sa_type=UtcTime)


class MethodTable(Record, table=True):
    """A table that a method found (centres, rules …) or, under the name ``fit``, its figures; of its latest run."""

    __tablename__: ClassVar[str] = "method_table"
    use: str = Field(primary_key=True, sa_type=Text)
    """The NAME of ``use … as NAME``."""
    name: str = Field(primary_key=True, sa_type=Text)
    method: str = Field(sa_type=Text)
    run: int = Field(sa_type=BIG)
    as_of: datetime = Field(sa_type=UtcTime)
    columns: Any = Field(default=None, sa_type=Json, nullable=True)
    rows: Any = Field(default=None, sa_type=Json, nullable=True)


class MethodState(Record, table=True):
    """What a method keeps from run to run, for the arguments it was fitted with."""

    __tablename__: ClassVar[str] = "method_state"
    use: str = Field(primary_key=True, sa_type=Text)
    method: str = Field(sa_type=Text)
    arguments: str = Field(sa_type=Text)
    """Hash of the arguments: other arguments, no state."""
    state: Any = Field(default=None, sa_type=Json, nullable=True)
    run: int = Field(sa_type=BIG)
    as_of: datetime = Field(sa_type=UtcTime)
    failed: str | None = Field(default=None, sa_type=Text)
    """The words of its last failure, where its columns are not those of the latest run."""


class RuleHeld(Record, table=True):
    """When the condition of a rule that keeps its tag (``for``, ``forever``) held: one row per unbroken time.

    ``last`` is the T of the last run at which it held; null where it held in the latest run that looked.
    """

    __tablename__: ClassVar[str] = "rule_held"
    id: int = Field(primary_key=True, sa_type=BIG, sa_column_kwargs={"autoincrement": False})
    rule: str = Field(sa_type=Text, index=True)
    customer_id: str = Field(sa_type=Text)
    value: str | None = Field(default=None, sa_type=Text)
    since: datetime = Field(sa_type=UtcTime)
    last: datetime | None = Field(default=None, sa_type=UtcTime)
