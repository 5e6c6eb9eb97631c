"""What people say about answers and tags: kept, counted, listed for the admin; and words to be taken in."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlmodel import col, select

from tagfolk_engine.query.question import NotAllowed, QuestionError
from tagfolk_engine.query.roles import Role
from tagfolk_engine.query.rule_files import Written, add_name
from tagfolk_engine.results.people import Feedback as Row
from tagfolk_engine.results.people import Question as Asked

if TYPE_CHECKING:
    from tagfolk_engine.query.desk import Desk
    from tagfolk_engine.results.store import Store

_NOTE = 2000
_DEEDS = ("propose", "feedback", "subscribe", "clarify", "refuse", "help")
"""Intents on record that are no answers."""


@dataclass(frozen=True)
class Remark:
    """A verdict with the question it is about, and what had been understood of it."""

    id: int
    at: datetime
    user: str | None
    verdict: str
    note: str | None
    question: str | None
    intent: str | None
    understood: str | None
    customer: str | None
    tag: str | None


@dataclass(frozen=True)
class Precision:
    """What staff said about a tag's holders: ``right`` of ``right + wrong``; ``missed``: who should hold it, too."""

    tag: str
    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float | None:
        """The share of the judged holders who hold it rightly; None where none was judged."""
        judged = self.right + self.wrong
        return self.right / judged if judged else None


@dataclass(frozen=True)
class Unanswered:
    """A question without an answer, or words that were not used: a line of the work list."""

    question: str
    words: tuple[str, ...]
    times: int
    last: datetime


class Feedback:
    """Verdicts and the work list of one workspace."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def on_answer(self, question: int | None, user: str | None, verdict: str, note: str = "") -> int:
        """Keep a verdict on an answer, by the number of its question."""
        with self.desk.held() as state:
            return _keep(state.store, Row(question=question, user=user, verdict=verdict, note=note[:_NOTE] or None))

    def on_tag(
        self, customer: str, tag: str, user: str | None, role: Role, *, right: bool, note: str = "",
        question: int | None = None,
    ) -> tuple[int, str]:  # fmt: skip
        """Keep a verdict on a customer's tag: its number and what it counts as. Raises NotAllowed, QuestionError."""
        if role < Role.ANALYST:
            raise NotAllowed(Role.ANALYST)
        found = self.desk.find_customers(customer)
        if len(found) != 1:
            raise QuestionError("no_customer" if not found else "many_customers_hidden", customer=customer)
        with self.desk.held() as state:
            name = _tag(state.lexicon.tags, tag)
            holds = any(held == name for held, _, _ in state.store_reader.holdings(found[0].id))
            verdict = ("right" if holds else "right_without") if right else ("wrong" if holds else "missed")
            row = Row(question=question, user=user, verdict=verdict, note=note[:_NOTE] or None,
                      customer_id=found[0].id, tag=name)  # fmt: skip
            return _keep(state.store, row), verdict

    def last_question(self, thread: str, user: str | None) -> tuple[int | None, str]:
        """(number, text) of what a person last asked in a thread and got an answer to; (None, "") where nothing."""
        if not thread:
            return None, ""
        query = (
            select(Asked)
            .where(
                col(Asked.thread) == thread,
                col(Asked.user) == user,
                col(Asked.intent).not_in(_DEEDS),
                col(Asked.question).not_like("[%"),
            )
            .order_by(col(Asked.id).desc())
            .limit(1)
        )
        with self.desk.held() as state, state.store.session() as session:
            asked = session.exec(query).first()
        return (None, "") if asked is None else (asked.id, asked.question)

    def close(self, number: int, role: Role) -> None:
        """An admin has dealt with it. Raises NotAllowed, QuestionError."""
        if role < Role.ADMIN:
            raise NotAllowed(Role.ADMIN)
        with self.desk.held() as state, state.store.session(write=True) as session:
            row = session.get(Row, number)
            if row is None:
                raise QuestionError("no_feedback", number=number)
            row.closed_at = datetime.now(UTC)
            session.add(row)

    def open(self, role: Role, limit: int = 50) -> list[Remark]:
        """What says that something is wrong and no admin has closed, newest first. Raises NotAllowed."""
        if role < Role.ADMIN:
            raise NotAllowed(Role.ADMIN)
        with self.desk.held() as state:
            return remarks(state.store, limit)

    def precision(self) -> list[Precision]:
        """Per tag what staff said, the least precise first."""
        with self.desk.held() as state:
            return precision(state.store)

    def work_list(self, role: Role, days: int = 90, limit: int = 50) -> list[Unanswered]:
        """Questions that found no answer, the most often asked first. Raises NotAllowed."""
        if role < Role.ADMIN:
            raise NotAllowed(Role.ADMIN)
        with self.desk.held() as state:
            return unanswered(state.store, days, limit)

    def accept(self, word: str, tag: str, role: Role) -> Written:
        """Make a word another name of a tag, in its rule file. Raises NotAllowed, QuestionError, RulesRefused."""
        if role < Role.ADMIN:
            raise NotAllowed(Role.ADMIN)
        with self.desk.held() as state:
            name = _tag(state.lexicon.tags, tag)
        written = add_name(self.desk.workspace, word.strip(), name)
        self.desk.look_again()
        return written


