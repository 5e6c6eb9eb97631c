"""The daemon as a process of its own, on loopback."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from support.teashop import RULES, Teashop

pytest.importorskip("apscheduler", reason="the extra 'serve' is not installed")

TOKEN = "a-token"
LIVE = """
[sources.live]
plugin = "json"
path = "live/purchase.jsonl"

[[events]]
name = "purchase"
from = "live"
customer = "member"
time = "at"
properties = { amount = "amount" }

[identity]"""


@pytest.fixture
def shop(tmp_path: Path) -> Teashop:
    shop = Teashop.make(tmp_path / "shop")
    shop.config("[identity]", LIVE)
    (shop.root / "live").mkdir()
    shop.rules("tag big:\n    refresh on purchase\n\n" + RULES)
    first = {"event": "purchase", "member": "a", "at": "2024-06-01 10:00:00", "amount": 1.5}
    (shop.root / "live" / "purchase.jsonl").write_text(json.dumps(first) + "\n", encoding="utf-8")
    return shop


class Daemon:
    def __init__(self, shop: Teashop) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        command = [sys.executable, "-m", "tagfolk_engine.cli.main", "serve", "--port", str(self.port)]
        self.log = shop.root / "serve.log"
        self.process = subprocess.Popen(
            [*command, "--workspace", str(shop.root)], stderr=self.log.open("a"),
            env={**os.environ, "TAGFOLK_SERVE_TOKEN": TOKEN},
        )  # fmt: skip

    def get(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
            return answer.read().decode()  # type: ignore[no-any-return]

    def post(self, body: str, token: str = TOKEN) -> tuple[int, dict[str, Any]]:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/events", body.encode(), {"Authorization": f"Bearer {token}"}
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]

    def wait(self, message: str, number: int = 1) -> dict[str, Any]:
        """The number-th log line with this message."""
        for _ in range(1200):
            found = [line for line in self.lines() if line["message"] == message] if self.log.exists() else []
            if len(found) >= number:
                return found[number - 1]
            assert self.process.poll() is None, self.log.read_text(encoding="utf-8")
            time.sleep(0.1)
        raise AssertionError(self.log.read_text(encoding="utf-8"))


@contextmanager
def daemon(shop: Teashop) -> Iterator[Daemon]:
    made = Daemon(shop)
    try:
        yield made
    finally:
        if made.process.poll() is None:
            made.process.kill()
        made.process.wait()


def bought(member: str, amount: float) -> str:
    return json.dumps({"event": "purchase", "member": member, "at": "2024-06-28 10:00:00", "amount": amount})


def test_a_day_of_the_daemon(shop: Teashop) -> None:
    with daemon(shop) as served:
        # what lay in the spool before, then everything else, which was never evaluated
        assert [served.wait("ran", number)["cause"] for number in (1, 2)] == ["event", "schedule"]
        assert served.post(bought("d", 500), token="guess")[0] == 401
        code, answer = served.post(bought("d", 500) + "\n" + bought("c", 1).replace("purchase", "purchas"))
        assert code == 422
        assert "line 2: unknown event 'purchas'; did you mean 'purchase'?" in answer["error"]
        assert "500" not in (shop.root / "live" / "purchase.jsonl").read_text(encoding="utf-8")
        assert served.post(bought("d", 500)) == (202, {"accepted": 1})
        assert served.wait("ran", 3)["cause"] == "event"
        assert {row[0] for row in shop.assignments() if row[1] == "big" and row[4] is None} == {"a", "d"}
        assert json.loads(served.get("/health"))["status"] == "ok"
        figures = served.get("/metrics")
        assert "tagfolk_events_accepted_total 1\n" in figures
        assert 'tagfolk_runs_total{cause="event",result="done"} ' in figures
        assert 'tagfolk_tag_customers{tag="big"} 2\n' in figures
        served.process.send_signal(signal.SIGTERM)
        assert served.process.wait(timeout=60) == 0
        assert served.lines()[-1]["message"] == "stopped"


def test_what_was_acknowledged_survives_a_kill(shop: Teashop) -> None:
    with daemon(shop) as served:
        served.wait("ran", 2)
        assert served.post(bought("d", 500))[0] == 202
        served.process.kill()
        served.process.wait()
    served.log.unlink()
    with daemon(shop) as again:
        assert again.wait("ran")["cause"] == "event"
        again.process.send_signal(signal.SIGTERM)
        assert again.process.wait(timeout=60) == 0
    assert {row[0] for row in shop.assignments() if row[1] == "big" and row[4] is None} == {"a", "d"}


def test_broken_rules_are_said_before_anything_is_served(shop: Teashop) -> None:
    shop.rules("no purchas 6 months -> churn\n")
    done = shop.process("serve", "--port", "1")
    assert done.returncode == 1
    assert "did you mean 'purchase'?" in done.stderr
