"""Nobody without the key, nobody from another site, nobody by another host name; the page is told what it may load."""

from __future__ import annotations

import io
import socket

import pytest
from support.web_page import KEY, Client, Page
from tagfolk_bots.web.command import serve


def test_without_the_key_nothing_is_shown(page: Page) -> None:
    stranger = Client(page, enter=False)
    for path in ("/", "/tags", "/customers?q=a", "/static/page.css", "/?token=wrong", "/?token="):
        status, text = stranger.get(path)
        assert status == 403
        assert "tagfolk web" in text
        assert "quiet" not in text
    assert stranger.post("/chat/x", text="how many?")[0] == 403


def test_the_key_leaves_the_address_and_lives_in_a_strict_cookie(page: Page) -> None:
    client = Client(page)
    assert client.at == "/"
    (cookie,) = [cookie for cookie in client.jar if cookie.name == "tagfolk_key"]
    assert cookie.value == KEY
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert str(cookie.get_nonstandard_attr("SameSite")).lower() == "strict"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8765", "127.0.0.1.evil.example", ""])
def test_another_host_name_is_refused(client: Client, host: str) -> None:
    assert client.get("/", Host=host)[0] in (400, 421)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
def test_another_site_cannot_ask(client: Client, origin: str) -> None:
    assert client.post("/chat/x", {"Origin": origin}, text="how many?")[0] == 403
    assert client.post("/chat/x", {"Origin": client.page.base}, text="how many customers?")[0] == 200


@pytest.mark.parametrize("path", ["/", "/tags", "/nothing", "/static/page.css"])
def test_every_answer_carries_its_guards(client: Client, path: str) -> None:
    _, headers, _ = client.raw(path)
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_files_outside_are_out_of_reach(client: Client) -> None:
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2f..%2fcommand.py"):
        assert "def " not in client.get(path)[1]


def test_only_this_machine_is_served(page: Page) -> None:
    out = io.StringIO()
    assert serve(page.conversation, host="0.0.0.0", out=out) == 2
    assert "is not this machine" in out.getvalue()


def test_a_taken_port_is_named(page: Page) -> None:
    out = io.StringIO()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert serve(page.conversation, port=port, out=out) == 3
    assert f"cannot listen on 127.0.0.1:{port}" in out.getvalue()
