"""Who reads and who asks: members of a channel and the user groups that give roles, remembered for a short while."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from slack_sdk import WebClient

_MEMBERS_FOR = 30.0
_GROUPS_FOR = 300.0
_MANY = 2_000
_T = TypeVar("_T")

Readers = tuple[tuple[str, tuple[str, ...]], ...]


class People:
    """Asks Slack about people. What Slack does not tell is unknown (None), and unknown is never trusted."""

    def __init__(
        self,
        client: WebClient,
        groups: tuple[str, ...],
        bot_user: str,
        log: logging.Logger,
        granted: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        self._client = client
        self._granted = granted
        self._groups = groups
        self._bot_user = bot_user
        self._log = log
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[float, object]] = {}

    def groups_of(self, user: str) -> tuple[str, ...]:
        """The user groups with a role that a person belongs to."""
        granted = self._remembered("granted", _MEMBERS_FOR, self._granted_now)
        known = dict.fromkeys((*self._groups, *granted))
        return tuple(group for group in known if user in self._in_group(group))

    def _granted_now(self) -> tuple[str, ...]:
        try:
            return tuple(self._granted())
        except Exception:  # the store may not be there yet; then nothing is granted, which shows less, never more
            self._log.warning("granted roles could not be read", exc_info=True)
            return ()

    def everyone_in(self, ids: tuple[str, ...]) -> tuple[str, ...]:
        """The people behind ids of people and user groups, each once, without the bot."""
        found: dict[str, None] = {}
        for one in ids:
            members = sorted(self._in_group(one)) if one.startswith("S") else [one]
            found |= dict.fromkeys(member for member in members if member != self._bot_user)
        return tuple(found)

    def readers_of(self, channel: str) -> Readers | None:
        """Everybody in a channel but the bot, with their groups; None if unknown, too many, or shared with others."""
        members = self._remembered(f"members:{channel}", _MEMBERS_FOR, lambda: self._members(channel))
        if members is None:
            return None
        return tuple((user, self.groups_of(user)) for user in members)

    def forget(self, channel: str) -> None:
        """Somebody joined or left: ask again next time."""
        with self._lock:
            self._kept.pop(f"members:{channel}", None)

    def _members(self, channel: str) -> tuple[str, ...] | None:
        from slack_sdk.errors import SlackApiError

        members: list[str] = []
        cursor = ""
        try:
            info = self._client.conversations_info(channel=channel)["channel"]
            if info.get("is_ext_shared") or info.get("is_pending_ext_shared"):
                return None
            while True:
                page = self._client.conversations_members(channel=channel, limit=1000, cursor=cursor or None)
                members += [user for user in page["members"] if user != self._bot_user]
                cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
                if len(members) > _MANY:
                    return None
                if not cursor:
                    return tuple(members)
        except SlackApiError as error:
            self._log.warning("Slack does not tell who is in %s: %s", channel, error.response.get("error"))
            return None

    def _in_group(self, group: str) -> frozenset[str]:
        return self._remembered(f"group:{group}", _GROUPS_FOR, lambda: self._users_of(group))

    def _users_of(self, group: str) -> frozenset[str]:
        from slack_sdk.errors import SlackApiError

        try:
            return frozenset(self._client.usergroups_users_list(usergroup=group)["users"])
        except SlackApiError as error:
            self._log.warning("Slack does not tell who is in group %s: %s", group, error.response.get("error"))
            return frozenset()

    def _remembered(self, key: str, seconds: float, ask: Callable[[], _T]) -> _T:
        now = time.monotonic()
        with self._lock:
            kept = self._kept.get(key)
        if kept is not None and now - kept[0] < seconds:
            return kept[1]  # type: ignore[return-value]  # each key has one asker, so one type
        value = ask()
        with self._lock:
            self._kept[key] = (now, value)
        return value
