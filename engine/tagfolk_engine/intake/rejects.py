"""Rejected records: all of them to ``.tagfolk/rejected/SOURCE.jsonl`` with place and reason, a sample to the report."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tagfolk_plugins.api.source import RejectedRecord

SAMPLE = 5


@dataclass
class Rejected:
    """What one source's rejected records come to. Samples hold places and reasons, never the record itself: it may
    hold personal data, and the file has it."""

    file: str
    count: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    sample: list[tuple[str, str]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {"file": self.file, "reasons": dict(self.reasons.most_common()),
                "sample": [{"place": p, "reason": r} for p, r in self.sample]}  # fmt: skip


class RejectWriter:
    """Writes the rejected records of one source as they come; the file replaces the last load's when closed."""

    def __init__(self, folder: Path, source: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._final = folder / f"{source}.jsonl"
        self._path = folder / f".{source}.jsonl.new"
        self._handle = self._path.open("w", encoding="utf-8")
        self.rejected = Rejected(f"rejected/{source}.jsonl")

    def add(self, record: RejectedRecord, general: str = "") -> None:
        """``general``: the reason without what is particular to this record, for counting."""
        found = self.rejected
        found.count += 1
        found.reasons[general or record.reason] += 1
        if len(found.sample) < SAMPLE:
            found.sample.append((record.place, general or record.reason))
        line = {"place": record.place, "reason": record.reason, "record": record.record}
        self._handle.write(json.dumps(line, ensure_ascii=False) + "\n")

    def add_rows(
        self,
        rows: Iterable[tuple[str, str, int, str]],
        places: Callable[[str, list[int]], dict[int, str]],
        known: int = 1000,
    ) -> None:
        """Rows as (reason, file, number in the file from 0, record). Exact lines are found for the first ``known``."""
        listed = list(rows)
        by_file: dict[str, list[int]] = {}
        for _, file, number, _ in listed[:known]:
            by_file.setdefault(file, []).append(number)
        found = {file: places(file, sorted(set(numbers))) for file, numbers in by_file.items()}
        for reason, file, number, record in listed:
            general, _, particular = reason.partition("\0")
            place = found.get(file, {}).get(number) or f"{Path(file).name + ' ' if file else ''}record {number + 1}"
            text = f"{general}: {particular}" if particular else general
            self.add(RejectedRecord(place, record, text), general)

    def close(self) -> Rejected:
        """Put the file in its place; a source without rejected records has no file."""
        self._handle.close()
        if self.rejected.count:
            self._path.replace(self._final)
        else:
            self._path.unlink(missing_ok=True)
            self._final.unlink(missing_ok=True)
        return self.rejected
