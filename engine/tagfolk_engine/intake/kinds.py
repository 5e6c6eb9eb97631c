"""What the text columns of a source hold: numbers, dates, yes or no, or text.

A sample gives a guess; one pass over the whole table, for all columns together, proves it. A column is a number only
if every value is one, but for words that hold no digit ("n/a", "unknown"): a column of codes such as ``C536379``
among whole numbers stays text, so that nothing is lost. Leading zeros and leading ``+`` make a code too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from tagfolk_engine.intake.columns import Column, Kind
from tagfolk_engine.intake.date_formats import DateGuess, guess_dates
from tagfolk_engine.intake.dates import parsed_by
from tagfolk_engine.intake.staging import Stage, quoted

SAMPLE = 20_000
ENOUGH = 0.8
"""The part of a column's values that must be numbers or dates for the others to be called mistakes."""
_SAMPLE_TABLE = "column_sample"


@dataclass(frozen=True)
class Counts:
    """What was counted of the values of one column."""

    known: int = 0
    integers: int = 0
    numbers: int = 0
    booleans: int = 0
    coded: bool = False
    """Values such as 007, +86…, 1e5, or ones too long for a number."""
    odd_digits: bool = False
    """Values that are no number but hold a digit."""

    @property
    def kind(self) -> Kind:
        if not self.known:
            return "text"
        if self.booleans == self.known:
            return "boolean"
        if self.numbers == self.known or (self.numbers >= ENOUGH * self.known and not self.odd_digits):
            if self.coded:
                return "text"
            return "integer" if self.integers == self.numbers else "number"
        return "text"

    @property
    def misfits(self) -> int:
        return 0 if self.booleans == self.known else self.known - self.numbers


def find_columns(stage: Stage, table: str, *, untyped: bool, only: Iterable[str] | None = None) -> dict[str, Column]:
    """The columns of a staged table by name. ``untyped``: text may mean numbers (CSV); else only dates are sought.

    ``only``: the columns whose meaning is asked for (names in any case); the others stay text.
    """
    found = {name: Column(name, kind, "typed" if kind != "VARCHAR" else "text")
             for name, kind, *_ in stage.rows(f"DESCRIBE {quoted(table)}")}  # fmt: skip
    wanted = None if only is None else {name.casefold() for name in only}
    texts = [c.name for c in found.values() if c.is_text and (wanted is None or c.name.casefold() in wanted)]
    if not texts:
        return found
    names, whole = _sample(stage, table, texts)
    counts = _count(stage, _SAMPLE_TABLE, names) if untyped else {}
    numbers = {text: one for text, one in counts.items() if one.kind != "text"}
    rest = {text: name for text, name in names.items() if text not in numbers}
    dates = guess_dates(stage, _SAMPLE_TABLE, rest, ENOUGH)
    if not whole and numbers:
        sure = {text: _value(text) for text in numbers}
        numbers = _count(stage, quoted(table), sure, numbers)
    for name, one in numbers.items():
        found[name] = Column(name, "VARCHAR", one.kind, misfits=one.misfits if one.kind != "text" else 0)
    return found | _dates(stage, table, dates, typed=not untyped)


def _value(name: str) -> str:
    """A column's value as SQL: trimmed, missing where nothing is left."""
    return Column(name, "VARCHAR", "text").raw().sql("duckdb")


def _sample(stage: Stage, table: str, texts: Sequence[str]) -> tuple[Mapping[str, str], bool]:
    """First rows in a table of their own: the name of each column there, and whether these are all the rows."""
    names = {text: f"c{number}" for number, text in enumerate(texts)}
    listed = ", ".join(f"{_value(text)} AS {name}" for text, name in names.items())
    stage.run(
        f"CREATE OR REPLACE TEMP TABLE {_SAMPLE_TABLE} AS SELECT {listed} FROM {quoted(table)} LIMIT {SAMPLE + 1:d}"
    )
    rows, *known = stage.rows(
        f"SELECT count(*), {', '.join(f'count({name})' for name in names.values())} FROM {_SAMPLE_TABLE}"
    )[0]
    whole = rows <= SAMPLE
    for (text, name), filled in zip(names.items(), known):
        if not filled and not whole:  # its first value stands further down
            values = f"SELECT {_value(text)} AS {name} FROM {quoted(table)} WHERE {_value(text)} IS NOT NULL"
            stage.run(f"INSERT INTO {_SAMPLE_TABLE} BY NAME {values} LIMIT {SAMPLE // 10:d}")
    return names, whole


