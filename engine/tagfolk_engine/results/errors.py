"""The errors of the store.

StoreError             the store cannot do its work, in words for the person who can mend it (exit 3)
└── StoreLocked        another run, load or pin is at work; names the holder
"""

from __future__ import annotations

from datetime import datetime


class StoreError(Exception):
    """The store cannot do its work. The text is shown to people as it stands; ``hint`` is the next step."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class StoreLocked(StoreError):
    """Someone else holds the lock."""

    def __init__(self, *, pid: int | None, host: str, since: datetime | None, doing: str) -> None:
        who = f"process {pid} on {host}" if pid else f"a process on {host}"
        when = f", since {since:%Y-%m-%d %H:%M:%S} UTC" if since else ""
        super().__init__(
            f"this workspace is in use: {who} is at work ({doing or 'run'}){when}",
            "wait until it is done, or end it; the lock of a process that has died frees itself",
        )
        self.pid = pid
        self.host = host
        self.since = since
        self.doing = doing
