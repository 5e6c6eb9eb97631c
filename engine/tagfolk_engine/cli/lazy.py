"""A group whose commands are imported when they are run, not when they are listed."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from tagfolk_engine.cli.table import COMMANDS, GROUP, PLUGGED


@cache
def plugged() -> dict[str, EntryPoint]:
    """The commands of other packages (of ours and of plugins); ours here win where names meet."""
    return {point.name: point for point in entry_points(group=GROUP) if point.name not in COMMANDS}


def real(name: str) -> Any:
    """The command itself, imported. Raises ImportError with the missing package's name."""
    if name in COMMANDS:
        found = importlib.import_module(COMMANDS[name][0]).app
    else:
        found = plugged()[name].load()
    command = as_command(found)
    command.name = name
    return command


def as_command(found: Any) -> Any:
    """A Typer app, a plain function with typed arguments, or a command already → a command."""
    if isinstance(found, typer.Typer):
        return typer.main.get_command(found)
    if isinstance(found, Callable) and not hasattr(found, "make_context"):  # type: ignore[arg-type]
        app = typer.Typer(add_completion=False, rich_markup_mode=None)
        app.command()(found)
        return typer.main.get_command(app)
    return found


class Later(TyperCommand):
    """Stands in a listing for a command that is imported when it is run."""

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """The context of the real command."""
        return real(str(self.name)).make_context(info_name, args, parent=parent, **extra)


class LazyGroup(TyperGroup):
    """The commands of the table, then those of entry points."""

    def list_commands(self, ctx: Any) -> list[str]:
        """In the order of the table."""
        return [*COMMANDS, *sorted(plugged())]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A stand-in that knows its help line; None for an unknown name."""
        if cmd_name in COMMANDS:
            line = COMMANDS[cmd_name][1]
        elif cmd_name in plugged():
            line = PLUGGED.get(cmd_name, f"From {plugged()[cmd_name].value}.")
        else:
            return None
        return Later(cmd_name, help=line, short_help=line)
