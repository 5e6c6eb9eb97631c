"""Everything that can go wrong in a command → a message for the person who can mend it, and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from tagfolk_engine.cli.output import document, findings, tell

FOUND, USAGE, FAILED, INTERRUPTED = 1, 2, 3, 130
_STOPPED = "interrupted: everything is as the last finished work left it"


def outcome(work: Callable[[], Any], *, json: bool, debug: bool) -> int:
    """Run ``work``; its exit code. With ``debug`` what it raises goes on upward, traceback and all."""
    try:
        code = work()
        sys.stdout.flush()
    except BrokenPipeError:
        _drop_stdout()
        return 0
    except KeyboardInterrupt:
        code = INTERRUPTED
    except Exception as error:  # the one place that turns any error into words; --debug shows it whole
        if debug and not _is_usage(error):
            raise
        return _said(error, json=json)
    if code == INTERRUPTED:
        tell(_STOPPED)
    return code if isinstance(code, int) else 0


def _said(error: Exception, *, json: bool) -> int:
    name = type(error).__name__
    if name in ("Abort", "InterruptException"):
        tell(_STOPPED)
        return INTERRUPTED
    if name == "Exit":
        return int(getattr(error, "exit_code", 0))
    if _is_usage(error):
        _usage(error)
        return USAGE
    for reader in (_diagnosed, _worded, _foreign):
        code = reader(error, json=json)
        if code is not None:
            return code
    _message(
        f"something went wrong inside tagfolk: {name}: {error}", "run it again with --debug and report it", json=json
    )
    return FAILED


def _is_usage(error: Exception) -> bool:
    return hasattr(error, "format_message") and hasattr(error, "exit_code")


def _usage(error: Any) -> None:
    context = getattr(error, "ctx", None)
    if context is not None:
        tell(context.get_usage())
    tell(f"Error: {error.format_message()}")
    if context is not None:
        tell(f"Try '{context.command_path} --help'.")


def _diagnosed(error: Exception, *, json: bool) -> int | None:
    """Mistakes in tagfolk.toml and in rule files, each with its line."""
    from tagfolk_engine.run.errors import RulesBroken
    from tagfolk_engine.workspace import WorkspaceError

    if isinstance(error, RulesBroken):
        sources, head = error.sources, f"{error}: nothing was done, the state is as it was"
    elif isinstance(error, WorkspaceError):
        sources, head = {"tagfolk.toml": error.text}, ""
    else:
        return None
    if json:
        document({"errors": [d.as_json() for d in error.diagnostics if d.severity == "error"],
                  "warnings": [d.as_json() for d in error.diagnostics if d.severity == "warning"]})  # fmt: skip
    findings(error.diagnostics, sources, "en", stream=sys.stderr)
    if head:
        tell(head)
    return FOUND


def _worded(error: Exception, *, json: bool) -> int | None:
    """Errors of ours that carry their words."""
    from tagfolk_plugins.api.errors import PluginError

    from tagfolk_engine.demo import DirectoryInUse
    from tagfolk_engine.evaluate.errors import EvaluationError
    from tagfolk_engine.intake.errors import SourceFailed
    from tagfolk_engine.lake.errors import LakeError
    from tagfolk_engine.plugins import PluginFailed
    from tagfolk_engine.quality.judging import DataRefused
    from tagfolk_engine.results.errors import StoreError
    from tagfolk_engine.run.errors import NoData, UnknownName
    from tagfolk_engine.schedule.errors import MissingPackages

    codes: list[tuple[type[Exception], int]] = [
        (NoData, FOUND), (DataRefused, FOUND), (UnknownName, USAGE), (DirectoryInUse, USAGE), (SourceFailed, FAILED),
        (LakeError, FAILED),
        (StoreError, FAILED), (EvaluationError, FAILED), (PluginFailed, FAILED), (PluginError, FAILED),
        (MissingPackages, FAILED),
    ]  # fmt: skip
    for kind, code in codes:
        if isinstance(error, kind):
            _message(getattr(error, "message", str(error)), getattr(error, "hint", ""), json=json)
            return code
    return None


def _foreign(error: Exception, *, json: bool) -> int | None:
    """What the disk, the memory and DuckDB say."""
    module = type(error).__module__
    if isinstance(error, OSError):
        place = f": {error.filename}" if error.filename else ""
        _message(f"{error.strerror or error}{place}", "check the file, its folder and the disk", json=json)
        return FAILED
    if isinstance(error, MemoryError):
        _message(
            "there is not enough memory", 'set [engine] memory = "2GB" in tagfolk.toml to spill to disk', json=json
        )
        return FAILED
    if module.startswith(("duckdb", "_duckdb")):
        first = str(error).splitlines()[0]
        _message(f"the engine failed: {first}", "run it again with --debug for the whole story", json=json)
        return FAILED
    return None


def _message(text: str, hint: str, *, json: bool) -> None:
    if json:
        document({"error": text, "hint": hint})
    tell(f"error: {text}")
    if hint:
        tell(f"       {hint}")


def _drop_stdout() -> None:
    """Nobody reads any more (``| head``): let the interpreter not complain at its end."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
