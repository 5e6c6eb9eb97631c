"""One line at the end of a test run: how many worlds the engines and the naive interpreter agreed about."""

from __future__ import annotations

from collections import Counter
from typing import Any

TRIED = "truth"
"""The property of a test's report: (engine, first seed, worlds, rules)."""


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Sum up what the truth tests have tried, on whichever worker."""
    worlds: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    seeds: dict[str, int] = {}
    for report in terminalreporter.stats.get("passed", []):
        for name, value in report.user_properties:
            if name == TRIED:
                engine, seed, count, many = value
                worlds[engine] += count
                rules[engine] += many
                seeds[engine] = min(seed, seeds.get(engine, seed))
    for engine in worlds:
        terminalreporter.write_line(
            f"truth on {engine}: {worlds[engine]} worlds with {rules[engine]} rules agree with the naive interpreter, "
            f"from seed {seeds[engine]}"
        )
