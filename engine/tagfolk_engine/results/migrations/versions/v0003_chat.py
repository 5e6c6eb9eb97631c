"""Proposals of rules, verdicts on a customer's tag, alerts beside asked-again questions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tagfolk_engine.results.columns import BIG, Json, UtcTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", BIG, primary_key=True, nullable=False, autoincrement=True),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("user", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("preview", Json(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("decided_at", UtcTime(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("file", sa.Text(), nullable=True),
    )
    op.create_index("ix_proposal_status", "proposal", ["status"])
    with op.batch_alter_table("feedback") as table:
        table.add_column(sa.Column("customer_id", sa.Text(), nullable=True))
        table.add_column(sa.Column("tag", sa.Text(), nullable=True))
        table.add_column(sa.Column("closed_at", UtcTime(), nullable=True))
    with op.batch_alter_table("subscription") as table:
        table.add_column(sa.Column("kind", sa.Text(), nullable=False, server_default="question"))
        table.add_column(sa.Column("subject", sa.Text(), nullable=True))
        table.add_column(sa.Column("percent", sa.Float(), nullable=True))
        table.add_column(sa.Column("seen", Json(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("subscription") as table:
        for name in ("seen", "percent", "subject", "kind"):
            table.drop_column(name)
    with op.batch_alter_table("feedback") as table:
        for name in ("closed_at", "tag", "customer_id"):
            table.drop_column(name)
    op.drop_table("proposal")
