# ruff: noqa: E501  -- queries are read best on one line
"""Questions with gold figures from plain SQL over a workspace's lake and store, and the judge of an answer.

A corpus file has blocks: ``kind: gold`` and, indented, ways to ask it, each with remarks in braces at its end:
``{none}`` (asking back is as right), ``{low: condition}`` and ``{alt: query}`` (another gold that is as right).
``A >> B``: B is asked after A in one thread, and its answer is judged.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from tagfolk_bots.conversation import Conversation
from tagfolk_bots.messages import Incoming
from tagfolk_engine.lake import Lake
from tagfolk_engine.workspace import Workspace

MACROS = """
CREATE MACRO has(who, named) AS EXISTS (SELECT 1 FROM t WHERE t.customer = who AND t.tag = named);
CREATE MACRO tagv(who, named, v) AS EXISTS (SELECT 1 FROM t WHERE t.customer = who AND t.tag = named AND t.value = v);
CREATE MACRO bought(who, a, b) AS EXISTS (SELECT 1 FROM p WHERE p.customer = who AND p.local >= CAST(a AS TIMESTAMP) AND p.local < CAST(b AS TIMESTAMP));
CREATE MACRO n(who, a, b) AS (SELECT count(*) FROM p WHERE p.customer = who AND p.local >= CAST(a AS TIMESTAMP) AND p.local < CAST(b AS TIMESTAMP));
CREATE MACRO spent(who, a, b) AS (SELECT coalesce(sum(amount), 0) FROM p WHERE p.customer = who AND p.local >= CAST(a AS TIMESTAMP) AND p.local < CAST(b AS TIMESTAMP));
"""
SHORT = {"c": "customers", "v": "event_visit", "k": "event_complaint", "s": "event_survey"}
WEEKDAYS = {d[:3].lower(): d for d in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")}


@dataclass(frozen=True)
class Asked:
    """One question: what kind of answer it wants, and from which query the right one comes."""

    text: str
    kind: str
    gold: str
    remarks: Mapping[str, str]

    @property
    def language(self) -> str:
        """``zh`` where there are Chinese characters."""
        return "zh" if re.search(r"[\u4e00-\u9fff]", self.text) else "en"


@dataclass(frozen=True)
class Verdict:
    """``right``, ``wrong`` or ``back`` (asked back); ``sure``: the answer claimed to be sure; ``why``: what was wrong."""

    what: str
    sure: bool
    why: str = ""


def read_questions(path: Path) -> Iterator[Asked]:
    """The questions of a corpus file."""
    kind = gold = ""
    for line in path.read_text("utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if not line.startswith(" "):
            kind, _, gold = line.partition(":")
            continue
        remarks = {}
        text = line.strip()
        while m := re.search(r"\s*\{(\w+)(?:: ?([^{}]*))?\}$", text):
            remarks[m[1]] = m[2] or ""
            text = text[: m.start()]
        yield Asked(text, kind, gold.strip(), remarks)


def gold(workspace: Workspace) -> duckdb.DuckDBPyConnection:
    """The lake and the store of a workspace in SQL: c, p, v, k, s (customers and events), t (tags held now)."""
    con = duckdb.connect()
    snapshot = Lake(workspace.lake_path).current()
    assert snapshot is not None
    snapshot.attach(con)
    tables = {row[0] for row in con.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()}
    for short, table in SHORT.items():
        if table in tables:
            con.execute(f"CREATE TABLE {short} AS SELECT * FROM {table}")
    bought = "event_purchase" if "event_purchase" in tables else "event_order"
    con.execute(f"CREATE TABLE p AS SELECT * FROM {bought}")
    store = sqlite3.connect(workspace.store_url.removeprefix("sqlite:///"))
    held = store.execute("SELECT customer_id, tag, value FROM assignment WHERE until IS NULL").fetchall()
    store.close()
    con.execute("CREATE TABLE held (customer_id VARCHAR, tag VARCHAR, value VARCHAR)")
    con.begin()
    for start in range(0, len(held), 1000):
        part = held[start : start + 1000]
        con.execute(
            "INSERT INTO held VALUES " + ", ".join(["(?, ?, ?)"] * len(part)), [cell for row in part for cell in row]
        )
    con.commit()
    con.execute("CREATE TABLE t AS SELECT customer, tag, value FROM held JOIN customers USING (customer_id)")
    con.execute(MACROS)
    return con


def put(talk: Conversation, asked: Asked) -> Mapping[str, Any]:
    """The answer to a question; of several in one thread, to the last."""
    answer: Mapping[str, Any] = {}
    for text in asked.text.split(" >> "):
        answer = talk.reply(Incoming(text, thread=asked.text if " >> " in asked.text else "")).answer
    return answer


def judge(asked: Asked, answer: Mapping[str, Any], con: duckdb.DuckDBPyConnection) -> Verdict:
    """Is this answer right?"""
    sure = answer["confidence"] == "sure"
    back = answer["intent"] == "clarify"
    if asked.kind in ("clarify", "help"):
        fine = back or answer["intent"] == "help"
        return Verdict(
            "right" if fine and len(answer["choices"]) >= (3 if asked.kind == "help" else 1) else "wrong", sure
        )
    if back:
        return Verdict("right" if "none" in asked.remarks else "back", False, answer["answer"])
    try:
        why = _JUDGES[asked.kind](asked, answer, con)
    except (IndexError, TypeError, ValueError) as error:
        why = f"{type(error).__name__}: {error}"
    return Verdict("wrong" if why else "right", sure, why)


def _near(a: Any, b: Any) -> bool:
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return abs(a - b) <= 1e-6 * max(1.0, abs(a), abs(b))
    return bool(a == b)


def _one(con: duckdb.DuckDBPyConnection, query: str) -> Any:
    row = con.execute(query).fetchone()
    assert row is not None
    value = row[0]
    return None if value is None else float(value)


def _value(answer: Mapping[str, Any], expected: list[Any]) -> str:
    found = answer["value"]
    return (
        ""
        if any(_near(found, e) for e in expected)
        else f"{answer['intent']} {found}, not {expected} [{answer['understood']}]"
    )


def _count(asked: Asked, answer: Mapping[str, Any], con: duckdb.DuckDBPyConnection) -> str:
    golds = [asked.gold, *([asked.remarks["low"]] if "low" in asked.remarks else [])]
    if answer["intent"] not in ("count", "list", "overlap", "measure"):
        return f"intent {answer['intent']}"
    return _value(answer, [_one(con, f"SELECT count(*) FROM c WHERE {g}") for g in golds])


def _list(asked: Asked, answer: Mapping[str, Any], con: duckdb.DuckDBPyConnection) -> str:
    expected = {r[0] for r in con.execute(f"SELECT customer_id FROM c WHERE {asked.gold}").fetchall()}
    found = {r[0] for r in answer["rows"]}
    return (
        ""
        if answer["intent"] == "list" and found == expected
        else f"{answer['intent']}: {len(found)} rows, not {len(expected)} [{answer['understood']}]"
    )


def _share(asked: Asked, answer: Mapping[str, Any], con: duckdb.DuckDBPyConnection) -> str:
    part, _, whole = asked.gold.partition("|")
    return _value(answer, [_one(con, f"SELECT count(*) FILTER ({part}) / count(*) FROM c WHERE {whole}")])


def _measure(asked: Asked, answer: Mapping[str, Any], con: duckdb.DuckDBPyConnection) -> str:
    queries = [asked.gold, *([asked.remarks["alt"]] if "alt" in asked.remarks else [])]
    return _value(answer, [_one(con, q) for q in queries])


def _nps(asked: Asked, answer: Mapping[str, Any], con: duckdb.DuckDBPyConnection) -> str:
    expected = _one(con, asked.gold)
    return _value(answer, [expected, expected / 100])


def _pairs(answer: Mapping[str, Any]) -> dict[Any, Any]:
    return {r[0]: r[1] for r in answer["rows"] if r[0] is not None and r[1]}


def _breakdown(asked: Asked, answer: Mapping[str, Any], con: duckdb.DuckDBPyConnection) -> str:
    expected = {r[0]: float(r[1]) for r in con.execute(asked.gold).fetchall() if r[0] is not None and r[1]}
    found = _pairs(answer)
    if asked.remarks.get("keys") == "weekday":
        found = {WEEKDAYS.get(str(k).lower()[:3], k): v for k, v in found.items()}
    fine = expected.keys() == found.keys() and all(_near(float(found[k]), expected[k]) for k in expected)
    return (
        ""
        if fine and answer["intent"] in ("breakdown", "trend")
        else f"{answer['intent']}: {dict(list(found.items())[:4])}, not {dict(list(expected.items())[:4])}"
    )


def _first(asked: Asked, answer: Mapping[str, Any], con: duckdb.DuckDBPyConnection) -> str:
    row = con.execute(asked.gold).fetchone()
    assert row is not None
    first = next((r[0] for r in answer["rows"] if r[0] is not None), None)
    return "" if first == row[0] else f"{answer['intent']}: {first}, not {row[0]}"


def _top(asked: Asked, answer: Mapping[str, Any], con: duckdb.DuckDBPyConnection) -> str:
    expected = [float(r[0]) for r in con.execute(asked.gold).fetchall()]
    found = [float(r[1]) for r in answer["rows"]]
    fine = len(expected) == len(found) and all(map(_near, found, expected))
    return (
        ""
        if fine and answer["intent"] == "top"
        else f"{answer['intent']}: {found[:3]}, not {expected[:3]} ({len(found)} of {len(expected)})"
    )


def _compare(asked: Asked, answer: Mapping[str, Any], con: duckdb.DuckDBPyConnection) -> str:
    names = asked.remarks["rows"].split(",")
    expected = [_one(con, f"SELECT count(*) FROM c WHERE city = '{n}'") for n in names]
    found = [float(r[1]) for r in answer["rows"]]
    return "" if found == expected else f"{answer['intent']}: {found}, not {expected}"


def _pair(asked: Asked, answer: Mapping[str, Any], con: duckdb.DuckDBPyConnection) -> str:
    row = con.execute(asked.gold).fetchone()
    assert row is not None
    expected = sorted(float(v) for v in row)
    found = sorted(float(r[1]) for r in answer["rows"])
    fine = len(found) == 2 and all(map(_near, found, expected))
    return "" if fine and answer["intent"] == "compare" else f"{answer['intent']}: {answer['rows'][:3]}, not {expected}"


def _define(asked: Asked, answer: Mapping[str, Any], con: duckdb.DuckDBPyConnection) -> str:
    return (
        ""
        if answer["intent"] == "define" and asked.gold in answer["answer"]
        else f"{answer['intent']}: {answer['answer'][:60]}"
    )


def _intent(asked: Asked, answer: Mapping[str, Any], con: duckdb.DuckDBPyConnection) -> str:
    return "" if answer["intent"] == asked.kind else str(answer["intent"])


_JUDGES = {
    "advice": _intent,
    "breakdown": _breakdown,
    "compare": _compare,
    "count": _count,
    "define": _define,
    "first": _first,
    "list": _list,
    "measure": _measure,
    "nps": _nps,
    "overlap": _count,
    "pair": _pair,
    "quality": _intent,
    "refuse": _intent,
    "share": _share,
    "shareof": _measure,
    "top": _top,
    "trend": _breakdown,
}
