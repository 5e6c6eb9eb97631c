"""What a thread remembers: the last question and the choices that were offered, in memory and on disk."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tagfolk_bots.understand.frame import Frame

KEEP = 1000
DAYS = 30


@dataclass(frozen=True)
class Memory:
    """The last question of a thread, its language, and the texts of the choices that were last offered."""

    frame: Frame | None = None
    choices: tuple[str, ...] = ()
    language: str = ""


class Threads:
    """Memories by thread. ``folder`` None: for this process only. A broken file is a thread that starts anew."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Memory] = OrderedDict()
        self._swept = False

    def get(self, thread: str) -> Memory:
        """What is remembered; an empty name is no thread."""
        if not thread:
            return Memory()
        with self._lock:
            if thread not in self._kept:
                self._kept[thread] = self._read(thread)
            self._kept.move_to_end(thread)
            while len(self._kept) > KEEP:
                self._kept.popitem(last=False)
            return self._kept[thread]

    def put(self, thread: str, frame: Frame | None, choices: Sequence[str] = (), language: str = "") -> None:
        """Remember. Without a frame the last question stays, and only the choices are new."""
        if not thread:
            return
        memory = Memory(frame or self.get(thread).frame, tuple(choices), language)
        with self._lock:
            self._kept[thread] = memory
            self._write(thread, memory)

    def _path(self, thread: str) -> Path | None:
        name = hashlib.sha256(thread.encode()).hexdigest()[:32]
        return None if self.folder is None else self.folder / f"{name}.json"

    def _read(self, thread: str) -> Memory:
        path = self._path(thread)
        if path is None or not path.is_file():
            return Memory()
        try:
            data: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
            frame = Frame.from_json(data["frame"]) if data.get("frame") else None
            return Memory(frame, tuple(data.get("choices", ())), data.get("language", ""))
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return Memory()

    def _write(self, thread: str, memory: Memory) -> None:
        path = self._path(thread)
        if path is None:
            return
        data = {
            "frame": memory.frame.as_json() if memory.frame else None,
            "choices": memory.choices,
            "language": memory.language,
        }
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_suffix(f".{os.getpid()}.part")
            part.write_text(json.dumps(data, ensure_ascii=False), "utf-8")
            part.replace(path)
            self._sweep(path.parent)
        except OSError:
            return  # a full disk costs the thread's memory in other processes, never the answer

    def _sweep(self, folder: Path) -> None:
        """Once a process: threads that nobody touched for a month are forgotten."""
        if self._swept:
            return
        self._swept = True
        old = time.time() - DAYS * 86400
        for path in folder.glob("*.json"):
            if path.stat().st_mtime < old:
                path.unlink(missing_ok=True)
