"""When an event was: the instant or wall clock time that a row says, and both from either."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sqlglot import exp

from tagfolk_engine.intake.dates import instant_from_text, utc_of_wall, wall_from_text
from tagfolk_engine.intake.mapping import Mapped, as_text
from tagfolk_engine.intake.tidying import type_of


def moments(time: Mapped, kind: str) -> tuple[exp.Expr | None, exp.Expr | None]:
    """(instant in naive UTC, where rows say it; wall clock time, where they say that). ``kind``: DuckDB's type."""
    tree, column = time.tree, time.column
    if column is not None and column.is_text and column.kind == "integer":
        # digits only: 20240131, or seconds since 1970
        return _epoch(column.raw()), wall_from_text(column.raw(), ("%Y%m%d", "%Y%m%d%H%M%S"))
    if column is not None and column.is_text:
        instant = instant_from_text(column.raw()) if column.offsets else None
        return instant, wall_from_text(column.raw(), column.formats)
    if "TIME ZONE" in kind.upper():
        return exp.cast(tree.copy(), "timestamp"), None
    if type_of(kind) in ("date", "time"):
        return None, exp.cast(tree.copy(), "timestamp")
    if type_of(kind) in ("integer", "number"):
        return _epoch(tree), None
    text = as_text(tree, kind)
    return instant_from_text(text), wall_from_text(text, ("iso",))


def missing(time: Mapped, kind: str) -> exp.Expr:
    """Whether a row has no time that can be read; cheaper than reading it where a column is known to hold dates."""
    column = time.column
    if column is not None and column.is_text and column.kind in ("date", "time") and not column.misfits:
        known = column.raw()
    elif type_of(kind) in ("date", "time") and not time.doubts:
        known = time.tree.copy()
    else:
        known = first(*moments(time, kind))
    return exp.Is(this=exp.paren(known), expression=exp.Null())


def first(*values: exp.Expr | None) -> exp.Expr:
    """The first value known."""
    given = [value.copy() for value in values if value is not None]
    return given[0] if len(given) == 1 else exp.func("COALESCE", *given)


def timed(query: exp.Select, instant: exp.Expr | None, wall: exp.Expr | None, zone: ZoneInfo) -> exp.Select:
    """The query with ``utc`` added, from what its rows (or, of groups, its aggregates) say."""
    inner = query.select(*(v.as_(n) for v, n in ((instant, "instant"), (wall, "wall")) if v is not None))
    utc = first(
        exp.column("instant") if instant is not None else None,
        utc_of_wall(exp.column("wall"), zone) if wall is not None else None,
    )
    hidden = ", ".join(n for v, n in ((instant, "instant"), (wall, "wall")) if v is not None)
    return exp.select(f"* EXCLUDE ({hidden})", utc.as_("utc")).from_(inner.subquery("said_rows"))


def _epoch(tree: exp.Expr) -> exp.Expr:
    """A number as an instant: seconds, milliseconds or microseconds since 1970, by its size."""
    number = exp.TryCast(this=tree.copy(), to=exp.DataType.build("bigint"))

    def between(low: int, high: int, scale: int, over: int) -> exp.If:
        inside = exp.and_(
            exp.GTE(this=number.copy(), expression=exp.Literal.number(low)),
            exp.LT(this=number.copy(), expression=exp.Literal.number(high)),
        )
        micros = exp.IntDiv(
            this=exp.Mul(this=number.copy(), expression=exp.Literal.number(scale)), expression=exp.Literal.number(over)
        )
        return exp.If(this=inside, true=exp.Anonymous(this="make_timestamp", expressions=[micros]))

    return exp.Case(
        ifs=[between(10**8, 10**11, 10**6, 1), between(10**11, 10**13, 10**3, 1), between(10**14, 10**17, 1, 1)]
    )
