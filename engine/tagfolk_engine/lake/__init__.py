"""The lake: snapshots of the canonical tables as Parquet, written beside the old one and switched to in one step."""

from tagfolk_engine.lake.errors import LakeBusy, LakeError
from tagfolk_engine.lake.meta import AttributeMeta, EventMeta, PropertyMeta, SnapshotMeta
from tagfolk_engine.lake.snapshot import Snapshot
from tagfolk_engine.lake.store import Lake
from tagfolk_engine.lake.writer import SnapshotWriter

__all__ = [
    "AttributeMeta", "EventMeta", "Lake", "LakeBusy", "LakeError", "PropertyMeta", "Snapshot", "SnapshotMeta",
    "SnapshotWriter",
]  # fmt: skip
