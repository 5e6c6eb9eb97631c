"""Slack with the real conversation: a rule from its form to the file, verdicts, subscriptions, messages of rules."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from support.slack_running import Running, find_button
from support.slack_standin import SlackStandIn, post
from support.slack_workspace import BOT, BOT_TOKEN, wait_until
from support.web_page import two_runs
from tagfolk_bots.actions.due import deliver
from tagfolk_bots.conversation import Conversation
from tagfolk_bots.slack.clock import bring, notify, reaches
from tagfolk_engine.query import Desk, Subscriptions


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_runs(tmp_path_factory.mktemp("acts") / "shop").root


@pytest.fixture
def real(slack: SlackStandIn, workspace: Path, tmp_path: Path) -> Iterator[Running]:
    desk = Desk.open(workspace)
    running = Running(slack, Conversation(desk), tmp_path, groups=("SADMINS",))  # type: ignore[arg-type]
    running.app.answerer._patience = 30.0
    people = ("UANN", "UADA", "UVIEW", "UBOSS")
    slack.workspace.groups["SADMINS"] = ["UBOSS"]
    slack.workspace.members = {"C1": ["UANN", "UADA", "UVIEW", BOT], **{f"D-{user}": [user, BOT] for user in people}}
    yield running
    running.close()
    desk.close()
    assert slack.workspace.complaints == []


def submit(running: Running, view: dict[str, Any], typed: str, user: str) -> None:
    (block,) = [block for block in view["blocks"] if block["type"] == "input"]
    values = {block["block_id"]: {block["element"]["action_id"]: {"type": "plain_text_input", "value": typed}}}
    body = {"type": "view_submission", "user": {"id": user}, "team": {"id": "T1"},
            "view": view | {"state": {"values": values}}}  # fmt: skip
    assert post(running.url, body, form=True)[0] == 200


def view_of(running: Running) -> dict[str, Any]:
    assert wait_until(lambda: running.workspace.views)
    return list(running.workspace.views.values())[-1]


def test_a_rule_goes_from_the_form_to_the_file(real: Running, workspace: Path) -> None:
    real.command("propose purchase in 90 days -> ninety", user="UVIEW")
    assert wait_until(lambda: "of 4 customers" in json.dumps(real.workspace.views))
    submit(real, view_of(real), "purchase in 90 days -> ninety", "UVIEW")
    assert wait_until(lambda: real.workspace.said("D-UADA") and real.workspace.said("D-UBOSS"))
    (asked,) = [m for m in real.workspace.messages if m["channel"] == "D-UADA"]
    assert "UVIEW proposes" in asked["text"]
    assert "purchase in 90 days -&gt; ninety" in asked["text"]
    target = workspace / "rules" / "proposed.tags"
    assert not target.exists()
    real.press(asked, "Approve", user="UADA")
    assert wait_until(lambda: real.workspace.said("D-UVIEW"), 20)
    assert "is approved" in real.workspace.said("D-UVIEW")[0]
    assert "purchase in 90 days -> ninety" in target.read_text("utf-8")
    target.unlink()


def test_a_rule_with_an_error_shows_its_caret_in_fixed_width(real: Running) -> None:
    real.command("propose no purchas 90 days -> ninety", user="UANN")
    assert wait_until(
        lambda: "purchas" in json.dumps(real.workspace.views) and "^^^^" in json.dumps(real.workspace.views)
    )
    blocks = view_of(real)["blocks"]
    assert any("```" in json.dumps(block) and "^^^^" in json.dumps(block) for block in blocks)


def test_that_is_wrong_is_kept_with_its_question(real: Running) -> None:
    real.message("how many customers are quiet?", user="UANN", channel="D-UANN")
    (said,) = real.said("D-UANN")
    real.press(said, "That is wrong", user="UANN")
    submit(real, view_of(real), "I counted 4", "UANN")
    assert "Thank you" in real.said("D-UANN", 2)[1]["text"]
    real.message("/feedback", user="UADA", channel="D-UADA")
    shown = json.dumps(real.said("D-UADA")[0])
    assert "I counted 4" in shown
    assert "has quiet" in shown


def test_a_subscription_in_a_channel_is_answered_for_its_least_reader(real: Running, slack: SlackStandIn) -> None:
    real.mention("every monday 09:00: how many customers are quiet?", user="UADA", channel="C1")
    assert "to this channel" in real.said("C1")[0]["text"]
    talk = real.conversation
    assert isinstance(talk, Conversation)
    bringer = real.app.bringer()
    assert bringer.look() == 0
    later = datetime.now(UTC) + timedelta(days=8)
    slack.limited["chat.postMessage"] = 0
    assert deliver(talk, bringer._send, bringer._complete, reaches, later) == 1
    text = real.said("C1", 2)[1]["text"]
    assert "ewer than 5" in text
    assert "every Monday 09:00" in text
    assert deliver(talk, bringer._send, bringer._complete, reaches, later) == 0
    for one in Subscriptions(talk.desk).of("UADA"):
        Subscriptions(talk.desk).delete(one.id, "UADA", talk.desk.role("UADA"))


def test_what_cannot_be_brought_is_due_again(real: Running) -> None:
    real.message("every monday: how many customers?", user="UANN", channel="D-UANN")
    real.said("D-UANN")
    talk = real.conversation
    assert isinstance(talk, Conversation)
    later = datetime.now(UTC) + timedelta(days=8)

    def broken(*_: object) -> None:
        raise OSError("no network")

    bringer = real.app.bringer()
    assert deliver(talk, broken, bringer._complete, reaches, later) == 0
    assert deliver(talk, bringer._send, bringer._complete, reaches, later) == 1
    assert "4 customers" in real.said("D-UANN", 2)[1]["text"]


def test_who_finds_the_name_inside_a_message(real: Running) -> None:
    def ask(text: str) -> None:
        shortcut = {
            "type": "message_action", "callback_id": "who_is_this", "trigger_id": real.workspace.trigger(),
            "user": {"id": "UBOSS"}, "team": {"id": "T1"}, "channel": {"id": "C1"},
            "message": {"ts": real.workspace.ts(), "text": text}, "response_url": real.slack.response_url("who"),
        }  # fmt: skip
        assert post(real.url, shortcut, form=True)[0] == 200

    ask("please call Ann back, she complained again")
    assert wait_until(lambda: real.workspace.responded)
    assert "crm:a" in json.dumps(real.workspace.responded[0])
    ask("Bob and Cem were here")
    assert wait_until(lambda: len(real.workspace.responded) == 2)
    shown = real.workspace.responded[1]
    assert find_button(shown["blocks"], "who is Bob?")
    assert find_button(shown["blocks"], "who is Cem?")


def test_rules_notify_channels_and_serve_brings(
    slack: SlackStandIn, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SLACK_BOT_TOKEN", raising=False)
    assert notify(workspace, "C1", "hello") is False
    assert bring(workspace) == 0
    monkeypatch.setenv("SLACK_BOT_TOKEN", BOT_TOKEN)
    monkeypatch.setenv("SLACK_API_URL", slack.api)
    assert notify(workspace, "C1", "segment <call_them>: 3 entered") is True
    assert slack.workspace.said("C1") == ["segment &lt;call_them&gt;: 3 entered"]
    desk = Desk.open(workspace)
    subscriptions = Subscriptions(desk)
    kept = subscriptions.ask_again(
        "how many customers?", "daily", user="UANN", now=datetime.now(UTC) - timedelta(days=2)
    )
    assert bring(workspace) == 1
    assert bring(workspace) == 0
    assert "4 customers" in slack.workspace.said("D-UANN")[0]
    subscriptions.delete(kept.id, "UANN", desk.role("UANN"))
    desk.close()


def test_a_role_granted_to_a_user_group_counts(real: Running) -> None:
    real.workspace.groups["SNEW"] = ["UVIEW"]
    real.message("list the quiet customers", user="UVIEW", channel="D-UVIEW")
    assert "analyst" in real.said("D-UVIEW")[0]["text"]
    real.message("grant SNEW analyst", user="UANN", channel="D-UANN")
    assert "admin" in real.said("D-UANN")[0]["text"]
    real.message("grant SNEW analyst", user="UADA", channel="D-UADA")
    assert "SNEW is analyst now" in real.said("D-UADA")[0]["text"]
    real.app._people._kept.clear()
    real.message("list the quiet customers", user="UVIEW", channel="D-UVIEW")
    assert "crm:a" in json.dumps(real.said("D-UVIEW", 2)[1])
    real.message("revoke SNEW", user="UADA", channel="D-UADA")
    assert "no granted role any more" in real.said("D-UADA", 2)[1]["text"]
    real.app._people._kept.clear()
    real.message("list the quiet customers", user="UVIEW", channel="D-UVIEW")
    assert "crm:a" not in json.dumps(real.said("D-UVIEW", 3)[2])
