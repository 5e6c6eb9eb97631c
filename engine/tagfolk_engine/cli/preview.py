"""``tagfolk preview``: what a rule would do; stores nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tagfolk_engine.cli.options import AsOfOption, JsonOption, WorkspaceOption, as_of_or_usage, prepared
from tagfolk_engine.cli.output import document, say, table

if TYPE_CHECKING:
    from tagfolk_dsl.program import Program

    from tagfolk_engine.run.opening import Prepared

app = typer.Typer(add_completion=False, rich_markup_mode=None)
SHELL = "(the rule given)"
"""How a rule from the command line is called in messages."""


@app.command()
def preview(
    rule: Annotated[str, typer.Argument(metavar="'RULE'|FILE", help="A rule, or a file of statements.")],
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    as_of: AsOfOption = None,
) -> None:
    """What a rule would do: how many, who enters and leaves against now, overlap with other tags, a sample."""
    from tagfolk_engine.evaluate.preview import new_rules
    from tagfolk_engine.evaluate.preview import preview as work
    from tagfolk_engine.run.downstream import downstream
    from tagfolk_engine.run.looking import evaluator

    ready = prepared(workspace)
    cutoff: Any = as_of_or_usage(ready.workspace, as_of)
    changed = _changed(ready, rule)
    looking = evaluator(ready, cutoff)
    try:
        found = work(looking, changed)
        tags = [effect.tag for rule in new_rules(ready.program, changed) for effect in rule.effects]
        below = downstream(looking, changed, tags)
    finally:
        looking.close()
    if json:
        document({**found.as_json(), "downstream": below})
        return
    say(f"{found.customers:,} of {found.of:,} customers; {found.entered:,} would enter, {found.left:,} would leave")
    if found.unknown:
        say(f"{found.unknown:,} hang on a value that nobody knows")
    if found.overlap:
        table(["also holds", "customers"], sorted(found.overlap.items(), key=lambda item: -item[1])[:20])
    if below:
        columns = ["kind", "name", "customers", "entered", "left"]
        table(["looks at it", *columns[1:]], [[row[name] for name in columns] for row in below])
    if found.sample:
        say("for example: " + ", ".join(found.sample))


def _changed(ready: Prepared, rule: str) -> Program:
    """The program with the rule (or all statements of a file) added or replaced. Raises RulesBroken."""
    from tagfolk_dsl.checker import check_rule

    from tagfolk_engine.run.errors import RulesBroken

    path, text = SHELL, rule
    if rule.endswith(".tags") and Path(rule).is_file():
        path, text = rule, Path(rule).read_text(encoding="utf-8-sig")
    changed, found = check_rule(text, ready.program, ready.vocabulary, path)
    if changed is None or any(d.severity == "error" for d in found):
        raise RulesBroken(found, {path: text, **ready.sources})
    return changed
