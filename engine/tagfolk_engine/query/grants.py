"""Roles that an admin gives in the chat, beside those of ``[bot]`` in tagfolk.toml."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlmodel import col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from tagfolk_engine.query.question import NotAllowed, QuestionError
from tagfolk_engine.query.roles import Role
from tagfolk_engine.results.people import Grant as Row

if TYPE_CHECKING:
    from tagfolk_engine.query.desk import Desk

_ID = re.compile(r"[A-Za-z0-9_.@-]{1,64}")


class Grants:
    """Roles on record. Only admins give and take them."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def give(self, user: str, role: str, by: str | None, own: Role) -> None:
        """Give a person or a user group a role; what they had on record ends. Raises NotAllowed, QuestionError."""
        if own < Role.ADMIN:
            raise NotAllowed(Role.ADMIN)
        if not _ID.fullmatch(user) or role.upper() not in Role.__members__:
            raise QuestionError("no_role", user=user[:64], role=role[:64])
        self._end(user)
        with self.desk.held() as state, state.store.session(write=True) as session:
            session.add(Row(user=user, role=role.lower(), by=by or "owner"))

    def take(self, user: str, own: Role) -> int:
        """End what a person or user group has on record; how many. Raises NotAllowed."""
        if own < Role.ADMIN:
            raise NotAllowed(Role.ADMIN)
        return self._end(user)

    def all(self, own: Role) -> list[tuple[str, str, str]]:
        """(user, role, by) of what holds now. Raises NotAllowed."""
        if own < Role.ADMIN:
            raise NotAllowed(Role.ADMIN)
        with self.desk.held() as state, state.store.session() as session:
            return [(row.user, row.role, row.by) for row in session.exec(_now().order_by(col(Row.user)))]

    def _end(self, user: str) -> int:
        with self.desk.held() as state, state.store.session(write=True) as session:
            rows = list(session.exec(_now().where(col(Row.user) == user)))
            for row in rows:
                row.until = datetime.now(UTC)
                session.add(row)
            return len(rows)


def _now() -> SelectOfScalar[Row]:
    """What holds at present."""
    return select(Row).where(or_(col(Row.until).is_(None), col(Row.until) > datetime.now(UTC)))
