"""Helpers of the methods' tests: running a method with its defaults, and the shared data beside the project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tagfolk_plugins import Method, MethodContext, MethodResult

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def shared(*parts: str) -> Path:
    """A file of ``../shared/data``, or a skip that says why."""
    path = DATA.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"../shared/data/{'/'.join(parts)} is not beside the project")
    return path


def run(method: type[Method], context: MethodContext, **arguments: Any) -> MethodResult:
    """Run a method with its defaults filled in, as the engine does."""
    known = {a.name: a.default for a in method.arguments}
    assert set(arguments) <= set(known), f"unknown: {set(arguments) - set(known)}"
    return method().run({**known, **arguments}, context)
