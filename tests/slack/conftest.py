"""A Slack stand-in for each test, and the app behind it over HTTP or Socket Mode."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.slack_running import Running
from support.slack_scripted import Scripted
from support.slack_standin import SlackStandIn


@pytest.fixture
def slack() -> Iterator[SlackStandIn]:
    standin = SlackStandIn()
    yield standin
    standin.close()


@pytest.fixture
def conversation() -> Scripted:
    return Scripted()


@pytest.fixture
def running(slack: SlackStandIn, conversation: Scripted, tmp_path: Path) -> Iterator[Running]:
    app = Running(slack, conversation, tmp_path, groups=("SADMINS",))
    yield app
    app.close()
    assert slack.workspace.complaints == []