def _count(
    stage: Stage, table: str, columns: Mapping[str, str], guess: Mapping[str, Counts] | None = None
) -> dict[str, Counts]:
    """Counts of several columns (name → SQL of its value) in one pass; what ``guess`` rules out is not counted."""
    values, doubles, kept, asked = [], [], [], []
    for n, (text, value) in enumerate(columns.items()):
        known = guess[text] if guess else None
        values.append(f"{value} AS v{n}")
        doubles.append(f"TRY_CAST(v{n} AS DOUBLE) AS x{n}")
        kept.append(f"CASE WHEN isfinite(x{n}) THEN x{n} END AS d{n}")
        flags = known is not None and known.kind == "boolean"
        whole = known is None or known.kind == "integer"
        asked += [
            f"count(v{n})",
            f"count(*) FILTER (d{n} IS NOT NULL AND NOT contains(v{n}, '.'))" if whole else "0",
            f"count(d{n})",
            f"count(*) FILTER (lower(v{n}) IN ('true', 'false'))" if known is None or flags else "0",
            f"coalesce(bool_or(CASE WHEN d{n} IS NULL THEN false ELSE {_coded(f'v{n}')} END), false)",
            f"coalesce(bool_or(CASE WHEN d{n} IS NULL THEN regexp_matches(v{n}, '[0-9]') ELSE false END), false)",
        ]
    row = stage.rows(
        f"SELECT {', '.join(asked)} FROM (SELECT *, {', '.join(kept)} FROM (SELECT *, {', '.join(doubles)} FROM "
        f"(SELECT {', '.join(values)} FROM {table})))"
    )[0]
    return {text: Counts(*row[6 * n : 6 * n + 6]) for n, text in enumerate(columns)}


def _coded(v: str) -> str:
    """Whether a number is written as none should be. Most begin with 1 to 9: the others are looked at closely."""
    long = f"strlen({v}) > 17 AND NOT contains({v}, '.')"
    return (
        f"CASE WHEN {v} < '1' OR {v} >= ':' THEN {long} OR NOT regexp_full_match({v}, '-?(0|[1-9][0-9]*)?([.][0-9]*)?')"
        f" ELSE {long} OR contains({v}, 'e') OR contains({v}, 'E') OR contains({v}, '_') END"
    )


def _dates(stage: Stage, table: str, dates: Mapping[str, DateGuess], *, typed: bool) -> dict[str, Column]:
    """The columns of dates, proved over the whole table in one pass: a time of day somewhere, values that are none."""
    if not dates:
        return {}
    values, moments, asked = [], [], []
    for n, (name, guess) in enumerate(dates.items()):
        tries = [parsed_by(f, exp.column(f"v{n}")) for f in guess.formats]
        parsed = tries[0] if len(tries) == 1 else exp.func("COALESCE", *tries)
        values.append(f"{_value(name)} AS v{n}")
        moments.append(f"{parsed.sql('duckdb')} AS t{n}")
        asked += [
            f"count(v{n})", f"count(t{n})",
            f"coalesce(bool_or(t{n} IS NOT NULL AND (contains(v{n}, ':') OR t{n} <> date_trunc('day', t{n}))), false)",
            f"coalesce(bool_or(CASE WHEN strlen(v{n}) <= 16 OR (strlen(v{n}) = 19 AND v{n}[17] = ':') THEN false "
            f"ELSE regexp_matches(v{n}, ':[0-9.]+\\s*([A-Za-z]+|[+-][0-9:]+)$') END), false)",
        ]  # fmt: skip
    row = stage.rows(
        f"SELECT {', '.join(asked)} FROM (SELECT *, {', '.join(moments)} FROM (SELECT {', '.join(values)} "
        f"FROM {quoted(table)}))"
    )[0]
    found = {}
    for n, (name, guess) in enumerate(dates.items()):
        known, good, clocks, offsets = row[4 * n : 4 * n + 4]
        kind: Kind = "time" if clocks else "date"
        if typed and not (guess.formats == ("iso",) and known == good):
            # a source with types of its own says that this is text; only nothing but ISO dates is taken for dates
            kind = "text"
        found[name] = Column(name, "VARCHAR", kind, guess.formats, guess.ambiguous,
                             known - good if kind != "text" else 0, offsets)  # fmt: skip
    return found
