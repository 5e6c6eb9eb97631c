"""How the dates of a text column are written, found out from a sample."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sqlglot import exp

from tagfolk_engine.intake.dates import FORMATS, parsed_by
from tagfolk_engine.intake.staging import Stage

MOST = 3
"""How many ways to write a date one column may mix."""
_SHAPES = {
    "%Y": r"\d{1,4}", "%y": r"\d{1,2}", "%m": r"\d{1,2}", "%d": r"\d{1,2}", "%H": r"\d{1,2}", "%M": r"\d{1,2}",
    "%S": r"\d{1,2}", "%I": r"\d{1,2}", "%p": "[AaPp][Mm]", "%b": "[A-Za-z]+", "%B": "[A-Za-z]+", "%a": "[A-Za-z]+",
}  # fmt: skip


@dataclass(frozen=True)
class DateGuess:
    """The formats that read a column, best first, and whether day and month could be the other way round."""

    formats: tuple[str, ...]
    ambiguous: bool = False


def guess_dates(stage: Stage, table: str, columns: Mapping[str, str], enough: float) -> dict[str, DateGuess]:
    """Which columns (name → column of the sample table) hold dates: at least the part ``enough`` of the values."""
    if not columns:
        return {}
    asked = ", ".join(
        f"count({c}), count(*) FILTER (length({c}) BETWEEN 6 AND 40 AND "
        f"regexp_matches({c}, '^\\d{{8}}(\\d{{6}})?$|\\d[-/.年 ].*\\d'))"
        for c in columns.values()
    )
    row = stage.rows(f"SELECT {asked} FROM {table}")[0]
    found = {}
    for n, (name, column) in enumerate(columns.items()):
        known, likely = row[2 * n : 2 * n + 2]
        if known and likely >= enough * known:
            guess = _guess(stage, table, column, known, enough)
            if guess.formats:
                found[name] = guess
    return found


def _guess(stage: Stage, table: str, column: str, known: int, enough: float) -> DateGuess:
    """The best format, then the best for what it leaves, and so on."""
    value = exp.column(column)
    candidates = _candidates(stage, table, column)
    remaining, chosen, ambiguous = known, list[str](), False
    while candidates and remaining and len(chosen) < MOST:
        counted = exp.select(*(exp.Count(this=parsed_by(f, value)) for f in candidates)).from_(table)
        for before in chosen:
            counted = counted.where(exp.Is(this=parsed_by(before, value), expression=exp.Null()))
        counts = dict(zip(candidates, stage.rows(counted)[0]))
        best = max(candidates, key=lambda f: counts[f])
        if not counts[best] or (not chosen and counts[best] < enough / 2 * known):
            break
        rival = _swapped(best)
        ambiguous = ambiguous or (not chosen and rival is not None and counts.get(rival, 0) == counts[best])
        chosen.append(best)
        remaining -= counts[best]
    return DateGuess(tuple(chosen), ambiguous) if known - remaining >= enough * known else DateGuess(())


def _candidates(stage: Stage, table: str, column: str) -> list[str]:
    """The formats whose shape some of a few values has, spread over all of the sample."""
    few = [row[0] for row in stage.rows(
        f"SELECT {column} FROM (SELECT {column} FROM {table} WHERE {column} IS NOT NULL) "
        f"USING SAMPLE reservoir(200 ROWS) REPEATABLE (1)")]  # fmt: skip
    return [name for name in FORMATS if any(_shape(name).fullmatch(value) for value in few)]


@cache
def _shape(name: str) -> re.Pattern[str]:
    """What a date in a format looks like; a looser test than reading it."""
    if name == "iso":
        return re.compile(r"\d{4}[-/].*", re.DOTALL)
    if name == "%Y%m%d":
        return re.compile(r"(19|20)\d{6}")
    parts = re.split(r"(%[A-Za-z])", name)
    return re.compile("".join(_SHAPES.get(part) or re.escape(part).replace(r"\ ", r"\s*") for part in parts))


def _swapped(name: str) -> str | None:
    """The same format with day and month the other way round."""
    swapped = name.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")
    return swapped if swapped != name and swapped in FORMATS else None
