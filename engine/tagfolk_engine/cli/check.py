"""``tagfolk check``: all errors and warnings, before anything runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tagfolk_engine.cli.options import JsonOption, WorkspaceOption, opened
from tagfolk_engine.cli.output import document, findings, say

if TYPE_CHECKING:
    from pathlib import Path

    from tagfolk_dsl.diagnostics import Diagnostic

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def check(
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    explain: Annotated[str | None, typer.Option("--explain", metavar="CODE", help="What a code means.")] = None,
) -> None:
    """All errors and warnings of config, sources' columns and rules; reads headers and samples, no whole table."""
    if explain is not None:
        _explain(explain, workspace, json=json)
        return
    from tagfolk_engine.workspace import WorkspaceError

    language = "en"
    try:
        found, sources, language = _everything(workspace)
    except WorkspaceError as error:
        found, sources = list(error.diagnostics), {"tagfolk.toml": error.text}
    errors = [d for d in found if d.severity == "error"]
    warnings = [d for d in found if d.severity == "warning"]
    if json:
        document({"errors": [d.as_json(language) for d in errors], "warnings": [d.as_json(language) for d in warnings]})
    else:
        findings([*errors, *warnings], sources, language)
        say(_counted(len(errors), "error") + ", " + _counted(len(warnings), "warning"))
    if errors:
        raise typer.Exit(1)


def _everything(workspace: Path | None) -> tuple[list[Diagnostic], dict[str, str], str]:
    """All findings, the texts they stand in, the workspace's language."""
    from tagfolk_engine.intake import probe
    from tagfolk_engine.run.opening import prepare

    space = opened(workspace)
    ready = prepare(space)
    found: dict[Diagnostic, None] = dict.fromkeys(ready.diagnostics)
    found.update(dict.fromkeys(probe(space)))
    return list(found), {**ready.sources, "tagfolk.toml": space.text}, space.settings.workspace.language


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _explain(code: str, workspace: Path | None, *, json: bool) -> None:
    from tagfolk_dsl.codes import explain

    from tagfolk_engine.workspace import WorkspaceError
    from tagfolk_engine.workspace.codes import CODES

    try:
        language = opened(workspace).settings.workspace.language
    except WorkspaceError:  # a code can be asked about anywhere
        language = "en"
    text = explain(code, language)
    entry = CODES.get(code.upper())
    if text is None and entry is not None:
        title, mend = (entry.title_zh, entry.mend_zh) if language == "zh" else (entry.title, entry.mend)
        text = f"{code.upper()}  {title}\n{mend}"
    if text is None:
        raise typer.BadParameter(f"there is no code '{code}'", param_hint="--explain")
    if json:
        document({"code": code.upper(), "text": text})
    else:
        say(text)
