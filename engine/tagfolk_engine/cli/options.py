"""The options that every command has, and the workspace they name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tagfolk_engine.run.opening import Prepared
    from tagfolk_engine.workspace import Workspace

WorkspaceOption = Annotated[
    Path | None,
    typer.Option("--workspace", "-w", metavar="DIR", help="The workspace (default: the nearest one upward)."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document on stdout, nothing else there.")]
AsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="See the data as of the end of this day, or of an instant."),
]


def opened(directory: Path | None) -> Workspace:
    """The workspace that a command works in. Raises WorkspaceError."""
    from tagfolk_engine.workspace import find_workspace, open_workspace

    return open_workspace(directory if directory is not None else find_workspace(Path.cwd()))


def prepared(directory: Path | None) -> Prepared:
    """The same with plugins, lake, rules and store at hand. Raises WorkspaceError."""
    from tagfolk_engine.run.opening import prepare

    return prepare(opened(directory))


def as_of_or_usage(workspace: Workspace, text: str | None) -> object:
    """T of a command (a Cutoff); a text that is no date is wrong usage."""
    from tagfolk_engine.run.orchestrate import cutoff_of

    try:
        return cutoff_of(workspace, text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--as-of") from None
