"""Buttons, forms, shortcuts and the App Home."""

from __future__ import annotations

import json
from typing import Any

from support.slack_running import Running, find_button
from support.slack_scripted import CHOICES, reply
from support.slack_standin import event, post
from support.slack_workspace import wait_until
from tagfolk_bots.messages import Button, HomeView


def test_a_button_asks_in_the_thread_of_its_message(running: Running) -> None:
    ts = running.mention("how many?")
    (said,) = running.said("C1")
    running.press(said, "The list", user="UBEN")
    second = running.said("C1", 2)[1]
    assert second["thread_ts"] == ts
    asked = running.conversation.asked[1]
    assert (asked.action, asked.payload, asked.user, asked.thread) == ("list", "q1", "UBEN", f"C1:{ts}")


def test_a_reading_is_asked_as_a_question(running: Running) -> None:
    running.conversation.script = {"shan": reply("Which?", choices=CHOICES)}
    running.message("shan")
    (said,) = running.said("D1")
    running.press(said, "customers in Shandong")
    running.said("D1", 2)
    asked = running.conversation.asked[1]
    assert (asked.text, asked.action, asked.thread) == ("customers in Shandong", None, "D1")


def test_a_long_value_survives_the_button(running: Running) -> None:
    value = 'city = "上海" and ' * 300
    running.conversation.script = {"x": reply("long", buttons=(Button("why", "Why?", value),))}
    running.message("x")
    (said,) = running.said("D1")
    running.press(said, "Why?")
    running.said("D1", 2)
    assert running.conversation.asked[1].payload == value


def test_an_ephemeral_button_answers_the_asker_alone(running: Running) -> None:
    button = (Button("csv", "CSV", "q9"),)
    running.conversation.script = {"x": reply("rows", private=True, buttons=button)}
    ts = running.mention("x")
    assert wait_until(lambda: running.workspace.ephemeral)
    running.press(running.workspace.ephemeral[0], "CSV", ephemeral=True)
    assert wait_until(lambda: running.workspace.responded)
    asked = running.conversation.asked[1]
    assert (asked.private, asked.thread, asked.action) == (True, f"C1:{ts}", "csv")
    assert running.workspace.said("C1") == []


def test_a_button_pressed_once_is_asked_once_though_slack_sends_it_twice(running: Running) -> None:
    running.message("x")
    (said,) = running.said("D1")
    block, button = find_button(said["blocks"], "CSV")
    body = {
        "type": "block_actions",
        "user": {"id": "UANN"},
        "team": {"id": "T1"},
        "trigger_id": "same",
        "container": {"type": "message", "message_ts": said["ts"], "channel_id": "D1"},
        "channel": {"id": "D1"},
        "message": said,
        "actions": [{**button, "block_id": block["block_id"]}],
    }
    for _ in range(2):
        assert post(running.url, body, form=True)[0] == 200
    running.message("y")
    running.said("D1", 3)
    assert [asked.action for asked in running.conversation.asked] == [None, "csv", None]


def submit(running: Running, view: dict[str, Any], typed: str, user: str = "UANN") -> tuple[int, str]:
    (block,) = [block for block in view["blocks"] if block["type"] == "input"]
    values = {block["block_id"]: {block["element"]["action_id"]: {"type": "plain_text_input", "value": typed}}}
    body = {
        "type": "view_submission",
        "user": {"id": user},
        "team": {"id": "T1"},
        "view": view | {"state": {"values": values}},
    }
    return post(running.url, body, form=True)


def opened(running: Running) -> dict[str, Any]:
    assert wait_until(lambda: running.workspace.views)
    return next(iter(running.workspace.views.values()))


def test_feedback_is_typed_into_a_form(running: Running) -> None:
    running.conversation.script = {"数": reply("七", language="zh", buttons=(Button("wrong", "这不对", "q7"),))}
    ts = running.mention("数")
    running.press(running.said("C1")[0], "这不对", user="UBEN")
    view = opened(running)
    assert view["title"]["text"] == "这不对"
    assert submit(running, view, "应该是八", user="UBEN") == (200, "")
    assert wait_until(lambda: running.workspace.ephemeral)
    asked = running.conversation.asked[1]
    assert (asked.action, asked.text, asked.payload, asked.user) == ("wrong", "应该是八", "q7", "UBEN")
    assert asked.thread == f"C1:{ts}"
    assert running.workspace.ephemeral[0]["user"] == "UBEN"


