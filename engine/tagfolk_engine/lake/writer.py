"""Writing a snapshot: all files first, then one rename that makes it the current one.

A process killed at any moment leaves the old snapshot current; what it left behind is cleaned by the next writer.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from tagfolk_engine.lake.errors import LakeError
from tagfolk_engine.lake.keeping import kept
from tagfolk_engine.lake.locks import hold_alone, nobody_holds
from tagfolk_engine.lake.meta import SnapshotMeta
from tagfolk_engine.lake.snapshot import LOCK, Snapshot

CURRENT = "CURRENT"
_WRITER = "WRITER"
_NEW = "new-"
_SNAPSHOT = "snapshot-"


class SnapshotWriter:
    """Use as a context: put Parquet files into ``folder`` by ``file``, then ``commit``. Without it nothing changes."""

    def __init__(self, lake: Path, base: Snapshot | None) -> None:
        self._lake = lake
        self.base = base
        self._committed = False
        try:
            lake.mkdir(parents=True, exist_ok=True)
            self._lock = hold_alone(lake / _WRITER, "a load")
            self._sweep(keep=_worth_keeping(base))
            stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
            self.name = f"{_SNAPSHOT}{stamp}-{secrets.token_hex(3)}"
            self.folder = lake / f"{_NEW}{self.name}"
            self.folder.mkdir()
            (self.folder / LOCK).touch()
        except OSError as error:
            raise disk_error(error, lake) from error

    def __enter__(self) -> SnapshotWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if not self._committed:
            shutil.rmtree(self.folder, ignore_errors=True)
        self._lock.close()

    def file(self, table: str) -> Path:
        """Where the Parquet file of a table goes."""
        return self.folder / f"{table}.parquet"

    def commit(self, meta: SnapshotMeta) -> Snapshot:
        """Make what was written the current snapshot, in one step; keep the one before. Raises LakeError."""
        meta = meta.model_copy(update={"previous": self.base.name if self.base else None})
        try:
            (self.folder / "meta.json").write_text(meta.model_dump_json(indent=1), encoding="utf-8")
            for path in self.folder.iterdir():
                _sync(path)
            _sync(self.folder)
            final = self._lake / self.name
            self.folder.rename(final)
            pointer = self._lake / f"{CURRENT}.{self.name}"
            pointer.write_text(self.name + "\n", encoding="utf-8")
            _sync(pointer)
            pointer.replace(self._lake / CURRENT)
            _sync(self._lake)
        except OSError as error:
            raise disk_error(error, self._lake) from error
        self._committed = True
        self._sweep(keep={self.name} | ({self.base.name} if self.base else set()))
        return Snapshot(final)

    def _sweep(self, keep: set[str]) -> None:
        """Delete what dead writers left and snapshots that nobody reads, but ``keep`` and the last run's."""
        keep = keep | kept(self._lake)
        for path in self._lake.iterdir():
            stale = path.name.startswith((_NEW, f"{CURRENT}."))
            old = path.name.startswith(_SNAPSHOT) and path.name not in keep and nobody_holds(path / LOCK)
            if stale or old:
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def _worth_keeping(base: Snapshot | None) -> set[str]:
    """The current snapshot and the one before it."""
    if base is None:
        return set()
    try:
        before = base.meta.previous
    except LakeError:  # an unreadable snapshot: the new load is what mends it
        before = None
    return {base.name} | ({before} if before else set())


def _sync(path: Path) -> None:
    """Ask the system to have a file or folder on the disk before going on."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # file systems that cannot sync folders
            raise
    finally:
        os.close(handle)


def disk_error(error: OSError, where: Path) -> LakeError:
    """A refusal of the disk in words."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return LakeError(f"the disk is full: the lake in {where} cannot be written; the data loaded before is "
                         f"untouched",
                         "make room on that disk, then load again")  # fmt: skip
    reason = error.strerror or str(error)
    return LakeError(f"the lake in {where} cannot be written: {reason}; the data loaded before is untouched",
                     "check who owns the folder and its permissions")  # fmt: skip
