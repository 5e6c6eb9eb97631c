"""Plugins: found by entry points and in the workspace, kept apart from each other and from the run.

``plugins(root)`` is the door: what is installed, by kind and name. ``call`` and ``each`` run a piece of a plugin so
that its mistakes stay its own: they come back as a ``PluginFailure`` with its name and its own words.
"""

from tagfolk_engine.plugins.door import (
    Plugins,
    answers,
    forget,
    functions,
    manager,
    methods,
    plugins,
    sinks,
    sources,
)  # fmt: skip
from tagfolk_engine.plugins.events import tell, translate
from tagfolk_engine.plugins.isolation import (
    ANSWER_TIMEOUT,
    METHOD_TIMEOUT,
    SINK_TIMEOUT,
    SOURCE_TIMEOUT,
    PluginFailed,
    PluginFailure,
    call,
    each,
)  # fmt: skip
from tagfolk_engine.plugins.registry import Origin, PluginClash, Registry

__all__ = [
    "ANSWER_TIMEOUT", "METHOD_TIMEOUT", "Origin", "PluginClash", "PluginFailed", "PluginFailure", "Plugins",
    "Registry", "SINK_TIMEOUT", "SOURCE_TIMEOUT", "answers", "call", "each", "forget", "functions", "manager",
    "methods", "plugins", "sinks", "sources", "tell", "translate",
]  # fmt: skip
