"""The read door itself: before a load, after another run, with wrong conditions."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from support.tiny_shop import make
from tagfolk_engine.query import Desk, Question, QuestionError, Role
from tagfolk_engine.query import desk as desk_module
from tagfolk_engine.run import run
from tagfolk_engine.workspace import open_workspace

OWNER = Role.ADMIN


def test_the_life_of_a_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_module, "LOOK_EVERY", 0.0)
    root = make(tmp_path / "shop")
    desk = Desk.open(root)
    with pytest.raises(QuestionError) as early:
        desk.lexicon()
    assert early.value.code == "not_loaded"

    run(open_workspace(root), as_of="2024-05-31")
    may = desk.ask(Question("count", filter="purchase this month", role=OWNER))
    assert (may.value, may.as_of, may.run) == (3, "2024-05-31", 1)

    run(open_workspace(root))
    june = desk.ask(Question("count", filter="purchase this month", role=OWNER))
    assert (june.value, june.as_of, june.run) == (5, "2024-06-30", 2)

    with pytest.raises(QuestionError) as wrong:
        desk.ask(Question("count", filter="purchas this month", role=OWNER))
    assert "purchase" in wrong.value.message["en"]
    with pytest.raises(QuestionError) as short:
        desk.ask(Question("count", filter="had high_value 2 years ago", role=OWNER))
    assert short.value.code == "history_short"

    moved = desk.ask(Question("changes", tag="frequent", role=OWNER))
    assert {r[:3] for r in moved.rows} == {("crm:1", "frequent", "entered"), ("crm:12", "frequent", "entered")}
    assert all(r[3] in ("behaviour", "time", "late") for r in moved.rows)

    sizes = {s.name: (s.customers, s.change) for s in desk.sizes("tags")}
    assert sizes["frequent"] == (2, 2)
    began = time.perf_counter()
    for _ in range(20):
        desk.ask(Question("count", filter="purchase this month", role=OWNER))
    assert time.perf_counter() - began < 10
    desk.close()
