"""The HTTP door: events in, health and figures out."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from tagfolk_engine.schedule.spool import BadLine, Spool
from tagfolk_engine.schedule.watch import Watch

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

MOST = 10_000_000
"""Bytes that one request may have."""


def application(spool: Spool, watch: Watch, token: str, arrived: Callable[[], None]) -> Starlette:
    """``POST /events`` (JSON lines, ``Authorization: Bearer TOKEN``), ``GET /health``, ``GET /metrics``."""
    from starlette.applications import Starlette
    from starlette.concurrency import run_in_threadpool
    from starlette.responses import JSONResponse, PlainTextResponse
    from starlette.routing import Route

    def refused(code: int, error: str) -> Response:
        watch.add("tagfolk_requests_refused_total")
        watch.log("events refused", "warning", status=code, error=error)
        return JSONResponse({"error": error}, code)

    async def events(request: Request) -> Response:
        given = request.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return refused(401, "the token is wrong: send 'Authorization: Bearer TOKEN'")
        body = bytearray()
        async for part in request.stream():
            body += part
            if len(body) > MOST:
                return refused(413, f"a request may have {MOST:,} bytes: send fewer events at once")
        try:
            records = spool.read(bytes(body))
            number = await run_in_threadpool(spool.add, records)
        except BadLine as error:
            return refused(422, f"{error}; nothing of this request was taken")
        except OSError as error:
            return refused(507, f"the events cannot be written: {error.strerror}; nothing was taken, send them again")
        watch.add("tagfolk_events_accepted_total", number)
        watch.log("events taken", events={event: len(rows) for event, rows in records.items()})
        arrived()
        return JSONResponse({"accepted": number}, 202)

    async def health(_: Request) -> Response:
        found = {"status": "failing" if watch.last_error else "ok", "error": watch.last_error,
                 "last_run": watch.last_run}  # fmt: skip
        return JSONResponse(json.loads(json.dumps(found)), 503 if watch.last_error else 200)

    async def metrics(_: Request) -> Response:
        return PlainTextResponse(watch.text(), media_type="text/plain; version=0.0.4")

    return Starlette(routes=[
        Route("/events", events, methods=["POST"]), Route("/health", health), Route("/metrics", metrics),
    ])  # fmt: skip
