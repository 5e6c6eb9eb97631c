"""What the text columns of a source hold: numbers, dates, yes or no, or text, found out over the whole table.

A column is a number only if every value is one, but for words that hold no digit ("n/a", "unknown"): a column of
codes such as ``C536379`` among whole numbers stays text, so that nothing is lost. Leading zeros and leading ``+``
make a code too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from sqlglot import exp

from tagfolk_engine.intake.dates import FORMATS, parsed_by
from tagfolk_engine.intake.staging import Stage, quoted

Kind = Literal["integer", "number", "boolean", "date", "time", "text", "typed"]
SAMPLE = 20_000
ENOUGH = 0.8
"""The part of a column's values that must be numbers or dates for the others to be called mistakes."""


@dataclass(frozen=True)
class Column:
    """A column of a staged source. ``kind`` "typed": ``type`` (DuckDB's) says it all. Otherwise it is text.

    ``formats``: how its dates are written, commonest first ("iso" or a strptime format).
    """

    name: str
    type: str
    kind: Kind
    formats: tuple[str, ...] = ()
    ambiguous: bool = False
    misfits: int = 0

    @property
    def is_text(self) -> bool:
        """Whether it lies as text in the staged table."""
        return self.type == "VARCHAR"

    def raw(self) -> exp.Expr:
        """The column; text trimmed, and missing where nothing is left."""
        column = exp.column(self.name, quoted=True)
        if not self.is_text:
            return column
        return exp.func("NULLIF", exp.func("TRIM", column), exp.Literal.string(""))

    def findings(self) -> list[str]:
        """What to tell people about it."""
        lines = []
        if self.kind in ("date", "time") and self.formats:
            lines.append(f"{self.name}: {self.kind}s written as {' or '.join(map(shown_format, self.formats))}")
        if self.ambiguous:
            shown = shown_format(self.formats[0])
            lines.append(f"{self.name}: day and month cannot be told apart; read as {shown}")
        if self.misfits and self.kind not in ("text", "typed"):
            lines.append(f"{self.name}: {self.misfits} value{'s are' if self.misfits > 1 else ' is'} no {self.kind}")
        return lines


def shown_format(name: str) -> str:
    """A date format as people write it.

    >>> shown_format("%d/%m/%Y")
    'DD/MM/YYYY'
    """
    if name == "iso":
        return "ISO (YYYY-MM-DD)"
    for code, text in (("%Y", "YYYY"), ("%y", "YY"), ("%m", "MM"), ("%d", "DD"), ("%H", "hh"), ("%M", "mm"),
                       ("%S", "ss"), ("%b", "Mon"), ("%B", "Month"), ("%I", "hh"), ("%p", "AM/PM")):  # fmt: skip
        name = name.replace(code, text)
    return name


def find_columns(stage: Stage, table: str, *, untyped: bool, only: Iterable[str] | None = None) -> dict[str, Column]:
    """The columns of a staged table by name. ``untyped``: text may mean numbers (CSV); else only dates are sought."""
    described = stage.rows(f"DESCRIBE {quoted(table)}")
    wanted = None if only is None else {name.casefold() for name in only}
    found = {}
    for name, kind, *_ in described:
        if kind != "VARCHAR" or (wanted is not None and name.casefold() not in wanted):
            found[name] = Column(name, kind, "typed" if kind != "VARCHAR" else "text")
        else:
            found[name] = _look(stage, table, name, untyped=untyped)
    return found


def _look(stage: Stage, table: str, name: str, *, untyped: bool) -> Column:
    """What one text column holds: a guess from a sample, then the whole column."""
    value = Column(name, "VARCHAR", "text").raw()
    sample = (
        exp.select(value.as_("v"))
        .from_(quoted(table))
        .where(exp.Not(this=exp.Is(this=value.copy(), expression=exp.Null())))
        .limit(SAMPLE)
    )
    guess = _counts(stage, sample)
    if not guess.known:
        return Column(name, "VARCHAR", "text")
    kind = guess.kind(untyped=untyped)
    formats: tuple[str, ...] = ()
    ambiguous = False
    if kind == "text":
        formats, ambiguous = _date_formats(stage, sample)
        kind = "date" if formats else "text"
    if kind == "text":
        return Column(name, "VARCHAR", "text")
    everything = exp.select(value.as_("v")).from_(quoted(table))
    if formats:
        return _dates(stage, name, everything, formats, ambiguous=ambiguous, typed=not untyped)
    counts = _counts(stage, everything)
    return Column(name, "VARCHAR", counts.kind(untyped=untyped), misfits=counts.misfits())


@dataclass(frozen=True)
class _Counts:
    known: int
    integers: int
    numbers: int
    booleans: int
    coded: bool
    """Values such as 007, +86…, 1e5, or ones too long for a number."""
    odd_digits: bool
    """Values that are no number but hold a digit."""

    def kind(self, *, untyped: bool) -> Kind:
        if not untyped or not self.known:
            return "text"
        if self.booleans == self.known:
            return "boolean"
        if self.numbers == self.known or (self.numbers >= ENOUGH * self.known and not self.odd_digits):
            if self.coded:
                return "text"
            return "integer" if self.integers == self.numbers else "number"
        return "text"

    def misfits(self) -> int:
        return 0 if self.booleans == self.known else self.known - self.numbers


