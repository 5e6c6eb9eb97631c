"""``tagfolk experiment``: plan, start, measure and list experiments."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tagfolk_engine.cli.options import AsOfOption, JsonOption, WorkspaceOption, as_of_or_usage, prepared
from tagfolk_engine.cli.output import document, say, shown, table

app = typer.Typer(
    add_completion=False, rich_markup_mode=None, no_args_is_help=True,
    help="Split a segment at random (seeded), then measure treatment against control.",
)  # fmt: skip

Wanted = Annotated[float, typer.Option("--power", help="How likely the effect is to be seen if it is there.")]
Name = Annotated[str, typer.Argument(metavar="NAME")]


@app.command()
def plan(
    base: Annotated[float, typer.Option("--base", help="The share (0.1) or mean without treatment.")],
    effect: Annotated[float, typer.Option("--effect", help="The difference that would matter (0.02).")],
    deviation: Annotated[float | None, typer.Option("--deviation", help="For a mean: its standard deviation.")] = None,
    split: Annotated[float, typer.Option("--split", help="The treated part.")] = 0.5,
    wanted: Wanted = 0.8,
    alpha: Annotated[float, typer.Option("--alpha", help="The risk of seeing an effect that is none.")] = 0.05,
    customers: Annotated[int | None, typer.Option("--customers", help="How many there are to be had.")] = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """How many customers an experiment needs; with --customers also what so many can show."""
    from tagfolk_engine.experiments import Plan, detectable, power, sample_size

    try:
        asked = Plan(base, effect, deviation, split, alpha)
        treated, control = sample_size(asked, wanted)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    found: dict[str, Any] = {
        "base": base, "effect": effect, "split": split, "alpha": alpha, "power": wanted,
        "treatment": treated, "control": control, "customers": treated + control,
    }  # fmt: skip
    if customers is not None:
        found["available"] = {"customers": customers, "power": power(asked, customers),
                              "smallest_effect": detectable(asked, customers, wanted)}  # fmt: skip
    if json:
        document(found)
        return
    say(f"{treated + control:,} customers: {treated:,} treated and {control:,} controls "
        f"show {base:g} → {base + effect:g} with a power of {100 * wanted:g} %")  # fmt: skip
    if customers is not None:
        least = found["available"]["smallest_effect"]
        least = f"the smallest effect that they show is {least:.4g}" if least is not None else "no effect is enough"
        share = f"{100 * found['available']['power']:.0f} %"
        say(f"{customers:,} customers show it with a power of {share}; {least}")


@app.command()
def start(
    name: Name,
    segment: Annotated[str, typer.Option("--segment", help="A segment, or a condition.")],
    arms: Annotated[str, typer.Option("--arms", help="The arms with their shares.")] = "treatment=50,control=50",
    control: Annotated[str, typer.Option("--control", help="The arm that the others are compared with.")] = "control",
    outcome: Annotated[str | None, typer.Option("--outcome", help="The condition or metric to compare.")] = None,
    seed: Annotated[int, typer.Option("--seed", help="Another seed, another split.")] = 7,
    as_of: AsOfOption = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Split a segment into arms, once and for good; the arms are kept in the store."""
    from tagfolk_engine.experiments import ExperimentError
    from tagfolk_engine.experiments import start as work
    from tagfolk_engine.results.lock import workspace_lock

    ready = prepared(workspace)
    with workspace_lock(ready.workspace.state, "experiment"):
        try:
            made = work(
                ready, name, segment, _cutoff(ready, as_of), arms=_shares(arms), control=control, outcome=outcome,
                seed=seed,
            )  # fmt: skip
        except ExperimentError as error:
            raise typer.BadParameter(str(error)) from None
    if json:
        document(made)
        return
    sizes = ", ".join(f"{arm} {size:,}" for arm, size in made["arms"].items())
    say(f"{name}: {made['customers']:,} customers of {segment}: {sizes}")


@app.command()
def result(
    name: Name,
    outcome: Annotated[str | None, typer.Option("--outcome", help="Another condition or metric.")] = None,
    by: Annotated[list[str] | None, typer.Option("--by", help="An attribute for subgroups.")] = None,
    as_of: AsOfOption = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Compare the arms: difference, interval, p-value, sample-ratio check, subgroups."""
    from tagfolk_engine.experiments import ExperimentError, measure

    ready = prepared(workspace)
    try:
        found = measure(ready, name, _cutoff(ready, as_of), outcome=outcome, by=by)
    except ExperimentError as error:
        raise typer.BadParameter(str(error)) from None
    if json:
        document(found)
        return
    say(f"{name}: {found['outcome']} as of {found['as_of'][:10]}, {found['customers']:,} customers")
    columns = ["arm", "n", "mean", "difference", "low", "high", "z", "p", "p_corrected"]
    table(columns, [[row.get(c) for c in columns] for row in found["result"]])
    if found["subgroups"]:
        say()
        columns = ["attribute", "value", *columns]
        table(columns, [[row.get(c) for c in columns] for row in found["subgroups"]], title="Subgroups")
    say(f"sample ratio: p = {shown(found['srm_p'])}")
    if found["warning"]:
        say(f"warning: {found['warning']}")


@app.command("list")
def list_(workspace: WorkspaceOption = None, json: JsonOption = False) -> None:
    """All experiments."""
    from tagfolk_engine.experiments import listed

    found = listed(prepared(workspace).store)
    if json:
        document({"experiments": found})
        return
    if not found:
        say("there are no experiments yet: tagfolk experiment start NAME --segment SEGMENT")
        return
    table(["experiment", "segment", "arms", "outcome", "as of"], [
        [e["experiment"], e["segment"], ", ".join(f"{a} {n:,}" for a, n in e["arms"].items()), e["outcome"],
         e["as_of"][:10]] for e in found
    ])  # fmt: skip


def _shares(text: str) -> dict[str, float]:
    """``treatment=50,control=50`` as shares."""
    found: dict[str, float] = {}
    for part in text.split(","):
        arm, equals, number = part.partition("=")
        try:
            found[arm.strip()] = float(number.strip().removesuffix("%")) if equals else float("nan")
        except ValueError:
            found[arm.strip()] = float("nan")
        if not arm.strip() or found[arm.strip()] != found[arm.strip()]:
            raise typer.BadParameter(f"'{part.strip()}' is no arm; write treatment=50,control=50", param_hint="--arms")
    return found


def _cutoff(ready: Any, as_of: str | None) -> Any:
    from tagfolk_engine.evaluate import Cutoff

    latest = ready.store.latest() if as_of is None else None
    return as_of_or_usage(ready.workspace, as_of) if latest is None else Cutoff(latest.as_of, ready.workspace.zone)
