"""HTTP mode: Slack posts signed requests to /slack/events; bolt checks the signature and its age."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slack_bolt import App

PATH = "/slack/events"
_LARGEST = 1_000_000
_LOG = logging.getLogger("tagfolk.slack.http")


def http_server(app: App, host: str, port: int) -> ThreadingHTTPServer:
    """A server that is bound but not yet serving; ``port`` 0 takes a free one. Raises OSError if the port is taken."""
    from slack_bolt import BoltRequest

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if self.path.partition("?")[0] != PATH:
                self._answer(404, "", {})
                return
            if not length.isdigit() or int(length) > _LARGEST:
                self.close_connection = True
                self._discard(int(length) if length.isdigit() else 0)
                self._answer(413 if length.isdigit() else 411, "", {})
                return
            body = self.rfile.read(int(length)).decode("utf-8", "replace")
            headers: dict[str, str | Sequence[str]] = dict(self.headers.items())
            answer = app.dispatch(BoltRequest(body=body, headers=headers))
            self._answer(answer.status, answer.body or "", answer.headers)

        def do_GET(self) -> None:
            """A sign of life for load balancers."""
            self._answer(200 if self.path == "/health" else 404, "", {})

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class calls it so
            _LOG.debug(format, *args)

        def _discard(self, length: int) -> None:
            """Read a body that is refused, within reason: else the sender sees a cut line instead of the answer."""
            left = min(length, 20 * _LARGEST)
            while left > 0 and (part := self.rfile.read(min(left, 65_536))):
                left -= len(part)

        def _answer(self, status: int, body: str, headers: object) -> None:
            content = body.encode()
            self.send_response(status)
            for name, values in headers.items() if isinstance(headers, dict) else ():
                if name.lower() not in ("content-length", "set-cookie"):
                    for value in values:
                        self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            _LOG.info("a request of %s broke off", client_address)

    return Server((host, port), Handler)
