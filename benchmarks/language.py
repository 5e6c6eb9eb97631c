"""Parsing and checking many rules: seconds and memory, beside Python's own parser on as many lines."""

from __future__ import annotations

import json
import sys
import time

from benchmarks.data import Size
from benchmarks.measure import outside, peak_megabytes
from benchmarks.rules import rules

COUNTS = (1_000, 10_000)


def measure(size: Size, runs: int) -> list[str]:
    """Lines of the report: check of 1,000 and 10,000 rules."""
    del size
    lines = [
        "| rules | parse and check, s | rules a second | peak MB | ast.parse of as many lines, s |",
        "|---|---|---|---|---|",
    ]
    for count in COUNTS:
        taken = outside(f"{count} rules", [sys.executable, "-m", "benchmarks.language", str(count)], runs)
        said = taken.said
        lines.append(
            f"| {count:,} | {taken.median:.2f} | {count / taken.median:,.0f} | {taken.megabytes:.0f} "
            f"| {float(str(said['python'])):.2f} |"
        )
    return lines


def main() -> None:
    """Check as many rules as asked; one JSON line."""
    import ast

    from tagfolk_dsl.checker import check
    from tagfolk_dsl.tree import Type
    from tagfolk_dsl.vocabulary import EventInfo, FieldInfo, Vocabulary

    count = int(sys.argv[1])
    number, text = Type.NUMBER, Type.TEXT

    def fields(**types: Type) -> dict[str, FieldInfo]:
        return {name: FieldInfo(name, type_) for name, type_ in types.items()}

    vocabulary = Vocabulary(
        events={
            "purchase": EventInfo("purchase", (), fields(amount=number, category=text, channel=text)),
            "visit": EventInfo("visit", (), fields(page=text, seconds=number)),
        },
        attributes=fields(age=number, gender=text, city=text, joined=Type.DATE),
    )
    lines = rules(count)
    begin = time.perf_counter()
    found = check({"rules/bench.tags": "\n".join(lines) + "\n"}, vocabulary)
    took = time.perf_counter() - begin
    if found.errors:
        raise SystemExit(f"the benchmark's own rules do not check: {found.errors[0].message}")
    begin = time.perf_counter()
    for line in lines:
        ast.parse(f"f({line.split(' -> ')[1]}, {line!r})")
    python = time.perf_counter() - begin
    print(json.dumps({"seconds": took, "python": python, "peak": peak_megabytes()}))


if __name__ == "__main__":
    main()
