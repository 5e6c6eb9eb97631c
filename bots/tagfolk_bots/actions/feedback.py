"""What people say about answers and tags, the admin's lists of it, and words taken in as names."""

from __future__ import annotations

import json

from tagfolk_engine.query import Feedback, RulesRefused

from tagfolk_bots.actions.asker import Asker
from tagfolk_bots.actions.typed import Act
from tagfolk_bots.messages import Reply


def verdict(asker: Asker, act: Act) -> Reply:
    """The buttons "that is wrong" and "that is right", and ``/wrong CUSTOMER TAG: note``."""
    desk = Feedback(asker.desk)
    if act.kind == "verdict":
        subject, _, note = act.text.replace("：", ":").partition(": ")
        customer, _, tag = subject.strip().partition(" ")
        _, counted = desk.on_tag(customer, tag.strip().rstrip(":"), asker.user, asker.own,
                                 right=act.value == "right", note=note)  # fmt: skip
        return _thanks(asker, counted, tag.strip().rstrip(":"))
    question, customer, tag = _about(asker, act)
    if customer and tag:
        note = "" if act.kind == "right" else act.text
        _, counted = desk.on_tag(customer, tag, asker.user, asker.own, right=act.kind == "right", note=note,
                                 question=question)  # fmt: skip
        return _thanks(asker, counted, tag)
    desk.on_answer(question, asker.user, act.kind, act.text if act.kind == "wrong" else "")
    return asker.reply("feedback", asker.say("noted"))


def _about(asker: Asker, act: Act) -> tuple[int | None, str, str]:
    """(question, customer, tag) that a button names, or that was last talked about."""
    if act.value:
        try:
            given = json.loads(act.value)
            number = given["q"]
            return None if number is None else int(number), str(given.get("c", "")), str(given.get("t", ""))
        except (ValueError, TypeError, KeyError, AttributeError):
            return None, "", ""
    question, _ = Feedback(asker.desk).last_question(asker.incoming.thread, asker.user)
    frame = asker.frame
    if frame is not None and frame.intent == "explain":
        return question, frame.customer, frame.tag
    return question, "", ""


def _thanks(asker: Asker, counted: str, tag: str) -> Reply:
    listed = counted in ("wrong", "missed")
    return asker.reply("feedback", asker.say("noted_tag" if listed else "noted_right", tag=tag))


def remarks(asker: Asker, act: Act) -> Reply:
    """For the admin: what is said to be wrong, with the question and its reading, and each tag's precision."""
    desk = Feedback(asker.desk)
    found = desk.open(asker.own)
    said = [asker.say("remarks", n=len(found))]
    for one in desk.precision():
        if one.precision is None:
            said.append(asker.say("precision_none", tag=one.tag, missed=one.missed))
        else:
            said.append(asker.say("precision", tag=one.tag, share=f"{one.precision:.0%}", judged=one.right + one.wrong,
                                  missed=one.missed))  # fmt: skip
    columns = ("id", "verdict", "question", "understood", "note", "customer", "tag", "user")
    if asker.language == "zh":
        columns = ("编号", "意见", "问题", "理解", "说明", "客户", "标签", "用户")
    rows = tuple((r.id, r.verdict, r.question, r.understood, r.note, r.customer, r.tag, r.user) for r in found)
    return asker.reply("feedback", "\n".join(said), table=(columns, rows) if rows else None,
                       private=not asker.incoming.private)  # fmt: skip


def close(asker: Asker, act: Act) -> Reply:
    """An admin has dealt with a remark."""
    Feedback(asker.desk).close(int(act.value), asker.own)
    return asker.reply("feedback", asker.say("closed", n=act.value))


def work_list(asker: Asker, act: Act) -> Reply:
    """For the admin: questions that found no answer, and how to take their words in."""
    found = Feedback(asker.desk).work_list(asker.own)
    said = [asker.say("work_list", n=len(found))]
    if found:
        said.append(asker.say("accept_how"))
    columns = ("question", "words", "times") if asker.language == "en" else ("问题", "不认识的词", "次数")
    rows = tuple((one.question, ", ".join(one.words), one.times) for one in found)
    return asker.reply("feedback", "\n".join(said), table=(columns, rows) if rows else None,
                       private=not asker.incoming.private)  # fmt: skip


def accept(asker: Asker, act: Act) -> Reply:
    """A word becomes another name of a tag, in its rule file."""
    try:
        written = Feedback(asker.desk).accept(act.text, act.value, asker.own)
    except RulesRefused as refusal:
        return asker.reply("feedback", asker.say("cannot_write", why=refusal.text[asker.language]))
    return asker.reply("feedback", asker.say("accepted", word=act.text, tag=act.value, file=written.file))
