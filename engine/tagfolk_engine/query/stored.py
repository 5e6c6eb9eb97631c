"""What answers read from the store: holdings, who came and went, sizes, links, method results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, or_, select

from tagfolk_engine.results.models import Assignment, IdentityLink, MethodTable, Run, SegmentSize, TagSize
from tagfolk_engine.results.people import Grant
from tagfolk_engine.results.people import Question as Asked
from tagfolk_engine.results.store import Store


@dataclass(frozen=True)
class Move:
    """A customer who entered or left a tag."""

    customer: str
    tag: str
    value: str | None
    how: str
    cause: str
    at: datetime


class StoreReader:
    """Reads of one store."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def holdings(self, customer: str) -> list[tuple[str, str | None, str]]:
        """(tag, value, since day) of what a customer holds now."""
        query = (
            select(Assignment)
            .where(col(Assignment.customer_id) == customer, col(Assignment.until).is_(None))
            .order_by(col(Assignment.tag), col(Assignment.value))
        )
        with self.store.session() as session:
            return [(a.tag, a.value, a.since.date().isoformat()) for a in session.exec(query)]

    def moves(self, tags: Sequence[str], first: datetime | None, until: datetime) -> list[Move]:
        """Who entered and who left in (first, until], by T of the runs, oldest first.

        A change of value alone is neither: the customer held the tag before and after.
        """
        a = Assignment
        query = select(a).where(or_(col(a.until).is_(None), col(a.until) > col(a.since)))
        if tags:
            query = query.where(col(a.tag).in_(tags))
        began, ended = col(a.since) <= until, col(a.until) <= until
        if first is not None:
            began, ended = began & (col(a.since) > first), ended & (col(a.until) > first)
        with self.store.session() as session:
            rows = list(session.exec(query.where(or_(began, ended))))
        starts = {(r.customer_id, r.tag, r.since) for r in rows}
        ends = {(r.customer_id, r.tag, r.until) for r in rows if r.until is not None}
        found: list[Move] = []
        for r in rows:
            if r.since <= until and (first is None or r.since > first) and (r.customer_id, r.tag, r.since) not in ends:
                found.append(Move(r.customer_id, r.tag, r.value, "entered", r.cause, r.since))
            left = r.until is not None and r.until <= until and (first is None or r.until > first)
            if left and r.until is not None and (r.customer_id, r.tag, r.until) not in starts:
                found.append(Move(r.customer_id, r.tag, r.value, "left", r.until_cause or "", r.until))
        return sorted(set(found), key=lambda m: (m.at, m.tag, m.customer, m.how))

    def runs(self) -> list[Run]:
        """All standing runs, oldest first."""
        query = select(Run).where(col(Run.replaced_by).is_(None)).order_by(col(Run.as_of), col(Run.id))
        with self.store.session() as session:
            return list(session.exec(query))

    def sizes_before(self, run: int) -> dict[tuple[str, str], int]:
        """Sizes after the run before this one: ("tags" or "segments", name) → customers."""
        earlier = (
            select(col(Run.id)).where(col(Run.id) < run, col(Run.replaced_by).is_(None)).order_by(col(Run.id).desc())
        )
        with self.store.session() as session:
            before = session.exec(earlier.limit(1)).first()
            if before is None:
                return {}
            tags = session.exec(select(TagSize).where(col(TagSize.run) == before))
            found = {("tags", t.tag): t.customers for t in tags}
            segments = session.exec(select(SegmentSize).where(col(SegmentSize.run) == before))
            return found | {("segments", s.segment): s.customers for s in segments}

    def values(self) -> Mapping[str, tuple[str, ...]]:
        """Values that each tag has now, the commonest first (numbers left out by who asks)."""
        query = (
            select(col(Assignment.tag), col(Assignment.value))
            .where(col(Assignment.until).is_(None), col(Assignment.value).is_not(None))
            .distinct()
        )
        counted: dict[str, Counter[str]] = {}
        with self.store.session() as session:
            for tag, value in session.exec(query):
                counted.setdefault(tag, Counter())[str(value)] += 1
        return {t: tuple(sorted(c)) for t, c in counted.items() if len(c) <= 200}

    def linked(self, record: str) -> str | None:
        """The customer to whom a merged record's id belongs now."""
        query = select(col(IdentityLink.customer_id)).where(
            or_(
                col(IdentityLink.record_id) == record,
                (col(IdentityLink.source) + ":" + col(IdentityLink.record_id)) == record,
            ),
            col(IdentityLink.until).is_(None),
        )
        with self.store.session() as session:
            found = list(session.exec(query.distinct().limit(2)))
        return found[0] if len(found) == 1 else None

    def method_tables(self, use: str) -> list[MethodTable]:
        """The tables that a method in use found."""
        with self.store.session() as session:
            return list(
                session.exec(select(MethodTable).where(col(MethodTable.use) == use).order_by(col(MethodTable.name)))
            )

    def grants(self, users: Sequence[str], now: datetime) -> list[str]:
        """Roles that an admin gave these users (or groups)."""
        query = select(col(Grant.role)).where(
            col(Grant.user).in_(users), or_(col(Grant.until).is_(None), col(Grant.until) > now)
        )
        with self.store.session() as session:
            return list(session.exec(query))

    def granted_groups(self, now: datetime) -> list[str]:
        """Ids of user groups (S…) that have a role on record."""
        query = select(col(Grant.user)).where(
            col(Grant.user).like("S%"), or_(col(Grant.until).is_(None), col(Grant.until) > now)
        )
        with self.store.session() as session:
            return sorted(set(session.exec(query)))

    def keep_question(self, **values: Any) -> int | None:
        """Put a question on record; its number."""
        asked = Asked(**values)
        with self.store.session(write=True) as session:
            session.add(asked)
            session.flush()
            return asked.id
