"""The example plugins, installed as a stranger would install them, then found and used through the manager."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

USE = """
import json, sys
from datetime import datetime, timezone
from pathlib import Path
import pandas as pd
from tagfolk_engine.plugins import plugins
from tagfolk_plugins import SourceContext
from tagfolk_plugins.testing import FrameContext

found = plugins()
rest = found.sources["rest"]
source = rest(rest.Arguments.model_validate({"url": sys.argv[1]}), SourceContext("orders", Path()))
rows = [row for batch in source.read() for row in batch.to_pylist()]
visits = pd.DataFrame({"customer_id": ["a", "a"], "time": pd.to_datetime(["2024-06-24", "2024-06-24"])})
shop = FrameContext(None, {"visit": visits}, as_of=datetime(2024, 7, 1, tzinfo=timezone.utc))
weekday = found.methods["weekday"]
result = weekday().run({"event": "visit", "window": None, "least": 1}, shop)
print(json.dumps({
    "rows": rows, "favourite": result.customers["favourite"].to_dict(),
    "origin": str(found.methods.origins["weekday"]), "built_in": "rfm" in found.methods,
}))
"""


class _Orders(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = json.dumps([{"id": 1, "amount": 2.5}]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *parts: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("site")
    if not (Path(sys.executable).parent / "uv").exists():
        command = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    else:
        command = [str(Path(sys.executable).parent / "uv"), "pip", "install", "-q", "--python", sys.executable]
    folders = [str(EXAMPLES / "plugin-rest-source"), str(EXAMPLES / "plugin-weekday-method")]
    done = subprocess.run(
        [*command, "--no-deps", "--no-build-isolation", "--target", str(target), *folders],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return target


def test_installed_examples_are_found_and_used(installed: Path) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Orders)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        done = subprocess.run(
            [sys.executable, "-c", USE, f"http://127.0.0.1:{server.server_port}/"],
            capture_output=True, text=True, check=False, env={"PYTHONPATH": str(installed), "PATH": ""},
        )  # fmt: skip
    finally:
        server.shutdown()
        server.server_close()
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["rows"] == [{"id": 1, "amount": 2.5}]
    assert found["favourite"] == {"a": "mon"}
    assert found["origin"] == "tagfolk_weekday.method (tagfolk-weekday-method 0.1.0)"
    assert found["built_in"]


@pytest.mark.parametrize("example", ["plugin-rest-source", "plugin-weekday-method"])
def test_their_own_tests_pass(example: str, installed: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"], cwd=EXAMPLES / example,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
