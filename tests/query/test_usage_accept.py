"""``tagfolk usage``: feedback with its precision, and a word taken in as a name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.teashop import Teashop
from tagfolk_engine.query import Desk, Feedback, Role


def test_usage_lists_feedback_and_takes_a_word_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shop = Teashop.make(tmp_path / "shop")
    shop.run(as_of="2024-06-30")
    desk = Desk.open(shop.root)
    Feedback(desk).on_tag("crm:a", "active", "UANN", Role.ANALYST, right=True)
    Feedback(desk).on_tag("crm:b", "active", "UANN", Role.ANALYST, right=False, note="he moved away")
    desk.close()
    capsys.readouterr()
    assert shop.cli("usage", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert [(r["verdict"], r["customer"], r["tag"], r["note"]) for r in found["feedback"]] == [
        ("wrong", "crm:b", "active", "he moved away")
    ]
    assert found["precision"] == [{"tag": "active", "right": 1, "wrong": 1, "missed": 0, "precision": 0.5}]
    assert shop.cli("usage") == 0
    assert "50%" in capsys.readouterr().out
    rules = shop.root / "rules" / "shop.tags"
    before = rules.read_text("utf-8")
    assert shop.cli("usage", "--accept", "busy people") == 2
    assert shop.cli("usage", "--accept", "busy people", "--for", "nothing") == 1
    assert rules.read_text("utf-8") == before
    assert shop.cli("usage", "--accept", "busy people", "--for", "active") == 0
    assert 'tag active:\n    also "busy people"' in rules.read_text("utf-8")
    assert shop.cli("usage", "--accept", "elders", "--for", "place") == 0
    assert 'also "elders"' in rules.read_text("utf-8")
    assert "purchase in 30 days -> active" in rules.read_text("utf-8")
    assert shop.cli("usage", "--accept", "elders", "--for", "place") == 1
