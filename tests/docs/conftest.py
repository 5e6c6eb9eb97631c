"""The shop of the documentation, made once."""

from pathlib import Path

import pytest
from support.docs_shop import DocsShop


@pytest.fixture(scope="session")
def docs_shop(tmp_path_factory: pytest.TempPathFactory) -> DocsShop:
    """A copy of docs/shop with its history."""
    target: Path = tmp_path_factory.mktemp("docs") / "shop"
    return DocsShop.make(target)
