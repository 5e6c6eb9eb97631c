"""Who may see what: viewer < analyst < steward < admin."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import IntEnum

from tagfolk_engine.workspace.settings import BotTable


class Role(IntEnum):
    """Numbers, tags and segments; customer lists; personal data; rules and roles."""

    VIEWER = 0
    ANALYST = 1
    STEWARD = 2
    ADMIN = 3


SMALL = 5
"""A viewer sees no group of fewer customers than this (but none at all)."""


def role_of(settings: BotTable, user: str | None, groups: Collection[str] = (), granted: Iterable[str] = ()) -> Role:
    """The highest role of a user: by id, by user group, or granted by an admin. None is the owner at the shell."""
    if user is None:
        return Role.ADMIN
    ids = {user, *groups}
    found = [Role.VIEWER]
    for role, listed in (
        (Role.ADMIN, settings.admins),
        (Role.STEWARD, settings.stewards),
        (Role.ANALYST, settings.analysts),
    ):
        if not ids.isdisjoint(listed):
            found.append(role)
    found.extend(Role[name.upper()] for name in granted if name.upper() in Role.__members__)
    return max(found)


def hide_small(counts: list[int], role: Role, whole_known: bool = True) -> set[int]:
    """Indexes of counts that a viewer may not see: groups under 5 and, where the total would give the only one
    of them away, the next smallest.

    >>> sorted(hide_small([3, 9, 40], Role.VIEWER)), sorted(hide_small([3, 9], Role.ANALYST))
    ([0, 1], [])
    """
    if role > Role.VIEWER:
        return set()
    hidden = {i for i, n in enumerate(counts) if 0 < n < SMALL}
    if whole_known and len(hidden) == 1:
        others = [i for i, n in enumerate(counts) if i not in hidden and n > 0]
        if others:
            hidden.add(min(others, key=lambda i: counts[i]))
    return hidden
