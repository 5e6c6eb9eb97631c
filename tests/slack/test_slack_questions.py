"""Questions by mention, direct message, thread and slash command: answered once, in place, to whom they belong."""

from __future__ import annotations

import json
import time

import pytest
from support.slack_running import Running
from support.slack_scripted import BUTTONS, CHART, CHOICES, reply
from support.slack_standin import event, post
from support.slack_workspace import BOT, wait_until


def test_a_mention_is_answered_in_a_thread_of_its_message(running: Running) -> None:
    ts = running.mention("how many customers?")
    (said,) = running.said("C1")
    assert said["thread_ts"] == ts
    assert "42 customers: how many customers?" in said["text"]
    asked = running.conversation.asked[0]
    assert (asked.text, asked.user, asked.channel, asked.thread) == ("how many customers?", "UANN", "C1", f"C1:{ts}")
    assert not asked.private
    assert asked.readers == (("UANN", ()), ("UBEN", ()))


def test_a_direct_message_is_private_and_keeps_one_thread(running: Running) -> None:
    running.message("多少客户？")
    running.said("D1", 1)
    running.message("那上海呢")
    first, second = running.said("D1", 2)
    assert first.get("thread_ts") is None
    assert second.get("thread_ts") is None
    assert [asked.thread for asked in running.conversation.asked] == ["D1", "D1"]
    assert all(asked.private and asked.readers is None for asked in running.conversation.asked)


def test_a_thread_needs_no_second_mention(running: Running) -> None:
    ts = running.mention("how many?")
    running.said("C1", 1)
    running.message("and in Shanghai?", channel="C1", thread_ts=ts)
    assert running.said("C1", 2)[1]["thread_ts"] == ts
    assert running.conversation.asked[1].thread == f"C1:{ts}"


def test_people_talking_to_each_other_in_its_thread_are_left_alone(running: Running) -> None:
    nothing = reply("I did not understand", answer={"confidence": "none", "intent": "clarify"})
    running.conversation.script = {"thanks, looks good": nothing}
    ts = running.mention("how many?")
    running.said("C1", 1)
    running.message("<@UBEN> did you see this?", channel="C1", thread_ts=ts)
    running.message("thanks, looks good", channel="C1", thread_ts=ts, user="UBEN")
    running.message("how many?", channel="C1")
    running.mention("last one")
    assert len(running.said("C1", 2)) == 2
    assert [asked.text for asked in running.conversation.asked] == ["how many?", "thanks, looks good", "last one"]


def test_an_unclear_follow_up_shows_its_readings_to_the_asker_alone(running: Running) -> None:
    unclear = reply("Which one?", choices=CHOICES, answer={"confidence": "none", "intent": "clarify"})
    running.conversation.script = {"in shan?": unclear}
    ts = running.mention("how many?")
    running.said("C1", 1)
    running.message("in shan?", channel="C1", thread_ts=ts, user="UBEN")
    assert wait_until(lambda: running.workspace.ephemeral)
    shown = running.workspace.ephemeral[0]
    assert (shown["user"], shown["thread_ts"]) == ("UBEN", ts)
    assert "customers in Shandong" in json.dumps(shown["blocks"])
    assert len(running.workspace.said("C1")) == 1


@pytest.mark.parametrize("repeat", ["retry", "both events"])
def test_one_message_gets_one_answer(running: Running, repeat: str) -> None:
    text = f"<@{BOT}> how many?"
    fields = {"user": "UANN", "channel": "C1", "ts": "1700000000.5", "text": text}
    first = event("app_mention", "Ev1", **fields)
    again = first if repeat == "retry" else event("message", "Ev2", channel_type="channel", **fields)
    headers = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"} if repeat == "retry" else {}
    assert post(running.url, first)[0] == 200
    assert post(running.url, again, headers=headers)[0] == 200
    running.mention("the next")
    running.said("C1", 2)
    assert [asked.text for asked in running.conversation.asked] == ["how many?", "the next"]


def test_edits_joins_and_other_bots_are_no_questions(running: Running) -> None:
    running.message("x", subtype="message_changed")
    running.message("x", subtype="channel_join")
    running.message("x", bot_id="B99")
    running.message("real")
    running.said("D1")
    assert [asked.text for asked in running.conversation.asked] == ["real"]


def test_a_slow_answer_is_announced_and_then_takes_the_place_of_the_note(running: Running) -> None:
    running.conversation.seconds = 0.8
    running.mention("有多少客户？")
    (note,) = running.said("C1")
    assert note["text"] == "请稍等，正在计算……"
    assert wait_until(lambda: "42 customers" in running.workspace.said("C1")[0])
    assert len(running.workspace.said("C1")) == 1


