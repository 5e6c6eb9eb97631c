"""``tagfolk fmt``: one canonical layout for rule files."""

from __future__ import annotations

from typing import Annotated, cast

import typer

from tagfolk_engine.cli.options import JsonOption, WorkspaceOption, prepared
from tagfolk_engine.cli.output import document, say

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def fmt(
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    check: Annotated[bool, typer.Option("--check", help="Change nothing; exit 1 where a file would change.")] = False,
    lang: Annotated[
        str | None,
        typer.Option("--lang", metavar="en|zh", help="Turn the keywords too (default: each file keeps its own)."),
    ] = None,
) -> None:
    """One canonical layout for the rule files; comments stay."""
    from tagfolk_dsl.formatter import Language, format_file, language_of
    from tagfolk_dsl.names import Names
    from tagfolk_dsl.parser import parse_file

    from tagfolk_engine.run.errors import RulesBroken

    if lang not in (None, "en", "zh"):
        raise typer.BadParameter(f"'{lang}' is neither en nor zh", param_hint="--lang")
    ready = prepared(workspace)
    names = Names.of(ready.vocabulary, ready.sources)
    changed, broken = [], []
    for path, text in ready.sources.items():
        tree, found = parse_file(path, text, names)
        errors = [d for d in found if d.severity == "error"]
        if errors:
            broken += errors
            continue
        new = format_file(tree, cast(Language, lang or language_of(text)))  # a Chinese file stays Chinese
        if new != text:
            changed.append(path)
            if not check:
                target = ready.workspace.root / path
                beside = target.with_name(f".{target.name}.new")
                beside.write_text(new, encoding="utf-8")
                beside.replace(target)
    if broken:
        raise RulesBroken(broken, ready.sources)
    if json:
        document({"changed": changed, "unchanged": [path for path in ready.sources if path not in changed]})
    else:
        for path in changed:
            say(f"{'would change' if check else 'formatted'} {path}")
    if check and changed:
        raise typer.Exit(1)
