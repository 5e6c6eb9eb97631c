"""A Slack workspace in memory: people, channels, messages, views, files, and the Web API methods the app calls."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tagfolk_bots.slack import limits

BOT = "U0BOT"
BOT_TOKEN = "xoxb-standin"
APP_TOKEN = "xapp-standin"

Arguments = dict[str, Any]
Answer = dict[str, Any]


class Refused(Exception):
    """A method answers ``ok: false`` with this code."""


@dataclass
class Workspace:
    """Everything that the stand-in knows; tests read and change it directly."""

    members: dict[str, list[str]] = field(default_factory=lambda: {"C1": ["UANN", "UBEN", BOT], "D1": ["UANN", BOT]})
    groups: dict[str, list[str]] = field(default_factory=dict)
    shared: set[str] = field(default_factory=set)
    outside: set[str] = field(default_factory=set)
    """Channels that the bot is not in."""
    new_blocks: bool = True
    """False: the workspace refuses table blocks."""
    messages: list[dict[str, Any]] = field(default_factory=list)
    ephemeral: list[dict[str, Any]] = field(default_factory=list)
    responded: list[dict[str, Any]] = field(default_factory=list)
    views: dict[str, dict[str, Any]] = field(default_factory=dict)
    homes: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: list[tuple[str, Arguments]] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    """What Slack would have refused, whatever the app did about it."""
    triggers: set[str] = field(default_factory=set)
    slow: dict[str, float] = field(default_factory=dict)
    base: str = ""
    socket_url: str = ""
    tokens: tuple[str, str] = (BOT_TOKEN, APP_TOKEN)
    lock: threading.RLock = field(default_factory=threading.RLock)
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    def number(self) -> int:
        return next(self._numbers)

    def ts(self) -> str:
        return f"{1_700_000_000 + self.number()}.000100"

    def trigger(self) -> str:
        name = f"trigger.{self.number()}"
        self.triggers.add(name)
        return name

    def call(self, method: str, arguments: Arguments, token: str) -> Answer:
        """Run one Web API method as Slack would: token, then arguments, then blocks are checked."""
        with self.lock:
            self.calls.append((method, arguments))
            handler: Callable[[Arguments], Answer] | None = getattr(self, "_" + method.replace(".", "_"), None)
            if handler is None:
                return {"ok": False, "error": "unknown_method"}
            wanted = self.tokens[1] if method == "apps.connections.open" else self.tokens[0]
            if token != wanted:
                return {"ok": False, "error": "invalid_auth"}
            try:
                return {"ok": True, **handler(arguments)}
            except Refused as error:
                return {"ok": False, "error": str(error)}

    def said(self, channel: str) -> list[str]:
        """The texts of the bot's messages in a channel."""
        with self.lock:
            return [message["text"] for message in self.messages if message["channel"] == channel]

    # -- methods ------------------------------------------------------------------------------------------------

    def _auth_test(self, _: Arguments) -> Answer:
        return {
            "user": "tagfolk",
            "user_id": BOT,
            "team": "Stand-in",
            "team_id": "T1",
            "bot_id": "B1",
            "url": self.base,
        }

    def _apps_connections_open(self, _: Arguments) -> Answer:
        return {"url": self.socket_url}

    def _chat_postMessage(self, given: Arguments) -> Answer:
        channel = self._channel(given)
        message = {"ts": self.ts(), **self._checked(given), "channel": channel}
        self.messages.append(message)
        return {"channel": channel, "ts": message["ts"], "message": message}

    def _chat_update(self, given: Arguments) -> Answer:
        for message in self.messages:
            if message["ts"] == given.get("ts") and message["channel"] == given.get("channel"):
                message.update(self._checked(given))
                return {"channel": message["channel"], "ts": message["ts"]}
        raise Refused("message_not_found")

    def _chat_postEphemeral(self, given: Arguments) -> Answer:
        channel = self._channel(given)
        if given["user"] not in self.members[channel]:
            raise Refused("user_not_in_channel")
        self.ephemeral.append({"message_ts": self.ts(), **self._checked(given)})
        return {"message_ts": self.ephemeral[-1]["message_ts"]}

    def _conversations_info(self, given: Arguments) -> Answer:
        channel = self._known(given)
        return {"channel": {"id": channel, "is_ext_shared": channel in self.shared, "is_im": channel.startswith("D")}}

    def _conversations_members(self, given: Arguments) -> Answer:
        everybody = self.members[self._known(given)]
        start, size = int(given.get("cursor") or 0), int(given.get("limit") or 100)
        following = str(start + size) if start + size < len(everybody) else ""
        return {"members": everybody[start : start + size], "response_metadata": {"next_cursor": following}}

    def _conversations_open(self, given: Arguments) -> Answer:
        channel = f"D-{given['users']}"
        self.members.setdefault(channel, [given["users"], BOT])
        return {"channel": {"id": channel}}

    def _conversations_replies(self, given: Arguments) -> Answer:
        found = [m for m in self.messages if given["ts"] in (m["ts"], m.get("thread_ts"))]
        return {"messages": found, "has_more": False}

    def _users_info(self, given: Arguments) -> Answer:
        return {"user": {"id": given["user"], "is_bot": given["user"] == BOT}}

    def _usergroups_users_list(self, given: Arguments) -> Answer:
        if given["usergroup"] not in self.groups:
            raise Refused("no_such_subteam")
        return {"users": self.groups[given["usergroup"]]}

    def _views_publish(self, given: Arguments) -> Answer:
        self.homes[given["user_id"]] = self._view(given["view"])
        return {"view": self.homes[given["user_id"]]}

    def _views_open(self, given: Arguments) -> Answer:
        if given["trigger_id"] not in self.triggers:
            raise Refused("invalid_trigger_id")
        self.triggers.discard(given["trigger_id"])
        view = self._view(given["view"]) | {"id": f"V{self.number()}"}
        self.views[view["id"]] = view
        return {"view": view}

    def _views_update(self, given: Arguments) -> Answer:
        if given["view_id"] not in self.views:
            raise Refused("not_found")
        self.views[given["view_id"]] = self._view(given["view"]) | {"id": given["view_id"]}
        return {"view": self.views[given["view_id"]]}

    def _files_getUploadURLExternal(self, given: Arguments) -> Answer:
        identifier = f"F{self.number()}"
        self.files[identifier] = {"name": given["filename"], "length": int(given["length"]), "shared": None}
        return {"file_id": identifier, "upload_url": f"{self.base}/upload/{identifier}"}

    def _files_completeUploadExternal(self, given: Arguments) -> Answer:
        done = []
        for item in given["files"]:
            known = self.files[item["id"]]
            if len(known.get("content", b"")) != known["length"]:
                raise Refused("length_mismatch")
            if given.get("channel_id"):
                self._channel({"channel": given["channel_id"]})
            known |= {
                "shared": given.get("channel_id"),
                "thread_ts": given.get("thread_ts"),
                "title": item.get("title"),
            }
            done.append({"id": item["id"], "title": item.get("title")})
        return {"files": done}

    # -- checks -------------------------------------------------------------------------------------------------

    def _known(self, given: Arguments) -> str:
        if given["channel"] not in self.members:
            raise Refused("channel_not_found")
        return str(given["channel"])

    def _channel(self, given: Arguments) -> str:
        channel = self._known(given)
        if channel in self.outside:
            raise Refused("not_in_channel")
        return channel

    def _checked(self, given: Arguments) -> Arguments:
        found = limits.problems(given)
        self.complaints += found
        if found or (not self.new_blocks and any(block["type"] == "table" for block in given.get("blocks") or [])):
            raise Refused("invalid_blocks")
        return {name: value for name, value in given.items() if name != "token"}

    def _view(self, view: Arguments) -> Arguments:
        found = limits.view_problems(view)
        self.complaints += found
        if found:
            raise Refused("invalid_arguments")
        return view

    def respond(self, name: str, given: Arguments) -> int:
        """A POST to a response URL."""
        with self.lock:
            try:
                self.responded.append({"name": name, **self._checked(given)})
            except Refused:
                return 400
        return 200


def decoded(arguments: Arguments) -> Arguments:
    """Form fields that hold JSON, as JSON."""
    for name in ("blocks", "view", "files"):
        if isinstance(arguments.get(name), str):
            arguments[name] = json.loads(arguments[name])
    return arguments


def wait_until(condition: Callable[[], object], seconds: float = 10.0) -> bool:
    """Wait until something holds; False if it does not come."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return bool(condition())
