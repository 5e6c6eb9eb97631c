"""Reading dates and times from text, and moving between instants and a time zone's wall clock, as SQL.

Times without an offset are the wall clock of the workspace's zone. A wall clock time that comes twice (clocks set
back) is the earlier instant; one that never comes (clocks set forward) is moved forward by the gap. Both follow from
one rule: until the later of a change's two wall clock times, the offset before the change holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlglot import exp

_DAYS = (
    "%m/%d/%Y", "%d/%m/%Y", "%m/%d/%y", "%d/%m/%y", "%d.%m.%Y", "%d.%m.%y", "%d-%m-%Y", "%m-%d-%Y", "%Y年%m月%d日",
    "%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%b %d, %Y", "%d %B %Y", "%B %d, %Y", "%Y.%m.%d", "%Y%m%d",
)  # fmt: skip
_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
FORMATS = (
    "iso", *(day + clock for day in _DAYS for clock in _CLOCKS), "%Y%m%d%H%M%S", "%a %b %d %H:%M:%S %Y",
)  # fmt: skip
_OFFSET = r":[0-9.]+\s*(Z|z|UTC|GMT|[+-][0-9]{2}(:?[0-9]{2})?)$"


def parsed_by(format_name: str, text: exp.Expr) -> exp.Expr:
    """The timestamp that a text says in one format; NULL where it does not. Offsets are not looked at."""
    if format_name == "iso":
        # a year of four digits first: DuckDB also reads "1-2-3"
        fifth = exp.func("SUBSTRING", text.copy(), exp.Literal.number(5), exp.Literal.number(1))
        looks = exp.In(this=fifth, expressions=[exp.Literal.string("-"), exp.Literal.string("/")])
        return exp.Case(
            ifs=[exp.If(this=looks, true=exp.TryCast(this=text.copy(), to=exp.DataType.build("timestamp")))]
        )
    parsed = exp.Anonymous(this="try_strptime", expressions=[text.copy(), exp.Literal.string(format_name)])
    if format_name == "%Y%m%d":  # eight digits only, or any number would be a date
        digits = exp.Anonymous(
            this="regexp_matches", expressions=[text.copy(), exp.Literal.string("^(19|20)[0-9]{6}$")]
        )
        return exp.Case(ifs=[exp.If(this=digits, true=parsed)])
    if "%Y" in format_name:  # strptime takes "24" for the year 24
        year = exp.func("YEAR", parsed.copy())
        return exp.Case(ifs=[exp.If(this=exp.GTE(this=year, expression=exp.Literal.number(1000)), true=parsed)])
    return parsed


def wall_from_text(text: exp.Expr, formats: Sequence[str]) -> exp.Expr:
    """The wall clock time that a text says, by the first format that reads it."""
    tries = [parsed_by(name, text) for name in formats] or [parsed_by("iso", text)]
    return tries[0] if len(tries) == 1 else exp.func("COALESCE", *tries)


def instant_from_text(text: exp.Expr) -> exp.Expr:
    """The instant (naive UTC) of an ISO text that says its offset; NULL where it says none."""
    sized = exp.func("LENGTH", text.copy())
    plus = exp.Anonymous(this="contains", expressions=[text.copy(), exp.Literal.string("+")])
    zulu = exp.In(this=exp.func("RIGHT", text.copy(), exp.Literal.number(1)),
                  expressions=[exp.Literal.string("Z"), exp.Literal.string("z")])  # fmt: skip
    maybe = exp.or_(plus, zulu, exp.GTE(this=sized, expression=exp.Literal.number(20)),
                    exp.EQ(this=exp.func("SUBSTRING", text.copy(), exp.Literal.number(17), exp.Literal.number(1)),
                           expression=exp.Literal.string("-")))  # fmt: skip
    offset = exp.Anonymous(this="regexp_matches", expressions=[text.copy(), exp.Literal.string(_OFFSET)])
    instant = exp.TryCast(this=text.copy(), to=exp.DataType.build("timestamptz"))
    return exp.Case(ifs=[exp.If(this=exp.and_(maybe, offset), true=exp.cast(instant, "timestamp"))])


def utc_of_wall(wall: exp.Expr, zone: ZoneInfo) -> exp.Expr:
    """Wall clock → instant, by the rule above."""
    edges = [(at + timedelta(seconds=max(before, after)), after) for at, before, after in changes(zone)]
    return exp.Sub(this=exp.paren(wall.copy()), expression=_seconds(_offset(wall, edges, first_offset(zone))))


def wall_of_utc(instant: exp.Expr, zone: ZoneInfo) -> exp.Expr:
    """Instant → wall clock."""
    edges = [(at, after) for at, _, after in changes(zone)]
    return exp.Add(this=exp.paren(instant.copy()), expression=_seconds(_offset(instant, edges, first_offset(zone))))


def one_utc_of_wall(wall: exp.Expr, zone: ZoneInfo) -> exp.Expr:
    """The same for a long expression, by ICU: the tree of changes would repeat it at every branch.

    ICU takes the later instant of a wall clock time that comes twice, so the time of three hours before is asked too.
    """
    if not changes(zone) or _is_short(wall):
        return utc_of_wall(wall, zone)
    early = exp.Sub(this=exp.paren(wall.copy()), expression=_seconds(exp.Literal.number(_BEFORE)))
    later = _as_utc(_icu(zone, wall))
    earlier = exp.Add(this=_as_utc(_icu(zone, early)), expression=_seconds(exp.Literal.number(_BEFORE)))
    again = _icu(zone, exp.cast(exp.paren(earlier.copy()), "timestamptz"))
    comes_twice = exp.EQ(this=again, expression=exp.paren(wall.copy()))
    return exp.Case(ifs=[exp.If(this=comes_twice, true=exp.func("LEAST", later.copy(), earlier))], default=later)


def one_wall_of_utc(instant: exp.Expr, zone: ZoneInfo) -> exp.Expr:
    """Instant → wall clock for a long expression, by ICU."""
    if not changes(zone) or _is_short(instant):
        return wall_of_utc(instant, zone)
    return _icu(zone, exp.cast(exp.paren(instant.copy()), "timestamptz"))


def _is_short(moment: exp.Expr) -> bool:
    """Whether the tree of changes, much quicker to run, is not too long to plan with this expression in it."""
    return sum(1 for _ in moment.walk()) <= 6


_BEFORE = 3 * 3600
"""Longer than clocks are set back at once."""


def _icu(zone: ZoneInfo, moment: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this="timezone", expressions=[exp.Literal.string(zone.key), moment.copy()])


def _as_utc(instant: exp.Expr) -> exp.Expr:
    return exp.cast(instant, "timestamp")


_LONG_AGO = datetime(2000, 1, 1)


def steady_since(zone: ZoneInfo) -> tuple[datetime, int] | None:
    """(from when, seconds) where the zone's offset has not changed for long and is not going to; None: it changes."""
    found = changes(zone)
    if not found:
        return datetime.min, first_offset(zone)
    last, _, after = found[-1]
    return (last, after) if last < _LONG_AGO else None


