"""The npm emulator of Slack (local-slack, test only), installed once into the user's cache and run on loopback."""

from __future__ import annotations

import json
import os
import platform
import shutil
import socket
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Any

PACKAGE = "local-slack-linux-x64@0.1.8"


class NoEmulator(Exception):
    """The emulator cannot be had here; the message says why."""


def binary() -> Path:
    """The emulator's program; raises :class:`NoEmulator` with the reason."""
    npm = shutil.which("npm")
    if npm is None:
        raise NoEmulator("npm is not installed")
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise NoEmulator("the emulator is built for Linux on x86-64")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tagfolk" / PACKAGE.replace("@", "-")
    found = cache / "node_modules" / "local-slack-linux-x64" / "bin" / "local-slack"
    if not found.exists():
        beside = cache.with_name(f"{cache.name}.{os.getpid()}")
        beside.mkdir(parents=True, exist_ok=True)
        (beside / "package.json").write_text("{}")
        done = subprocess.run(
            [npm, "install", "--no-audit", "--no-fund", "--prefix", str(beside), PACKAGE],
            capture_output=True,
            text=True,
            timeout=240,
            cwd=beside,
            check=False,
        )
        if done.returncode:
            shutil.rmtree(beside, ignore_errors=True)
            raise NoEmulator(f"npm could not install {PACKAGE}: {done.stderr.strip()[-200:]}")
        if found.exists():
            shutil.rmtree(beside, ignore_errors=True)
        else:
            beside.rename(cache)
    return found


class Emulator:
    """A running emulator. ``mode`` is "socket", or "events" with the app's ``request_url``."""

    def __init__(self, folder: Path, mode: str = "socket", request_url: str = "") -> None:
        program = binary()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        app = {"botUserId": "U0BOT", "botName": "tagfolk", "mode": mode}
        if request_url:
            app["requestUrl"] = request_url
        users = [{"id": f"U{n:02d}", "name": f"user{n}", "real_name": f"User {n}"} for n in range(1, 21)]
        everybody = [*(user["id"] for user in users), "U0BOT"]
        channels = [
            {"id": "C01", "name": "general", "members": everybody},
            {"id": "C02", "name": "retail", "members": ["U01", "U02", "U0BOT"]},
        ]
        config = folder / "emulator.json"
        config.write_text(json.dumps({"app": app, "users": users, "channels": channels}))
        self.base = f"http://127.0.0.1:{port}"
        self.api = f"{self.base}/api/"
        self._log = (folder / "emulator.log").open("w")
        self._process = subprocess.Popen(
            [program, "--config", str(config), "--port", str(port), "--base-host", "127.0.0.1"],
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        end = time.monotonic() + 30
        while True:
            try:
                self.get("/_control/state")
                break
            except OSError:
                if self._process.poll() is not None or time.monotonic() > end:
                    self.close()
                    raise
                time.sleep(0.05)

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(10)
        self._log.close()

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self.base + path, timeout=10) as answer:
            return json.loads(answer.read())

    def control(self, what: str, **body: Any) -> Any:
        """POST /_control/WHAT."""
        request = urllib.request.Request(
            f"{self.base}/_control/{what}", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())

    def messages(self, channel: str) -> list[dict[str, Any]]:
        """What stands in a channel, people's and the bot's."""
        return list(self.get(f"/_control/messages/{channel}")["messages"])

    def said(self, channel: str) -> list[dict[str, Any]]:
        """What the bot said in a channel."""
        return [message for message in self.messages(channel) if message.get("bot_id")]

    def sent(self, method: str) -> list[Any]:
        """The arguments of the calls of one Web API method."""
        return [entry for entry in self.get("/_control/log")["log"] if method in json.dumps(entry)]
