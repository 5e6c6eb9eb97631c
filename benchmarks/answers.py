"""Warm answers through the read door beside the SQL that somebody would write for them by hand."""

from __future__ import annotations

import json
import sys
import time

from benchmarks.data import END, HOME, SIZES, Size, workspace
from benchmarks.measure import outside, peak_megabytes
from benchmarks.rules import rule_file

TIMES = 20
QUESTIONS = {
    "count over attributes": ("age 20..35 and gender = female", "age BETWEEN 20 AND 35 AND gender = 'female'", 0.3),
    "count over a tag and an attribute": ("has t10 and city = city1", None, 0.3),
    "count over an event window": (
        "purchases in {days} days >= 2 and gender = female",
        "gender = 'female' AND customer IN (SELECT customer FROM orders WHERE happened >= TIMESTAMP '{end}' - "
        "INTERVAL {days} DAY AND happened < TIMESTAMP '{end}' GROUP BY customer HAVING count(*) >= 2)",
        1.0,
    ),
}


def measure(size: Size, runs: int) -> list[str]:
    """Lines of the report: p50 and p95 of each question, in one warm process."""
    del runs
    taken = outside("answers", [sys.executable, "-m", "benchmarks.answers", size.name], 1)
    lines = [
        "Every question is asked with other numbers each time, so that nothing is answered from memory.",
        "",
        "| question | p50 ms | p95 ms | wanted p95 ms | by hand p50 ms | ratio |",
        "|---|---|---|---|---|---|",
    ]
    found = taken.said["questions"]
    assert isinstance(found, dict)
    for name, (ours, hand) in found.items():
        middle, late = _percentile(ours, 0.5), _percentile(ours, 0.95)
        other = f"{_percentile(hand, 0.5) * 1000:.0f} | {middle / _percentile(hand, 0.5):.1f}" if hand else " | "
        lines.append(
            f"| {name} | {middle * 1000:.0f} | {late * 1000:.0f} | {QUESTIONS[name][2] * 1000:.0f} | {other} |"
        )
    return lines


def _percentile(seconds: list[float], part: float) -> float:
    return sorted(seconds)[min(len(seconds) - 1, int(part * len(seconds)))]


def main() -> None:
    """Ask; one JSON line."""
    import duckdb
    from tagfolk_engine.query import Desk, Question

    size = SIZES[sys.argv[1]]
    desk = Desk.open(workspace(size, rule_file()))
    plain = HOME / size.name / "plain"
    database = duckdb.connect()
    for name in ("customers", "orders"):
        database.execute(f"CREATE VIEW {name} AS SELECT * FROM '{plain}/{name}.parquet'")
    said: dict[str, tuple[list[float], list[float]]] = {}
    for name, (text, hand, _) in QUESTIONS.items():
        ours: list[float] = []
        theirs: list[float] = []
        for index in range(TIMES + 1):
            numbers = {"days": 20 + index, "end": END}
            asked = f"{text.format(**numbers)} and age >= 10.{index:02}"
            begin = time.perf_counter()
            found = desk.ask(Question("count", filter=asked)).value
            ours.append(time.perf_counter() - begin)
            if hand is not None:
                begin = time.perf_counter()
                query = f"SELECT count(*) FROM customers WHERE {hand.format(**numbers)} AND age >= 10.{index:02}"
                ((other,),) = database.execute(query).fetchall()
                theirs.append(time.perf_counter() - begin)
                if other != found:
                    raise SystemExit(f"'{asked}': {found}, by hand {other}")
        said[name] = (ours[1:], theirs[1:])
    print(json.dumps({"questions": said, "peak": peak_megabytes()}))


if __name__ == "__main__":
    main()
