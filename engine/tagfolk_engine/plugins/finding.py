"""Finding plugins: installed ones by entry points, the workspace's own in its ``plugins/*.py``.

A plugin that cannot be imported, or whose hooks are not ours, is dropped with a warning that names it and gives its
own words; nothing else is lost.
"""

from __future__ import annotations

import difflib
import hashlib
import importlib.util
import sys
import traceback
from importlib.metadata import Distribution, EntryPoint, distributions
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy
from tagfolk_dsl.diagnostics import Diagnostic
from tagfolk_dsl.tree import Span
from tagfolk_plugins.api import hookspecs

from tagfolk_engine.plugins.isolation import words
from tagfolk_engine.plugins.registry import Origin

GROUP = hookspecs.PROJECT
BROKEN = "C090"
"""The code of the warning about a plugin that was dropped."""


def dropped(origin: Origin, why: str, line: int = 0) -> Diagnostic:
    """The warning that a plugin was left out."""
    span = Span(origin.place, line, 1, line, 1) if line else Span(origin.place)
    return Diagnostic(
        BROKEN, span, f"plugin '{origin.plugin}' was left out: {why}", "mend it or remove it; the others work",
        "warning", f"插件“{origin.plugin}”未载入: {why}", "请修正或移除它, 其余插件不受影响",
    )  # fmt: skip


def find(manager: pluggy.PluginManager, root: Path | None) -> tuple[dict[str, Origin], list[Diagnostic]]:
    """Register everything there is. Gives the origin of each plugin by its name in the manager, and the warnings."""
    origins: dict[str, Origin] = {}
    warnings: list[Diagnostic] = []
    for distribution, point in _entry_points():
        origin = Origin(point.name, point.value, f"{distribution.name} {distribution.version}")
        try:
            plugin = point.load()
        except (Exception, SystemExit) as error:  # any error of a stranger's module: named, and the rest goes on
            warnings.append(dropped(origin, words(error)))
            continue
        _register(manager, plugin, origin, origins, warnings)
    for path in sorted((root / "plugins").glob("*.py")) if root is not None else ():
        if path.name.startswith("_"):
            continue
        origin = Origin(path.stem, f"plugins/{path.name}")
        try:
            module = _import(path)
        except (Exception, SystemExit) as error:  # as above
            warnings.append(dropped(origin, words(error), _line(error, path)))
            continue
        _register(manager, module, origin, origins, warnings)
    return origins, warnings


def _entry_points() -> list[tuple[Distribution, EntryPoint]]:
    """Our group's entry points, each once (the first of a name and value on the path), ours before strangers'."""
    found: dict[tuple[str, str], tuple[Distribution, EntryPoint]] = {}
    for distribution in distributions():
        for point in distribution.entry_points:
            if point.group == GROUP:
                found.setdefault((point.name, point.value), (distribution, point))
    return sorted(found.values(), key=lambda pair: (pair[0].name != GROUP, pair[0].name, pair[1].name))


def _import(path: Path) -> ModuleType:
    """A file of the workspace as a module of its own, under a name that hides nothing."""
    name = f"tagfolk_workspace_{hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:12]}_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path.name} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # pydantic and dataclasses look their module up while it is made
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _register(
    manager: pluggy.PluginManager, plugin: Any, origin: Origin, origins: dict[str, Origin], warnings: list[Diagnostic]
) -> None:
    name = origin.place
    try:
        manager.register(plugin, name)
    except (pluggy.PluginValidationError, ValueError) as error:
        if manager.has_plugin(name):
            manager.unregister(name=name)
        warnings.append(dropped(origin, _validation(error)))
        return
    unknown = _unknown_hook(manager, plugin)
    if unknown is not None:
        manager.unregister(plugin)
        warnings.append(dropped(origin, unknown))
        return
    if not manager.get_hookcallers(plugin):
        manager.unregister(plugin)
        warnings.append(dropped(origin, "it has no hook: put @hookimpl on a function such as tagfolk_sources()"))
        return
    origins[name] = origin


def _unknown_hook(manager: pluggy.PluginManager, plugin: Any) -> str | None:
    """A hook that does not exist (what ``check_pending`` looks for), with the nearest that does."""
    known = sorted(name for name in vars(hookspecs) if name.startswith("tagfolk_"))
    for caller in manager.get_hookcallers(plugin) or ():
        if not caller.has_spec():
            near = difflib.get_close_matches(caller.name, known, 1)
            return f"there is no hook '{caller.name}'" + (f"; did you mean '{near[0]}'?" if near else "")
    return None


def _validation(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return " ".join(line for line in lines if not line.startswith("Plugin ")) or words(error)


def _line(error: BaseException, path: Path) -> int:
    """The line of the plugin's own file where it went wrong."""
    if isinstance(error, SyntaxError) and error.lineno:
        return error.lineno
    frames = [f for f in traceback.extract_tb(error.__traceback__) if Path(f.filename) == path]
    return (frames[-1].lineno or 0) if frames else 0
