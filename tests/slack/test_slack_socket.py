"""Socket Mode: acknowledged at once, answered once, and back after a dropped socket."""

from __future__ import annotations

import time

import pytest
from support.slack_running import Running
from support.slack_standin import event
from support.slack_workspace import BOT, wait_until


def mention(text: str, ts: str, event_id: str = "") -> dict[str, object]:
    return event("app_mention", event_id, user="UANN", channel="C1", ts=ts, text=f"<@{BOT}> {text}")


def test_a_question_over_the_socket_is_acknowledged_before_it_is_answered(running: Running) -> None:
    running.conversation.seconds = 1.0
    running.connect()
    begun = time.monotonic()
    envelope = running.slack.over_socket("events_api", mention("how many?", "1.1"))
    assert wait_until(lambda: envelope in running.slack.acknowledged)
    assert time.monotonic() - begun < 0.9
    assert wait_until(lambda: any("42" in text for text in running.workspace.said("C1")))


def test_a_retried_envelope_is_answered_once(running: Running) -> None:
    running.connect()
    body = mention("how many?", "1.1", "Ev1")
    running.slack.over_socket("events_api", body, "E1")
    running.slack.over_socket("events_api", body, "E2", attempt=1)
    running.slack.over_socket("events_api", mention("the next", "1.2"))
    running.said("C1", 2)
    assert wait_until(lambda: {"E1", "E2"} <= set(running.slack.acknowledged))
    assert sorted(asked.text for asked in running.conversation.asked) == ["how many?", "the next"]


@pytest.mark.parametrize("how", ["dropped", "asked", "garbled"])
def test_it_comes_back_after_the_socket_is_gone(running: Running, how: str) -> None:
    running.connect()
    running.slack.over_socket("events_api", mention("before", "1.1"))
    running.said("C1", 1)
    if how == "dropped":
        running.slack.drop_socket()
    elif how == "garbled":
        running.slack.garble()
    else:
        running.slack.ask_to_reconnect()
    assert wait_until(lambda: running.slack.connections >= 2)
    assert wait_until(lambda: running.slack.connected >= 1)
    running.slack.over_socket("events_api", mention("after", "1.2"))
    running.said("C1", 2)
    assert [asked.text for asked in running.conversation.asked] == ["before", "after"]


def test_commands_buttons_and_forms_come_over_the_socket_too(running: Running) -> None:
    running.connect()
    command = {
        "command": "/tagfolk",
        "text": "多少客户",
        "user_id": "UANN",
        "channel_id": "C1",
        "team_id": "T1",
        "trigger_id": running.workspace.trigger(),
        "response_url": running.slack.response_url("command"),
    }
    running.slack.over_socket("slash_commands", command)
    assert wait_until(lambda: running.workspace.responded)
    assert "多少客户" in running.workspace.responded[0]["text"]
