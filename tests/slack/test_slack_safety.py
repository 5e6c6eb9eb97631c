"""Signatures, injection, rate limits, roles, refusals: what must not happen does not."""

from __future__ import annotations

import json
import time

import pytest
from support.slack_running import Running
from support.slack_scripted import Scripted, reply
from support.slack_standin import SECRET, SlackStandIn, event, post, signed
from support.slack_workspace import BOT, wait_until
from tagfolk_bots.talker import Talker


def question(text: str = "how many?") -> dict[str, object]:
    return event("message", user="UANN", channel="D1", ts="1700000000.1", text=text, channel_type="im")


@pytest.mark.parametrize(
    "how",
    [{"secret": "another"}, {"timestamp": int(time.time()) - 3600}, {"sign": False}],
    ids=["bad signature", "old timestamp", "no signature"],
)
def test_what_slack_did_not_sign_is_refused(running: Running, how: dict[str, object]) -> None:
    assert post(running.url, question(), **how)[0] == 401
    changed = json.dumps(question("changed"))
    assert post(running.url, question(), sign=False, headers=signed(changed, SECRET))[0] == 401
    assert running.conversation.asked == []
    assert post(running.url, question())[0] == 200
    assert wait_until(lambda: running.conversation.asked)


def test_slacks_handshake_is_answered(running: Running) -> None:
    status, body = post(running.url, {"type": "url_verification", "challenge": "abc", "token": "x"})
    assert (status, "abc" in body) == (200, True)


def test_other_paths_and_huge_bodies_are_refused(running: Running) -> None:
    assert post(running.url + "/other", question())[0] == 404
    assert post(running.url, question("x" * 1_100_000))[0] == 413


INJECTIONS = [
    "<!channel> *bold* <https://evil.example|click>",
    "`code` _it_ ~no~ &lt;!here&gt; <@UBEN>",
    "'; drop table run; --",
    ":rotating_light: > quote\n```block```",
]


@pytest.mark.parametrize("text", INJECTIONS)
def test_markup_in_an_answer_stays_text(running: Running, text: str) -> None:
    table = (("name", text), ((text, 1),))
    running.conversation.script = {"x": reply(text, table=table, answer={"understood": text})}
    running.message("x")
    (said,) = running.said("D1")
    assert not {"<!channel>", "<@UBEN>", "<https"} & set(said["text"].split())
    assert "<" not in said["text"]
    marked = [str(found["text"]) for found in objects(said["blocks"]) if found.get("type") == "mrkdwn"]
    for words in marked:  # one piece of code, or one in bold without a character of markup in it
        assert (words[0], words[-1]) in {("`", "`"), ("*", "*")}
        assert not set("<>`\n" if words[0] == "`" else "<>`*~") & set(words[1:-1])
    plain = [found for found in objects(said["blocks"]) if found.get("type") == "plain_text"]
    assert not any(found.get("emoji") for found in plain)
    assert text.split("\n")[0] in json.dumps(said["blocks"], ensure_ascii=False).replace("\\\\", "\\")


def objects(value: object) -> list[dict[str, object]]:
    if isinstance(value, dict):
        return [value, *(found for item in value.values() for found in objects(item))]
    if isinstance(value, list):
        return [found for item in value for found in objects(item)]
    return []


def test_rate_limits_are_waited_for(running: Running, slack: SlackStandIn) -> None:
    slack.limited["chat.postMessage"] = 2
    begun = time.monotonic()
    running.message("how many?")
    assert len(running.said("D1")) == 1
    assert time.monotonic() - begun >= 2 * slack.retry_after
    assert len(running.workspace.said("D1")) == 1


def test_user_groups_of_asker_and_readers_are_told_to_the_conversation(running: Running) -> None:
    running.workspace.groups["SADMINS"] = ["UBEN"]
    running.mention("how many?", user="UBEN")
    running.said("C1")
    asked = running.conversation.asked[0]
    assert asked.groups == ("SADMINS",)
    assert asked.readers == (("UANN", ()), ("UBEN", ("SADMINS",)))


def test_readers_that_cannot_be_known_are_none(running: Running) -> None:
    running.workspace.members["CBIG"] = [BOT, *(f"U{n}" for n in range(2500))]
    running.workspace.members["CEXT"] = [BOT, "UANN"]
    running.workspace.shared.add("CEXT")
    running.mention("one", channel="CBIG")
    running.mention("two", channel="CEXT")
    assert wait_until(lambda: len(running.conversation.asked) == 2)
    assert {asked.text: asked.readers for asked in running.conversation.asked} == {"one": None, "two": None}


def test_a_new_reader_counts_at_once(running: Running) -> None:
    running.mention("one")
    running.said("C1", 1)
    running.workspace.members["C1"].append("UNEW")
    post(running.url, event("member_joined_channel", user="UNEW", channel="C1"))
    assert wait_until(lambda: not running.app.handlers._people._kept.get("members:C1"))
    running.mention("two")
    running.said("C1", 2)
    assert ("UNEW", ()) in (running.conversation.asked[1].readers or ())


def test_a_workspace_without_table_blocks_gets_lined_up_text(running: Running) -> None:
    running.workspace.new_blocks = False
    running.conversation.script = {"x": reply("Two", table=(("城市", "n"), (("上海", 1200), ("Xi'an", 7))))}
    running.message("x")
    running.said("D1", 1)
    running.message("x")
    said = running.said("D1", 2)[1]
    assert "城市       n\n上海   1,200\nXi'an      7" in json.dumps(said, ensure_ascii=False).replace("\\n", "\n")
    assert [name for name, _ in running.workspace.calls].count("chat.postMessage") == 3


def test_where_the_bot_is_no_member_the_answer_comes_by_direct_message(running: Running) -> None:
    running.workspace.outside.add("C1")
    running.conversation.script = {"x": reply("private", private=True)}
    running.mention("x")
    assert running.said("D-UANN")[0]["text"] == "private"


def test_what_was_answered_is_not_answered_again_after_a_restart(
    slack: SlackStandIn, tmp_path: object, conversation: Scripted
) -> None:
    body = event("app_mention", "Ev1", user="UANN", channel="C1", ts="1700000000.5", text=f"<@{BOT}> x")
    for _ in range(2):
        app = Running(slack, conversation, tmp_path)  # type: ignore[arg-type]
        try:
            assert post(app.url, body)[0] == 200
            assert wait_until(lambda: slack.workspace.said("C1"))
        finally:
            app.close()
    assert len(conversation.asked) == 1


def test_the_script_speaks_as_the_conversation_does(conversation: Scripted) -> None:
    talker: Talker = conversation
    assert callable(talker.reply)
