"""The app against the npm emulator: another's idea of Slack than the stand-in's."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.slack_emulator import Emulator, NoEmulator, binary
from support.slack_scripted import BUTTONS, CHART, Scripted, reply
from support.slack_workspace import wait_until
from tagfolk_bots.messages import HomeView
from tagfolk_bots.slack.app import LOG, SlackApp
from tagfolk_bots.slack.http import PATH, http_server
from tagfolk_bots.slack.settings import SlackSettings
from tagfolk_bots.slack.socket import socket_handler

pytestmark = pytest.mark.emulator
TOKENS = ("xoxb-test-token", "xapp-test-token", "test-signing-secret")


@pytest.fixture(scope="module", autouse=True)
def installed() -> None:
    try:
        binary()
    except NoEmulator as reason:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no Slack emulator: {reason}")


@pytest.fixture(params=["socket", "events"])
def emulated(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Emulator, Scripted]]:
    """The app behind the emulator, by Socket Mode and by signed HTTP."""
    conversation = Scripted()
    conversation.front = HomeView("en", 7, "2024-07-01", "3", "fresh", segments=(("win_back", "Win back", 5, 1),))
    emulator = None
    if request.param == "socket":
        emulator = Emulator(tmp_path)
        app = SlackApp(conversation, SlackSettings(*TOKENS, emulator.api), tmp_path / "state")
        handler = socket_handler(app.bolt, TOKENS[1], LOG, 1.0)
        handler.connect()
        yield emulator, conversation
        handler.close()
    else:
        import socket

        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        emulator = Emulator(tmp_path, "events", f"http://127.0.0.1:{port}{PATH}")
        app = SlackApp(conversation, SlackSettings(*TOKENS, emulator.api), tmp_path / "state")
        server = http_server(app.bolt, "127.0.0.1", port)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield emulator, conversation
        server.shutdown()
        server.server_close()
    app.close()
    emulator.close()


def test_a_day_in_the_emulator(emulated: tuple[Emulator, Scripted]) -> None:
    slack, conversation = emulated
    conversation.script = {
        "list": reply(
            "2 rows", private=True, table=(("customer", "n"), (("crm:1", 2),)), file=("x.csv", b"a\r\n1\r\n")
        ),
        "by city": reply("By city", chart=CHART),
    }
    asked = slack.control("message", channel="C01", user="U01", text="<@U0BOT> 有多少客户？")["message"]
    assert wait_until(lambda: len(slack.said("C01")) == 1)
    said = slack.said("C01")[0]
    assert (said["thread_ts"], "有多少客户？" in said["text"]) == (asked["ts"], True)

    slack.control("message", channel="C01", user="U02", text="那上海呢", thread_ts=asked["ts"])
    assert wait_until(lambda: len(slack.said("C01")) == 2)
    assert conversation.asked[1].thread == f"C01:{asked['ts']}"

    button = next(e for block in said["blocks"] for e in block.get("elements", []) if e.get("type") == "button")
    assert button["text"]["text"] == BUTTONS[0].label
    slack.control("interact", channel="C01", messageTs=said["ts"], user="U03", action=button | {"block_id": "b"})
    assert wait_until(lambda: len(slack.said("C01")) == 3)
    assert (conversation.asked[2].action, conversation.asked[2].user) == ("list", "U03")

    slack.control("command", channel="C02", user="U02", command="/tagfolk", text="list")
    assert wait_until(lambda: any("2 rows" in json.dumps(message) for message in slack.messages("C02")))
    shown = [message for message in slack.messages("C02") if "2 rows" in json.dumps(message)]
    assert all(message.get("subtype") == "ephemeral" or message.get("ephemeral_to") for message in shown)

    slack.control("message", channel="C02", user="U01", text="<@U0BOT> by city")
    assert wait_until(lambda: "files.completeUploadExternal" in json.dumps(slack.get("/_control/log")))

    slack.control("open-home", user="U04")
    assert wait_until(lambda: "Win back" in json.dumps(slack.get("/_control/log")))
    assert "went wrong" not in json.dumps(slack.get("/_control/log"))
