"""What the Slack app must remember over a restart: events already taken, its threads, long button values."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
import time
from pathlib import Path

_DAY = 86_400.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS seen (key TEXT PRIMARY KEY, at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS thread (key TEXT PRIMARY KEY, at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS kept (token TEXT PRIMARY KEY, value TEXT NOT NULL, at REAL NOT NULL);
"""


class SlackState:
    """A small SQLite file, safe to delete: then only old buttons and unmentioned threads are forgotten.

    Thread-safe. Slack retries an event for up to an hour; what was seen is kept for two days.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, check_same_thread=False, timeout=10.0, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.executescript(_SCHEMA)
        path.chmod(0o600)
        self._swept = 0.0

    def claim(self, key: str) -> bool:
        """True for the first who asks for ``key``, False for all later ones, also after a restart."""
        now = time.time()
        with self._lock:
            self._sweep(now)
            done = self._connection.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (key, now))
            return done.rowcount == 1

    def own_thread(self, key: str) -> None:
        """Remember that the bot takes part in a thread, so that follow-ups need no mention."""
        with self._lock:
            self._connection.execute("INSERT OR REPLACE INTO thread VALUES (?, ?)", (key, time.time()))

    def owns_thread(self, key: str) -> bool:
        """Has the bot been asked in this thread?"""
        with self._lock:
            return self._connection.execute("SELECT 1 FROM thread WHERE key = ?", (key,)).fetchone() is not None

    def keep(self, value: str) -> str:
        """A short token for a text that is too long for a button; the same text has the same token."""
        token = hashlib.sha256(value.encode()).hexdigest()[:32]
        with self._lock:
            self._connection.execute("INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", (token, value, time.time()))
        return token

    def kept(self, token: str) -> str | None:
        """The text behind a token, None if it is unknown or forgotten."""
        with self._lock:
            row = self._connection.execute("SELECT value FROM kept WHERE token = ?", (token,)).fetchone()
        return None if row is None else str(row[0])

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def _sweep(self, now: float) -> None:
        if now - self._swept < 3600:
            return
        self._swept = now
        self._connection.execute("DELETE FROM seen WHERE at < ?", (now - 2 * _DAY,))
        self._connection.execute("DELETE FROM thread WHERE at < ?", (now - 90 * _DAY,))
        self._connection.execute("DELETE FROM kept WHERE at < ?", (now - 90 * _DAY,))
