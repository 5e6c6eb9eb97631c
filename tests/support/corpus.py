# ruff: noqa: E501  -- tables of words, sentences and patterns, one entry a line
"""Questions with their right answers, and the gold figures from plain SQL over the tiny shop's own tables."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from support.tiny_shop import COMPLAINTS, MEMBERS, PURCHASES, VISITS

T = "TIMESTAMP '2024-07-01 00:00'"
TAGS = {
    "churn_risk": f"SELECT member FROM p GROUP BY member HAVING max(at_local) < {T} - INTERVAL 90 DAY",
    "high_value": f"SELECT member FROM p WHERE at_local >= {T} - INTERVAL 12 MONTH GROUP BY member HAVING sum(amount) >= 500",
    "frequent": f"SELECT member FROM p WHERE at_local >= {T} - INTERVAL 30 DAY GROUP BY member HAVING count(*) >= 2",
}


def gold() -> duckdb.DuckDBPyConnection:
    """The shop in SQL: m, p, v, c and a view of each tag's members."""
    con = duckdb.connect()
    con.execute(
        "CREATE TABLE m(id VARCHAR, name VARCHAR, sex VARCHAR, age INT, city VARCHAR, joined DATE, phone VARCHAR, birthday DATE)"
    )
    con.executemany(
        "INSERT INTO m VALUES (?, ?, ?, ?, ?, ?, ?, ?)", [[cell or None for cell in row] for row in MEMBERS]
    )
    con.execute(
        "CREATE TABLE p(o VARCHAR, member VARCHAR, at_local TIMESTAMP, amount DOUBLE, category VARCHAR, channel VARCHAR)"
    )
    con.executemany("INSERT INTO p VALUES (?, ?, ?, ?, ?, ?)", [list(row) for row in PURCHASES])
    con.execute("CREATE TABLE v(member VARCHAR, at_local TIMESTAMP)")
    con.executemany("INSERT INTO v VALUES (?, ?)", [list(row) for row in VISITS])
    con.execute("CREATE TABLE c(member VARCHAR, at_local TIMESTAMP, topic VARCHAR)")
    con.executemany("INSERT INTO c VALUES (?, ?, ?)", [list(row) for row in COMPLAINTS])
    for tag, query in TAGS.items():
        con.execute(f"CREATE VIEW {tag} AS {query}")
    return con


@dataclass(frozen=True)
class Verdict:
    """What came of one question."""

    question: str
    right: bool
    sure: bool
    why: str


def entries(path: Path) -> list[dict[str, Any]]:
    """The lines of a corpus file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def judge(entry: dict[str, Any], answer: dict[str, Any], con: duckdb.DuckDBPyConnection) -> Verdict:
    """Is the answer what the entry says? ``sure``: the answer claimed to be sure."""
    wrong: list[str] = []
    if answer["intent"] != entry["intent"]:
        wrong.append(f"intent {answer['intent']}, not {entry['intent']}")
    if "sql" in entry and not wrong:
        expected = con.execute(entry["sql"]).fetchone()[0]
        value = answer["value"]
        if value is None or abs(float(value) - float(expected)) > 1e-6:
            wrong.append(f"value {value}, not {expected}")
    rows = answer["rows"]
    if "rows" in entry and not wrong and {r[0]: r[1] for r in rows if r[0] is not None and r[1]} != entry["rows"]:
        wrong.append(f"rows {rows}")
    if "first" in entry and not wrong and (not rows or rows[0][0] != entry["first"]):
        wrong.append(f"first row {rows[:1]}")
    if "last" in entry and not wrong and (not rows or rows[-1] != entry["last"]):
        wrong.append(f"last row {rows[-1:]}")
    if "understood" in entry and not wrong and answer["understood"] != entry["understood"]:
        wrong.append(f"understood {answer['understood']}")
    if "tag" in entry and not wrong and entry["tag"] not in answer.get("explain", {}).get("tags", {}):
        wrong.append("another tag")
    if "customer" in entry and not wrong and entry["customer"] not in answer["answer"]:
        wrong.append("another customer")
    if entry.get("confidence") == "none" and answer["confidence"] != "none":
        wrong.append(f"confidence {answer['confidence']}")
    return Verdict(entry["q"], not wrong, answer["confidence"] == "sure", "; ".join(wrong))
