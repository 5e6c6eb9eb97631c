"""The entry point: one place that runs a command and turns what goes wrong into words and an exit code.

Exit codes: 0 done, 1 the work found errors, 2 wrong usage, 3 a source, the store or the engine failed, 130 Ctrl-C.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import typer

from tagfolk_engine.cli.lazy import LazyGroup

app = typer.Typer(
    cls=LazyGroup,
    name="tagfolk",
    help="Tag customers by rules written in plain sentences, and ask about them in chat.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,  # plain help needs no third of a second
    pretty_exceptions_enable=False,
)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        sys.stdout.write(f"tagfolk {version('tagfolk')}\n")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Show the version."),
    debug: bool = typer.Option(False, "--debug", help="Show the traceback of an error (may stand anywhere)."),
) -> None:
    """Tag customers by rules written in plain sentences, and ask about them in chat."""


def main(arguments: Sequence[str] | None = None) -> None:
    """What the ``tagfolk`` script calls; never returns."""
    sys.exit(run(sys.argv[1:] if arguments is None else list(arguments)))


def run(arguments: Sequence[str]) -> int:
    """Run one command; gives its exit code."""
    from tagfolk_engine.cli.trouble import outcome

    given = list(arguments)
    debug = "--debug" in given or os.environ.get("TAGFOLK_DEBUG", "0") not in ("", "0")
    given = [word for word in _command_first(given) if word != "--debug"]
    command = typer.main.get_command(app)
    return outcome(
        lambda: command(given, prog_name="tagfolk", standalone_mode=False), json="--json" in given, debug=debug
    )


def _command_first(words: list[str]) -> list[str]:
    """``tagfolk --workspace D --json run`` is ``tagfolk run --workspace D --json``.

    >>> _command_first(["--json", "-w", "shop", "run", "--full"])
    ['run', '--json', '-w', 'shop', '--full']
    """
    early: list[str] = []
    rest = list(words)
    while rest:
        if rest[0] == "--json" or rest[0].startswith("--workspace="):
            early.append(rest.pop(0))
        elif rest[0] in ("--workspace", "-w") and len(rest) > 1:
            early += [rest.pop(0), rest.pop(0)]
        else:
            break
    return [*rest[:1], *early, *rest[1:]] if rest else early


if __name__ == "__main__":
    main()
