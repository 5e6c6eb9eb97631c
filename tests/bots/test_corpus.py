"""Questions as people type them, against gold from plain SQL."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from support.corpus import entries, gold, judge
from tagfolk_bots.conversation import Conversation
from tagfolk_bots.messages import Incoming

CORPUS = Path(__file__).parent / "corpus.jsonl"


def test_questions_are_answered_right_and_never_wrong_while_sure(talk: Conversation) -> None:
    con = gold()
    wrong, sure_and_wrong = [], []
    asked = entries(CORPUS)
    for entry in asked:
        reply = talk.reply(Incoming(entry["q"], thread=entry.get("thread", "")))
        verdict = judge(entry, dict(reply.answer), con)
        if not verdict.right:
            wrong.append(f"{verdict.question}: {verdict.why}")
            if verdict.sure:
                sure_and_wrong.append(verdict.question)
    assert not sure_and_wrong
    assert len(wrong) <= 0.03 * len(asked), wrong


def test_the_corpus_is_large_and_half_chinese() -> None:
    asked = entries(CORPUS)
    chinese = sum(any("\u4e00" <= c <= "\u9fff" for c in e["q"]) for e in asked)
    assert len(asked) >= 200
    assert 0.4 <= chinese / len(asked) <= 0.6
    assert not [q for q, n in Counter((e["q"], e.get("thread")) for e in asked).items() if n > 1]
