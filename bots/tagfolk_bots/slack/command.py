"""``tagfolk slack``: start the app, say in one line that it runs, end it on Ctrl-C or SIGTERM."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from tagfolk_bots.messages import Language
from tagfolk_bots.slack.app import LOG, SlackApp, _refused
from tagfolk_bots.slack.http import PATH, http_server
from tagfolk_bots.slack.settings import SlackSetupError, read_settings
from tagfolk_bots.slack.socket import socket_handler
from tagfolk_bots.talker import Talker


def serve(
    conversation: Talker,
    *,
    bot: Mapping[str, object],
    state: Path,
    http: bool = False,
    host: str = "127.0.0.1",
    port: int = 3000,
    language: Language = "en",
    environment: Mapping[str, str] | None = None,
    out: IO[str] | None = None,
    stop: threading.Event | None = None,
) -> int:
    """Run the Slack app until it is told to stop; the exit code: 0 ended, 3 it could not start.

    ``bot`` is the ``[bot]`` table of tagfolk.toml, ``state`` the workspace's ``.tagfolk`` folder. ``stop`` ends it
    from another thread.
    """
    printed = out or sys.stderr
    ended = stop or threading.Event()
    try:
        settings = read_settings(os.environ if environment is None else environment, bot, http=http)
        try:
            import slack_bolt  # noqa: F401  # is the extra installed?
        except ImportError as error:
            raise SlackSetupError("slack-bolt is not installed", "Run: pip install 'tagfolk[slack]'") from error
        app = SlackApp(conversation, settings, state, language=language)
    except SlackSetupError as error:
        return _say(printed, error)
    except OSError as error:
        return _say(printed, SlackSetupError(f"cannot write to {state}: {error.strerror}", "Check the folder."))
    _listen_for_signals(ended)
    app.start_clock()
    try:
        if http:
            return _http(app, host, port, printed, ended)
        return _socket(app, printed, ended)
    except SlackSetupError as error:
        return _say(printed, error)
    finally:
        app.close()


def _socket(app: SlackApp, printed: IO[str], ended: threading.Event) -> int:
    from slack_sdk.errors import SlackApiError, SlackClientError

    handler = socket_handler(app.bolt, app.settings.app_token, LOG.getChild("socket"))
    try:
        try:
            handler.connect()  # type: ignore[no-untyped-call]  # bolt leaves it untyped
        except SlackApiError as error:
            raise _refused("SLACK_APP_TOKEN", str(error.response.get("error"))) from error
        except (SlackClientError, OSError) as error:
            raise SlackSetupError(f"no Socket Mode connection: {error}", "Check the network and proxy.") from error
        _started(app, "Socket Mode", printed)
        ended.wait()
    finally:
        handler.close()  # type: ignore[no-untyped-call]  # bolt leaves it untyped
    return 0


def _http(app: SlackApp, host: str, port: int, printed: IO[str], ended: threading.Event) -> int:
    try:
        server = http_server(app.bolt, host, port)
    except OSError as error:
        raise SlackSetupError(f"cannot listen on {host}:{port}: {error.strerror}", "Choose another --port.") from error
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), name="tagfolk-slack-http", daemon=True)
    thread.start()
    bound = f"http://{host}:{server.server_address[1]}{PATH}"
    _started(app, f"listening on {bound}", printed)
    try:
        ended.wait()
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    return 0


def _started(app: SlackApp, how: str, printed: IO[str]) -> None:
    print(f"tagfolk is in Slack as @{app.name} ({app.team}), {how}. Ctrl-C ends it.", file=printed, flush=True)


def _listen_for_signals(ended: threading.Event) -> None:
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())


def _say(printed: IO[str], error: SlackSetupError) -> int:
    logging.getLogger("tagfolk.slack").debug("not started", exc_info=error)
    print(f"error: {error.message}\n  {error.hint}", file=printed, flush=True)
    return 3
