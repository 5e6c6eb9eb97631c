"""``tagfolk web``: serve the page on this machine only, print its address with the key."""

from __future__ import annotations

import secrets
import socket
import sys
import threading
from pathlib import Path
from typing import IO, TYPE_CHECKING

from tagfolk_bots.messages import Language

if TYPE_CHECKING:
    from tagfolk_bots.conversation import Conversation


def serve(
    conversation: Conversation,
    *,
    state: Path | None = None,
    host: str = "127.0.0.1",
    port: int = 8765,
    open_browser: bool = False,
    user: str | None = None,
    language: Language | None = None,
    token: str | None = None,
    out: IO[str] | None = None,
    stop: threading.Event | None = None,
) -> int:
    """Serve until Ctrl-C (or ``stop``); the exit code: 0 ended, 2 not a local host, 3 it could not start.

    ``port`` 0 takes a free one. Only loopback addresses are served: the page knows no accounts, its reader is ``user``
    (None: the owner). ``state`` is the workspace's ``.tagfolk`` folder; the key is kept nowhere.
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
    workspace = conversation.desk.workspace
    app = make_app(
        conversation.desk,
        conversation,
        token=key,
        user=user,
        zone=workspace.zone,
        language=language or conversation.language,
        name=workspace.settings.workspace.name,
    )
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
