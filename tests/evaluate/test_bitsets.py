"""Distinct counts by bit sets are those of ``count(distinct)``, over every tier, with few and with many values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest
from tagfolk_dsl.checker import check
from tagfolk_dsl.tree import Type
from tagfolk_dsl.vocabulary import EventInfo, FieldInfo, Vocabulary
from tagfolk_engine.evaluate import Evaluator
from tagfolk_engine.evaluate.backend import DuckDB
from tagfolk_engine.evaluate.cutoff import Cutoff

ZONE = ZoneInfo("Asia/Shanghai")
T = Cutoff(datetime(2024, 6, 30, 16, tzinfo=UTC), ZONE)
LOCAL = timedelta(hours=8)


class Shop:
    """A few customers with many events; ``shade`` has so many values."""

    def __init__(self, shades: int) -> None:
        self.shades = shades

    def attach(self, connection: Any) -> None:
        connection.execute(
            "CREATE TABLE customers AS SELECT i::INTEGER AS customer, 'C' || i AS customer_id FROM range(20) r(i)"
        )
        connection.execute(
            "CREATE TABLE event_buy AS SELECT (hash(i) % 19)::INTEGER AS customer, "
            "TIMESTAMP '2024-06-30 17:00:00' - to_minutes((hash(i + 7) % 1500000)::INTEGER) AS time, "
            f"time + INTERVAL 8 HOUR AS local, nullif((hash(i + 3) % {self.shades})::VARCHAR, '1') AS shade "
            "FROM range(6000) r(i)"
        )


WORLD = Vocabulary(events={"buy": EventInfo("buy", (), {"shade": FieldInfo("shade", Type.TEXT)})}, attributes={})
FIGURES = {
    "distinct(buy.shade)": "count(DISTINCT shade)",
    "days with buy": "count(DISTINCT local::DATE)",
    "weeks with buy": "count(DISTINCT date_trunc('week', local))",
    "months with buy": "count(DISTINCT date_trunc('month', local))",
}


@pytest.mark.parametrize("shades", [3, 62, 63, 240, 700])
def test_the_figures_are_those_of_count_distinct(shades: int) -> None:
    days = (5, 20, 60, 90, 150, 180, 300, 360, 0)
    names = {}
    lines = []
    for figure, plain in FIGURES.items():
        for length in days:
            tag = f"t{len(names)}"
            names[tag] = (plain, length)
            lines.append(f"ever buy -> {tag} = ({figure}{f' in {length} days' if length else ''})")
    found = check({"rules/a.tags": "\n".join(lines) + "\n"}, WORLD)
    assert not found.errors, found.errors[:1]
    evaluator = Evaluator(Shop(shades), found.program, WORLD, T)
    evaluator.run()
    ours = evaluator.connection.execute("SELECT tag, customer_id, value::DOUBLE FROM assignment_now").fetchall()
    theirs = []
    for tag, (plain, length) in names.items():
        lower = (datetime(2024, 7, 1) - timedelta(days=length) - LOCAL) if length else datetime(1900, 1, 1)
        # the event of another time must not remove the customer: counts of nobody are 0
        theirs += evaluator.connection.execute(
            f"SELECT '{tag}', 'C' || b.customer, coalesce(n, 0)::DOUBLE FROM (SELECT DISTINCT customer FROM event_buy "
            f"WHERE time < TIMESTAMP '2024-06-30 16:00:00') b LEFT JOIN (SELECT customer, {plain} AS n FROM event_buy "
            "WHERE time < TIMESTAMP '2024-06-30 16:00:00' AND time >= $1 GROUP BY 1) USING (customer)",
            [lower],
        ).fetchall()
    assert sorted(ours) == sorted(theirs)
    assert len(theirs) > 500
    evaluator.close()


def test_few_values_are_counted_without_distinct(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    plain = DuckDB._execute

    def listen(self: DuckDB, text: str) -> duckdb.DuckDBPyConnection:
        said.append(text)
        return plain(self, text)

    monkeypatch.setattr(DuckDB, "_execute", listen)
    rules = "".join(f"distinct(buy.shade) in {days} days >= 2 -> t{days}\n" for days in (7, 14, 21, 28))
    found = check({"rules/a.tags": rules}, WORLD)
    for shades, plainly in ((40, False), (900, True)):
        said.clear()
        evaluator = Evaluator(Shop(shades), found.program, WORLD, T)
        evaluator.run()
        evaluator.close()
        grouped = [text for text in said if "GROUP BY" in text and "event_buy" in text]
        assert len(grouped) == 1, "one pass over the events"
        assert ("COUNT(DISTINCT" in grouped[0]) is plainly


def test_a_run_reads_the_events_once_a_tier_and_never_keeps_the_wide_row(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    plain = DuckDB._execute

    def listen(self: DuckDB, text: str) -> duckdb.DuckDBPyConnection:
        said.append(text)
        return plain(self, text)

    monkeypatch.setattr(DuckDB, "_execute", listen)
    windows = [*range(3, 60), *range(100, 160), *range(200, 360, 2)]
    found = check({"rules/a.tags": "".join(f"buys in {days} days >= 2 -> t{days}\n" for days in windows)}, WORLD)
    assert not found.errors, found.errors[:1]
    evaluator = Evaluator(Shop(3), found.program, WORLD, T)
    evaluator.run()
    evaluator.close()
    assert sum("event_buy" in text and "GROUP BY" in text for text in said) == 4, "31, 92, 183 and 366 days"
    kept = [text for text in said if text.startswith("CREATE") and "LEFT JOIN" in text]
    assert kept == []
    assert sum(text.startswith('INSERT INTO "assignment_now"') for text in said) == 1
