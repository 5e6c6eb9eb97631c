"""``tagfolk load``: sources → staged tables → customers, events, identity → a new snapshot of the lake."""

from __future__ import annotations

import shutil
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from tagfolk_engine.identity.decisions import Decisions
from tagfolk_engine.intake.checking import check_expressions
from tagfolk_engine.intake.context import Load
from tagfolk_engine.intake.counting import count_rows
from tagfolk_engine.intake.customers import stage_customers
from tagfolk_engine.intake.events import stage_events
from tagfolk_engine.intake.identity import compare_with, find_customers
from tagfolk_engine.intake.progress import Progress, Silent
from tagfolk_engine.intake.reading import find_broken, read_source, unchanged
from tagfolk_engine.intake.rejects import RejectWriter
from tagfolk_engine.intake.report import LoadReport, SourceReport
from tagfolk_engine.intake.staging import stage
from tagfolk_engine.intake.writing import write_customers, write_events, write_identity
from tagfolk_engine.lake import Lake, LakeError, SnapshotMeta
from tagfolk_engine.lake.writer import SnapshotWriter
from tagfolk_engine.workspace import Workspace, WorkspaceError
from tagfolk_engine.workspace.expressions import ExpressionError, column_names, parse
from tagfolk_engine.workspace.references import expressions_of


def load(workspace: Workspace, *, progress: Progress | None = None, decisions: Decisions | None = None) -> LoadReport:
    """Read all sources into a new snapshot of the lake. ``decisions``: about who is who (None: those of the store).

    Raises SourceFailed (a source cannot be read), WorkspaceError (an expression does not fit its source), LakeError
    (the disk refuses, or another load is at work). In each case the snapshot before stays as it was.
    """
    begun = time.monotonic()
    report = LoadReport()
    engine = workspace.settings.engine
    with Lake(workspace.lake_path).writer() as writer:
        _clean(workspace.state / "tmp")
        with stage(workspace.state, engine.memory, engine.threads) as working:
            loading = Load(workspace, working, progress or Silent(), report, decisions=decisions)
            meta = _load(loading, writer)
        report.seconds = time.monotonic() - begun
        report.snapshot = writer.name
        writer.commit(meta.model_copy(update={"report": report.as_json()}))
    return report


def _clean(folder: Path) -> None:
    """Working folders of loads that were killed: the writer's lock is held, so nobody else is at work."""
    for path in folder.glob("load-*"):
        shutil.rmtree(path, ignore_errors=True)


def _load(load: Load, writer: SnapshotWriter) -> SnapshotMeta:
    import duckdb

    settings = load.workspace.settings
    used = dict.fromkeys([*(b.from_ for b in settings.customers), *(e.from_ for e in settings.events)])
    columns = _columns(load.workspace)
    try:
        for number, name in enumerate(used):
            load.staged[name] = read_source(load.stage, load.workspace, name, number, load.progress, columns[name])
            _begin(load, name)
        _check(load)
        blocks = [stage_customers(load, number, block) for number, block in enumerate(settings.customers)]
        events = [stage_events(load, number, event) for number, event in enumerate(settings.events)]
        find_customers(load, blocks, events)
        compare_with(load, writer.base)
        attributes = write_customers(load, blocks, writer)
        described = write_events(load, events, writer)
        write_identity(load, writer)
        for name in used:
            unchanged(load.staged[name], load.stage)
            count_rows(load, name)
    except duckdb.Error as error:
        find_broken(load.staged.values(), load.stage, error)
        raise
    finally:
        for name, one in load.writers.items():
            load.report.sources[name].rejected = one.close()
    cursors = {name: staged.source.cursor for name, staged in load.staged.items()}
    return SnapshotMeta(
        loaded_at=datetime.now(UTC).isoformat(timespec="seconds"), zone=settings.workspace.timezone,
        customers=load.report.customers, attributes=attributes, events=described,
        cursors={name: _plain(value) for name, value in cursors.items() if value is not None},
    )  # fmt: skip


def _plain(value: object) -> object:
    """A cursor as JSON keeps it."""
    return value if isinstance(value, str | int | float | bool) else str(value)


def _begin(load: Load, name: str) -> None:
    """The report and the file of rejected records of a source; its broken lines first."""
    staged = load.staged[name]
    findings = list(staged.findings)
    for column in staged.columns.values():
        findings += column.findings()
    load.report.sources[name] = SourceReport(read=staged.rows, findings=findings)
    rejected = load.workspace.state / "rejected"
    (rejected / f"{name}.dropped.jsonl").unlink(missing_ok=True)
    try:
        writer = load.writers[name] = RejectWriter(rejected, name)
    except OSError as error:
        raise LakeError(f"{rejected} cannot be written: {error.strerror}", "check its permissions") from error
    for record in staged.source.notes.rejected:
        writer.add(record)
    load.report.sources[name].read += writer.rejected.count


def _columns(workspace: Workspace) -> dict[str, set[str]]:
    """The columns of each source that expressions name."""
    found: dict[str, set[str]] = {}
    for _, source, text in expressions_of(workspace.settings):
        names = found.setdefault(source, set())
        names.add(text.strip())  # a column with blanks in its name is no expression
        with suppress(ExpressionError):  # reported when the expressions are checked
            names.update(column_names(parse(text)))
    return found


def _check(load: Load) -> None:
    """All expressions against the columns that the sources really have, in one report."""
    columns = {name: staged.columns for name, staged in load.staged.items()}
    tables = {name: staged.table for name, staged in load.staged.items()}
    load.checked = check_expressions(load.workspace, load.stage, columns, tables)
    if load.checked.found:
        raise WorkspaceError(load.checked.found, load.workspace.text)


__all__ = ["load"]
