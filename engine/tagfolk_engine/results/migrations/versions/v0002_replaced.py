"""A run of an earlier T takes the place of the later history, which is kept aside; pins change memberships at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tagfolk_engine.results.columns import BIG, UtcTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("run") as table:
        table.add_column(sa.Column("replaced_by", BIG, nullable=True))
        table.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "assignment_replaced",
        sa.Column("run", BIG, primary_key=True, nullable=False, autoincrement=False),
        sa.Column("id", BIG, primary_key=True, nullable=False, autoincrement=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("since", UtcTime(), nullable=False),
        sa.Column("until", UtcTime(), nullable=True),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("until_cause", sa.Text(), nullable=True),
    )
    op.create_index("ix_assignment_replaced_customer_id", "assignment_replaced", ["customer_id"])


def downgrade() -> None:
    op.drop_table("assignment_replaced")
    with op.batch_alter_table("run") as table:
        table.drop_column("revision")
        table.drop_column("replaced_by")
