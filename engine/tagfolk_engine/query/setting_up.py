"""What a transport needs to start: the workspace's folders and its ``[bot]`` table, mistakes as one kind of error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal


class SetupError(Exception):
    """The workspace cannot be opened. ``exit_code``: 1 a mistake in it, 3 a failed store or lake."""

    def __init__(self, message: str, hint: str = "", exit_code: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.exit_code = exit_code


@dataclass(frozen=True)
class Setup:
    """Where the workspace is and what it says about the bot."""

    root: Path
    state: Path
    bot: Mapping[str, Any]
    language: Literal["en", "zh"]
    name: str


def set_up(start: Path | None) -> Setup:
    """The workspace at a folder, or (None) the nearest one upward. Raises SetupError in words."""
    from tagfolk_dsl.diagnostics import render

    from tagfolk_engine.workspace import WorkspaceError, find_workspace, open_workspace

    try:
        root = Path(start) if start is not None else find_workspace(Path.cwd())
        workspace = open_workspace(root)
    except WorkspaceError as error:
        raise SetupError("\n".join(render(d, None) for d in error.diagnostics)) from error
    settings = workspace.settings
    language: Literal["en", "zh"] = "zh" if settings.workspace.language == "zh" else "en"
    return Setup(workspace.root, workspace.state, settings.bot.model_dump(), language, settings.workspace.name)


def failure_of(error: BaseException) -> SetupError | None:
    """What a failed store, lake or engine is in words (exit code 3); None: the error is none of theirs."""
    from tagfolk_engine.evaluate.errors import EvaluationError
    from tagfolk_engine.lake.errors import LakeError
    from tagfolk_engine.results.errors import StoreError
    from tagfolk_engine.workspace import WorkspaceError

    if isinstance(error, SetupError):
        return error
    if isinstance(error, WorkspaceError):
        return SetupError(str(error))
    if isinstance(error, (StoreError, LakeError, EvaluationError)):
        return SetupError(str(getattr(error, "message", error)), str(getattr(error, "hint", "")), 3)
    return None
