"""What the rule files as they lie on the disk would change of what the last run left; stores nothing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from sqlmodel import select

from tagfolk_engine.evaluate import Cutoff
from tagfolk_engine.lake import Snapshot
from tagfolk_engine.results.diff import Diff
from tagfolk_engine.results.models import RuleVersion, Run
from tagfolk_engine.run import cards, segments
from tagfolk_engine.run.looking import evaluator
from tagfolk_engine.run.looks import Looks, looks
from tagfolk_engine.run.opening import Prepared
from tagfolk_engine.run.report import said


@dataclass
class RuleDiff:
    """By tag, segment and sink; only what differs. ``run`` is what it is compared with (None: nothing has run)."""

    run: int | None
    as_of: str
    tags: dict[str, dict[str, Any]] = field(default_factory=dict)
    segments: dict[str, dict[str, Any]] = field(default_factory=dict)
    sinks: dict[str, dict[str, Any]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The document of ``tagfolk diff --json``."""
        return {
            "run": self.run, "as_of": self.as_of, "tags": self.tags, "segments": self.segments, "sinks": self.sinks,
        }  # fmt: skip


def differences(prepared: Prepared, cutoff: Cutoff) -> RuleDiff:
    """Evaluate the rules over the data and at the T of the last run, and compare. ``cutoff``: T before any run."""
    last = prepared.store.latest()
    if last is not None:
        cutoff = Cutoff(last.as_of, prepared.workspace.zone)
        prepared = _then(prepared, last)
    found = RuleDiff(last.id if last else None, said(cutoff.instant, cutoff.zone))
    looked, known = looks(prepared.program), cards.known(prepared.store)
    gone = [tag for tag, row in known.items() if tag not in prepared.program.tags and row.active]
    before = _texts(prepared)
    looking = evaluator(prepared, cutoff)
    try:
        evaluation = looking.run()
        segments.evaluate_segments(looking, prepared.program)
        diff = Diff(evaluation.connection, prepared.memberships().file(), [*prepared.program.tags, *gone])
        segments.take_stored(evaluation.connection, prepared.store, set())
        for tag, size in diff.sizes().items():
            change = _change(tag, looked, {name: row.hash for name, row in known.items() if row.active})
            moved = diff.connection.execute(
                "SELECT (SELECT count(*) FROM run_entered WHERE tag = $tag), "
                "(SELECT count(*) FROM run_left WHERE tag = $tag)", {"tag": tag},
            ).fetchone()  # fmt: skip
            if change is not None or moved != (0, 0):
                found.tags[tag] = {
                    "change": change or "moved", "customers": size.customers, "entered": size.entered,
                    "left": size.left, "rows": list(moved or ()), "before": before.get(tag),
                    "after": looked[tag].text if tag in looked else None,
                }  # fmt: skip
        _segments(prepared, evaluation.connection, found)
    finally:
        looking.close()
    return found


def _then(prepared: Prepared, last: Run) -> Prepared:
    """Over the data that the last run read, so that only the rules differ; over today's where they are gone."""
    path = prepared.workspace.lake_path / last.snapshot
    if not (path / "meta.json").is_file():
        return prepared
    then = replace(prepared, snapshot=Snapshot(path))
    then.__dict__["store"] = prepared.store
    return then


def _texts(prepared: Prepared) -> dict[str, str]:
    """The last text of each tag's rules that a run used."""
    with prepared.store.session() as session:
        versions = session.exec(select(RuleVersion).order_by(RuleVersion.id)).all()  # type: ignore[arg-type]
    return {version.tag: version.text for version in versions}


def _change(tag: str, looked: dict[str, Looks], known: dict[str, str]) -> str | None:
    if tag not in looked:
        return "removed"
    if tag not in known:
        return "new"
    return "changed" if known[tag] != looked[tag].hash else None


def _segments(prepared: Prepared, connection: Any, found: RuleDiff) -> None:
    program = prepared.program
    for name, change in segments.changes(connection, program).items():
        if change.entered or change.left:
            found.segments[name] = {"customers": change.customers, "entered": change.entered, "left": change.left}
        for sink in program.segments[name].sync:
            entered, left, _ = segments.to_sync(connection, name)
            if entered.num_rows or left.num_rows:
                found.sinks.setdefault(sink, {})[name] = {"entered": entered.num_rows, "left": left.num_rows}
    stored = connection.execute("SELECT segment, count(*) FROM run_segment_before GROUP BY segment").fetchall()
    for name, number in stored:
        if name not in program.segments:
            found.segments[name] = {"customers": 0, "entered": 0, "left": number, "change": "removed"}
