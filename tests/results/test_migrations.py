"""The store's tables: made at first use, the same as the models, upgraded from an old version."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel, select
from tagfolk_engine.results.errors import StoreError
from tagfolk_engine.results.migrate import HEAD, configuration, migrate, version
from tagfolk_engine.results.models import Run
from tagfolk_engine.results.people import Pin
from tagfolk_engine.results.store import Store

T = datetime(2024, 7, 1, 16, tzinfo=UTC)


def test_models_and_migrations_agree(store_url: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    store = Store(store_url)
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    store.dispose()


def test_head_is_the_newest_migration() -> None:
    from alembic.script import ScriptDirectory

    assert ScriptDirectory.from_config(configuration()).get_current_head() == HEAD


def test_an_old_store_upgrades_and_keeps_its_rows(store_url: str) -> None:
    store = Store(store_url)
    old = store._engine()
    assert migrate(old, "0001")
    with old.begin() as connection:
        connection.execute(
            text(
                'INSERT INTO run (id, as_of, started_at, finished_at, snapshot, rules, version, customers, "full") '
                "VALUES (7, :t, :t, :t, 's', 'r', '0', 3, :no)"
            ),
            {
                "t": datetime(2024, 7, 1, 16, tzinfo=UTC).replace(tzinfo=None).isoformat(" ", "microseconds"),
                "no": False,
            },
        )
    old.dispose()
    with store.session() as session:
        run = session.exec(select(Run)).one()
    assert (run.id, run.customers, run.replaced_by) == (7, 3, None)
    assert run.as_of == T
    with store.engine.connect() as connection:
        assert version(connection) == HEAD
    assert not migrate(store.engine)
    store.dispose()


def test_a_newer_store_is_left_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'results.db'}"
    store = Store(url)
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="newer tagfolk"):
        _ = Store(url).engine


def test_downgrade_and_up_again(store_url: str) -> None:
    from alembic import command

    store = Store(store_url)
    config = configuration()
    with store.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert migrate(store.engine)
    store.dispose()


def test_instants_come_back_aware_and_in_utc(store_url: str) -> None:
    store = Store(store_url)
    with store.session(write=True) as session:
        session.add(Pin(customer_id="crm:1", tag="vip", why="a friend"))
    with store.session() as session:
        pin = session.exec(select(Pin)).one()
    assert pin.id == 1
    assert pin.at.tzinfo is UTC
    store.dispose()


def test_a_session_that_fails_writes_nothing(store_url: str) -> None:
    store = Store(store_url)

    def fail() -> None:
        with store.session(write=True) as session:
            session.add(Pin(customer_id="crm:1", tag="vip", why="a friend"))
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with store.session() as session:
        assert session.exec(select(Pin)).all() == []
    store.dispose()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://x/y", "cannot be 'mysql'"),
        ("nothing", "not a database URL"),
        ("postgresql://nobody:secret@127.0.0.1:1/none", "failed"),
    ],
)
def test_a_wrong_store_says_so_without_its_password(url: str, words: str) -> None:
    with pytest.raises(StoreError, match=words) as error:
        _ = Store(url).engine
    assert "secret" not in str(error.value)
