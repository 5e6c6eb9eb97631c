"""``tagfolk test``: the examples in the rule files."""

from __future__ import annotations

import typer

from tagfolk_engine.cli.options import JsonOption, WorkspaceOption, prepared
from tagfolk_engine.cli.output import document, say

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command("test")
def examples(workspace: WorkspaceOption = None, json: JsonOption = False) -> None:
    """Run the ``example`` blocks; exits 1 where one fails."""
    from tagfolk_engine.run.examples import examine

    ready = prepared(workspace)
    found = examine(ready.program, ready.vocabulary, ready.workspace.zone)
    passed, failed = found.passed, found.failed
    if json:
        shown = [failure.as_json() for failure in failed]
        document({"passed": passed, "failed": shown, "untouched": found.untouched})
    else:
        for failure in failed:
            say(f'{failure.file}:{failure.line}  example "{failure.example}": {failure.message}')
        if passed or failed:
            for name in found.untouched:
                say(f"no example meets: {name}")
        say(f"{passed} passed, {len({(f.file, f.example) for f in failed})} failed")
    if failed:
        raise typer.Exit(1)
