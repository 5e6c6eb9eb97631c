"""Events that came by HTTP, one file of JSON lines per event; what was acknowledged is on the disk."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

FOLDER = "live"
"""Under the workspace: no part of ``.tagfolk``, which may be deleted."""


class BadLine(Exception):
    """A line that cannot be taken; nothing of its request was."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}")


class Spool:
    """Appends whole requests. A source of ``plugin = "json"`` over ``live/EVENT.jsonl`` reads what is there."""

    def __init__(self, root: Path, events: Mapping[str, str]) -> None:
        """``events``: every name of an event that is taken → the event itself."""
        self.folder = root / FOLDER
        self._events = events
        self._lock = threading.Lock()

    def path(self, event: str) -> Path:
        """Where the events of one kind lie."""
        return self.folder / f"{event}.jsonl"

    def sizes(self) -> dict[str, int]:
        """How many bytes there are of each event."""
        return {path.stem: path.stat().st_size for path in sorted(self.folder.glob("*.jsonl"))}

    def read(self, body: bytes) -> dict[str, list[dict[str, Any]]]:
        """The records of a request by event. Raises BadLine."""
        found: dict[str, list[dict[str, Any]]] = {}
        try:
            lines = body.decode("utf-8").splitlines()
        except UnicodeDecodeError as error:
            raise BadLine(body[: error.start].count(b"\n") + 1, "this is not UTF-8") from None
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except ValueError as error:
                raise BadLine(number, f"this is no JSON ({error})") from None
            for one in record if isinstance(record, list) else [record]:
                found.setdefault(self._event(one, number), []).append(one)
        return found

    def _event(self, record: object, number: int) -> str:
        if not isinstance(record, dict) or not isinstance(record.get("event"), str):
            raise BadLine(number, 'expected an object with "event", such as {"event": "purchase", …}')
        name = record["event"]
        if name not in self._events:
            import difflib

            near = difflib.get_close_matches(name, self._events, 1)
            hint = f"did you mean '{near[0]}'?" if near else f"events: {', '.join(sorted(set(self._events.values())))}"
            raise BadLine(number, f"unknown event '{name}'; {hint}")
        return self._events[name]

    def add(self, records: Mapping[str, Sequence[Mapping[str, Any]]]) -> int:
        """Put records on the disk; when this returns they are there. A killed process leaves at most a broken last
        line, which was not acknowledged, and the next write ends it."""
        with self._lock:
            self.folder.mkdir(parents=True, exist_ok=True)
            for event, rows in records.items():
                text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
                with self.path(event).open("ab") as file:
                    start = file.tell()
                    if start and not _ends_well(self.path(event)):
                        text = "\n" + text
                    try:
                        file.write(text.encode())
                        file.flush()
                        os.fsync(file.fileno())
                    except OSError:
                        os.ftruncate(file.fileno(), start)
                        raise
        return sum(len(rows) for rows in records.values())


def _ends_well(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"
