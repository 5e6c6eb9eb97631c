"""Socket Mode: the connection that needs no public address."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slack_bolt import App
    from slack_bolt.adapter.socket_mode import SocketModeHandler

_BUFFER = 65_536
_DEPTH = 20_000
"""slack_sdk reads frames by recursion, one level a frame while more are waiting: Python's 1,000 levels end it in a
burst of some hundred messages. Levels of pure Python cost no C stack since 3.11."""


def socket_handler(app: App, app_token: str, log: logging.Logger, ping: float = 5.0) -> SocketModeHandler:
    """A handler that comes back by itself: on Slack's "disconnect", a dropped socket, pings without an answer.

    After a frame that could not be read nothing on that connection can be trusted: a new one is opened, and Slack
    sends again what was not acknowledged.
    """
    from slack_bolt.adapter.socket_mode import SocketModeHandler

    sys.setrecursionlimit(max(sys.getrecursionlimit(), _DEPTH))
    handler = SocketModeHandler(app, app_token, logger=log, ping_interval=ping, receive_buffer_size=_BUFFER)

    def unreadable(error: Exception) -> None:
        if not isinstance(error, OSError) and not handler.client.closed:
            log.warning("a frame of Slack could not be read (%s): connecting anew", type(error).__name__)
            handler.client.connect_to_new_endpoint(force=True)

    handler.client.on_error_listeners.append(unreadable)
    return handler
