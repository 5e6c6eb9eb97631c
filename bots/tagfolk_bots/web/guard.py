"""Who may read the page: nobody without the key, nobody from another site, nobody by another host name."""

from __future__ import annotations

import hmac
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tagfolk_bots.web.words import WORDS

COOKIE = "tagfolk_key"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with no-referrer browsers post our own forms with "Origin: null"
    "Cache-Control": "no-store",
}


class Guard:
    """ASGI middleware. The key comes once in the address (``?token=``) and then lives in a cookie of this site only.

    ``hosts`` are the host names the page answers to: another one is a DNS rebinding attempt and is refused.
    """

    def __init__(self, app: ASGIApp, token: str, hosts: frozenset[str]) -> None:
        self._app = app
        self._token = token
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *((k.encode(), v.encode()) for k, v in HEADERS.items())]
            await send(message)

        request = Request(scope)
        refused = self._refused(request)
        await (refused or self._app)(scope, receive, send_guarded)

    def _refused(self, request: Request) -> Response | None:
        host = urlsplit("//" + Headers(scope=request.scope).get("host", "")).hostname or ""
        if host not in self._hosts:
            return PlainTextResponse("unknown host", 421)
        if request.method not in ("GET", "HEAD") and not self._same_site(request):
            return PlainTextResponse("another site may not ask here", 403)
        if self._right(request.query_params.get("token", "")):
            return self._let_in(request)
        if self._right(request.cookies.get(COOKIE, "")):
            return None
        return PlainTextResponse("\n".join(WORDS["locked"]), 403)

    def _let_in(self, request: Request) -> Response:
        rest = urlencode([pair for pair in parse_qsl(request.url.query) if pair[0] != "token"])
        answer = RedirectResponse(request.url.path + ("?" + rest if rest else ""), 303)
        answer.set_cookie(COOKIE, self._token, httponly=True, samesite="strict", path="/")
        return answer

    def _right(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self._token.encode())

    @staticmethod
    def _same_site(request: Request) -> bool:
        origin = request.headers.get("origin")
        return origin is None or urlsplit(origin).netloc == request.headers.get("host")
