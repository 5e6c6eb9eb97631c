"""Slack's side on loopback: the Web API, response URLs, uploads, Socket Mode, and signed HTTP deliveries."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from typing import Any

from aiohttp import WSMsgType, web
from support.slack_workspace import BOT, Workspace, decoded

SECRET = "the-signing-secret"


class SlackStandIn:
    """A server in a thread. ``api`` is the base URL for WebClient; ``workspace`` what has happened."""

    def __init__(self) -> None:
        self.workspace = Workspace()
        self.limited: Counter[str] = Counter()
        """Method → how many of the next calls are answered by 429."""
        self.retry_after = 1
        self.connections = 0
        self.acknowledged: dict[str, Any] = {}
        self._sockets: list[web.WebSocketResponse] = []
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="slack-standin", daemon=True)
        self._thread.start()
        assert self._ready.wait(10)

    # -- life ---------------------------------------------------------------------------------------------------

    def close(self) -> None:
        self.on_loop(self._runner.cleanup())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def on_loop(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    @property
    def api(self) -> str:
        return f"{self.workspace.base}/api/"

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._start())
        self._ready.set()
        self._loop.run_forever()

    async def _start(self) -> None:
        app = web.Application(client_max_size=50_000_000)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/upload/{file}", self._upload)
        app.router.add_post("/respond/{name}", self._respond)
        app.router.add_get("/socket", self._socket)
        self._runner = web.AppRunner(app, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.workspace.base = f"http://127.0.0.1:{port}"
        self.workspace.socket_url = f"ws://127.0.0.1:{port}/socket"

    # -- what the app calls -------------------------------------------------------------------------------------

    async def _api(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if self.limited[method] > 0:
            self.limited[method] -= 1
            headers = {"Retry-After": str(self.retry_after)}
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
        if request.content_type == "application/json":
            arguments = json.loads(await request.text() or "{}")
        else:
            arguments = dict(await request.post()) | dict(request.query)
        await asyncio.sleep(self.workspace.slow.get(method, 0))
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return web.json_response(self.workspace.call(method, decoded(arguments), token))

    async def _upload(self, request: web.Request) -> web.Response:
        known = self.workspace.files.get(request.match_info["file"])
        if known is None:
            return web.Response(status=404)
        known["content"] = await request.read()
        return web.Response(text=f"OK - {len(known['content'])}")

    async def _respond(self, request: web.Request) -> web.Response:
        status = self.workspace.respond(request.match_info["name"], decoded(await request.json()))
        return web.Response(status=status, text="ok" if status == 200 else "invalid_blocks")

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.connections += 1
        self._sockets.append(socket)
        await socket.send_json({"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A1"}})
        async for frame in socket:
            if frame.type is WSMsgType.TEXT:
                answer = json.loads(frame.data)
                self.acknowledged[answer["envelope_id"]] = answer.get("payload")
        self._sockets.remove(socket)
        return socket

    # -- what Slack sends ---------------------------------------------------------------------------------------

    def over_socket(self, kind: str, payload: dict[str, Any], envelope: str = "", attempt: int = 0) -> str:
        """Send an envelope over the newest connection; the envelope's id."""
        identifier = envelope or f"E{self.workspace.number()}"
        message = {
            "type": kind,
            "envelope_id": identifier,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
            "retry_attempt": attempt,
        }
        self.on_loop(self._sockets[-1].send_json(message))
        return identifier

    def drop_socket(self) -> None:
        """Cut the connection without a goodbye."""
        transport = self._sockets[-1]._req.transport  # type: ignore[union-attr]
        self._loop.call_soon_threadsafe(transport.abort)  # type: ignore[union-attr]

    def garble(self) -> None:
        """Send a frame that no client should get: masked, which only clients do."""
        transport = self._sockets[-1]._req.transport  # type: ignore[union-attr]
        self._loop.call_soon_threadsafe(transport.write, b"\x81\x85abcdhello")  # type: ignore[union-attr]

    def ask_to_reconnect(self) -> None:
        """Slack's own "disconnect": it will close this connection soon."""
        self.on_loop(self._sockets[-1].send_json({"type": "disconnect", "reason": "refresh_requested"}))

    @property
    def connected(self) -> int:
        return len(self._sockets)

    def response_url(self, name: str) -> str:
        return f"{self.workspace.base}/respond/{name}"


def event(kind: str, event_id: str = "", **fields: Any) -> dict[str, Any]:
    """An event as the Events API wraps it."""
    authorization = {"team_id": "T1", "user_id": BOT, "is_bot": True, "enterprise_id": None}
    return {
        "type": "event_callback",
        "team_id": "T1",
        "api_app_id": "A1",
        "event_id": event_id or f"Ev{time.monotonic_ns()}",
        "event_time": int(time.time()),
        "authorizations": [authorization],
        "event": {"type": kind, **fields},
    }


def signed(body: str, secret: str = SECRET, timestamp: int | None = None) -> dict[str, str]:
    """Slack's signature headers for a body."""
    at = str(int(time.time()) if timestamp is None else timestamp)
    digest = hmac.new(secret.encode(), f"v0:{at}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={digest}"}


def post(url: str, payload: dict[str, Any], *, form: bool = False, **how: Any) -> tuple[int, str]:
    """Deliver a payload by HTTP as Slack does: (status, body)."""
    if form:
        fields = payload if "command" in payload else {"payload": json.dumps(payload)}
        body, kind = urllib.parse.urlencode(fields), "application/x-www-form-urlencoded"
    else:
        body, kind = json.dumps(payload), "application/json"
    headers = {"Content-Type": kind, **how.pop("headers", {}), **(signed(body, **how) if how.pop("sign", True) else {})}
    request = urllib.request.Request(url, body.encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()
