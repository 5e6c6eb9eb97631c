"""One run, from the workspace to the store: everything or nothing."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from tagfolk_engine.evaluate import Cutoff
from tagfolk_engine.run.errors import UnknownName
from tagfolk_engine.run.opening import Prepared, prepare
from tagfolk_engine.run.report import RunReport
from tagfolk_engine.workspace import Workspace

if TYPE_CHECKING:
    from tagfolk_engine.intake.progress import Progress


def run(
    workspace: Workspace,
    *,
    as_of: str | Cutoff | None = None,
    load: bool = True,
    full: bool = False,
    tags: Collection[str] | None = None,
    progress: Progress | None = None,
) -> RunReport:
    """Load, evaluate, store, deliver.

    ``as_of``: a day or instant (None: the workspace's ``as_of``, or now). ``tags``: only these and what they need;
    the others stay as they are. Runs of a later T are put aside: the history after ``as_of`` begins anew.

    Raises RulesBroken (nothing is touched), UnknownName, NoData, WorkspaceError, SourceFailed, LakeError, StoreError,
    StoreLocked, EvaluationError, ValueError (``as_of`` is no date). Whatever it raises, the store is as it was; only
    DataRefused (a limit of [quality] stops the run) marks the tags that look at the data as stale.
    """
    from tagfolk_engine.quality import DataRefused, judge, mark
    from tagfolk_engine.results.lock import store_lock, workspace_lock
    from tagfolk_engine.run.storing import Storing

    cutoff = as_of if isinstance(as_of, Cutoff) else cutoff_of(workspace, as_of)
    seconds: dict[str, float] = {}
    with workspace_lock(workspace.state, "run") as lock:
        prepared = prepare(workspace)
        _wanted(prepared, tags)
        with store_lock(prepared.store.engine, "run"):
            storing = Storing(prepared, cutoff, full=full, tags=tags, keep_open=(lock,))
            loaded = None
            if load:
                from tagfolk_engine.intake import load as load_sources

                with _timed(seconds, "load"):
                    loaded = load_sources(workspace, progress=progress).as_json()
                prepared = prepared.renewed()
                _wanted(prepared, tags)
            judged = judge(prepared, cutoff)
            if judged.stops:
                mark(prepared.store, judged.doubts)
                raise DataRefused(judged)
            report = storing.run(prepared, seconds, progress)
            mark(prepared.store, judged.doubts)
            report.doubtful = judged.doubts
            report.warnings += judged.warnings
            report.load = loaded
    return report


def cutoff_of(workspace: Workspace, as_of: str | date | None) -> Cutoff:
    """T of a command: what was asked for, else the workspace's ``as_of``, else now. Raises ValueError."""
    if as_of is None:
        as_of = workspace.settings.workspace.as_of
    if isinstance(as_of, date):
        return Cutoff.of(as_of, workspace.zone)
    return Cutoff.parse(as_of, workspace.zone)


def _wanted(prepared: Prepared, tags: Collection[str] | None) -> None:
    """Refuse broken rules and unknown tags."""
    program = prepared.program
    for tag in tags or ():
        if tag not in program.tags:
            raise UnknownName("tag", tag, program.tags)


@contextmanager
def _timed(seconds: dict[str, float], what: str) -> Iterator[None]:
    start = time.perf_counter()
    try:
        yield
    finally:
        seconds[what] = round(time.perf_counter() - start, 3)


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)
