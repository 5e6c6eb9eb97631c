"""The thread that runs: what is due by the clock, and what events have triggered. One run at a time."""

from __future__ import annotations

import json
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlmodel import select

from tagfolk_engine.evaluate import Cutoff
from tagfolk_engine.results.errors import StoreLocked
from tagfolk_engine.results.models import Tag
from tagfolk_engine.run.opening import Prepared, prepare
from tagfolk_engine.schedule.bringing import bring
from tagfolk_engine.schedule.due import Trigger, due, triggers
from tagfolk_engine.schedule.spool import Spool
from tagfolk_engine.schedule.watch import Watch
from tagfolk_engine.workspace import open_workspace

if TYPE_CHECKING:
    from tagfolk_engine.run import RunReport

STATE = "serve.json"
"""How much of the spool the last triggered run has seen: what is beyond it is made up for after a kill."""
_PATIENCE = 600.0
"""So many seconds a run waits for another command that holds the workspace."""


class Worker(threading.Thread):
    """Wakes when it is told to, works off everything that is due, sleeps again."""

    def __init__(self, root: Path, watch: Watch, settle: float = 0.5) -> None:
        """``settle``: so long it waits after an event for more of them, in seconds."""
        super().__init__(name="tagfolk-worker", daemon=True)
        self.root = root
        self.watch = watch
        self._settle = settle
        self._wake = threading.Event()
        self._ending = threading.Event()
        self._counts: dict[tuple[str, str], int] = {}

    def wake(self) -> None:
        """There may be something to do."""
        self._wake.set()

    def stop(self, patience: float) -> bool:
        """Let the present run end, begin no other; whether it ended in time."""
        self._ending.set()
        self._wake.set()
        self.join(patience)
        return not self.is_alive()

    def run(self) -> None:
        """Until it is stopped."""
        while not self._ending.is_set():
            self._wake.wait()
            self._wake.clear()
            if self._ending.wait(self._settle):
                return
            self.work_once()

    def work_once(self) -> None:
        """What is due now; what goes wrong is logged and kept as ``last_error``."""
        try:
            self._work()
        except Exception as error:  # the daemon outlives whatever a run ends with; it is logged and in /health
            message = str(getattr(error, "message", error)) or type(error).__name__
            self.watch.last_error = message
            self.watch.log("the work failed", "error", error=message, hint=getattr(error, "hint", ""))
            self.watch.add("tagfolk_runs_total", cause="work", result="failed")

    def _work(self) -> None:
        prepared = prepare(open_workspace(self.root))
        spool = Spool(self.root, {})
        sizes, seen = spool.sizes(), self._seen()
        fresh = {event for event, size in sizes.items() if size != seen.get(event)}
        wanted = [trigger for trigger in triggers(prepared.program) if trigger.event in fresh]
        if wanted:
            self._triggered(prepared, wanted)
        if fresh:
            self._remember(sizes)
        self._scheduled(prepare(open_workspace(self.root)))
        brought, failed = bring(self.root)
        if brought or failed:
            self.watch.log("subscriptions", "warning" if failed else "info", brought=brought, failed=failed)

    # --- by events ----------------------------------------------------------------------------------------------

    def _triggered(self, prepared: Prepared, wanted: list[Trigger]) -> None:
        """Load, and run the tags whose event came indeed: of a ``where``, more or fewer than before fit it."""
        before = {key: self._counts.get(key) for key in map(_key, wanted)}
        self._patient(lambda: self._load(prepared))
        loaded = prepared.renewed()
        fired: list[str] = []
        for trigger in wanted:
            number = _matching(loaded, trigger)
            if number != before[_key(trigger)] and (number or before[_key(trigger)] is not None):
                fired.append(trigger.tag)
            self._counts[_key(trigger)] = number
        if fired:
            self._run("event", sorted(set(fired)), load=False)

    def _load(self, prepared: Prepared) -> None:
        from tagfolk_engine.intake import load
        from tagfolk_engine.results.lock import workspace_lock

        with workspace_lock(prepared.workspace.state, "load"):
            load(prepared.workspace)

    # --- by the clock -------------------------------------------------------------------------------------------

    def _scheduled(self, prepared: Prepared) -> None:
        with prepared.store.session() as session:
            rows = session.exec(select(Tag.name, Tag.as_of)).all()
        evaluated: dict[str, datetime] = dict(rows)
        wanted = due(prepared.program, evaluated, datetime.now(UTC), prepared.workspace.zone)
        if wanted:
            every = set(wanted) == set(prepared.program.tags)
            self._run("schedule", None if every else wanted, load=True)

    # --- a run --------------------------------------------------------------------------------------------------

    def _run(self, cause: str, tags: list[str] | None, *, load: bool) -> None:
        from tagfolk_engine.run import run

        start = time.monotonic()

        def work() -> RunReport:
            space = open_workspace(self.root)
            return run(space, as_of=Cutoff(datetime.now(UTC), space.zone), load=load, tags=tags)

        report = self._patient(work)
        took = time.monotonic() - start
        self.watch.add("tagfolk_runs_total", cause=cause, result="done")
        self.watch.add("tagfolk_run_seconds_sum", took)
        self.watch.set("tagfolk_last_run_timestamp_seconds", time.time())
        self.watch.set("tagfolk_customers", report.customers)
        for tag, size in report.tags.items():
            self.watch.set("tagfolk_tag_customers", size["customers"], tag=tag)
        self.watch.last_error = None
        self.watch.last_run = {"run": report.run, "as_of": report.as_of, "cause": cause}
        changed = sum(size["entered"] + size["left"] for size in report.tags.values())
        self.watch.log("ran", cause=cause, run=report.run, as_of=report.as_of, tags=len(report.tags), changed=changed,
                       seconds=round(took, 3), failed=report.failed, warnings=report.warnings)  # fmt: skip

    def _patient(self, work: Any) -> Any:
        """Wait while another command holds the workspace."""
        end = time.monotonic() + _PATIENCE
        while True:
            try:
                return work()
            except StoreLocked:
                if time.monotonic() > end or self._ending.wait(0.5):
                    raise

    def _seen(self) -> dict[str, int]:
        try:
            found: dict[str, int] = json.loads((self.root / ".tagfolk" / STATE).read_text(encoding="utf-8"))
        except (OSError, ValueError):  # not there yet, or not ours: everything is seen anew
            return {}
        return found

    def _remember(self, sizes: dict[str, int]) -> None:
        folder = self.root / ".tagfolk"
        folder.mkdir(exist_ok=True)
        beside = folder / f"{STATE}.new"
        beside.write_text(json.dumps(sizes), encoding="utf-8")
        beside.replace(folder / STATE)


def _key(trigger: Trigger) -> tuple[str, str]:
    return trigger.tag, repr(trigger.where)


def _matching(prepared: Prepared, trigger: Trigger) -> int:
    """How many events of a trigger there are."""
    from tagfolk_dsl.tree import Aggregate, Overall
    from tagfolk_dsl.tree.time import Ever

    from tagfolk_engine.run.looking import evaluator

    looking = evaluator(prepared, Cutoff(datetime.now(UTC), prepared.workspace.zone))
    try:
        figure = Overall(Aggregate("count", trigger.event, where=trigger.where, window=Ever()))
        rows = looking.table({"n": figure}, limit=1).column("n").to_pylist()
    finally:
        looking.close()
    return int(rows[0]) if rows else 0
