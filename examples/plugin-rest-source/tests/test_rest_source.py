"""The REST source against a local HTTP server: the contract, pages, keys, busy servers, increments."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest
from tagfolk_plugins import Source, SourceContext, SourceError
from tagfolk_plugins.testing import SourceContract
from tagfolk_rest.source import RestArguments, RestSource

ROWS = [{"id": i, "amount": i * 1.5, "updated_at": f"2024-01-{i:02}", "lines": [{"sku": "tea"}]} for i in range(1, 8)]


class Shop(BaseHTTPRequestHandler):
    """Three orders a page behind a key; busy the first ``busy`` times."""

    busy = 0
    asked: list[str]

    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        if self.headers.get("Authorization") != "Bearer secret":
            self._send(401, {"error": "who are you?"})
        elif self.server.busy > 0:  # type: ignore[attr-defined]
            self.server.busy -= 1  # type: ignore[attr-defined]
            self._send(429, {"error": "slowly"}, {"Retry-After": "0"})
        else:
            query = parse_qs(urlparse(self.path).query)
            start, after = int(query.get("start", ["0"])[0]), query.get("after", [""])[0]
            rows = [row for row in ROWS if row["updated_at"] >= after]
            more = f"/orders?start={start + 3}" if start + 3 < len(rows) else None
            self._send(200, {"data": {"orders": rows[start : start + 3], "next": more}})

    def _send(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(text)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *parts: Any) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    server.busy, server.asked = 0, []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def source(server: ThreadingHTTPServer, **more: Any) -> RestSource:
    settings = {
        "items": "data.orders",
        "next": "data.next",
        "token": "secret",
        "since": "after",
        "cursor": "updated_at",
    }
    address = f"http://127.0.0.1:{server.server_port}/orders"
    return RestSource(
        RestArguments.model_validate({"url": address, **settings, **more}), SourceContext("orders", Path())
    )


class TestContract(SourceContract):
    @pytest.fixture(autouse=True)
    def _server(self, server: ThreadingHTTPServer) -> None:
        self.server = server

    def source(self, tmp_path: Path) -> Source:
        return source(self.server)

    def broken(self, tmp_path: Path) -> Source:
        return source(self.server, url="http://127.0.0.1:1/orders")


def ids(source: RestSource, **more: Any) -> list[int]:
    return [row["id"] for batch in source.read(**more) for row in batch.to_pylist()]


def test_all_pages_are_read(server: ThreadingHTTPServer) -> None:
    assert ids(source(server)) == [1, 2, 3, 4, 5, 6, 7]
    assert server.asked == ["/orders", "/orders?start=3", "/orders?start=6"]  # type: ignore[attr-defined]


def test_nested_fields_become_text(server: ThreadingHTTPServer) -> None:
    batch = next(iter(source(server).read()))
    assert batch["lines"][0].as_py() == '[{"sku": "tea"}]'
    assert batch["amount"].type == "double"


def test_a_busy_server_is_asked_again(server: ThreadingHTTPServer) -> None:
    server.busy = 2  # type: ignore[attr-defined]
    assert len(ids(source(server))) == 7
    server.busy = 9  # type: ignore[attr-defined]
    with pytest.raises(SourceError, match="answered 429"):
        ids(source(server, tries=3))


def test_a_wrong_key_is_said(server: ThreadingHTTPServer) -> None:
    with pytest.raises(SourceError, match="answered 401") as found:
        ids(source(server, token="wrong"))
    assert found.value.hint == "set 'token'"
    assert "wrong" not in str(found.value)


def test_only_what_is_new_is_asked_for(server: ThreadingHTTPServer) -> None:
    first = source(server)
    ids(first)
    assert first.cursor == "2024-01-07"
    assert ids(source(server), since=first.cursor) == [7]


def test_a_wrong_place_is_said(server: ThreadingHTTPServer) -> None:
    with pytest.raises(SourceError, match="no list of objects at 'data.rows'"):
        source(server, items="data.rows").schema()
