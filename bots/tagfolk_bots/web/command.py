"""``tagfolk web``: serve the page on this machine only, print its address with the key."""

from __future__ import annotations

import secrets
import socket
import sys
import threading
from datetime import UTC, tzinfo
from typing import IO

from tagfolk_bots.messages import Language
from tagfolk_bots.talker import Talker
from tagfolk_bots.web.facts import Reads


def serve(
    conversation: Talker,
    desk: Reads,
    *,
    host: str = "127.0.0.1",
    port: int = 8765,
    open_browser: bool = False,
    user: str | None = None,
    zone: tzinfo = UTC,
    language: Language = "en",
    name: str = "tagfolk",
    token: str | None = None,
    out: IO[str] | None = None,
    stop: threading.Event | None = None,
) -> int:
    """Serve until Ctrl-C (or ``stop``); the exit code: 0 ended, 2 not a local host, 3 it could not start.

    ``port`` 0 takes a free one. Only loopback addresses are served: the page knows no accounts.
    """
    printed = out or sys.stderr
    if host not in ("127.0.0.1", "localhost", "::1"):
        print(f"error: {host} is not this machine\n  The page is local: use 127.0.0.1.", file=printed)
        return 2
    try:
        import uvicorn

        from tagfolk_bots.web.app import make_app
    except ImportError as error:
        print(f"error: {error.name} is not installed\n  Run: pip install 'tagfolk[web]'", file=printed)
        return 3
    key = token or secrets.token_urlsafe(24)
    app = make_app(desk, conversation, token=key, user=user, zone=zone, language=language, name=name)
    try:
        bound = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        print(f"error: cannot listen on {host}:{port}: {error.strerror}\n  Choose another --port.", file=printed)
        return 3
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{bound.getsockname()[1]}/?token={key}"
    config = uvicorn.Config(app, log_level="critical", access_log=False, lifespan="off", server_header=False)
    server = uvicorn.Server(config)
    if stop is not None:
        threading.Thread(target=_end, args=(server, stop), daemon=True).start()
    print(f"tagfolk is at {address}\nOnly this machine can reach it. Ctrl-C ends it.", file=printed, flush=True)
    if open_browser:
        import webbrowser

        webbrowser.open(address)
    try:
        server.run(sockets=[bound])
    except KeyboardInterrupt:
        pass
    finally:
        bound.close()
    return 0


def _end(server: object, stop: threading.Event) -> None:
    stop.wait()
    server.should_exit = True  # type: ignore[attr-defined]  # uvicorn.Server
