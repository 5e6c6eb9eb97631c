"""Hooks that are called in passing: what happens in a run, and a model's reading of a question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from tagfolk_engine.plugins.door import Plugins
from tagfolk_engine.plugins.isolation import ANSWER_TIMEOUT, PluginFailure, call

if TYPE_CHECKING:
    from tagfolk_plugins.api.answer import Translation


def tell(
    plugins: Plugins,
    what: Literal["tagfolk_run_started", "tagfolk_run_finished"],
    run: Mapping[str, Any],
    timeout: float | None = 60.0,
) -> list[PluginFailure]:
    """Tell every plugin that a run began or ended; what fails comes back by name and stops nothing."""
    failures = []
    for name in plugins.givers(what):
        outcome = call(plugins.origins[name].plugin, plugins.one(what, name), run=run, timeout=timeout)
        if isinstance(outcome, PluginFailure):
            failures.append(outcome)
    return failures


def translate(
    plugins: Plugins, question: str, vocabulary: Mapping[str, Any], timeout: float | None = ANSWER_TIMEOUT
) -> tuple[Translation | None, list[PluginFailure]]:
    """The first reading that a plugin gives, or None; a plugin that fails is passed over and named."""
    from tagfolk_plugins.api.answer import Translation

    failures: list[PluginFailure] = []
    for name in plugins.givers("tagfolk_translate"):
        who = plugins.origins[name].plugin
        caller = plugins.one("tagfolk_translate", name)
        reading = call(who, caller, question=question, vocabulary=vocabulary, timeout=timeout)
        if isinstance(reading, Translation):
            return reading, failures
        if isinstance(reading, PluginFailure):
            failures.append(reading)
        elif reading is not None:
            failures.append(PluginFailure(who, f"gave {reading!r}, not a Translation", kind="shape"))
    return None, failures
