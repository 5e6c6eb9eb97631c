"""``make bench``: each measure of ours beside its reference, in one session, as ratios; writes docs/benchmarks.md."""

from __future__ import annotations

import argparse
import platform
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import answers, language, methods
from benchmarks.data import SIZES, Size, make, workspace
from benchmarks.measure import Taken, outside, peer
from benchmarks.rules import rule_file

REPORT = Path(__file__).parent.parent / "docs" / "benchmarks.md"
HEADER = "| what | median s | spread s | peak MB | ratio | against |\n|---|---|---|---|---|---|"


def row(taken: Taken, against: Taken | None) -> str:
    """One line of the report; the ratio is median over median."""
    spread = f"{min(taken.seconds):.2f}–{max(taken.seconds):.2f}"
    ratio = f"{taken.median / against.median:.2f} | {against.name}" if against else " | "
    return f"| {taken.name} | {taken.median:.2f} | {spread} | {taken.megabytes:.0f} | {ratio} |"


def tagfolk(*arguments: str, root: Path) -> list[str]:
    """The command line of our own program."""
    return [sys.executable, "-m", "tagfolk_engine.cli.main", *arguments, "--workspace", str(root), "--json"]


def evaluation(size: Size, runs: int) -> list[str]:
    """Loading and running a hundred rules beside the floor, hand-written SQL and the data frames."""
    root = workspace(size, rule_file())
    lines = [HEADER]
    copied = peer("plain copy to sorted Parquet (DuckDB)", "copy", size.name, runs=1)
    shutil.rmtree(root / ".tagfolk", ignore_errors=True)
    loaded = outside("tagfolk load", tagfolk("load", root=root), runs=1)
    lines += [row(copied, None), row(loaded, copied)]
    floor = peer("floor: one plain group-by of the same columns", "floor", size.name, runs=runs)
    fused = peer("hand-fused SQL, window tiers", "fused", size.name, runs=runs)
    lines += [row(floor, None), row(fused, floor)]
    first = outside("tagfolk run, first (evaluate and store)", tagfolk("run", "--no-load", root=root), runs=1)
    again = outside(
        "tagfolk run --full, again (whole process)", tagfolk("run", "--no-load", "--full", root=root), runs=runs
    )
    ours = Taken("tagfolk run --full: evaluation alone", _part(again, "evaluate"), (), again.megabytes, again.said)
    lines += [row(first, floor), row(again, floor), row(ours, fused), row(ours, floor)]
    lines.append(row(Taken("tagfolk run, again, nothing new", (_quick(root),), (), 0), first))
    for name, what in (
        ("one SQL query a rule", "per-rule"),
        ("polars, fused, streaming", "polars"),
        ("pandas", "pandas"),
    ):
        if what == "pandas" and size.events > 5_000_000:
            lines.append("| pandas | not run at this size: more memory than half the machine | | | | |")
            continue
        other = peer(name, what, size.name, runs=1)
        lines.append(row(other, ours))
        _same_counts(other, again)
    return lines


def _part(taken: Taken, part: str) -> tuple[float, ...]:
    """The seconds of one part of a run as the run itself says."""
    parts = taken.said.get("seconds")
    assert isinstance(parts, dict), "a run says its seconds by part"
    return (float(parts[part]),)


def _quick(root: Path) -> float:
    return outside("again", tagfolk("run", "--no-load", root=root), runs=1).median


def _same_counts(peer_said: Taken, ours: Taken) -> None:
    """The benchmark compares like with like only where both find the same customers."""
    tags, theirs = ours.said["tags"], peer_said.said["tags"]
    assert isinstance(tags, dict)
    assert isinstance(theirs, dict)
    mine = {name: found["customers"] for name, found in tags.items() if found["customers"]}
    if theirs != mine:
        differ = sorted(k for k in {*mine, *theirs} if mine.get(k) != theirs.get(k))
        raise SystemExit(f"{peer_said.name} and tagfolk disagree on {differ[:5]}")


PARTS: dict[str, Callable[[Size, int], list[str]]] = {
    "evaluation": evaluation,
    "language": language.measure,
    "answers": answers.measure,
    "methods": methods.measure,
}


def main() -> None:
    """Measure the parts asked for and write the report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", choices=PARTS, action="append", help="these parts; the report is left as it was")
    parser.add_argument("--write", action="store_true", help="write the report of the parts asked for all the same")
    asked = parser.parse_args()
    size = SIZES[asked.size]
    make(size)
    text = [
        "# Benchmarks",
        "",
        f"Written by `make bench SIZE={size.name}` on {datetime.now(UTC):%Y-%m-%d}: "
        f"{platform.system()} {platform.machine()}, "
        f"{_cores()} cores, Python {platform.python_version()}. {size.customers:,} customers, {size.events:,} orders, "
        f"{size.events:,} visits, 100 rules, seeded. Machines are noisy: read the ratios.",
        "",
    ]
    for name in asked.only or PARTS:
        text += [f"## {name.capitalize()}", "", *PARTS[name](size, asked.runs), ""]
    print("\n".join(text))
    if asked.write or not asked.only:
        REPORT.write_text("\n".join(text), encoding="utf-8")


def _cores() -> int:
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)


if __name__ == "__main__":
    main()