def remarks(store: Store, limit: int = 50) -> list[Remark]:
    """Verdicts that something is wrong, not closed, newest first, with question and reading."""
    query = (
        select(Row, Asked)
        .join(Asked, col(Asked.id) == col(Row.question), isouter=True)
        .where(col(Row.verdict).in_(("wrong", "missed")), col(Row.closed_at).is_(None))
        .order_by(col(Row.id).desc())
        .limit(limit)
    )
    with store.session() as session:
        rows: list[tuple[Row, Asked | None]] = [(r, q) for r, q in session.exec(query)]
    return [
        Remark(int(r.id or 0), r.at, r.user, r.verdict, r.note, q.question if q else None, q.intent if q else None,
               q.understood if q else None, r.customer_id, r.tag)
        for r, q in rows
    ]  # fmt: skip


def precision(store: Store) -> list[Precision]:
    """Per tag: each person's last word on each customer counts once."""
    query = select(Row).where(col(Row.tag).is_not(None)).order_by(col(Row.id))
    last: dict[tuple[str, str | None, str | None], str] = {}
    with store.session() as session:
        for row in session.exec(query):
            last[(str(row.tag), row.customer_id, row.user)] = row.verdict
    counted: dict[str, Counter[str]] = {}
    for (tag, _, _), verdict in last.items():
        counted.setdefault(tag, Counter())[verdict] += 1
    found = [Precision(tag, c["right"], c["wrong"], c["missed"]) for tag, c in counted.items()]
    return sorted(found, key=lambda p: (2.0 if p.precision is None else p.precision, p.tag))


def unanswered(store: Store, days: int = 90, limit: int = 50) -> list[Unanswered]:
    """Questions of the last days that were not understood, with their unused words, the most frequent first."""
    since = datetime.now(UTC) - timedelta(days=days)
    query = select(Asked).where(col(Asked.at) >= since, col(Asked.confidence) == "none", col(Asked.intent) == "clarify")
    found: dict[str, list[Asked]] = {}
    with store.session() as session:
        for asked in session.exec(query.order_by(col(Asked.id))):
            found.setdefault(" ".join(asked.question.lower().split()), []).append(asked)
    rows = [
        Unanswered(asked[-1].question, tuple(asked[-1].unused or ()), len(asked), asked[-1].at)
        for asked in found.values()
    ]
    return sorted(rows, key=lambda u: (-u.times, -u.last.timestamp()))[:limit]


def _keep(store: Store, row: Row) -> int:
    with store.session(write=True) as session:
        session.add(row)
        session.flush()
        return int(row.id or 0)


def _tag(tags: object, said: str) -> str:
    """The tag of a name, title or also-name. Raises QuestionError."""
    known: dict[str, object] = dict(tags)  # type: ignore[call-overload]  # a mapping of TagEntry
    wanted = said.strip().lower()
    for name, entry in known.items():
        spellings = (name, getattr(entry, "title", None) or "", *(getattr(entry, "also", None) or ()))
        if wanted in {spelling.lower() for spelling in spellings if spelling}:
            return name
    raise QuestionError("no_tag", tag=said, known=", ".join(sorted(known)[:20]))
