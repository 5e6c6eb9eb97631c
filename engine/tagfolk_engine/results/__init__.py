"""Results, history and audit: SQLModel tables, Alembic migrations, bulk writing, locks."""

from tagfolk_engine.results.errors import StoreError, StoreLocked

__all__ = ["StoreError", "StoreLocked"]
