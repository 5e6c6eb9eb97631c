"""The hooks. Their docstrings are the contract; ``docs/plugins.md`` quotes the signatures and a test compares them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from tagfolk_plugins.api.answer import AnswerPlugin, Translation
    from tagfolk_plugins.api.function import FunctionPlugin
    from tagfolk_plugins.api.method import Method
    from tagfolk_plugins.api.sink import Sink
    from tagfolk_plugins.api.source import Source

PROJECT = "tagfolk"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def tagfolk_sources() -> Sequence[type[Source]]:  # type: ignore[empty-body]
    """Source classes that ``[sources.NAME] plugin = "…"`` may name."""


@hookspec
def tagfolk_methods() -> Sequence[type[Method]]:  # type: ignore[empty-body]
    """Analysis methods that ``use …`` may name."""


@hookspec
def tagfolk_functions() -> Sequence[type[FunctionPlugin]]:  # type: ignore[empty-body]
    """Further metrics and conditions of the language, each standing for a piece of the language with holes."""


@hookspec
def tagfolk_sinks() -> Sequence[type[Sink]]:  # type: ignore[empty-body]
    """Sink classes that ``sync …`` and ``tagfolk export --to …`` may name."""


@hookspec
def tagfolk_answers() -> Sequence[type[AnswerPlugin]]:  # type: ignore[empty-body]
    """Further kinds of question, with their words in each language."""


@hookspec(firstresult=True)
def tagfolk_translate(question: str, vocabulary: Mapping[str, Any]) -> Translation | None:
    """A model's reading of a question as a condition of the language, or None.

    Always checked by the parser, shown as a guess, never executed otherwise. ``vocabulary`` holds names of events,
    properties, attributes, tags and segments, no customer and no personal datum.
    """


@hookspec
def tagfolk_run_started(run: Mapping[str, Any]) -> None:
    """A run begins: ``{"run", "as_of", "workspace"}``."""


@hookspec
def tagfolk_run_finished(run: Mapping[str, Any]) -> None:
    """A run is stored: what ``tagfolk run --json`` prints."""
