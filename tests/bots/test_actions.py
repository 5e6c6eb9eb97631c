"""Proposals, segments, feedback, subscriptions: in the chat, with roles, in both languages."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.tiny_shop import make
from tagfolk_bots.conversation import Conversation
from tagfolk_bots.messages import Button, Incoming, Reply
from tagfolk_engine.query import Desk, Subscriptions
from tagfolk_engine.run import run
from tagfolk_engine.workspace import open_workspace

RULE = "purchases in 30 days >= 3 -> very_frequent"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make(tmp_path_factory.mktemp("actions") / "shop")
    with (root / "rules" / "tags.tags").open("a", encoding="utf-8") as file:
        file.write(
            '\nexample "a coffee lover" at 2024-06-30:\n    purchase 2024-06-01 amount 600\n    expect high_value\n'
        )
    run(open_workspace(root))
    return root


@pytest.fixture
def talk(root: Path) -> Iterator[Conversation]:
    desk = Desk.open(root)
    yield Conversation(desk)
    desk.close()
    (root / "rules" / "proposed.tags").unlink(missing_ok=True)


def say(talk: Conversation, text: str, user: str | None = None, **more: object) -> Reply:
    return talk.reply(Incoming(text, user, **more))  # type: ignore[arg-type]


def press(
    talk: Conversation, reply: Reply, kind: str, text: str = "", user: str | None = None, thread: str = ""
) -> Reply:
    button = next(b for b in reply.buttons if b.id == kind)
    return talk.reply(Incoming(text or button.label, user, thread, action=kind, payload=button.value))


def ids(reply: Reply) -> list[str]:
    return [button.id for button in reply.buttons]


def test_a_rule_is_tried_proposed_approved_and_counts_in_the_next_run(talk: Conversation, root: Path) -> None:
    tried = say(talk, f"/propose {RULE}", "U_ANA")
    # 1 has o1 o2 o3, 12 has o17 and o20 within 30 days: only customer 1 has three
    assert tried.text.startswith("1 of 12 customers meet it; 1 would enter, 0 would leave.")
    assert "crm:1" in tried.text
    assert ids(tried) == ["submit_rule"]
    kept = press(talk, tried, "submit_rule", user="U_ANA")
    assert "Proposal 1 is kept" in kept.text
    assert ids(kept) == []
    (notice,) = kept.tell
    assert notice.to == ("U_ADMIN",)
    assert RULE in notice.reply.text
    refused = press(talk, notice.reply, "approve", user="U_ANA")
    assert "admin" in refused.text
    assert not (root / "rules" / "proposed.tags").exists()
    done = press(talk, notice.reply, "approve", user="U_ADMIN")
    assert "stands in rules/proposed.tags (1 examples pass)" in done.text
    (told,) = done.tell
    assert told.to == ("U_ANA",)
    text = (root / "rules" / "proposed.tags").read_text("utf-8")
    assert RULE in text
    assert "proposed by U_ANA, approved by U_ADMIN" in text
    again = press(talk, notice.reply, "approve", user="U_ADMIN")
    assert "decided already" in again.text
    report = run(open_workspace(root), load=False)
    assert report.tags["very_frequent"]["customers"] == 1


def test_a_wrong_rule_is_shown_with_a_caret_in_the_askers_language(talk: Conversation) -> None:
    wrong = say(talk, "/propose no purchas 90 days -> gone")
    assert "^^^^^^^" in wrong.text
    assert "did you mean 'purchase'" in wrong.text
    assert wrong.buttons == ()
    chinese = say(talk, "/提议规则 90天内没有购卖 -> 已离开")
    assert chinese.language == "zh"
    assert "^" in chinese.text


def test_a_viewer_sees_no_small_groups_and_nobody_below_steward_tries_personal_data(talk: Conversation) -> None:
    tried = say(talk, f"/propose {RULE}", "U_VIEW")
    assert "<5 of 12" in tried.text
    assert "crm:" not in tried.text
    assert "steward" in say(talk, '/propose name = "张三" -> found', "U_ANA").text
    assert "1 of 12" in say(talk, '/propose name = "张三" -> found', "U_STEW").text


def test_a_rule_that_breaks_an_example_waits_and_is_not_written(talk: Conversation, root: Path) -> None:
    kept = talk.reply(Incoming("ever purchase -> not high_value", "U_ANA", action="propose", payload="submit"))
    done = press(talk, kept.tell[0].reply, "approve", user="U_ADMIN")
    assert "cannot be written" in done.text
    assert "a coffee lover" in done.text
    assert not (root / "rules" / "proposed.tags").exists()
    waiting = say(talk, "proposals", "U_ADMIN")
    assert "not high_value" in waiting.text
    gone = press(talk, waiting, "refuse", user="U_ADMIN")
    assert "is refused" in gone.text
    assert gone.tell[0].to == ("U_ANA",)
    assert "No proposal waits" in say(talk, "proposals", "U_ADMIN").text


def test_two_admins_at_once_write_one_rule(talk: Conversation, root: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    kept = talk.reply(Incoming("visits in 7 days >= 1 -> visitor", "U_ADMIN", action="propose", payload="submit"))
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: press(talk, kept, "approve", user="U_ADMIN").text, range(4)))
    assert sum("stands in" in text for text in done) == 1
    assert (root / "rules" / "proposed.tags").read_text("utf-8").count("-> visitor") == 1


def test_a_group_is_saved_as_a_segment_and_can_be_asked_for_at_once(talk: Conversation, root: Path) -> None:
    answer = say(talk, "how many customers in 上海 are at risk?")
    saved = press(talk, answer, "save_segment", "quiet_shanghai")
    assert "stands in rules/proposed.tags" in saved.text
    assert "segment quiet_shanghai: " in (root / "rules" / "proposed.tags").read_text("utf-8")
    assert say(talk, "in segment quiet_shanghai").answer["value"] == answer.answer["value"] == 1
    assert "already" in press(talk, answer, "save_segment", "quiet_shanghai").text
    assert "no name" in press(talk, answer, "save_segment", "a b; drop").text
    proposed = press(talk, answer, "save_segment", "others", user="U_VIEW")
    assert "is kept" in proposed.text
    assert "others" not in (root / "rules" / "proposed.tags").read_text("utf-8")


def test_that_is_wrong_reaches_the_admin_with_question_and_reading(talk: Conversation) -> None:
    answer = say(talk, "how many VIP?", "U_VIEW")
    assert "Thank you" in press(talk, answer, "wrong", "I expected 5", "U_VIEW").text
    assert "admin" in say(talk, "/feedback", "U_ANA").text
    listed = say(talk, "/feedback", "U_ADMIN")
    assert listed.table is not None
    row = listed.table[1][0]
    assert row[1:5] == ("wrong", "how many VIP?", "has high_value", "I expected 5")
    say(talk, f"close {row[0]}", "U_ADMIN")
    assert "0 open remarks" in say(talk, "/feedback", "U_ADMIN").text


def test_verdicts_on_tags_give_their_precision(talk: Conversation) -> None:
    why = say(talk, "why is crm:12 high_value?", "U_ANA")
    assert {"right", "wrong"} <= set(ids(why))
    assert "counts" in press(talk, why, "right", user="U_ANA").text
    assert "counts" in say(talk, "/wrong crm:1 high_value: he only bought once", "U_ANA").text
    assert "counts" in say(talk, "/wrong crm:7 high_value", "U_ANA").text
    listed = say(talk, "反馈列表", "U_ADMIN")
    assert "high_value：评过的 2 位持有者中 50% 正确" in listed.text.replace("「", "").replace("」", "")
    assert "漏掉 1 位" in listed.text
    assert "analyst" in say(talk, "/wrong crm:1 high_value", "U_VIEW").text


def test_an_unknown_word_becomes_a_name_with_one_command(talk: Conversation, root: Path) -> None:
    path = root / "rules" / "tags.tags"
    before = path.read_text("utf-8")
    assert say(talk, "how many big wallets?", "U_VIEW").answer["confidence"] == "none"
    listed = say(talk, "unanswered", "U_ADMIN")
    assert listed.table is not None
    assert any(row[0] == "how many big wallets?" for row in listed.table[1])
    assert "admin" in say(talk, 'accept "big wallets" for high_value', "U_ANA").text
    assert path.read_text("utf-8") == before
    assert "another name" in say(talk, 'accept "big wallets" for high_value', "U_ADMIN").text
    assert 'also "VIP", "big wallets"' in path.read_text("utf-8")
    assert say(talk, "how many big wallets?", "U_ADMIN").answer["understood"] == "has high_value"
    assert "Tags:" in say(talk, "accept foo for nothing_such", "U_ADMIN").text
    clash = say(talk, 'accept "可能流失" for high_value', "U_ADMIN")
    assert "another name" not in clash.text or "可能流失" in path.read_text("utf-8")
    path.write_text(before, "utf-8")


def test_a_question_every_monday(talk: Conversation) -> None:
    answer = say(talk, "how many customers are at risk?", "U_ANA", thread="t")
    kept = press(talk, answer, "subscribe", "every monday 08:00", "U_ANA", "t")
    assert "every Monday 08:00, to you" in kept.text
    assert "no schedule" in press(talk, answer, "subscribe", "now and then", "U_ANA", "t").text
    listed = say(talk, "my subscriptions", "U_ANA")
    assert "how many customers are at risk?" in listed.text
    assert "no subscriptions" in say(talk, "my subscriptions", "U_VIEW").text
    number = listed.text.splitlines()[1].split(".")[0]
    assert f"no subscription {number}" in say(talk, f"delete {number}", "U_VIEW").text
    assert "paused" in say(talk, f"pause {number}", "U_ANA").text
    desk = Subscriptions(talk.desk)
    later = datetime.now(UTC) + timedelta(days=8)
    assert desk.due(later) == []
    say(talk, f"恢复 {number}", "U_ANA")
    (due,) = desk.due(later)
    assert (due.subscription.question, due.subscription.frame) == ("how many customers are at risk?", None)
    assert desk.due(later) == []
    assert desk.due(later + timedelta(days=7))
    assert "deleted" in say(talk, f"delete {number}", "U_ANA").text


def test_typed_schedules_and_follow_ups(talk: Conversation) -> None:
    kept = say(talk, "每周一 9点：流失客户有多少人？", "U_ANA")
    assert "每周一 09:00" in kept.text
    say(talk, "how many customers are at risk?", "U_ANA", thread="f")
    follow = say(talk, "and in 上海?", "U_ANA", thread="f")
    press(talk, follow, "subscribe", "daily", "U_ANA", "f")
    frames = [s.frame for s in Subscriptions(talk.desk).of("U_ANA") if s.question == "and in 上海?"]
    assert frames
    assert frames[0] is not None
    again = talk.reply(Incoming("and in 上海?", "U_ANA", action="again", payload=json.dumps(frames[0])))
    assert again.answer["value"] == follow.answer["value"]
    for one in Subscriptions(talk.desk).of("U_ANA"):
        say(talk, f"delete {one.id}", "U_ANA")


def test_alerts_on_a_tag_and_a_customer(talk: Conversation, root: Path) -> None:
    assert "10 %" in say(talk, "tell me when churn_risk grows by more than 10%", "U_ANA").text
    assert "提醒" in say(talk, "张三有变化时提醒我", "U_STEW").text
    assert "analyst" in say(talk, "tell me when crm:1 changes", "U_VIEW").text
    desk = Subscriptions(talk.desk)
    assert desk.due(datetime.now(UTC)) == []
    run(open_workspace(root), as_of="2024-10-31", load=False)
    talk.desk.look_again()
    found = {d.subscription.kind: d.facts for d in desk.due(datetime.now(UTC))}
    assert found["tag"]["now"] > found["tag"]["before"]
    assert ("churn_risk", None) in found["customer"]["entered"]
    assert desk.due(datetime.now(UTC)) == []


def test_excel_holds_texts_as_texts(talk: Conversation) -> None:
    from openpyxl import load_workbook
    from tagfolk_bots.wording.files import excel_file

    listed = say(talk, "list VIP customers", "U_STEW")
    reply = press(talk, listed, "excel", user="U_STEW")
    assert reply.file is not None
    assert reply.file[0].endswith(".xlsx")
    sheet = load_workbook(io.BytesIO(reply.file[1])).active
    assert sheet is not None
    assert sheet.max_row == len(listed.answer["rows"]) + 1  # type: ignore[arg-type]
    made = load_workbook(io.BytesIO(excel_file(("=1+1", "n"), (("=HYPERLINK(1)", 5), ("\x00bad", None))))).active
    assert made is not None
    assert [made.cell(1, 1).value, made.cell(2, 1).value, made.cell(2, 2).value] == ["'=1+1", "'=HYPERLINK(1)", 5]
    assert made.cell(2, 1).data_type == "s"


def test_questions_that_look_like_commands_stay_questions(talk: Conversation) -> None:
    for text in ("delete all customers", "every purchase of 张三", "每月的趋势", "approve", "wrong customers"):
        assert say(talk, text).answer["intent"] not in ("propose", "feedback", "subscribe"), text


def test_everything_is_on_record(talk: Conversation) -> None:
    say(talk, f"/propose {RULE} ", "U_ANA")
    with talk.desk.held() as state:
        from sqlmodel import select
        from tagfolk_engine.results.people import Question

        with state.store.session() as session:
            kept = [(q.user, q.intent, q.question) for q in session.exec(select(Question))]
    assert ("U_ANA", "propose", f"/propose {RULE}") in kept


def test_a_button_with_a_broken_value_is_no_accident(talk: Conversation) -> None:
    for kind in ("approve", "wrong", "right", "subscribe", "save_segment", "delete", "pause", "refuse"):
        reply = talk.reply(Incoming("x", "U_ADMIN", action=kind, payload='{"q": [1'))
        assert reply.text
    assert Button("a", "b", "c")
