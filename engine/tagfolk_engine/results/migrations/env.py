"""How Alembic reaches the store: through the connection that ``migrate`` hands over, in one transaction."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

import tagfolk_engine.results.models
import tagfolk_engine.results.people  # noqa: F401  (both register their tables)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    transactional_ddl=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
