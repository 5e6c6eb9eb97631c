"""One run, load or pin at a time: a lock that the operating system (or PostgreSQL) frees when its holder dies."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from sqlalchemy import Engine, text

from tagfolk_engine.results.errors import StoreLocked

_PG_KEY = 7461677
"""Any number of our own: the advisory lock of runs."""


@contextmanager
def workspace_lock(state: Path, doing: str) -> Iterator[int]:
    """Hold ``.tagfolk/lock`` while ``doing`` (``run``, ``load``, ``pin``); gives the file's descriptor.

    The lock lies on the open file, not on its being there: it is free the moment its holder ends, however it ends.
    What stands in the file is for people only. Raises StoreLocked.
    """
    state.mkdir(parents=True, exist_ok=True)
    with (state / "lock").open("a+", encoding="utf-8") as file:
        if not _try(file):
            raise _locked(file)
        file.seek(0)
        file.truncate()
        holder = {"pid": os.getpid(), "host": socket.gethostname(), "since": datetime.now(UTC).isoformat()}
        file.write(json.dumps({**holder, "doing": doing}))
        file.flush()
        try:
            yield file.fileno()
        finally:
            file.seek(0)
            file.truncate()


def _try(file: IO[str]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(1 << 30)  # far behind the text, so that others can read it
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _locked(file: IO[str]) -> StoreLocked:
    """Who holds it, as far as the file says."""
    file.seek(0)
    try:
        holder = json.loads(file.read())
        since = datetime.fromisoformat(holder["since"])
        return StoreLocked(pid=holder["pid"], host=holder["host"], since=since, doing=holder["doing"])
    except (ValueError, KeyError, TypeError):  # the holder is just writing it
        return StoreLocked(pid=None, host=socket.gethostname(), since=None, doing="")


@contextmanager
def store_lock(engine: Engine, doing: str) -> Iterator[None]:
    """The same for a store that workspaces on several machines share (PostgreSQL): an advisory lock of a session.

    On SQLite the workspace's lock is enough, and this does nothing.
    """
    if engine.dialect.name != "postgresql":
        yield
        return
    name = f"tagfolk {doing} pid={os.getpid()} host={socket.gethostname()} since={datetime.now(UTC):%Y-%m-%dT%H:%M:%S}"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SELECT set_config('application_name', :name, false)"), {"name": name[:63]})
        if not connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _PG_KEY}).scalar():
            holder = connection.execute(
                text(
                    "SELECT a.application_name, a.backend_start, host(a.client_addr) FROM pg_locks l "
                    "JOIN pg_stat_activity a ON a.pid = l.pid WHERE l.locktype = 'advisory' AND l.granted "
                    "AND l.classid = 0 AND l.objid = :key"
                ),
                {"key": _PG_KEY},
            ).first()
            raise _held_elsewhere(holder.application_name if holder else "")
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _PG_KEY})
            connection.execute(text("SELECT set_config('application_name', 'tagfolk', false)"))


def _held_elsewhere(name: str) -> StoreLocked:
    words = name.split()
    said = dict(word.split("=", 1) for word in words if "=" in word)
    since = said.get("since", "")
    try:
        when = datetime.fromisoformat(since).replace(tzinfo=UTC) if since else None
    except ValueError:  # cut off: PostgreSQL keeps 63 bytes of the name
        when = None
    pid = int(said["pid"]) if said.get("pid", "").isdigit() else None
    return StoreLocked(pid=pid, host=said.get("host", "another machine"), since=when, doing=" ".join(words[1:2]))
