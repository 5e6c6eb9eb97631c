"""Running a piece of work in a process of its own and reading what it took."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Taken:
    """What a work took: seconds of wall clock over the runs, the highest peak memory in MB, and what it said."""

    name: str
    seconds: tuple[float, ...]
    cpu: tuple[float, ...]
    megabytes: float
    said: dict[str, object] = field(default_factory=dict)

    @property
    def median(self) -> float:
        """The median of the wall-clock seconds."""
        return statistics.median(self.seconds)


def outside(name: str, command: Sequence[str], runs: int = 3) -> Taken:
    """Run a command several times as a whole process; the last line of its output, if JSON, is what it said.

    A ``seconds`` key in what it said (the work without starting Python) is taken instead of the process's own time.
    """
    seconds: list[float] = []
    cpu: list[float] = []
    peak = 0.0
    said: dict[str, object] = {}
    for _ in range(runs):
        begin = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        output = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        took = time.perf_counter() - begin
        if process.returncode:
            raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: {output[-500:]}")
        said = _last_json(output)
        own = said.get("seconds")
        seconds.append(float(own) if isinstance(own, int | float) else took)
        cpu.append(usage.ru_utime + usage.ru_stime)
        peak = max(peak, usage.ru_maxrss / 1024)
    return Taken(name, tuple(seconds), tuple(cpu), peak, said)


def _last_json(output: str) -> dict[str, object]:
    text = output.strip()
    for candidate in (text, text.splitlines()[-1] if text else ""):
        try:
            found = json.loads(candidate)
        except ValueError:
            continue
        if isinstance(found, dict):
            return found
    return {}


def peer(name: str, *arguments: str, runs: int = 3) -> Taken:
    """One of ``benchmarks.peers`` in a process of its own."""
    return outside(name, [sys.executable, "-m", "benchmarks.peers", *arguments], runs)


def peak_megabytes() -> float:
    """This process's own peak memory so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
