"""Running the uses of a program: in the order in which they need each other, each by itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tagfolk_dsl.program import Program
from tagfolk_dsl.tree import Use
from tagfolk_plugins.api.errors import ArgumentError, PluginError
from tagfolk_plugins.api.time import step

from tagfolk_engine.methods.arguments import fill
from tagfolk_engine.methods.context import OpenEvaluator, SnapshotContext
from tagfolk_engine.methods.dependents import uses_in
from tagfolk_engine.methods.report import plain
from tagfolk_engine.methods.shape import WrongShape, columns_of
from tagfolk_engine.plugins import METHOD_TIMEOUT, PluginFailure, call

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from tagfolk_plugins.api.method import Method

    from tagfolk_engine.evaluate.cutoff import Cutoff
    from tagfolk_engine.lake import Snapshot

REFRESH: Mapping[str, tuple[int, str]] = {
    "daily": (1, "day"), "weekly": (1, "week"), "monthly": (1, "month"), "quarterly": (1, "quarter"),
    "half-yearly": (6, "month"), "yearly": (1, "year"),
}  # fmt: skip


@dataclass(frozen=True)
class KeptFit:
    """What is kept of a use from run to run: the method's own state, what it was made of, when."""

    method: str
    arguments: str
    """A hash of the arguments."""
    state: Any
    fitted_as_of: datetime
    """T of the run that made the fit, aware."""
    data: str = ""
    """The snapshot that it was made from."""
    figures: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class UseResult:
    """What one use found. ``columns`` is ``customer_id`` and the method's columns; ``kept`` is for the store."""

    use: str
    method: str
    arguments: Mapping[str, Any]
    columns: pa.Table
    types: Mapping[str, str]
    tables: Mapping[str, pd.DataFrame]
    fit: Mapping[str, Any]
    kept: KeptFit


@dataclass(frozen=True)
class MethodRun:
    """What all uses found, and those that failed, by the name of the use."""

    results: Mapping[str, UseResult]
    failures: Mapping[str, PluginFailure]

    @property
    def columns(self) -> dict[str, pa.Table]:
        """The columns by use, for the evaluator."""
        return {name: result.columns for name, result in self.results.items()}


Watch = Callable[[str, float, str], None]
"""Told (use, part done from 0 to 1, message)."""


def run_uses(
    program: Program,
    snapshot: Snapshot,
    cutoff: Cutoff,
    open_evaluator: OpenEvaluator,
    methods: Mapping[str, type[Method]],
    *,
    uses: Collection[str] | None = None,
    settings: Mapping[str, Mapping[str, Any]] | None = None,
    kept: Mapping[str, KeptFit] | None = None,
    watch: Watch | None = None,
) -> MethodRun:
    """Run the uses (all, or those named and what they need) as of the cutoff.

    ``open_evaluator(cutoff, columns)`` gives an Evaluator that knows the columns of uses that ran before.
    ``settings`` are the ``[methods.NAME]`` blocks (``timeout``, ``refresh``, tables of the method's own), ``kept`` the
    fits of earlier runs by use. Never raises for what a method does: failures are by use, and a use that needs a failed
    one fails too.
    """
    wanted = set(program.uses) if uses is None else _closure(program, uses)
    results: dict[str, UseResult] = {}
    failures: dict[str, PluginFailure] = {}
    for name in _ordered(program, wanted, failures):
        use = program.uses[name]
        lost = sorted(n for n in _needs(use) if n in failures or n not in program.uses)
        if lost:
            failures[name] = PluginFailure(use.method, f"'{name}' needs '{lost[0]}', which failed")
            continue
        columns = {n: results[n].columns for n in _needs(use)}
        own = (settings or {}).get(use.method, {})
        one = _One(program, snapshot, cutoff, open_evaluator, columns, own, (kept or {}).get(name), watch)
        outcome = one.run(use, methods.get(use.method))
        if isinstance(outcome, PluginFailure):
            failures[name] = outcome
        else:
            results[name] = outcome
    return MethodRun(results, failures)


