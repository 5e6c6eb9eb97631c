"""Two ways to move between wall clock and UTC, in SQL, against Python's zoneinfo."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp
from tagfolk_engine.intake.dates import changes, one_utc_of_wall, one_wall_of_utc, utc_of_wall, wall_of_utc

ZONES = ("America/New_York", "Asia/Shanghai", "Australia/Lord_Howe", "Europe/London", "Asia/Kolkata", "UTC")


def long(column: str) -> exp.Expr:
    """A column as an expression too long for the tree of changes."""
    null = exp.cast(exp.Null(), "timestamp")
    return exp.func("COALESCE", null, null.copy(), null.copy(), null.copy(), exp.column(column))


def moments(zone: ZoneInfo) -> st.SearchStrategy[datetime]:
    """Any time since 1970, and times near changes of the clock."""
    plain = st.datetimes(datetime(1970, 1, 2), datetime(2036, 12, 31)).map(lambda t: t.replace(microsecond=0))
    edges = [at for at, _, _ in changes(zone) if datetime(1970, 1, 2) < at < datetime(2036, 1, 1)]
    if not edges:
        return plain
    near = st.builds(
        lambda at, minutes: at + timedelta(minutes=minutes), st.sampled_from(edges), st.integers(-1500, 1500)
    )
    return st.one_of(plain, near)


def wall_python(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)


def utc_python(wall: datetime, zone: ZoneInfo) -> datetime:
    """Fold 0 is the earlier of two, and the offset before the change for times that never come."""
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC).replace(tzinfo=None)


@pytest.mark.parametrize("name", ZONES)
@given(st.data())
@settings(max_examples=6, deadline=None)
def test_both_ways_are_python_s(name: str, data: st.DataObject) -> None:
    zone = ZoneInfo(name)
    given_ = data.draw(st.lists(moments(zone), min_size=1, max_size=30))
    query = exp.select(
        exp.column("m"), wall_of_utc(exp.column("m"), zone), one_wall_of_utc(long("m"), zone),
        utc_of_wall(exp.column("m"), zone), one_utc_of_wall(long("m"), zone),
    ).from_("t")  # fmt: skip
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'; CREATE TABLE t (m TIMESTAMP)")
        connection.executemany("INSERT INTO t VALUES (?)", [[m] for m in given_])
        for moment, tree_wall, icu_wall, tree_utc, icu_utc in connection.execute(query.sql("duckdb")).fetchall():
            assert tree_wall == icu_wall == wall_python(moment, zone)
            assert tree_utc == icu_utc == utc_python(moment, zone)
