"""``tagfolk chat``: what can be typed with a slash."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.tiny_shop import make
from tagfolk_bots.conversation import Conversation
from tagfolk_bots.terminal.chat import chat
from tagfolk_engine.query import Desk
from tagfolk_engine.run import run
from tagfolk_engine.workspace import open_workspace


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Conversation]:
    root = make(tmp_path / "shop")
    run(open_workspace(root))
    desk = Desk.open(root)
    yield Conversation(desk)
    desk.close()


def test_deeds_in_the_terminal(
    talk: Conversation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "vip.xlsx"
    lines = [
        "/propose purchases in 30 days >= 3 -> very_frequent",
        "how many VIP?",
        "/save my_vip",
        "list VIP customers",
        f"/excel {book}",
        "/wrong I expected more",
        "/subscribe every monday",
        "/subscriptions",
    ]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines) + "\n"))
    chat(talk)
    said = capsys.readouterr().out
    assert "1 of 12 customers meet it" in said
    assert "Segment my_vip stands in rules/proposed.tags" in said
    assert book.read_bytes()[:2] == b"PK"
    assert "Thank you" in said
    assert "every Monday 09:00" in said
    assert "1. list VIP customers: every Monday 09:00" in said
