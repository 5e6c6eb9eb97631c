"""The door to the plugins: one manager per workspace, made when first asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pluggy
from tagfolk_dsl.diagnostics import Diagnostic
from tagfolk_plugins.api import hookspecs

from tagfolk_engine.plugins.finding import dropped, find
from tagfolk_engine.plugins.isolation import PluginFailure, call
from tagfolk_engine.plugins.registry import Origin, Registry, misfit

if TYPE_CHECKING:
    from tagfolk_plugins.api.answer import AnswerPlugin
    from tagfolk_plugins.api.function import FunctionPlugin
    from tagfolk_plugins.api.method import Method
    from tagfolk_plugins.api.sink import Sink
    from tagfolk_plugins.api.source import Source

TRACE = "TAGFOLK_TRACE_HOOKS"


class Plugins:
    """What is installed for a workspace: registries by kind, where each thing comes from, what was left out."""

    def __init__(self, root: Path | None) -> None:
        self.root = root
        self.manager = pluggy.PluginManager(hookspecs.PROJECT)
        self.manager.add_hookspecs(hookspecs)
        if os.environ.get(TRACE, "0") not in ("", "0"):
            _trace(self.manager)
        self.origins, self._warnings = find(self.manager, root)
        self.manager.check_pending()

    @cached_property
    def sources(self) -> Registry[Source]:
        """Source classes by the name that ``plugin = "…"`` says."""
        from tagfolk_plugins.api.source import Source

        return self._collect("tagfolk_sources", "source", Source)

    @cached_property
    def methods(self) -> Registry[Method]:
        """Method classes by the name that ``use …`` says."""
        from tagfolk_plugins.api.method import Method

        return self._collect("tagfolk_methods", "method", Method)

    @cached_property
    def sinks(self) -> Registry[Sink]:
        """Sink classes by the name that ``plugin = "…"`` says."""
        from tagfolk_plugins.api.sink import Sink

        return self._collect("tagfolk_sinks", "sink", Sink)

    @cached_property
    def answers(self) -> Registry[AnswerPlugin]:
        """Further kinds of question by name."""
        from tagfolk_plugins.api.answer import AnswerPlugin

        return self._collect("tagfolk_answers", "answer", AnswerPlugin)

    @cached_property
    def functions(self) -> Registry[FunctionPlugin]:
        """Further words of the language by name."""
        from tagfolk_plugins.api.function import FunctionPlugin

        return self._collect("tagfolk_functions", "function", FunctionPlugin)

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """What was left out and why. Complete once the registries were looked at; ``all_warnings`` looks at them."""
        return tuple(self._warnings)

    def all_warnings(self) -> tuple[Diagnostic, ...]:
        """What was left out of any kind, and why. Raises PluginClash."""
        for registry in (self.sources, self.methods, self.sinks, self.answers, self.functions):
            len(registry)
        return tuple(self._warnings)

    def function_rules(self) -> dict[str, str]:
        """The function plugins as rule text by a made-up path: what the checker reads beside the rule files."""
        return {
            f"plugin {self.functions.origins[name].plugin}: {name}": f"let {name} = {item.meaning}\n"
            for name, item in self.functions.items()
        }

    def one(self, hook: str, name: str) -> Any:
        """A caller of one hook that reaches one plugin only."""
        others = [plugin for other, plugin in self.manager.list_name_plugin() if other != name and plugin is not None]
        return self.manager.subset_hook_caller(hook, others)

    def givers(self, hook: str) -> Iterable[str]:
        """The plugins that implement a hook, in the order in which they were found."""
        callers = {impl.plugin_name for impl in getattr(self.manager.hook, hook).get_hookimpls()}
        return [name for name in self.origins if name in callers]

    def _collect(self, hook: str, kind: str, base: type[Any]) -> Registry[Any]:
        """Ask each plugin by itself, so that one that raises does not silence the others."""
        registry: Registry[Any] = Registry(kind)
        for name in self.givers(hook):
            origin = self.origins[name]
            given = call(origin.plugin, self.one(hook, name))
            if isinstance(given, PluginFailure):
                self._warnings.append(dropped(origin, f"{hook}() raised {given.message}"))
                continue
            items = given[0] if given else []
            if not isinstance(items, (list, tuple)):
                self._warnings.append(dropped(origin, f"{hook}() must give a list of classes, it gave {items!r}"))
                continue
            for item in items:
                why = misfit(item, base, kind)
                if why is not None:
                    self._warnings.append(dropped(origin, why))
                else:
                    registry.add(item.name, item, origin)
        return registry


@lru_cache(maxsize=8)
def _of(root: Path | None) -> Plugins:
    return Plugins(root)


def plugins(root: Path | None = None) -> Plugins:
    """What is installed, with the workspace's own ``plugins/*.py`` where a workspace is given."""
    return _of(root.resolve() if root is not None else None)


def forget() -> None:
    """Look again at the next call (the daemon does when a file in ``plugins/`` changed)."""
    _of.cache_clear()


def manager(root: Path | None = None) -> pluggy.PluginManager:
    """The pluggy manager with every plugin registered."""
    return plugins(root).manager


def sources(root: Path | None = None) -> Registry[Source]:
    """Source classes by name. Raises PluginClash."""
    return plugins(root).sources


def methods(root: Path | None = None) -> Registry[Method]:
    """Method classes by name. Raises PluginClash."""
    return plugins(root).methods


def sinks(root: Path | None = None) -> Registry[Sink]:
    """Sink classes by name. Raises PluginClash."""
    return plugins(root).sinks


def answers(root: Path | None = None) -> Registry[AnswerPlugin]:
    """Answer classes by name. Raises PluginClash."""
    return plugins(root).answers


def functions(root: Path | None = None) -> Registry[FunctionPlugin]:
    """Function classes by name. Raises PluginClash."""
    return plugins(root).functions


def _trace(manager: pluggy.PluginManager) -> None:
    """Write each call of a hook to standard error: which, with what, which plugins, what came back."""

    def before(hook: str, implementations: Any, arguments: Any) -> None:
        who = ", ".join(impl.plugin_name for impl in implementations)
        sys.stderr.write(f"hook {hook}({', '.join(f'{k}={v!r}' for k, v in arguments.items())}) -> {who}\n")

    def after(outcome: Any, hook: str, implementations: Any, arguments: Any) -> None:
        error = outcome.exception
        sys.stderr.write(f"hook {hook} gave {error!r}\n" if error else f"hook {hook} gave {outcome.get_result()!r}\n")

    manager.add_hookcall_monitoring(before, after)


__all__ = ["Origin", "Plugins", "answers", "forget", "functions", "manager", "methods", "plugins", "sinks", "sources"]
