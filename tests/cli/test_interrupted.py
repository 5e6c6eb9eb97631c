"""A full disk and Ctrl-C, in real processes: a message, the right exit code, nothing lost."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.interrupting import hear_ctrl_c
from support.teashop import ORDERS, Teashop

COMMAND = [sys.executable, "-m", "tagfolk_engine.cli.main"]


@pytest.fixture
def shop(tmp_path: Path) -> Teashop:
    shop = Teashop.make(tmp_path / "shop")
    shop.run("2024-06-30")
    return shop


def test_a_full_disk_leaves_the_store_as_it_was(shop: Teashop) -> None:
    before = shop.assignments()

    def little_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a write beyond the limit is an error then, as on a full disk
        resource.setrlimit(resource.RLIMIT_FSIZE, (33_000, 33_000))

    command = [*COMMAND, "run", "--no-load", "--as-of", "2024-07-10", "--workspace", str(shop.root)]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=120, check=False, preexec_fn=little_room,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert "make room" in done.stderr
    assert "Traceback" not in done.stderr
    assert shop.assignments() == before
    assert shop.run("2024-07-10")["tags"]["active"]["left"] == 1


SLOW = """
import time
from pathlib import Path
from tagfolk_plugins import hookimpl
from tagfolk_plugins.sources.csv import CsvSource

class Slow(CsvSource):
    name = "slow"

    def scan(self, connection):
        Path(self.context.root, "begun").touch()
        time.sleep(60)
        return super().scan(connection)

@hookimpl
def tagfolk_sources():
    return [Slow]
"""


def test_ctrl_c_in_a_load_leaves_the_lake_as_it_was(shop: Teashop) -> None:
    lake = shop.root / ".tagfolk" / "lake"
    before = (lake / "CURRENT").read_text()
    (shop.root / "plugins").mkdir()
    (shop.root / "plugins" / "slow.py").write_text(SLOW, encoding="utf-8")
    shop.config('[sources.pos]\nplugin = "csv"', '[sources.pos]\nplugin = "slow"')
    shop.orders(ORDERS + "d,2024-06-15 10:00:00,500\n")
    process = subprocess.Popen(
        [*COMMAND, "load", "--workspace", str(shop.root)], stderr=subprocess.PIPE, text=True, preexec_fn=hear_ctrl_c
    )
    for _ in range(600):
        if (shop.root / "begun").exists() or process.poll() is not None:
            break
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "interrupted" in err
    assert "Traceback" not in err
    assert (lake / "CURRENT").read_text() == before
    shop.config('plugin = "slow"', 'plugin = "csv"')
    assert shop.process("load").returncode == 0
    assert (lake / "CURRENT").read_text() != before
    assert not list(lake.glob("new-*"))
