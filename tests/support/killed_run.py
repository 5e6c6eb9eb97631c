"""A process that kills itself (SIGKILL) at a step of writing a run: ``killed_run.py URL LAKE STEP before|after``."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.stored import day, run
from tagfolk_engine.results import store
from tagfolk_engine.results.membership import Memberships
from tagfolk_engine.results.small_writer import SmallSqliteWriter
from tagfolk_engine.results.store import Store
from tagfolk_engine.results.writer import PostgresWriter, SqliteWriter

SECOND = {(f"c{i:05}", "vip", None) for i in range(500, 1500)}


def main(url: str, lake: str, step: int, when: str, bulk: bool = False) -> None:
    """Run of day 2; prints the number of steps when it lives to the end. ``bulk``: as if there were many rows."""
    if bulk:
        store.SMALL = -1  # type: ignore[attr-defined]
    steps = [0]

    def deadly(plain: Any) -> Any:
        def call(*arguments: Any, **named: Any) -> Any:
            steps[0] += 1
            if steps[0] == step and when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            given = plain(*arguments, **named)
            if steps[0] == step and when == "after":
                os.kill(os.getpid(), signal.SIGKILL)
            return given

        return call

    for writer in (SqliteWriter, SmallSqliteWriter, PostgresWriter):
        for name in ("_ingest", "execute", "commit"):
            setattr(writer, name, deadly(getattr(writer, name)))
    Memberships.put = deadly(Memberships.put)  # type: ignore[method-assign]
    run(Store(url), Path(lake), day(2), SECOND, "behaviour")
    sys.stdout.write(str(steps[0]))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4], sys.argv[5:] == ["bulk"])
