"""The Slack app running against the stand-in, with Slack's side of the wire in short words."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from support.slack_scripted import Scripted
from support.slack_standin import SECRET, SlackStandIn, event, post
from support.slack_workspace import APP_TOKEN, BOT, BOT_TOKEN, wait_until
from tagfolk_bots.slack.app import LOG, SlackApp
from tagfolk_bots.slack.http import PATH, http_server
from tagfolk_bots.slack.settings import SlackSettings
from tagfolk_bots.slack.socket import socket_handler


class Running:
    """An app that runs against a stand-in, with Slack's side of the wire in short words."""

    def __init__(
        self, slack: SlackStandIn, conversation: Scripted, state: Path, *, groups: tuple[str, ...] = ()
    ) -> None:
        self.slack = slack
        self.workspace = slack.workspace
        self.conversation = conversation
        settings = SlackSettings(BOT_TOKEN, APP_TOKEN, SECRET, slack.api, groups)
        self.app = SlackApp(conversation, settings, state, patience=0.3)
        self.server = http_server(self.app.bolt, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}{PATH}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()
        self.socket: Any = None

    def connect(self, ping: float = 1.0) -> None:
        """Socket Mode as well."""
        self.socket = socket_handler(self.app.bolt, APP_TOKEN, LOG, ping)
        self.socket.connect()
        assert wait_until(lambda: self.slack.connected == 1)

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
        self.server.shutdown()
        self.server.server_close()
        self.app.close()

    def mention(self, text: str, user: str = "UANN", channel: str = "C1", **fields: Any) -> str:
        """Somebody writes @tagfolk TEXT in a channel; the message's ts."""
        ts = fields.pop("ts", self.workspace.ts())
        event_id = fields.pop("event_id", "")
        body = event("app_mention", event_id, user=user, channel=channel, ts=ts, text=f"<@{BOT}> {text}", **fields)
        assert post(self.url, body)[0] == 200
        return str(ts)

    def message(self, text: str, user: str = "UANN", channel: str = "D1", **fields: Any) -> str:
        """Somebody writes a message where the bot reads along, by default a direct message."""
        ts = fields.pop("ts", self.workspace.ts())
        kind = "im" if channel.startswith("D") else "channel"
        body = event("message", user=user, channel=channel, ts=ts, text=text, channel_type=kind, **fields)
        assert post(self.url, body)[0] == 200
        return str(ts)

    def command(self, text: str, user: str = "UANN", channel: str = "C1") -> None:
        """Somebody types /tagfolk TEXT."""
        fields = {
            "command": "/tagfolk",
            "text": text,
            "user_id": user,
            "channel_id": channel,
            "team_id": "T1",
            "trigger_id": self.workspace.trigger(),
            "response_url": self.slack.response_url("command"),
        }
        assert post(self.url, fields, form=True) == (200, "")

    def press(self, message: dict[str, Any], label: str, user: str = "UANN", *, ephemeral: bool = False) -> None:
        """Somebody presses a button of a message (or of a view)."""
        block, button = find_button(message["blocks"], label)
        body: dict[str, Any] = {
            "type": "block_actions",
            "user": {"id": user, "team_id": "T1"},
            "team": {"id": "T1"},
            "trigger_id": self.workspace.trigger(),
            "actions": [{**button, "block_id": block.get("block_id"), "action_ts": self.workspace.ts()}],
        }
        if message.get("type") == "home":
            body |= {"container": {"type": "view"}, "view": message | {"id": "VHOME"}}
        else:
            at = message.get("ts") or message.get("message_ts")
            container = {
                "type": "message",
                "message_ts": at,
                "channel_id": message["channel"],
                "is_ephemeral": ephemeral,
            }
            if message.get("thread_ts"):
                container["thread_ts"] = message["thread_ts"]
            body |= {"container": container, "channel": {"id": message["channel"]}}
            body |= {"response_url": self.slack.response_url("button")}
            if not ephemeral:
                body["message"] = message
        assert post(self.url, body, form=True)[0] == 200

    def said(self, channel: str, count: int = 1) -> list[dict[str, Any]]:
        """Wait for messages of the bot in a channel."""

        def found() -> list[dict[str, Any]]:
            return [m for m in self.workspace.messages if m["channel"] == channel]

        assert wait_until(lambda: len(found()) >= count), (self.workspace.calls, self.workspace.complaints)
        return found()


def find_button(blocks: list[dict[str, Any]], label: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The button with a label, and its block."""
    for block in blocks:
        for element in block.get("elements", []):
            if element.get("type") == "button" and element["text"]["text"] == label:
                return block, element
    raise AssertionError(f"no button {label!r} in {blocks}")
