"""One small workspace with two runs, and its page, for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.web_page import Client, Page, two_runs


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_runs(tmp_path_factory.mktemp("web") / "shop").root


@pytest.fixture(scope="session")
def page(workspace: Path) -> Iterator[Page]:
    running = Page(workspace)
    yield running
    assert running.close() == 0


@pytest.fixture
def client(page: Page) -> Client:
    return Client(page)