def _counts(stage: Stage, values: exp.Query) -> _Counts:
    """One pass over the values. Regular expressions look only at what is no plain number."""
    row = stage.rows(
        "SELECT count(v), count(i), count(d), count(*) FILTER (lower(v) IN ('true', 'false')), "
        "coalesce(bool_or(coded), false), coalesce(bool_or(d IS NULL AND regexp_matches(v, '[0-9]')), false) FROM ("
        "SELECT v, d, CASE WHEN d IS NOT NULL AND NOT contains(v, '.') THEN TRY_CAST(v AS BIGINT) END AS i, "
        "d IS NOT NULL AND ((v LIKE '0_%' AND v NOT LIKE '0.%') OR v LIKE '+%' OR v LIKE '-0_%' AND v NOT LIKE '-0.%' "
        "OR length(v) > 17 OR contains(lower(v), 'e')) AS coded FROM ("
        "SELECT v, CASE WHEN isfinite(TRY_CAST(v AS DOUBLE)) THEN TRY_CAST(v AS DOUBLE) END AS d "
        f"FROM ({values.sql('duckdb')})))"
    )[0]
    return _Counts(*row)


def _date_formats(stage: Stage, sample: exp.Query) -> tuple[tuple[str, ...], bool]:
    """The formats that read the sample, best first, and whether day and month could be the other way round."""
    stage.run(f"CREATE OR REPLACE TEMP TABLE date_sample AS {sample.sql('duckdb')}")
    remaining = known = stage.number("SELECT count(*) FROM date_sample")
    likely = stage.number(
        r"SELECT count(*) FROM date_sample WHERE length(v) BETWEEN 6 AND 40 AND regexp_matches(v, "
        r"'^\d{8}(\d{6})?$|\d[-/.年 ].*\d')"
    )
    if likely < ENOUGH * known:
        return (), False
    candidates = _candidates(stage)
    chosen: list[str] = []
    ambiguous = False
    while candidates and remaining and len(chosen) < 3:
        left = (
            exp.and_(*(exp.Is(this=parsed_by(f, exp.column("v")), expression=exp.Null()) for f in chosen))
            if chosen
            else exp.true()
        )
        counted = (
            exp.select(*(exp.Count(this=parsed_by(f, exp.column("v"))) for f in candidates))
            .from_("date_sample")
            .where(left)
        )
        counts = dict(zip(candidates, stage.rows(counted)[0]))
        best = max(candidates, key=lambda f: counts[f])
        if not counts[best] or (not chosen and counts[best] < ENOUGH / 2 * known):
            break
        rival = _swapped(best)
        ambiguous = ambiguous or (not chosen and rival is not None and counts.get(rival, 0) == counts[best])
        chosen.append(best)
        remaining -= counts[best]
    if known and known - remaining >= ENOUGH * known:
        return tuple(chosen), ambiguous
    return (), False


def _candidates(stage: Stage) -> list[str]:
    """The formats that read something of a small part of the sample, spread over all of it."""
    few = "SELECT v FROM date_sample USING SAMPLE reservoir(200 ROWS) REPEATABLE (1)"
    counted = exp.select(*(exp.Count(this=parsed_by(f, exp.column("v"))) for f in FORMATS)).from_("few")
    counts = stage.rows(f"WITH few AS ({few}) {counted.sql('duckdb')}")[0]
    return [name for name, count in zip(FORMATS, counts) if count]


def _swapped(name: str) -> str | None:
    """The same format with day and month the other way round."""
    swapped = name.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")
    return swapped if swapped != name and swapped in FORMATS else None


def _dates(
    stage: Stage, name: str, values: exp.Query, formats: tuple[str, ...], *, ambiguous: bool, typed: bool
) -> Column:
    """A column of dates: with a time of day somewhere, and values that are none."""
    parsed = (
        exp.func("COALESCE", *(parsed_by(f, exp.column("v")) for f in formats))
        if len(formats) > 1
        else parsed_by(formats[0], exp.column("v"))
    )
    known, good, clocks = stage.rows(
        f"SELECT count(v), count(t), count(*) FILTER (t IS NOT NULL AND (t <> date_trunc('day', t) OR "
        f"regexp_matches(v, '[0-9]:[0-9]'))) "
        f"FROM (SELECT v, {parsed.sql('duckdb')} AS t FROM ({values.sql('duckdb')}))"
    )[0]
    if typed and not (formats == ("iso",) and known == good):
        # a source with types of its own says that this is text; only what is nothing but ISO dates is taken for dates
        return Column(name, "VARCHAR", "text", formats, ambiguous=ambiguous)
    return Column(name, "VARCHAR", "time" if clocks else "date", formats, ambiguous=ambiguous, misfits=known - good)


def bind(columns: Mapping[str, Column], name: str) -> Column | None:
    """The column that an expression means: names are compared without case."""
    return columns.get(name) or {c.casefold(): column for c, column in columns.items()}.get(name.casefold())
