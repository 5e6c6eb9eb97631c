"""Evaluators for commands that look and store nothing: over the loaded data, at the T of the latest run or another."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from tagfolk_engine.evaluate import Cutoff, Evaluator
from tagfolk_engine.evaluate.backends import open_backend
from tagfolk_engine.methods import MethodRun, UseResult, run_uses
from tagfolk_engine.plugins import PluginFailed
from tagfolk_engine.run.errors import UnknownName
from tagfolk_engine.run.opening import Prepared
from tagfolk_engine.run.pins import for_evaluation, pins, standing

if TYPE_CHECKING:
    import pyarrow as pa


def evaluator(prepared: Prepared, cutoff: Cutoff) -> Evaluator:
    """An evaluator with history, pins and the columns of the methods that the rules use. The caller closes it."""
    return Evaluator(
        prepared.data, prepared.program, prepared.vocabulary, cutoff, history=prepared.memberships(cutoff.instant),
        columns=columns(prepared, cutoff), backend=open_backend(prepared.workspace.settings.engine, prepared.data),
        pins=for_evaluation(standing(pins(prepared.store), cutoff.instant)),
    )  # fmt: skip


def columns(prepared: Prepared, cutoff: Cutoff, uses: Collection[str] | None = None) -> dict[str, pa.Table]:
    """What the methods give as of the cutoff. Raises PluginFailed with the first failure."""
    if not prepared.program.uses:
        return {}
    found = _run(prepared, cutoff, uses)
    for failure in found.failures.values():
        raise PluginFailed(failure)
    return found.columns


def run_use(prepared: Prepared, name: str, cutoff: Cutoff) -> UseResult:
    """Run one ``use``, by its own name or (where it is the only one) its method's. Raises UnknownName, PluginFailed."""
    uses = prepared.program.uses
    if name not in uses:
        same = [use for use, statement in uses.items() if statement.method == name]
        if len(same) != 1:
            raise UnknownName("use", name, uses)
        name = same[0]
    found = _run(prepared, cutoff, [name])
    if name in found.failures:
        raise PluginFailed(found.failures[name])
    return found.results[name]


def _run(prepared: Prepared, cutoff: Cutoff, uses: Collection[str] | None) -> MethodRun:
    def open_evaluator(at: Cutoff, given: Mapping[str, pa.Table]) -> Evaluator:
        return Evaluator(
            prepared.data, prepared.program, prepared.vocabulary, at, columns=given,
            history=prepared.memberships(at.instant),
            backend=open_backend(prepared.workspace.settings.engine, prepared.data),
        )  # fmt: skip

    return run_uses(
        prepared.program, prepared.data, cutoff, open_evaluator, prepared.plugins.methods, uses=uses,
        settings={name: table.model_dump() for name, table in prepared.workspace.settings.methods.items()},
    )  # fmt: skip
