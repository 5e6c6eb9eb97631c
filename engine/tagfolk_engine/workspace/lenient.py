"""Settings from a file with mistakes: what is wrong is reported and left out, so that the rest can be checked too."""

from __future__ import annotations

import copy
from typing import Any

from pydantic import ValidationError
from tagfolk_dsl.diagnostics import Diagnostic

from tagfolk_engine.workspace.locate import Path, Places
from tagfolk_engine.workspace.mistakes import mistakes, real_path
from tagfolk_engine.workspace.settings import Settings

MISSING = "\ufffd"
"""Stands for a text that is missing; a finding that mentions it says nothing new."""
_ROUNDS = 8


def lenient(data: dict[str, Any], places: Places) -> tuple[Settings, list[Diagnostic]]:
    """The settings as far as they go, and every mistake of their shape."""
    found: list[Diagnostic] = []
    data = copy.deepcopy(data)
    gone: set[Path] = set()
    for _ in range(_ROUNDS):
        try:
            return Settings.model_validate(data), found
        except ValidationError as error:
            paths = [real_path(one, (), places) for one in error.errors()]
            errors = [e for e, path in zip(error.errors(), paths) if path not in gone]
            known = {(d.code, d.span, d.message) for d in found}
            found += [d for d in mistakes(errors, Settings, places) if (d.code, d.span, d.message) not in known]
            gone.update(paths)
            for one, path in zip(error.errors(), paths):
                _mend(data, path, missing=one["type"] == "missing")
    return Settings(), found


def _mend(data: Any, path: Path, *, missing: bool) -> None:
    """Leave out what is wrong; lists keep their length, so that the places of the others stay right."""
    if not path:
        return
    at = data
    for part in path[:-1]:
        try:
            at = at[part]
        except (KeyError, IndexError, TypeError):
            return
    last = path[-1]
    if isinstance(at, dict) and missing:
        at[last] = MISSING
    elif isinstance(at, dict):
        at.pop(last, None)
    elif isinstance(at, list) and isinstance(last, int) and last < len(at):
        at[last] = {} if isinstance(at[last], dict) else MISSING
