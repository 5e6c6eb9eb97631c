"""The lake's folder: which snapshot is current, and the way to write a new one."""

from __future__ import annotations

from pathlib import Path

from tagfolk_engine.lake.snapshot import Snapshot
from tagfolk_engine.lake.writer import CURRENT, SnapshotWriter


class Lake:
    """The snapshots under one folder (``.tagfolk/lake``)."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def current(self) -> Snapshot | None:
        """The snapshot that readers use now; None before the first load."""
        for _ in range(3):  # a writer may delete the name just read: then there is a newer one
            try:
                name = (self.path / CURRENT).read_text(encoding="utf-8").strip()
            except (FileNotFoundError, NotADirectoryError):
                return None
            if name and (self.path / name / "meta.json").is_file():
                return Snapshot(self.path / name)
        return None

    def writer(self) -> SnapshotWriter:
        """Begin a new snapshot. Raises LakeBusy while another process writes, LakeError where the disk refuses."""
        return SnapshotWriter(self.path, self.current())
