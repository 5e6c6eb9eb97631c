"""Contract suites and a stand-in context for plugin authors. The pytest plugin comes with tagfolk.

Subclass ``SourceContract``, ``MethodContract`` or ``SinkContract`` in a test of your own: every rule of the API is then
tested against your plugin.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tagfolk_plugins.testing.frames import FrameContext, metric, where, window

if TYPE_CHECKING:
    from tagfolk_plugins.testing.method_contract import MethodContract
    from tagfolk_plugins.testing.sink_contract import SinkContract
    from tagfolk_plugins.testing.source_contract import SourceContract

__all__ = [
    "FrameContext", "MethodContract", "SinkContract", "SourceContract", "metric", "where", "window",
]  # fmt: skip

_SUITES = {
    "MethodContract": "method_contract",
    "SinkContract": "sink_contract",
    "SourceContract": "source_contract",
}


def __getattr__(name: str) -> Any:
    """The suites import pytest, so they come when asked for, after pytest has set up its assertion rewriting."""
    if name not in _SUITES:
        raise AttributeError(name)
    from importlib import import_module

    return getattr(import_module(f"tagfolk_plugins.testing.{_SUITES[name]}"), name)
