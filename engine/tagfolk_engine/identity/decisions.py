"""Decisions about records: kept in the store, read by every load."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from tagfolk_engine.lake import Snapshot
    from tagfolk_engine.results.store import Store
    from tagfolk_engine.workspace import Workspace

Verdict = Literal["same", "different", "apart"]


@dataclass(frozen=True)
class Decision:
    """A verdict on two records (``SOURCE:ID`` each), or (``apart``) on one."""

    verdict: Verdict
    left: str
    right: str = ""

    @property
    def pair(self) -> tuple[str, str]:
        """The two in text order."""
        return (self.left, self.right) if self.left <= self.right else (self.right, self.left)


@dataclass(frozen=True)
class Decisions:
    """All that stand: pairs in text order, and the records that stand apart."""

    same: frozenset[tuple[str, str]] = frozenset()
    different: frozenset[tuple[str, str]] = frozenset()
    apart: frozenset[str] = field(default_factory=frozenset)

    @staticmethod
    def of(decisions: Iterable[Decision]) -> Decisions:
        """From single ones; a later one on the same pair counts."""
        verdicts: dict[tuple[str, str], Decision] = {}
        for decision in decisions:
            for key in _answers(decision, verdicts):
                verdicts.pop(key, None)
            verdicts[decision.pair] = decision
        return Decisions(
            frozenset(p for p, d in verdicts.items() if d.verdict == "same"),
            frozenset(p for p, d in verdicts.items() if d.verdict == "different"),
            frozenset(d.left for d in verdicts.values() if d.verdict == "apart"),
        )

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.same or self.different or self.apart)

    def settled(self, left: str, right: str) -> bool:
        """Whether a person has spoken about a pair."""
        pair = (min(left, right), max(left, right))
        return pair in self.same or pair in self.different or left in self.apart or right in self.apart


def _answers(decision: Decision, before: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The earlier decisions that a new one takes the place of: a confirmed pair ends that one of them stands apart,
    and a record that is set apart ends what was confirmed of it."""
    if decision.verdict == "apart":
        return [key for key in before if decision.left in key]
    ended = [decision.pair]
    if decision.verdict == "same":
        ended += [key for key in before if key in {("", decision.left), ("", decision.right)}]
    return ended


def decided(store: Store) -> list[Decision]:
    """All that stand, in the order in which they were made."""
    from sqlmodel import col, select

    from tagfolk_engine.results.identity import IdentityDecision as Row

    with store.session() as session:
        rows = session.exec(select(Row).where(col(Row.ended_at).is_(None)).order_by(col(Row.id))).all()
    return [Decision(row.verdict, row.left, row.right) for row in rows]  # type: ignore[arg-type]


def decide(store: Store, decision: Decision, *, why: str = "", by: str = "") -> None:
    """Keep a decision; those that it takes the place of end."""
    from sqlmodel import col, select

    from tagfolk_engine.results.identity import IdentityDecision as Row

    with store.session(write=True) as session:
        rows = session.exec(select(Row).where(col(Row.ended_at).is_(None))).all()
        pairs = {Decision(row.verdict, row.left, row.right).pair: row for row in rows}  # type: ignore[arg-type]
        for key in _answers(decision, list(pairs)):
            if key in pairs:
                pairs[key].ended_at = datetime.now(UTC)
                session.add(pairs[key])
        session.add(Row(verdict=decision.verdict, left=decision.left, right=decision.right, why=why, by=by))


def of_workspace(workspace: Workspace) -> Decisions:
    """What stands for a workspace; nothing where its store does not exist yet."""
    from pathlib import Path

    from tagfolk_engine.results.store import Store

    store = Store(workspace.store_url)
    if store.sqlite and not Path(str(store.url.database)).is_file():
        return Decisions()
    try:
        return Decisions.of(decided(store))
    finally:
        store.dispose()


def known_records(snapshot: Snapshot, *records: str) -> dict[str, str]:
    """The customer of each record. Raises UnknownName with the nearest record."""
    import duckdb

    from tagfolk_engine.run.errors import UnknownName

    found: dict[str, str] = {}
    with duckdb.connect() as con:
        for record in records:
            query = "SELECT customer_id FROM read_parquet($file) WHERE source || ':' || record_id = $record"
            row = con.execute(query, {"file": str(snapshot.file("identity")), "record": record}).fetchone()
            if row is None:
                some = "SELECT source || ':' || record_id FROM read_parquet($file) LIMIT 20000"
                known = [str(r[0]) for r in con.execute(some, {"file": str(snapshot.file("identity"))}).fetchall()]
                raise UnknownName("record", record, difflib.get_close_matches(record, known, 5) or known[:5])
            found[record] = str(row[0])
    return found
