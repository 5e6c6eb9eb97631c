"""``tagfolk demo``: the whole product at once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tagfolk_engine.cli.options import JsonOption, WorkspaceOption, prepared
from tagfolk_engine.cli.output import document, say, tell
from tagfolk_engine.cli.progress import progress

if TYPE_CHECKING:
    from tagfolk_engine.run.opening import Prepared

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def demo(
    directory: Annotated[Path, typer.Option("--dir", metavar="DIR", help="Where the demo lives.")] = Path("demo"),
    from_: Annotated[str, typer.Option("--from", metavar="tea|cdnow", help="Which demo.")] = "tea",
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="No chat at the end: a printed tour with questions.")
    ] = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Write the demo where it is not there yet, load, run, look at the results, then chat."""
    from tagfolk_engine import demo as demos
    from tagfolk_engine.cli.run import show
    from tagfolk_engine.run.orchestrate import run
    from tagfolk_engine.workspace import CONFIG, open_workspace

    if from_ not in demos.KINDS:
        raise typer.BadParameter(f"'{from_}' is none of: {', '.join(demos.KINDS)}", param_hint="--from")
    target = workspace or directory
    if not (target / CONFIG).is_file():
        _step(json, f"Writing a workspace to {target}: {demos.KINDS[from_]}")
        demos.write(target, from_)
    _step(json, "Loading the sources and evaluating the rules")
    with progress() as bars:
        report = run(open_workspace(target), progress=bars)
    if json:
        document(report.as_json())
        return
    if report.load is not None:
        say(_loaded(report.load))
    say()
    show(report)
    ready = prepared(target)
    _portrait(ready)
    _one_customer(ready)
    if not yes and sys.stdin.isatty() and sys.stdout.isatty():
        say("\nNow ask: in English or Chinese. (Ctrl-D ends.)")
        _command("chat", ["--workspace", str(target)])
    else:
        _questions(ready, target)
        say(f"\nYour turn: tagfolk chat --workspace {target}")


def _step(json: bool, text: str) -> None:
    (tell if json else say)(text)


def _loaded(load: dict[str, Any]) -> str:
    events = ", ".join(f"{number:,} {name}" for name, number in load["events"].items())
    identity = load.get("identity", {})
    merged = f" ({identity['records']:,} records joined)" if identity.get("records") else ""
    return f"{load['customers']:,} customers{merged}; {events}"


def _portrait(ready: Prepared) -> None:
    """One line: the share of customers of the commonest tags, by layer."""
    from tagfolk_engine.run.listing import list_tags

    latest = ready.store.latest()
    if latest is None or not latest.customers:
        return
    by_layer: dict[str, list[str]] = {}
    held = [row for row in list_tags(ready) if row["customers"]]
    for row in sorted(held, key=lambda row: -row["customers"]):
        words = by_layer.setdefault(row["layer"] or "tags", [])
        if len(words) < 3:
            words.append(f"{row['title'] or row['tag']} {row['customers'] / latest.customers:.0%}")
    order = [layer for layer in ("base", "behaviour", "value", "need", "tags") if layer in by_layer]
    say("\nThe portrait: " + "; ".join(f"{layer}: {', '.join(by_layer[layer])}" for layer in order))


def _one_customer(ready: Prepared) -> None:
    """A holder of the rarest tag that somebody holds, explained."""
    import pyarrow.compute as pc

    from tagfolk_engine.cli.explain import reasons

    now = ready.memberships().now()
    held = {row["values"]: row["counts"] for row in pc.value_counts(now["tag"]).to_pylist()}
    plain = [name for name, info in ready.program.tags.items() if info.type is None and held.get(name)]
    if plain:
        rarest = min(plain, key=lambda name: (held[name], name))
        holders = now.filter(pc.equal(now["tag"], rarest))["customer_id"].to_pylist()
        say(f"\nWhy {rarest}? For one of its {len(holders)} customers:")
        reasons(ready, min(holders), rarest)


def _questions(ready: Prepared, target: Path) -> None:
    """Three questions, answered as the chat would."""
    names = [info.card.title or name for name, info in ready.program.tags.items() if info.type is None][:2]
    segment = next(((s.card.title or name) for name, s in ready.program.segments.items()), None)
    asked = [f"how many customers are {names[0]}?" if names else "how many customers are there?"]
    asked.append(f"{names[1]}有多少人？" if len(names) > 1 else "一共有多少客户？")
    asked.append(f"list 3 customers in {segment}" if segment else "how many customers are there?")
    for question in asked:
        say(f"\n> {question}")
        _command("ask", [question, "--workspace", str(target)])


def _command(name: str, arguments: list[str]) -> None:
    """Run a command that comes by an entry point; where it is not installed say so."""
    from tagfolk_engine.cli.lazy import plugged, real

    if name not in plugged():
        tell(f"the command '{name}' is not installed")
        return
    sys.stdout.flush()
    real(name).main(arguments, prog_name=f"tagfolk {name}", standalone_mode=False)
