"""Questions over the tea demo and over a shop like Online Retail, against gold from plain SQL (``make bench-questions``
asks them all)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.questions import Asked, gold, judge, put, read_questions
from support.retail_shop import make
from tagfolk_bots.conversation import Conversation
from tagfolk_bots.messages import Incoming
from tagfolk_engine.demo import write
from tagfolk_engine.query import Desk
from tagfolk_engine.run import run
from tagfolk_engine.workspace import open_workspace

CORPORA = Path(__file__).parent / "questions"


@pytest.fixture(scope="module", params=["retail", "tea"])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    root = tmp_path_factory.mktemp("questions") / request.param
    if request.param == "tea":
        write(root, "tea")
    else:
        make(root)
    run(open_workspace(root))
    return request.param, root


def asked(kind: str) -> list[Asked]:
    return [a for path in sorted(CORPORA.glob(f"{kind}*.txt")) for a in read_questions(path)]


def test_right_in_95_of_100_and_hardly_ever_wrong_while_sure(shop: tuple[str, Path]) -> None:
    kind, root = shop
    questions = asked(kind) if kind == "retail" else asked(kind)[::3]
    con, desk = gold(open_workspace(root)), Desk.open(root)
    talk = Conversation(desk)
    missed, sure = [], []
    for question in questions:
        verdict = judge(question, put(talk, question), con)
        if verdict.what != "right":
            missed.append(f"{verdict.what}: {question.text}: {verdict.why}")
        if verdict.what == "wrong" and verdict.sure:
            sure.append(question.text)
    desk.close()
    assert len(questions) > 100
    assert len(missed) <= 0.05 * len(questions), missed
    assert len(sure) <= 0.01 * len(questions), sure


def test_slips_of_function_words_are_put_right_and_never_become_values(shop: tuple[str, Path]) -> None:
    kind, root = shop
    desk = Desk.open(root)
    talk = Conversation(desk)
    typed = "hwo mnay custmers" if kind == "retail" else "hwo many custmers in shanghai"
    meant = "how many customers" if kind == "retail" else "how many customers in Shanghai"
    assert talk.reply(Incoming(typed)).answer["value"] == talk.reply(Incoming(meant)).answer["value"]
    nonsense = talk.reply(Incoming("asdf qwer"))
    assert nonsense.answer["intent"] in ("clarify", "help")
    assert len(nonsense.choices) == 3
    assert [talk.reply(Incoming(c.text)).answer["confidence"] for c in nonsense.choices] == ["sure"] * 3
    desk.close()


def test_the_corpora_are_large_and_half_chinese() -> None:
    texts = [a.text for kind in ("tea", "retail") for a in asked(kind)]
    chinese = sum(bool(re.search(r"[\u4e00-\u9fff]", t)) for t in texts)
    assert len(texts) > 600
    assert 0.4 < chinese / len(texts) < 0.6


def test_words_of_no_language_are_answered_in_the_language_of_the_thread(shop: tuple[str, Path]) -> None:
    _, root = shop
    desk = Desk.open(root)
    talk = Conversation(desk)
    for question, language in (("一共有多少客户", "zh"), ("how many customers", "en")):
        assert talk.reply(Incoming(question, thread=language)).language == language
        assert talk.reply(Incoming("asdf", thread=language)).language == language
    desk.close()
