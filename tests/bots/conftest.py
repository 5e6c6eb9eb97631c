"""One tiny shop with two runs for all tests of the bots."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.tiny_shop import make
from tagfolk_bots.conversation import Conversation
from tagfolk_engine.query import Desk
from tagfolk_engine.run import run
from tagfolk_engine.workspace import open_workspace


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make(tmp_path_factory.mktemp("bots") / "shop")
    run(open_workspace(root), as_of="2024-05-31")
    run(open_workspace(root))
    return root


@pytest.fixture(scope="session")
def desk(shop: Path) -> Iterator[Desk]:
    opened = Desk.open(shop)
    yield opened
    opened.close()


@pytest.fixture
def talk(desk: Desk) -> Conversation:
    return Conversation(desk)