def test_an_empty_form_is_sent_back(running: Running) -> None:
    running.command("propose no purchase 6 months -> churn_risk")
    view = opened(running)
    assert view["blocks"][0]["element"]["initial_value"] == "no purchase 6 months -> churn_risk"
    status, body = submit(running, view, " ")
    assert (status, json.loads(body)["response_action"]) == (200, "errors")
    assert [asked.payload for asked in running.conversation.asked] == ["preview"]


def test_a_rule_is_previewed_while_it_is_typed_and_then_handed_in(running: Running) -> None:
    running.conversation.script = {
        "action:propose": lambda given: reply("312 customers would have it" if given.payload == "preview" else "Kept"),
    }
    trigger = running.workspace.trigger()
    shortcut = {
        "type": "shortcut",
        "callback_id": "propose_rule",
        "trigger_id": trigger,
        "user": {"id": "UANN"},
        "team": {"id": "T1"},
    }
    assert post(running.url, shortcut, form=True)[0] == 200
    view = opened(running)
    live = view["blocks"][0]["element"]["action_id"]
    rule = "no purchase 6 months -> churn_risk"
    action = {"type": "plain_text_input", "action_id": live, "block_id": "typed", "value": rule}
    body = {
        "type": "block_actions",
        "user": {"id": "UANN"},
        "team": {"id": "T1"},
        "view": view,
        "container": {"type": "view"},
        "actions": [action],
    }
    assert post(running.url, body | {"trigger_id": running.workspace.trigger()}, form=True)[0] == 200
    assert wait_until(lambda: "312 customers" in json.dumps(running.workspace.views))
    assert submit(running, running.workspace.views[view["id"]], rule)[0] == 200
    assert running.said("D-UANN")[0]["text"] == "Kept"
    assert [asked.payload for asked in running.conversation.asked] == ["preview", "submit"]


def test_who_is_this_customer(running: Running) -> None:
    shortcut = {
        "type": "message_action",
        "callback_id": "who_is_this",
        "trigger_id": running.workspace.trigger(),
        "user": {"id": "UANN"},
        "team": {"id": "T1"},
        "channel": {"id": "C1"},
        "message": {"ts": "1700000000.1", "text": "张三 complained again"},
        "response_url": running.slack.response_url("who"),
    }
    assert post(running.url, shortcut, form=True)[0] == 200
    assert wait_until(lambda: running.workspace.responded)
    asked = running.conversation.asked[0]
    assert (asked.action, asked.text, asked.private) == ("who", "张三 complained again", True)
    assert running.workspace.said("C1") == []


def test_the_home_shows_sizes_changes_and_questions(running: Running) -> None:
    running.conversation.front = HomeView(
        language="zh",
        customers=12345,
        as_of="2024-07-01",
        run="7",
        freshness="数据截至昨天",
        segments=(("win_back", "召回", 88, 3),),
        tags=tuple((f"tag{n}", f"标签{n}", n * 10, 0, "value") for n in range(45)),
        changes=(("churn_risk", 12, 3),),
        questions=("有多少人可能流失？",),
    )
    assert post(running.url, event("app_home_opened", user="UANN", channel="D-UANN", tab="home"))[0] == 200
    assert wait_until(lambda: "UANN" in running.workspace.homes)
    shown = json.dumps(running.workspace.homes["UANN"], ensure_ascii=False)
    for text in ("12,345", "2024-07-01", "召回 · win_back\\n88 (+3)", "churn_risk：进入 12，离开 3", "还有 25 个"):
        assert text in shown
    running.press(running.workspace.homes["UANN"], "有多少人可能流失？")
    assert len(running.said("D-UANN")) == 1
    assert running.conversation.asked[0].text == "有多少人可能流失？"


def test_the_home_without_a_run_says_how_to_begin(running: Running) -> None:
    running.conversation.front = HomeView("en", None, None, None, "")
    post(running.url, event("app_home_opened", user="UANN", channel="D-UANN", tab="home"))
    assert wait_until(lambda: "UANN" in running.workspace.homes)
    assert "no run is stored" in json.dumps(running.workspace.homes["UANN"])
