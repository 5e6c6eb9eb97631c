"""The local page over a real small workspace, served on loopback, and a browser-like client without a browser."""

from __future__ import annotations

import http.cookiejar
import io
import re
import threading
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

from support.slack_workspace import wait_until
from support.teashop import ORDERS, Teashop
from tagfolk_bots.conversation import Conversation
from tagfolk_bots.web.command import serve
from tagfolk_engine.query import Desk

KEY = "the-key-of-this-page"
LATER = ORDERS + "c,2024-08-05 10:00:00,500\n"


def two_runs(folder: Path) -> Teashop:
    """A workspace with two runs, so that something has changed."""
    shop = Teashop.make(folder)
    shop.config("[identity]", '[bot]\nanalysts = ["UANN"]\nadmins = ["UADA", "SADMINS"]\n\n[identity]')
    shop.run(as_of="2024-06-30")
    shop.orders(LATER)
    shop.run(as_of="2024-08-10")
    return shop


class Page:
    """A running ``tagfolk web``."""

    def __init__(self, root: Path, user: str | None = None) -> None:
        self.desk = Desk.open(root)
        self.conversation = Conversation(self.desk)
        self.out = io.StringIO()
        self.stop = threading.Event()
        self.codes: list[int] = []
        self._thread = threading.Thread(target=self._run, args=(user,), daemon=True)
        self._thread.start()
        assert wait_until(lambda: "Ctrl-C" in self.out.getvalue())
        self.address = next(word for word in self.out.getvalue().split() if word.startswith("http://"))
        self.base = self.address.partition("/?")[0]

    def _run(self, user: str | None) -> None:
        code = serve(self.conversation, port=0, user=user, token=KEY, language="en", out=self.out, stop=self.stop)
        self.codes.append(code)

    def close(self) -> int:
        self.stop.set()
        self._thread.join(15)
        self.desk.close()
        return self.codes[0]


class Client:
    """Keeps cookies and follows redirects."""

    def __init__(self, page: Page, *, enter: bool = True) -> None:
        self.page = page
        self.jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        if enter:
            assert self.get(page.address.removeprefix(page.base))[0] == 200

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        return self.send(path, None, headers)

    def post(self, path: str, headers: dict[str, str] | None = None, **fields: str) -> tuple[int, str]:
        return self.send(path, urllib.parse.urlencode(fields).encode(), headers or {})

    def send(self, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, str]:
        status, _, content = self.raw(path, body, headers)
        return status, content.decode()

    def raw(
        self, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Any, bytes]:
        named = {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        request = urllib.request.Request(self.page.base + path, body, named)
        try:
            with self._opener.open(request, timeout=60) as answer:
                self.at = answer.url.removeprefix(self.page.base)
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read()


def words(html: str) -> str:
    """What a reader sees: the text without tags and with single blanks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html)).strip()