def test_rows_go_to_the_asker_alone(running: Running) -> None:
    rows = (("crm:1", "Ann"), ("crm:2", "Bob"))
    private = reply("2 customers", table=(("customer", "name"), rows), private=True, file=("list.csv", b"a,b\r\n"))
    running.conversation.script = {"list them": private}
    running.mention("list them")
    assert wait_until(lambda: running.workspace.files and len(running.workspace.ephemeral) == 2)
    assert running.workspace.said("C1") == []
    first, second = running.workspace.ephemeral
    assert (first["user"], first["channel"]) == ("UANN", "C1")
    assert "crm:1" in json.dumps(first["blocks"])
    assert "direct message" in second["text"]
    (file,) = running.workspace.files.values()
    assert (file["shared"], file["content"]) == ("D-UANN", b"a,b\r\n")


def test_a_slow_private_answer_leaves_only_a_word_in_the_channel(running: Running) -> None:
    running.conversation.script = {"list them": reply("secret row", private=True)}
    running.conversation.seconds = 0.8
    running.mention("list them")
    assert wait_until(lambda: running.workspace.ephemeral)
    assert running.workspace.said("C1") == ["The answer went to the person who asked, alone."]
    assert running.workspace.ephemeral[0]["text"] == "secret row"


def test_the_slash_command_answers_the_asker_through_the_response_url(running: Running) -> None:
    running.command("how many &lt;3 orders?")
    assert wait_until(lambda: running.workspace.responded)
    (answer,) = running.workspace.responded
    assert answer["response_type"] == "ephemeral"
    assert "42 customers" in answer["text"]
    asked = running.conversation.asked[0]
    assert (asked.text, asked.private, asked.thread) == ("how many <3 orders?", True, "C1:UANN:command")
    assert running.workspace.said("C1") == []


def test_a_slow_slash_command_replaces_its_note(running: Running) -> None:
    running.conversation.seconds = 0.8
    running.command("how many?")
    assert wait_until(lambda: len(running.workspace.responded) == 2)
    note, answer = running.workspace.responded
    assert note["text"].startswith("One moment")
    assert (answer["replace_original"], "42" in answer["text"]) == (True, True)


def test_an_empty_mention_says_what_to_ask(running: Running) -> None:
    running.mention("")
    assert wait_until(lambda: running.workspace.ephemeral)
    assert "for example" in running.workspace.ephemeral[0]["text"]
    assert running.conversation.asked == []


def test_a_fault_is_confessed_without_its_insides(running: Running) -> None:
    def broken(_: object) -> None:
        raise RuntimeError("secret insides")

    running.conversation.script = {"boom": broken}  # type: ignore[dict-item]
    running.message("boom")
    (said,) = running.said("D1")
    assert "went wrong" in said["text"]
    assert "secret" not in json.dumps(said)
    running.message("fine")
    assert len(running.said("D1", 2)) == 2


def test_messages_of_one_thread_are_answered_in_their_order(running: Running) -> None:
    slow = reply("first")
    running.conversation.script = {
        "one": lambda _: (time.sleep(0.2), slow)[1],
        "two": reply("second"),
    }
    running.message("one")
    time.sleep(0.05)
    running.message("two")
    assert [m["text"] for m in running.said("D1", 2)] == ["first", "second"]


def test_a_chart_is_uploaded_to_the_thread(running: Running) -> None:
    running.conversation.script = {"chart": reply("By city", chart=CHART)}
    ts = running.mention("chart")
    assert wait_until(lambda: any(file.get("shared") for file in running.workspace.files.values()))
    (file,) = running.workspace.files.values()
    assert (file["shared"], file["thread_ts"], file["title"]) == ("C1", ts, "Customers by city")
    assert file["content"].startswith(b"\x89PNG")


def test_a_chart_that_has_a_button_waits_for_it(running: Running) -> None:
    running.conversation.script = {
        "by city": reply("By city", chart=CHART, buttons=BUTTONS),
        "action:chart": reply("By city", chart=CHART, buttons=BUTTONS),
    }
    running.mention("by city")
    (said,) = running.said("C1")
    assert running.workspace.files == {}
    running.press(said, "Chart")
    assert wait_until(lambda: any(file.get("shared") == "C1" for file in running.workspace.files.values()))
    assert running.conversation.asked[1].payload == "q1"
