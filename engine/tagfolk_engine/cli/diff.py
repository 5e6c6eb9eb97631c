"""``tagfolk diff``: what the changed rule files would do, before they are applied."""

from __future__ import annotations

from typing import Any

import typer

from tagfolk_engine.cli.options import AsOfOption, JsonOption, WorkspaceOption, as_of_or_usage, prepared
from tagfolk_engine.cli.output import document, say, table

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def diff(workspace: WorkspaceOption = None, json: JsonOption = False, as_of: AsOfOption = None) -> None:
    """What the rule files as they are would change of the last run's tags, segments and sinks; stores nothing."""
    from tagfolk_engine.run.differences import differences

    ready = prepared(workspace)
    cutoff: Any = as_of_or_usage(ready.workspace, as_of)
    found = differences(ready, cutoff)
    if json:
        document(found.as_json())
        return
    against = f"run {found.run}" if found.run is not None else "nothing (no run yet)"
    say(f"the rules on the disk against {against}, as of {found.as_of}")
    if not (found.tags or found.segments or found.sinks):
        say("nothing would change")
        return
    rows = [[tag, row["change"], row["customers"], row["entered"], row["left"]] for tag, row in found.tags.items()]
    if rows:
        table(["tag", "rules", "customers", "would enter", "would leave"], rows)
    for tag, row in found.tags.items():
        if row["change"] != "moved" and row["before"] != row["after"]:
            say(f"\n{tag}")
            say("\n".join(f"  - {line}" for line in (row["before"] or "").splitlines()))
            say("\n".join(f"  + {line}" for line in (row["after"] or "").splitlines()))
    if found.segments:
        table(
            ["segment", "customers", "would enter", "would leave"],
            [[name, row["customers"], row["entered"], row["left"]] for name, row in found.segments.items()],
        )
    for sink, by_segment in found.sinks.items():
        for name, row in by_segment.items():
            say(f"{sink} would get +{row['entered']:,} −{row['left']:,} of {name}")
