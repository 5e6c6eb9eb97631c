"""From a loaded workspace to a stored run: methods, evaluation, comparison, writing, delivery."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tagfolk_dsl.program import Program
from tagfolk_dsl.tree import Type

from tagfolk_engine.evaluate import Cutoff, Evaluation, Evaluator
from tagfolk_engine.evaluate.backends import open_backend
from tagfolk_engine.lake import Snapshot
from tagfolk_engine.lake.keeping import keep
from tagfolk_engine.results.diff import Diff, TagChange
from tagfolk_engine.results.models import Run, SegmentSize
from tagfolk_engine.results.recording import Outcome, later_runs, next_id, record, run_before
from tagfolk_engine.run import cards, increment, links, segments
from tagfolk_engine.run.causes import explain_changes
from tagfolk_engine.run.delivery import deliver
from tagfolk_engine.run.fits import Fits
from tagfolk_engine.run.looks import Looks, looks, rules_hash
from tagfolk_engine.run.opening import Prepared
from tagfolk_engine.run.pins import for_evaluation, pins, standing, touched
from tagfolk_engine.run.report import RunReport, said

if TYPE_CHECKING:
    from tagfolk_engine.intake.progress import Progress


class Storing:
    """A run while it is made. Made before the load, so that the last run's snapshot is not swept away by it."""

    def __init__(
        self,
        prepared: Prepared,
        cutoff: Cutoff,
        *,
        full: bool,
        tags: Collection[str] | None,
        keep_open: tuple[int, ...] = (),
    ) -> None:
        self.cutoff = cutoff
        self.full = full
        self.asked = sorted(tags) if tags else None
        self.keep_open = keep_open
        self.started = datetime.now(UTC)
        self.store = prepared.store
        self.later = later_runs(self.store, cutoff.instant)
        self.last = run_before(self.store, cutoff.instant)
        self.old = self._snapshot_of_last(prepared)
        self.way = increment.full("it is not decided yet")

    def _snapshot_of_last(self, prepared: Prepared) -> Snapshot | None:
        """What the last run read, held so that nobody deletes it; None where it is gone."""
        if self.last is None:
            return None
        path = prepared.workspace.lake_path / self.last.snapshot
        return Snapshot(path) if (path / "meta.json").is_file() else None

    def run(self, prepared: Prepared, seconds: dict[str, float], progress: Progress | None) -> RunReport:
        """Evaluate and store; everything or nothing."""
        from tagfolk_engine.plugins import tell

        program = prepared.program
        number = next_id(self.store, Run)
        head = {"run": number, "as_of": said(self.cutoff.instant, self.cutoff.zone)}
        told = tell(prepared.plugins, "tagfolk_run_started", {**head, "workspace": str(prepared.workspace.root)})
        start = time.perf_counter()
        fits = Fits(prepared, self.cutoff, self.last, self.asked, progress)
        all_pins = pins(self.store)
        evaluator = Evaluator(
            prepared.data, program, prepared.vocabulary, self.cutoff,
            history=prepared.memberships(self.cutoff.instant), columns=fits.columns,
            backend=open_backend(prepared.workspace.settings.engine, prepared.data),
            pins=for_evaluation(standing(all_pins, self.cutoff.instant)),
        )  # fmt: skip
        try:
            sound = self._scope(program, fits)
            looked = looks(program)
            evaluation = self._evaluate(prepared, evaluator, sound, looked, all_pins)
            segments.evaluate_segments(evaluator, fits.sound_segments(program))
            seconds["evaluate"] = round(time.perf_counter() - start, 3)
            start = time.perf_counter()
            report = self._store(prepared, evaluation, fits, sound, looked, number, all_pins)
            seconds["store"] = round(time.perf_counter() - start, 3)
        finally:
            evaluator.close()
        report.seconds = {name: seconds.get(name, 0.0) for name in ("load", "evaluate", "store")}
        told += tell(prepared.plugins, "tagfolk_run_finished", report.as_json())
        report.warnings += [str(failure) for failure in told]
        return report

    def _scope(self, program: Program, fits: Fits) -> list[str]:
        """The tags whose state this run sets: those asked for, but not those that need a method that failed."""
        return [tag for tag in program.tags if tag not in fits.stale and (not self.asked or tag in self.asked)]

    def _evaluate(
        self, prepared: Prepared, evaluator: Evaluator, sound: list[str], looked: Mapping[str, Looks], all_pins: Any
    ) -> Evaluation:
        """Everything, or the customers who can have changed: ``way`` says which, and why."""
        reason = self._reason_for_all(prepared.workspace.settings.engine.backend)
        if not reason:
            assert self.last is not None
            assert self.old is not None
            pinned = touched(all_pins, self.cutoff.instant, self.last)
            before = increment.Before(self.last, self.old, cards.known(self.store), pinned)
            self.way, some = increment.choose(evaluator, prepared.data, self.cutoff, sound, looked, before)
            held = prepared.memberships().file()
            if some is not None and held is not None:
                return increment.evaluate(evaluator, self.way, some, sound, held)
        else:
            self.way = increment.full(reason)
        return evaluator.run(sound)

    def _reason_for_all(self, engine: str) -> str:
        """Why there is no question of an increment; empty where there is one."""
        if engine != "duckdb":
            return f"the engine is {engine}"
        if self.full:
            return "--full was asked for"
        if self.last is None:
            return "it is the first run"
        if self.later:
            return "runs of a later T are put aside"
        if self.asked or self.last.tags:
            return "only some tags were asked for" if self.asked else "the last run was of some tags only"
        if self.old is None:
            return "the data that the last run read are gone"
        return ""

    def _store(
        self,
        prepared: Prepared,
        evaluation: Evaluation,
        fits: Fits,
        sound: list[str],
        looked: Mapping[str, Looks],
        number: int,
        all_pins: Any,
    ) -> RunReport:
        program = prepared.program
        memberships = prepared.memberships()
        known = cards.known(self.store)
        gone = [] if self.asked else [tag for tag in known if tag not in program.tags]
        held = memberships.stored_at(self.cutoff.instant) if self.later else memberships.file()
        diff = Diff(evaluation.connection, held, [*sound, *gone])
        again = self.last is not None and self.last.as_of == self.cutoff.instant
        diff.reopen(memberships.ended_at(self.cutoff.instant) if again else None)
        sizes = diff.sizes(_text(program, sound), _many(program, sound))
        told = fits.sound_segments(program)
        segments.take_stored(evaluation.connection, self.store, set(program.segments) - set(told.segments))
        members = segments.changes(evaluation.connection, told)
        report = self._report(number, evaluation, fits, sizes, members, program)
        fingerprint = rules_hash(looked, program)
        outcome = self._outcome(prepared, evaluation, report, sizes, members, looked, known, fits, fingerprint)
        if self._nothing_new(diff, outcome, members, fits, fingerprint):
            assert self.last is not None
            report.run, report.unchanged = self.last.id, True
        else:
            explain_changes(
                diff, {tag: looked[tag] for tag in sound}, {tag: row.hash for tag, row in known.items()}, gone,
                last=self.last.as_of if self.last else None, as_of=self.cutoff.instant, old=self.old,
                new=prepared.data, same_data=self.last is not None and self.last.snapshot == prepared.data.name,
                pinned=touched(all_pins, self.cutoff.instant, self.last),
            )  # fmt: skip
            outcome.run.finished_at = datetime.now(UTC)
            record(self.store, memberships, diff, outcome, rewind=bool(self.later), keep_open=self.keep_open)
            keep(prepared.workspace.lake_path, prepared.data.name)
        warnings, failed = deliver(
            prepared,
            evaluation.connection,
            members,
            ((self.last.report or {}).get("failed") or {}) if self.last else (),
        )
        report.warnings += warnings
        report.failed |= failed
        return report

    def _outcome(
        self, prepared: Prepared, evaluation: Evaluation, report: RunReport, sizes: Mapping[str, TagChange],
        members: Mapping[str, segments.SegmentChange], looked: Mapping[str, Looks], known: Mapping[str, Any],
        fits: Fits, fingerprint: str,
    ) -> Outcome:  # fmt: skip
        """All rows of the run but the assignments."""
        from importlib.metadata import version

        run = Run(
            id=report.run, as_of=self.cutoff.instant, started_at=self.started, finished_at=self.started,
            snapshot=prepared.data.name, rules=fingerprint, version=version("tagfolk"), customers=report.customers,
            full=self.way.full, tags=self.asked, report=report.as_json(),
        )  # fmt: skip
        begun, ended = segments.begun_and_ended(evaluation.connection)
        links_begun, links_ended = links.compare(
            evaluation.connection, self.store, prepared.data, self.cutoff.instant, rewind=bool(self.later)
        )
        kept_begun, kept_ended = links.kept(evaluation.connection, self.store, self.cutoff.instant, self.last)
        outcome = Outcome(
            run, replace={"tag": "name", "method_state": "use", "method_table": "use"}, members_begun=begun,
            members_ended=ended, links_begun=links_begun, links_ended=links_ended, kept_begun=kept_begun,
            kept_ended=kept_ended,
        )  # fmt: skip
        outcome.records += cards.tag_rows(self.store, prepared.program, looked, known, sizes, run, fits.stale)
        outcome.records += cards.size_rows(sizes, run)
        outcome.records += [
            SegmentSize(
                run=run.id, segment=name, as_of=run.as_of, customers=c.customers, entered=c.entered, left=c.left
            )
            for name, c in members.items()
        ]
        outcome.records += fits.records(run)
        return outcome

    def _nothing_new(
        self, diff: Diff, outcome: Outcome, members: Mapping[str, segments.SegmentChange], fits: Fits, fingerprint: str
    ) -> bool:
        """Whether the last run, of the same T and rules, left everything just so."""
        last = self.last
        if last is None or self.later or last.as_of != self.cutoff.instant or last.rules != fingerprint:
            return False
        rows = (outcome.members_begun, outcome.members_ended, outcome.links_begun, outcome.links_ended,
                outcome.kept_begun, outcome.kept_ended)  # fmt: skip
        reopened = diff.reopened().read_all().num_rows
        same_state = set((last.report or {}).get("stale", ())) == set(fits.stale) and (self.asked or not last.tags)
        return (
            diff.changes == (0, 0)
            and not reopened
            and not any(t is not None and t.num_rows for t in rows)
            and bool(same_state)
        )

    def _report(
        self, number: int, evaluation: Evaluation, fits: Fits, sizes: Mapping[str, TagChange],
        members: Mapping[str, segments.SegmentChange], program: Program,
    ) -> RunReport:  # fmt: skip
        report = RunReport(number, said(self.cutoff.instant, self.cutoff.zone), evaluation.customers)
        report.way = "full" if self.way.full else "increment"
        report.because, report.touched = self.way.because, self.way.touched
        for tag, size in sizes.items():
            if tag not in program.tags and not size.left:
                continue
            shown: dict[str, Any] = {"customers": size.customers, "entered": size.entered, "left": size.left}
            if size.values is not None:
                shown["values"] = dict(size.values)
            report.tags[tag] = shown
        for name, change in members.items():
            report.segments[name] = {
                "customers": change.customers, "entered": change.entered, "left": change.left
            }  # fmt: skip
        report.failed = {use: str(failure) for use, failure in fits.failures.items()}
        report.stale = sorted(fits.stale)
        report.replaced = len(self.later)
        if self.later:
            newest = max(run.as_of for run in self.later)
            report.warnings.append(
                f"the history after {report.as_of} begins anew: {len(self.later)} run(s) up to "
                f"{said(newest, self.cutoff.zone)} were put aside (table assignment_replaced)"
            )
        return report


def _text(program: Program, tags: Collection[str]) -> list[str]:
    return [tag for tag in tags if program.tags[tag].type in (Type.TEXT, Type.BOOLEAN)]


def _many(program: Program, tags: Collection[str]) -> list[str]:
    return [tag for tag in tags if program.tags[tag].many]
