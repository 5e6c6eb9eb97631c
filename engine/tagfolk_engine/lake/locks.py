"""File locks: one writer at a time, readers whose files nobody deletes. The kernel frees them when a process dies."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from tagfolk_engine.lake.errors import LakeBusy


def hold_shared(path: Path) -> IO[bytes] | None:
    """Hold ``path`` shared as long as the file object lives; None where it cannot be opened (a read-only disk)."""
    try:
        handle = path.open("rb")
    except OSError:
        return None
    _lock(handle, exclusive=False)
    return handle


def nobody_holds(path: Path) -> bool:
    """Whether no process holds ``path`` shared."""
    try:
        handle = path.open("rb")
    except OSError:
        return True
    with handle:
        return _lock(handle, exclusive=True)


def hold_alone(path: Path, what: str) -> IO[str]:
    """Hold ``path`` alone and write into it who does. Raises LakeBusy, naming the other process."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = path.open("a+", encoding="utf-8")
    if not _lock(handle, exclusive=True):
        handle.seek(0)
        holder = _holder(handle.read())
        handle.close()
        raise LakeBusy(f"{what} is already at work here{holder}", "wait until it has finished, then try again")
    handle.truncate(0)
    handle.write(json.dumps({"pid": os.getpid(), "since": datetime.now(UTC).isoformat(timespec="seconds")}))
    handle.flush()
    return handle


def _holder(text: str) -> str:
    """Who holds the lock, as far as the file says."""
    try:
        found = json.loads(text)
        return f" (process {found['pid']}, since {found['since']})"
    except (ValueError, KeyError, TypeError):
        return ""


if sys.platform == "win32":

    def _lock(handle: IO[bytes] | IO[str], *, exclusive: bool) -> bool:
        # Windows has no shared advisory locks in the standard library, and refuses to delete open files anyway
        return True

else:
    import fcntl

    def _lock(handle: IO[bytes] | IO[str], *, exclusive: bool) -> bool:
        """Take the lock without waiting; whether it was free."""
        try:
            fcntl.flock(handle, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
