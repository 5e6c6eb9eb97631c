"""Every command that docs/bot.md promises is understood as one."""

from __future__ import annotations

from pathlib import Path

import pytest
from tagfolk_bots.actions import DOERS, act_of
from tagfolk_bots.messages import Incoming

PAGE = Path(__file__).parents[2] / "docs" / "bot.md"


def promised() -> list[str]:
    text = PAGE.read_text("utf-8")
    table = text[text.index("## What can be done") : text.index("**A rule** is tried first")]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| ")][1:]
    return [said.strip() for row in rows for cell in row[1:] for said in cell.split("·")]


@pytest.mark.parametrize("text", promised())
def test_what_the_page_promises_is_a_command(text: str) -> None:
    act = act_of(Incoming(text))
    assert act is not None
    assert act.kind in DOERS


def test_the_page_promises_enough() -> None:
    assert len(promised()) >= 30


@pytest.mark.parametrize(
    "text",
    [
        "how many customers purchased every week?",
        "delete all customers",
        "每周消费的客户",
        "right customers",
        "is that wrong?",
        "feedback from customers",
        "客户有变化吗",
        "流失客户每月的趋势",
        "propose a discount for churn_risk",
    ],
)
def test_questions_are_no_commands(text: str) -> None:
    assert act_of(Incoming(text)) is None


def test_what_a_command_carries() -> None:
    act = act_of(Incoming("refuse 3 too wide"))
    assert act is not None
    assert (act.kind, act.value, act.text) == ("refuse", "3", "too wide")
    act = act_of(Incoming("每周一 9点：流失客户有多少人？"))
    assert act is not None
    assert (act.kind, act.text, act.value) == ("subscribe", "每周一 9点", "流失客户有多少人？")
    act = act_of(Incoming("采纳「老流失」作为「churn_risk」的别名"))
    assert act is not None
    assert (act.text, act.value) == ("老流失", "churn_risk")
