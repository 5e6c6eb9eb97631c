"""A person's word over the rules'."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.teashop import Teashop


@pytest.fixture
def shop(tmp_path: Path) -> Teashop:
    shop = Teashop.make(tmp_path / "shop")
    shop.run("2024-06-30")
    return shop


def test_a_pin_holds_at_once_and_through_runs(shop: Teashop, capsys: pytest.CaptureFixture[str]) -> None:
    copy = next((shop.root / ".tagfolk" / "lake").glob("membership-*"))
    assert shop.cli("pin", "d", "big", "--why", "the owner's sister", "--json") == 0
    assert json.loads(capsys.readouterr().out)["customer"] == "crm:d"
    assert ("d", "big", None, "06-30", None, "pin", None) in shop.assignments()
    assert not copy.exists()
    assert shop.run("2024-07-01")["tags"]["big"]["customers"] == 2
    assert shop.cli("unpin", "d", "big") == 0
    shop.run("2024-07-02")
    assert ("d", "big", None, "06-30", "07-02", "pin", "pin") in shop.assignments()
    assert shop.cli("unpin", "d", "big") == 1


def test_a_pin_out_takes_the_tag_away(shop: Teashop) -> None:
    assert shop.cli("pin", "a", "big", "--out", "--why", "a test customer") == 0
    assert ("a", "big", None, "06-30", "06-30", "rule", "pin") in shop.assignments()
    assert shop.run("2024-07-01")["tags"]["big"]["customers"] == 0


def test_a_pin_ends_by_itself(shop: Teashop) -> None:
    assert shop.cli("pin", "d", "big", "--until", "2024-07-03", "--why", "for a while") == 0
    assert shop.run("2024-07-02")["tags"]["big"]["customers"] == 2
    assert shop.run("2024-07-04")["tags"]["big"]["customers"] == 1


def test_a_pinned_value_replaces_the_rules(shop: Teashop) -> None:
    assert shop.cli("pin", "a", "place", "--value", "old", "--why", "moved") == 0
    found = [row for row in shop.assignments() if row[:2] == ("a", "place") and row[4] is None]
    assert [row[2] for row in found] == ["old"]
    shop.run("2024-07-01")
    assert [r[2] for r in shop.assignments() if r[:2] == ("a", "place") and r[4] is None] == ["old"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("pin", "zz", "big", "--why", "x"), "there is no customer 'zz'"),
        (("pin", "a", "bigg", "--why", "x"), "did you mean 'big'?"),
        (("pin", "a", "place", "--why", "x"), "say which with --value"),
        (("pin", "a", "big", "--value", "1", "--why", "x"), "has no values"),
        (("pin", "a", "big", "--until", "soon", "--why", "x"), "no date"),
        (("pin", "a", "big"), "--why"),
    ],
)
def test_wrong_usage(shop: Teashop, words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = shop.assignments()
    assert shop.cli(*words) == 2
    assert said in capsys.readouterr().err
    assert shop.assignments() == before
