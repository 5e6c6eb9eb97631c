"""What the daemon knows of itself: figures for Prometheus, health, and its log as lines of JSON."""

from __future__ import annotations

import json
import sys
import threading
from datetime import UTC, datetime
from typing import IO, Any

_HELP = {
    "tagfolk_events_accepted_total": ("counter", "Events taken by POST /events, on disk."),
    "tagfolk_requests_refused_total": ("counter", "Requests to POST /events that were refused."),
    "tagfolk_runs_total": ("counter", "Runs by what began them and how they ended."),
    "tagfolk_run_seconds_sum": ("counter", "Seconds that runs took."),
    "tagfolk_last_run_timestamp_seconds": ("gauge", "When the last run ended."),
    "tagfolk_customers": ("gauge", "Customers of the last run."),
    "tagfolk_tag_customers": ("gauge", "Customers that hold a tag after the last run that evaluated it."),
}


class Watch:
    """Thread-safe figures; ``log`` writes one line of JSON."""

    def __init__(self, stream: IO[str] | None = None) -> None:
        self._lock = threading.Lock()
        self._figures: dict[tuple[str, tuple[tuple[str, str], ...]], float] = {
            ("tagfolk_events_accepted_total", ()): 0, ("tagfolk_requests_refused_total", ()): 0,
        }  # fmt: skip
        self._stream = stream or sys.stderr
        self.last_error: str | None = None
        self.last_run: dict[str, Any] | None = None

    def log(self, message: str, level: str = "info", **more: Any) -> None:
        """One structured line."""
        line = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "level": level, "message": message, **more}
        with self._lock:
            self._stream.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")
            self._stream.flush()

    def add(self, name: str, by: float = 1, **labels: str) -> None:
        """Count up."""
        with self._lock:
            key = (name, tuple(sorted(labels.items())))
            self._figures[key] = self._figures.get(key, 0) + by

    def set(self, name: str, value: float, **labels: str) -> None:
        """A figure as it is now."""
        with self._lock:
            self._figures[name, tuple(sorted(labels.items()))] = value

    def text(self) -> str:
        """Everything in Prometheus' text format."""
        with self._lock:
            figures = sorted(self._figures.items())
        lines: list[str] = []
        seen = ""
        for (name, labels), value in figures:
            if name != seen:
                kind, words = _HELP[name]
                lines += [f"# HELP {name} {words}", f"# TYPE {name} {kind}"]
                seen = name
            shown = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels)
            lines.append(f"{name}{{{shown}}} {value:.15g}" if shown else f"{name} {value:.15g}")
        return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
