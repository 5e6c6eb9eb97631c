"""``tagfolk quality``: what the last load brought, and the limits it breaks."""

from __future__ import annotations

import typer

from tagfolk_engine.cli.options import AsOfOption, JsonOption, WorkspaceOption, as_of_or_usage, prepared
from tagfolk_engine.cli.output import document, say, table

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def quality(workspace: WorkspaceOption = None, json: JsonOption = False, as_of: AsOfOption = None) -> None:
    """Completeness, validity, duplicates, freshness and drift of the loaded data, against the limits of [quality]."""
    from tagfolk_engine.evaluate import Cutoff
    from tagfolk_engine.quality import judge, profile

    ready = prepared(workspace)
    cutoff = as_of_or_usage(ready.workspace, as_of)
    assert isinstance(cutoff, Cutoff)
    measured, judged = profile(ready.data, cutoff.instant), judge(ready, cutoff)
    if json:
        document({"measured": [m.as_json() for m in measured], "broken": [b.as_json() for b in judged.broken],
                  "stale": judged.doubts, "warnings": judged.warnings})  # fmt: skip
    else:
        shares = ("filled", "valid", "rejected", "duplicates", "rows")
        rows = [
            [m.kind, m.name, *(None if getattr(m, s) is None else f"{getattr(m, s):.1%}" for s in shares),
             m.age_days, m.drift] for m in measured
        ]  # fmt: skip
        table(["kind", "name", "known", "valid", "rejected", "duplicates", "rows", "days old", "drift"], rows)
        for one in judged.broken:
            say(f"{'stops runs' if one.stops else 'warning'}: {one.english}")
    if judged.stops:
        raise typer.Exit(1)
