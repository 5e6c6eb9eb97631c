"""The first store."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tagfolk_engine.results.columns import BIG, Json, UtcTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT = sa.Text()


def _key(name: str = "id", *, given: bool = True) -> sa.Column[int]:
    """A primary key that the writer gives, or one that the store counts up."""
    return sa.Column(name, BIG, primary_key=True, nullable=False, autoincrement=not given)


def _text(name: str, *, null: bool = False, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, TEXT, nullable=null, primary_key=key)


def _time(name: str, *, null: bool = False) -> sa.Column[object]:
    return sa.Column(name, UtcTime(), nullable=null)


def _big(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, BIG, nullable=null)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _json(name: str) -> sa.Column[object]:
    return sa.Column(name, Json(), nullable=True)


def upgrade() -> None:
    _runs()
    _memberships()
    _methods()
    _people()


def _runs() -> None:
    op.create_table(
        "run", _key(), _time("as_of"), _time("started_at"), _time("finished_at"), _text("snapshot"), _text("rules"),
        _text("version"), _big("customers"), _flag("full"), _json("tags"), _json("report"),
    )  # fmt: skip
    op.create_table("rule_version", _key(), _text("tag"), _text("hash"), _text("text"), _big("run"), _time("since"))
    op.create_index("ix_rule_version_tag", "rule_version", ["tag"])
    op.create_table(
        "tag", _text("name", key=True), _text("title", null=True), _text("about", null=True), _json("also"),
        _text("layer", null=True), _text("weight", null=True), _text("owner", null=True), _text("refresh", null=True),
        _text("kind"), _text("type", null=True), _flag("many"), _big("position"), _flag("active"), _text("hash"),
        _big("customers"), _big("run"), _time("as_of"), _flag("stale"), _text("stale_reason", null=True),
    )  # fmt: skip
    op.create_table(
        "tag_size", _key("run"), _text("tag", key=True), _big("customers"), _big("entered"), _big("left"),
        _json("values"),
    )  # fmt: skip
    op.create_table(
        "rule_held", _key(), _text("rule"), _text("customer_id"), _text("value", null=True), _time("since"),
        _time("last", null=True),
    )  # fmt: skip
    op.create_index("ix_rule_held_rule", "rule_held", ["rule"])


def _memberships() -> None:
    op.create_table(
        "assignment", _key(), _text("customer_id"), _text("tag"), _text("value", null=True), _time("since"),
        _time("until", null=True), _text("cause"), _text("until_cause", null=True),
    )  # fmt: skip
    op.create_index("ix_assignment_customer_id", "assignment", ["customer_id"])
    op.create_index("assignment_tag", "assignment", ["tag", "until"])
    op.create_table(
        "segment_size", _key("run"), _text("segment", key=True), _time("as_of"), _big("customers"), _big("entered"),
        _big("left"),
    )  # fmt: skip
    op.create_table("segment_member", _text("segment", key=True), _text("customer_id", key=True), _flag("synced"))
    op.create_table(
        "identity_link", _key(), _text("source"), _text("record_id"), _text("customer_id"), _time("since"),
        _time("until", null=True),
    )  # fmt: skip
    op.create_index("ix_identity_link_record_id", "identity_link", ["record_id"])
    op.create_index("ix_identity_link_customer_id", "identity_link", ["customer_id"])


def _methods() -> None:
    op.create_table(
        "method_table", _text("use", key=True), _text("name", key=True), _text("method"), _big("run"), _time("as_of"),
        _json("columns"), _json("rows"),
    )  # fmt: skip
    op.create_table(
        "method_state", _text("use", key=True), _text("method"), _text("arguments"), _json("state"), _big("run"),
        _time("as_of"), _text("failed", null=True),
    )  # fmt: skip


def _people() -> None:
    op.create_table(
        "pin", _key(given=False), _text("customer_id"), _text("tag"), _text("value", null=True), _flag("out"),
        _text("why"), _text("by"), _time("at"), _time("until", null=True), _time("ended_at", null=True),
        _text("ended_by", null=True),
    )  # fmt: skip
    op.create_index("ix_pin_customer_id", "pin", ["customer_id"])
    op.create_table(
        "question", _key(given=False), _time("at"), _text("user", null=True), _text("role"),
        _text("thread", null=True), _text("channel", null=True), _text("question"), _text("language"),
        _text("intent"), _text("understood", null=True), _text("confidence"), _json("unused"),
        sa.Column("rows_shown", sa.Integer(), nullable=False), _big("run", null=True),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
    )  # fmt: skip
    op.create_index("ix_question_at", "question", ["at"])
    op.create_index("ix_question_user", "question", ["user"])
    op.create_table(
        "feedback", _key(given=False), _big("question", null=True), _time("at"), _text("user", null=True),
        _text("verdict"), _text("note", null=True),
    )  # fmt: skip
    op.create_index("ix_feedback_question", "feedback", ["question"])
    op.create_table(
        "subscription", _key(given=False), _time("at"), _text("user"), _text("channel", null=True), _text("question"),
        _text("understood", null=True), _text("language"), _text("every"), _time("last_at", null=True),
        _flag("active"),
    )  # fmt: skip
    op.create_table(
        "experiment", _text("name", key=True), _text("segment"), sa.Column("seed", sa.Integer(), nullable=False),
        _json("arms"), _text("control"), _text("outcome", null=True), _time("at"), _time("as_of"),
        _time("ended_at", null=True), _json("result"),
    )  # fmt: skip
    op.create_table("experiment_arm", _text("experiment", key=True), _text("customer_id", key=True), _text("arm"))
    op.create_table(
        "grant", _key(given=False), _text("user"), _text("role"), _text("by"), _time("at"), _time("until", null=True)
    )
    op.create_index("ix_grant_user", "grant", ["user"])


def downgrade() -> None:
    for table in (
        "grant", "experiment_arm", "experiment", "subscription", "feedback", "question", "pin", "method_state",
        "method_table", "identity_link", "segment_member", "segment_size", "assignment", "rule_held", "tag_size",
        "tag", "rule_version", "run",
    ):  # fmt: skip
        op.drop_table(table)
