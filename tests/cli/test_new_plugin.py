"""A new plugin is found at once, and its own tests pass."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from support.teashop import Teashop
from tagfolk_engine.plugins import forget


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Teashop:
    return Teashop.make(tmp_path_factory.mktemp("new") / "shop")


def test_all_kinds(shop: Teashop, capsys: pytest.CaptureFixture[str]) -> None:
    kinds = {"my_lines": "source", "busy_ones": "method", "id_file": "sink"}
    for name, kind in kinds.items():
        assert shop.cli("plugins", "new", name, "--kind", kind) == 0
    forget()
    capsys.readouterr()
    assert shop.cli("plugins", "--json") == 0
    found = {row["name"]: row["kind"] for row in json.loads(capsys.readouterr().out)["plugins"]}
    assert kinds.items() <= found.items()
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(shop.root / "plugins" / "tests")]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=200, check=False, cwd=shop.root, env=os.environ
    )
    assert done.returncode == 0, done.stdout
    forget()


@pytest.mark.parametrize(
    "words", [("new",), ("new", "Big Name"), ("new", "x", "--kind", "pump"), ("mend",), ("new", "taken")]
)
def test_wrong_usage(shop: Teashop, words: tuple[str, ...]) -> None:
    (shop.root / "plugins").mkdir(exist_ok=True)
    taken = shop.root / "plugins" / "taken.py"
    taken.write_text("", encoding="utf-8")
    assert shop.cli("plugins", *words) == 2
    assert taken.read_text(encoding="utf-8") == ""
    taken.unlink()