@dataclass(frozen=True)
class _One:
    """The run of one use."""

    program: Program
    snapshot: Snapshot
    cutoff: Cutoff
    open_evaluator: OpenEvaluator
    columns: Mapping[str, pa.Table]
    settings: Mapping[str, Any]
    kept: KeptFit | None
    watch: Watch | None

    def run(self, use: Use, method: type[Method] | None) -> UseResult | PluginFailure:
        if method is None:
            return PluginFailure(use.method, f"there is no method '{use.method}'", "see: tagfolk plugins list")
        try:
            arguments = fill(use, method)
        except ArgumentError as error:
            return PluginFailure(use.method, error.message, error.hint)
        fingerprint = _fingerprint(arguments)
        kept = self._usable(method.name, fingerprint)
        due = kept is None or self._due(kept)
        keep: list[Callable[[], object]] = []
        watch = self.watch
        context = SnapshotContext(
            self.snapshot, self.program, self.cutoff, self.open_evaluator, columns=self.columns,
            state=kept.state if kept else None, due=due, settings=self.settings, keep=keep,
            say=None if watch is None else lambda part, message: watch(use.name, part, message),
        )  # fmt: skip
        try:
            limit = float(self.settings.get("timeout") or METHOD_TIMEOUT)
            result = call(
                use.method, lambda: method().run(arguments, context), timeout=limit, interrupt=context.interrupt
            )
            if isinstance(result, PluginFailure):
                return result
            columns = columns_of(method, result)
            state = json.loads(json.dumps(plain(result.state)))
        except WrongShape as error:
            return PluginFailure(use.method, error.message, error.hint, "shape")
        except PluginError as error:
            return PluginFailure(use.method, error.message, error.hint)
        finally:
            for free in reversed(keep):
                free()
        made = self.cutoff.instant if due or kept is None else kept.fitted_as_of
        data = self.snapshot.name if due or kept is None else kept.data
        figures = {str(k): plain(v) for k, v in result.fit.items()}
        return UseResult(
            use.name, method.name, arguments, columns, dict(method.columns), dict(result.tables), dict(result.fit),
            KeptFit(method.name, fingerprint, state, made, data, figures),
        )  # fmt: skip

    def _usable(self, method: str, fingerprint: str) -> KeptFit | None:
        """The kept fit, where it is of this method and these arguments, and no later than T: no future in the past."""
        kept = self.kept
        if kept is None or (kept.method, kept.arguments) != (method, fingerprint):
            return None
        return kept if kept.fitted_as_of <= self.cutoff.instant else None

    def _due(self, kept: KeptFit) -> bool:
        every = str(self.settings.get("refresh"))
        if every not in REFRESH:
            return True
        return step(kept.fitted_as_of, REFRESH[every], self.cutoff.zone) <= self.cutoff.instant


def _fingerprint(arguments: Mapping[str, Any]) -> str:
    text = json.dumps({name: plain(value) for name, value in arguments.items()}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _needs(use: Use) -> frozenset[str]:
    return frozenset().union(*(uses_in(value) for _, value in use.arguments)) if use.arguments else frozenset()


def _closure(program: Program, uses: Collection[str]) -> set[str]:
    found: set[str] = set()
    queue = [u for u in uses if u in program.uses]
    while queue:
        name = queue.pop()
        if name not in found:
            found.add(name)
            queue.extend(n for n in _needs(program.uses[name]) if n in program.uses)
    return found


def _ordered(program: Program, wanted: Collection[str], failures: dict[str, PluginFailure]) -> list[str]:
    """The wanted uses, each after those it needs; those in a circle go to ``failures``."""
    order: list[str] = []
    left = [name for name in program.uses if name in wanted]
    while left:
        ready = [n for n in left if all(m in order or m not in left for m in _needs(program.uses[n]))]
        if not ready:
            for name in left:
                words = f"'{name}' needs itself, through {', '.join(left)}"
                failures[name] = PluginFailure(program.uses[name].method, words)
            break
        order += ready
        left = [n for n in left if n not in ready]
    return order
