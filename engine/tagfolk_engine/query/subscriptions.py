"""Questions on a schedule and alerts: kept, listed, paused, deleted; what is due now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlmodel import col, select

from tagfolk_engine.query.every import every, next_at
from tagfolk_engine.query.feedback import _tag
from tagfolk_engine.query.question import NotAllowed, QuestionError
from tagfolk_engine.query.roles import SMALL, Role
from tagfolk_engine.results.people import Subscription as Row

if TYPE_CHECKING:
    from tagfolk_engine.query.desk import Desk
    from tagfolk_engine.query.state import State

RUN = "run"
"""The schedule of alerts: after every run."""
_MOST = 50


@dataclass(frozen=True)
class Subscription:
    """One that is kept. ``kind``: question, tag or customer; ``frame``: a question's parts, where it was a
    follow-up that means nothing by itself."""

    id: int
    user: str
    channel: str | None
    kind: str
    question: str
    every: str
    language: str
    active: bool
    subject: str | None = None
    percent: float | None = None
    frame: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Due:
    """A subscription that has something to say. ``facts``: of a tag ``before``, ``now``; of a customer ``entered``
    and ``left`` tags; of a question nothing: ask it."""

    subscription: Subscription
    facts: Mapping[str, Any] = field(default_factory=dict)


class Subscriptions:
    """The subscriptions of one workspace."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def ask_again(
        self, question: str, schedule: str, *, user: str | None, channel: str | None = None, language: str = "en",
        frame: Mapping[str, Any] | None = None, now: datetime | None = None,
    ) -> Subscription:  # fmt: skip
        """Keep a question to be asked on a schedule in words. Raises QuestionError where the words are no schedule."""
        canonical = every(schedule)
        if canonical is None:
            raise QuestionError("no_schedule", text=schedule)
        at = now or datetime.now(UTC)
        return self._keep(Row(user=user or "", channel=channel, question=question, language=language, every=canonical,
                              at=at, last_at=at, seen=None if frame is None else {"frame": frame}))  # fmt: skip

    def watch_tag(
        self, tag: str, percent: float, *, user: str | None, channel: str | None = None, language: str = "en"
    ) -> Subscription:
        """Keep an alert: the tag has grown or shrunk by so many percent since the last look. Raises QuestionError."""
        if not 0 < percent <= 1000:
            raise QuestionError("no_percent")
        with self.desk.held() as state:
            name = _tag(state.lexicon.tags, tag)
            seen = {"run": state.run.id if state.run else None, "customers": state.figures.count(f"has {name}")}
        return self._keep(Row(user=user or "", channel=channel, question=f"{name} ± {percent:g} %", language=language,
                              every=RUN, kind="tag", subject=name, percent=percent, seen=seen))  # fmt: skip

    def watch_customer(
        self, customer: str, role: Role, *, user: str | None, channel: str | None = None, language: str = "en"
    ) -> Subscription:
        """Keep an alert: the customer gains or loses a tag. It goes to the person alone, as every row of one customer
        does. Raises NotAllowed, QuestionError."""
        if role < Role.ANALYST:
            raise NotAllowed(Role.ANALYST)
        found = self.desk.find_customers(customer)
        if len(found) != 1:
            raise QuestionError("no_customer" if not found else "many_customers_hidden", customer=customer)
        with self.desk.held() as state:
            seen = {"run": state.run.id if state.run else None, "tags": _held(state, found[0].id)}
        return self._keep(Row(user=user or "", channel=None, question=found[0].id, language=language, every=RUN,
                              kind="customer", subject=found[0].id, seen=seen))  # fmt: skip

    def of(self, user: str | None, *, all_of: bool = False) -> list[Subscription]:
        """A person's subscriptions, or (``all_of``, for admins) everybody's."""
        query = select(Row).order_by(col(Row.id))
        if not all_of:
            query = query.where(col(Row.user) == (user or ""))
        with self.desk.held() as state, state.store.session() as session:
            return [_of(row) for row in session.exec(query)]

    def set_active(self, number: int, user: str | None, role: Role, active: bool) -> Subscription:
        """Pause or go on: the owner's right and an admin's. What fell due meanwhile is not made up for."""
        with self.desk.held() as state, state.store.session(write=True) as session:
            row = _own(session.get(Row, number), number, user, role)
            row.active = active
            if active and row.kind == "question":
                row.last_at = datetime.now(UTC)
            session.add(row)
            return _of(row)

    def delete(self, number: int, user: str | None, role: Role) -> None:
        """Delete: the owner's right and an admin's."""
        with self.desk.held() as state, state.store.session(write=True) as session:
            session.delete(_own(session.get(Row, number), number, user, role))

    def due(self, now: datetime, wanted: Callable[[Subscription], bool] = lambda one: True) -> list[Due]:
        """What has something to say at an instant, claimed: of two processes that ask, one gets it.

        ``wanted``: only these; whoever cannot reach a person leaves that person's to others.
        """
        found = []
        with self.desk.held() as state:
            with state.store.session() as session:
                rows = list(session.exec(select(Row).where(col(Row.active).is_(True)).order_by(col(Row.id))))
            for row in filter(lambda row: wanted(_of(row)), rows):
                facts = self._look(state, row, now)
                if facts is not None:
                    found.append(Due(_of(row), facts))
        return found

    def give_back(self, due: Due, at: datetime) -> None:
        """It could not be delivered: it is due again. ``at``: when it had been due, as far as a question goes."""
        with self.desk.held() as state, state.store.session(write=True) as session:
            row = session.get(Row, due.subscription.id)
            if row is None:
                return
            if row.kind == "question":
                row.last_at = at
            elif row.seen:
                row.seen = {**row.seen, **dict(due.facts.get("seen", {}))}
            session.add(row)

    def _look(self, state: State, row: Row, now: datetime) -> Mapping[str, Any] | None:
        zone = state.workspace.zone
        if row.kind == "question":
            last = row.last_at or row.at
            if next_at(row.every, last, zone) > now:
                return None
            return {"last": last} if self._claim(state, row, {"last_at": now}) else None
        run = state.run.id if state.run else None
        seen = dict(row.seen or {})
        if run is None or seen.get("run") == run:
            return None
        facts = _tag_facts(state, row, seen) if row.kind == "tag" else _customer_facts(state, row, seen)
        new = {**seen, "run": run, **facts.get("new", {})}
        if not self._claim(state, row, {"seen": new, "last_at": now}):
            return None
        return facts if facts.get("moved") else None

    def _claim(self, state: State, row: Row, values: Mapping[str, Any]) -> bool:
        """Write what was seen, unless another process has done so since."""
        with state.store.session(write=True) as session:
            current = session.exec(select(Row).where(col(Row.id) == row.id).with_for_update()).first()
            if current is None or not current.active or (current.last_at, current.seen) != (row.last_at, row.seen):
                return False
            for name, value in values.items():
                setattr(current, name, value)
            session.add(current)
            return True

    def _keep(self, row: Row) -> Subscription:
        with self.desk.held() as state, state.store.session(write=True) as session:
            mine = session.exec(select(col(Row.id)).where(col(Row.user) == row.user)).all()
            if len(mine) >= _MOST:
                raise QuestionError("many_subscriptions", most=_MOST)
            session.add(row)
            session.flush()
            return _of(row)


