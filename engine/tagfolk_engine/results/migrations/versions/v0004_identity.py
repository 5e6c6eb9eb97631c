"""Decisions about who is who."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tagfolk_engine.results.columns import BIG, UtcTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identity_decision",
        sa.Column("id", BIG, primary_key=True, nullable=False, autoincrement=True),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("left", sa.Text(), nullable=False),
        sa.Column("right", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("ended_at", UtcTime(), nullable=True),
    )
    op.create_index("ix_identity_decision_left", "identity_decision", ["left"])


def downgrade() -> None:
    op.drop_table("identity_decision")
