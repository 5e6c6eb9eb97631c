"""Subscriptions are brought by whoever can reach their people: the chat's transports, found by entry points."""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path

from tagfolk_engine.plugins import PluginFailure, call

CLOCK = "tagfolk.clock"
"""Entry points that bring what is due now: ``bring(root) -> int``, how many were brought."""
_TIMEOUT = 300.0


def bring(root: Path) -> tuple[int, list[str]]:
    """Let every transport bring what is due: how many were brought, and what failed, in words."""
    brought, failed = 0, []
    for point in entry_points(group=CLOCK):
        outcome = call(f"{CLOCK} {point.name}", lambda point=point: point.load()(root), timeout=_TIMEOUT)
        if isinstance(outcome, PluginFailure):
            failed.append(str(outcome))
        else:
            brought += int(outcome or 0)
    return brought, failed