def _tag_facts(state: State, row: Row, seen: Mapping[str, Any]) -> dict[str, Any]:
    if row.subject not in state.lexicon.tags:
        return {}
    before, now = int(seen.get("customers") or 0), int(state.figures.count(f"has {row.subject}"))
    moved = before != now and (before == 0 or abs(now - before) / before * 100 >= float(row.percent or 0))
    new = {"customers": now} if moved else {}  # a slow growth adds up until it is worth a word
    facts: dict[str, Any] = {"moved": moved, "new": new, "before": before, "now": now, "seen": dict(seen)}
    facts["small"] = 0 < before < SMALL or 0 < now < SMALL or abs(now - before) < SMALL
    return facts


def _customer_facts(state: State, row: Row, seen: Mapping[str, Any]) -> dict[str, Any]:
    before = {tuple(item) for item in seen.get("tags") or ()}
    tags = _held(state, str(row.subject))
    now = {tuple(item) for item in tags}
    entered, left = sorted(now - before, key=str), sorted(before - now, key=str)
    return {"moved": bool(entered or left), "new": {"tags": tags}, "entered": entered, "left": left, "seen": dict(seen)}


def _held(state: State, customer: str) -> list[list[str | None]]:
    return [[tag, value] for tag, value, _ in state.store_reader.holdings(customer)]


def _own(row: Row | None, number: int, user: str | None, role: Role) -> Row:
    if row is None or (row.user != (user or "") and role < Role.ADMIN):
        raise QuestionError("no_subscription", number=number)
    return row


def _of(row: Row) -> Subscription:
    frame = (row.seen or {}).get("frame") if row.kind == "question" else None
    return Subscription(
        int(row.id or 0), row.user, row.channel, row.kind, row.question, row.every, row.language, row.active,
        row.subject, row.percent, frame,
    )  # fmt: skip