def _seconds(offset: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this="to_seconds", expressions=[offset])


def _offset(moment: exp.Expr, edges: Sequence[tuple[datetime, int]], first: int) -> exp.Expr:
    """The offset in seconds that holds at a moment: a balanced tree of comparisons."""
    if not edges:
        return exp.Literal.number(first) if first >= 0 else exp.Neg(this=exp.Literal.number(-first))
    middle = len(edges) // 2
    edge, after = edges[middle]
    literal = exp.cast(exp.Literal.string(edge.isoformat(sep=" ")), "timestamp")
    return exp.Case(
        ifs=[exp.If(this=exp.LT(this=moment.copy(), expression=literal), true=_offset(moment, edges[:middle], first))],
        default=_offset(moment, edges[middle + 1 :], after),
    )


def first_offset(zone: ZoneInfo) -> int:
    """The zone's offset in seconds at the beginning of the years looked at."""
    return _offset_at(zone, _BEGIN)


_BEGIN = datetime(1920, 1, 1)
_END = datetime(2080, 1, 1)


def _offset_at(zone: ZoneInfo, moment: datetime) -> int:
    offset = moment.replace(tzinfo=UTC).astimezone(zone).utcoffset()
    return round(offset.total_seconds()) if offset is not None else 0


@lru_cache(maxsize=8)
def changes(zone: ZoneInfo) -> tuple[tuple[datetime, int, int], ...]:
    """When the zone's offset changed from 1920 to 2080: (instant in naive UTC, seconds before, seconds after)."""
    found = []
    step = timedelta(days=7)
    at, before = _BEGIN, _offset_at(zone, _BEGIN)
    while at < _END:
        after = _offset_at(zone, at + step)
        if after != before:
            low, high = at, at + step
            while high - low > timedelta(seconds=1):
                middle = (low + (high - low) / 2).replace(microsecond=0)
                low, high = (low, middle) if _offset_at(zone, middle) != before else (middle, high)
            found.append((high, before, after))
        at, before = at + step, after
    return tuple(found)
