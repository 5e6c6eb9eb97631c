"""The analysis methods of a run: their kept fits from the store, their columns for the rules, their failures."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlmodel import select
from tagfolk_dsl.graph import segment_tags
from tagfolk_dsl.program import Program

from tagfolk_engine.evaluate import Cutoff, Evaluator
from tagfolk_engine.evaluate.backends import open_backend
from tagfolk_engine.methods import KeptFit, run_uses, tags_using
from tagfolk_engine.methods.dependents import uses_in
from tagfolk_engine.methods.report import plain, table_json
from tagfolk_engine.plugins import PluginFailure
from tagfolk_engine.results.columns import Record
from tagfolk_engine.results.models import MethodState, MethodTable, Run
from tagfolk_engine.results.store import Store
from tagfolk_engine.run.opening import Prepared

if TYPE_CHECKING:
    import pyarrow as pa

    from tagfolk_engine.intake.progress import Progress


class Fits:
    """What the uses of a program found in this run. ``stale``: tag → why it keeps its last state."""

    def __init__(
        self, prepared: Prepared, cutoff: Cutoff, last: Run | None, asked: Collection[str] | None,
        progress: Progress | None,
    ) -> None:  # fmt: skip
        self.program = prepared.program
        self._asked = asked
        self._stored = _stored(prepared.store)
        self.failures: Mapping[str, PluginFailure] = {}
        self.columns: dict[str, pa.Table] = {}
        self._results: Mapping[str, Any] = {}
        if self.program.uses:
            self._run(prepared, cutoff, progress)
        self.stale = {
            tag: f"use {use}: {failure}"
            for use, failure in self.failures.items()
            for tag in tags_using(self.program, [use])
        }

    def _run(self, prepared: Prepared, cutoff: Cutoff, progress: Progress | None) -> None:
        def watch(use: str, part: float, message: str) -> None:
            if progress is not None:
                progress.advance(f"{use} {message}".strip(), round(part * 100), 100)

        def open_evaluator(at: Cutoff, columns: Mapping[str, pa.Table]) -> Evaluator:
            return Evaluator(
                prepared.data, self.program, prepared.vocabulary, at, columns=columns,
                history=prepared.memberships(at.instant),
                backend=open_backend(prepared.workspace.settings.engine, prepared.data),
            )  # fmt: skip

        found = run_uses(
            self.program, prepared.data, cutoff, open_evaluator, prepared.plugins.methods,
            settings={n: t.model_dump() for n, t in prepared.workspace.settings.methods.items()},
            kept=self._stored, watch=watch,
        )  # fmt: skip
        self.failures, self.columns, self._results = found.failures, found.columns, found.results

    def sound_segments(self, program: Program) -> Program:
        """With the segments that this run sets only: none with ``--tag``, none that needs a failed method."""
        if self._asked:
            return replace(program, segments={})
        if not self.failures:
            return program
        looked = segment_tags(program)
        sound = {
            name: segment
            for name, segment in program.segments.items()
            if not (looked.get(name, set()) & set(self.stale)) and not (uses_in(segment) & set(self.failures))
        }
        return replace(program, segments=sound)

    def records(self, run: Run) -> list[Record]:
        """The tables and states to store; of a method that failed the last ones stay."""
        rows: list[Record] = []
        for use, result in self._results.items():
            tables = {name: table_json(table) for name, table in result.tables.items()}
            tables["fit"] = {"columns": ["figure", "value"], "rows": [[k, plain(v)] for k, v in result.fit.items()]}
            rows += [
                MethodTable(
                    use=use,
                    name=name,
                    method=result.method,
                    run=run.id,
                    as_of=run.as_of,
                    columns=table["columns"],
                    rows=table["rows"],
                )
                for name, table in tables.items()
            ]
            kept = result.kept
            state = {"state": kept.state, "data": kept.data, "figures": dict(kept.figures)}
            rows.append(
                MethodState(
                    use=use,
                    method=kept.method,
                    arguments=kept.arguments,
                    state=state,
                    run=run.id,
                    as_of=kept.fitted_as_of,
                )
            )
        return rows


def _stored(store: Store) -> dict[str, KeptFit]:
    with store.session() as session:
        rows = session.exec(select(MethodState)).all()
    return {
        row.use: KeptFit(
            row.method, row.arguments, row.state["state"], row.as_of, row.state["data"], row.state["figures"]
        )
        for row in rows
    }
