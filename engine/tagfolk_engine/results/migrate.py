"""Bring a store to the tables that this version knows, at its first use."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from tagfolk_engine.results.errors import StoreError

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0004"
"""The newest migration, known without importing Alembic; a test compares."""


def version(connection: Connection) -> str | None:
    """The migration that the store is at; None for an empty store."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def migrate(engine: Engine, to: str = HEAD) -> bool:
    """Create or upgrade all tables in one transaction; True where there was something to do.

    Two processes may come at once: the second waits for the first and finds the work done. Raises StoreError where
    the store was written by a newer tagfolk.
    """
    with engine.connect() as connection:
        at = version(connection)
    if at == to:
        return False
    from alembic import command
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    config = configuration()
    known = ScriptDirectory.from_config(config)
    try:
        if at is not None:
            known.get_revision(at)
    except CommandError as error:
        raise StoreError(
            f"the store was written by a newer tagfolk (its tables are at version {at}, this one knows {HEAD})",
            "upgrade tagfolk, or name another store under [store] url in tagfolk.toml",
        ) from error
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(7461676)"))
        config.attributes["connection"] = connection
        command.upgrade(config, to)
    return True


def configuration() -> Config:
    """Alembic's configuration: the migrations of this package, no file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
