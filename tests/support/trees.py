"""Trees as the parser can make them, drawn by hypothesis: what formatting must write so that it reads the same.

One strategy for each part of the language, by its name. Depth is bounded by what each strategy draws from.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from tagfolk_dsl.names import Names
from tagfolk_dsl.tree import (
    Across,
    Aggregate,
    Ago,
    And,
    Anniversary,
    Arithmetic,
    Band,
    Bare,
    Before,
    Between,
    Boolean,
    Bucket,
    Burst,
    Card,
    Change,
    Classify,
    Compare,
    Condition,
    DateAge,
    Day,
    DaysBetween,
    Dotted,
    Duration,
    Effect,
    Elapsed,
    Fellows,
    Filtered,
    FirstIn,
    Had,
    Has,
    HasFor,
    InPeriods,
    InRange,
    InSegment,
    Instant,
    Known,
    Last,
    Let,
    Matches,
    Member,
    Metric,
    Moment,
    Name,
    Negative,
    Next,
    Not,
    Number,
    Occurs,
    Or,
    Overall,
    Period,
    Rank,
    Rule,
    Score,
    ScoreLine,
    Segment,
    Sequence,
    Share,
    Since,
    Step,
    TagDeclaration,
    Text,
    TimePart,
    Unit,
    Window,
    Windowed,
)
from tagfolk_dsl.tree.time import Ever

EVENTS = ("purchase", "visit", "购买", "投诉")
FIGURES = ("spend", "age", "年龄", "loyalty")
PROPERTIES = ("amount", "category", "品类")
TAGS = ("vip", "churn_risk", "流失风险", "高价值客户")
NAMES = Names(
    frozenset((*EVENTS, *FIGURES, *PROPERTIES, *TAGS, "purchases", "购买次数")),
    {event: event for event in EVENTS},
    {"purchases": "purchase", "购买次数": "购买"},
)

events, figures, properties = st.sampled_from(EVENTS), st.sampled_from(FIGURES), st.sampled_from(PROPERTIES)
tags = st.sampled_from((*TAGS, "at risk"))
units = st.sampled_from(Unit)
long_units = st.sampled_from((Unit.DAY, Unit.WEEK, Unit.MONTH, Unit.QUARTER, Unit.YEAR))
days = st.dates(date(1900, 1, 1), date(2100, 12, 31))
instants = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)).map(lambda one: one.replace(microsecond=0))
durations = st.builds(Duration, st.integers(1, 400), units)
quoted = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=8)
fractions = st.integers(1, 99).map(lambda n: Decimal(n) / 100)

windows: SearchStrategy[Window] = st.one_of(
    st.builds(Last, durations),
    st.builds(Period, long_units, st.integers(0, 1)),
    st.builds(Ago, durations, durations),
    st.builds(Since, st.one_of(days, instants)),
    st.builds(Before, st.one_of(days, instants)),
    st.builds(Between, days, days),
)
"""Every kind of window but ``ever``."""
maybe_windows: SearchStrategy[Window] = st.one_of(st.builds(Ever), windows)

numbers = st.one_of(
    st.integers(-(10**9), 10**9).map(lambda n: Number(Decimal(n))),
    st.decimals(-1000, 1000, places=3, allow_nan=False).map(Number),
)
literals: SearchStrategy[Metric] = st.one_of(
    numbers,
    st.builds(Text, quoted),
    st.builds(Boolean, st.booleans()),
    st.builds(Day, days),
    st.builds(Instant, instants),
)


def wheres(depth: int) -> SearchStrategy[Condition | None]:
    """What stands after ``where``, or nothing."""
    return st.one_of(st.none(), fits, *([conditions(depth - 1)] if depth > 0 else []))


patterns = st.sampled_from(("^S.+o$", "a/b", "[(]", "#x"))
fits: SearchStrategy[Condition] = st.one_of(
    st.builds(Compare, st.builds(Name, properties), st.sampled_from(("=", "!=", "<", "<=", ">", ">=")), literals),
    st.builds(Member, st.builds(Name, properties), st.tuples(literals, literals), st.booleans()),
    st.builds(Known, st.builds(Name, properties), st.booleans()),
    st.builds(Matches, st.builds(Name, properties), st.sampled_from(("like", "contains", "starts", "ends")), quoted),
    st.builds(Matches, st.builds(Name, properties), st.just("matches"), patterns),
    st.builds(
        Compare, st.builds(TimePart, st.sampled_from(("hour", "weekday", "month")), st.just(Name("time"))),
        st.just("="), numbers,
    ),
)  # fmt: skip
"""One comparison about an event."""


def aggregates(depth: int) -> SearchStrategy[Aggregate]:
    """Functions over events, with or without ``where`` and a time."""
    where = wheres(depth)
    over_property = st.sampled_from(
        ("sum", "avg", "min", "max", "median", "stddev", "distinct", "first", "last", "most_common")
    )
    over_events = st.sampled_from(
        ("count", "days_with", "weeks_with", "months_with", "avg_gap", "median_gap", "first_gap")
    )
    return st.one_of(
        st.builds(Aggregate, over_property, events, properties, where, maybe_windows),
        st.builds(Aggregate, over_events, events, st.none(), where, maybe_windows),
    )


def metrics(depth: int) -> SearchStrategy[Metric]:
    """Everything with a value for each customer."""
    simple: SearchStrategy[Metric] = st.one_of(st.builds(Name, figures), aggregates(0))
    if depth <= 0:
        return simple
    below = metrics(depth - 1)
    counted = st.builds(Aggregate, st.sampled_from(("count", "sum")), events, st.none(), wheres(0), maybe_windows)
    shares = counted.flatmap(
        lambda one: st.just(one) if one.function == "count" else properties.map(
            lambda name: Aggregate("sum", one.event, name, one.where, one.window)
        )
    )  # fmt: skip
    first_last = st.sampled_from(("first", "last"))
    counted_units = st.sampled_from((Unit.DAY, Unit.WEEK, Unit.MONTH, Unit.YEAR))
    window = st.shared(maybe_windows, key="both moments")
    return st.one_of(
        simple,
        aggregates(depth - 1),
        st.builds(Share, shares),
        st.builds(Elapsed, counted_units, st.builds(Moment, first_last, events, wheres(0), maybe_windows)),
        st.builds(Elapsed, counted_units, st.builds(Name, figures)),
        st.builds(
            DaysBetween, st.builds(Moment, first_last, events, wheres(0), window),
            st.builds(Moment, first_last, events, wheres(0), window),
        ),
        st.builds(Overall, aggregates(0)),
        st.builds(Across, st.sampled_from(("avg", "sum", "median")), below, st.one_of(st.none(), conditions(0))),
        st.builds(Bucket, st.integers(1, 1000), quoted),
        st.builds(Arithmetic, st.sampled_from("+-*/"), below, st.one_of(below, numbers)),
        st.builds(Negative, simple),
        st.builds(Windowed, st.builds(Name, figures), windows),
        st.builds(Filtered, st.builds(Name, figures), fits),
        st.builds(Dotted, st.just("rfm"), st.just("segment")),
    )  # fmt: skip


def steps(depth: int) -> SearchStrategy[tuple[Step, ...]]:
    """The steps of a sequence; ``then no`` ends it."""
    within = st.one_of(st.none(), durations)

    def step(negated: bool) -> SearchStrategy[Step]:
        return st.builds(
            Step, events, wheres(depth), st.just(negated), st.booleans(), within, st.just(False),
            st.one_of(st.none(), st.tuples(events, st.none())),
        )  # fmt: skip

    return st.one_of(
        st.lists(step(False), min_size=1, max_size=3).map(tuple),
        st.tuples(step(True)),
        st.tuples(step(False), step(True)),
    )


def conditions(depth: int) -> SearchStrategy[Condition]:
    """Everything that holds or does not."""
    metric = metrics(max(0, depth - 1))
    fraction_rank = st.builds(Rank, st.sampled_from(("top", "bottom")), metric, fractions, st.none())
    count_rank = st.builds(Rank, st.sampled_from(("top", "bottom")), metric, st.none(), st.integers(1, 500))
    simple: SearchStrategy[Condition] = st.one_of(
        st.builds(Compare, metric, st.sampled_from(("=", "!=", "<", "<=", ">", ">=")), st.one_of(literals, metric)),
        st.builds(InRange, metric, numbers, numbers),
        st.builds(InRange, metric, st.none(), numbers),
        st.builds(Member, metric, st.lists(literals, min_size=1, max_size=3).map(tuple), st.booleans()),
        st.builds(Known, metric, st.booleans()),
        st.builds(DateAge, st.builds(Name, figures), st.sampled_from(("more", "less")), durations),
        st.builds(Anniversary, st.builds(Name, figures), st.builds(Next, durations)),
        st.builds(Change, metric, st.sampled_from(("fell", "rose")), fractions),
        fraction_rank,
        count_rank,
        st.builds(Occurs, st.sampled_from(("no", "every")), events, wheres(0), maybe_windows),
        st.builds(Bare, st.builds(Windowed, st.builds(Name, events), windows)),
        st.builds(FirstIn, events, wheres(0), windows),
        st.builds(InPeriods, events, wheres(0), st.integers(1, 5), st.integers(1, 60), long_units),
        st.builds(Burst, st.integers(1, 9), events, wheres(0), durations, maybe_windows),
        st.builds(Sequence, events, wheres(0), steps(0), maybe_windows, st.one_of(st.none(), properties)),
        st.builds(Has, tags, st.booleans()),
        st.builds(HasFor, tags, durations),
        st.builds(Had, tags, durations, st.none()),
        st.builds(Had, tags, st.none(), windows),
        st.builds(InSegment, tags),
    )
    if depth <= 0:
        return simple
    below = conditions(depth - 1)
    several = st.lists(below, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        simple,
        st.builds(And, several),
        st.builds(Or, several),
        st.builds(Not, below),
        st.builds(Fellows, st.sampled_from(("some", "every", "no")), figures, below),
        st.builds(
            Rank, st.just("top"), metric, fractions, st.none(), below,
        ),
    )  # fmt: skip


# --- statements ----------------------------------------------------------------------------------------------------

lines = quoted.filter(lambda text: bool(text.strip()))
cards = st.builds(
    Card, title=st.one_of(st.none(), lines), also=st.lists(lines, max_size=2).map(tuple),
    about=st.one_of(st.none(), lines), layer=st.sampled_from((None, "base", "behaviour", "value", "need")),
    weight=st.sampled_from((None, "core", "auxiliary")),
)  # fmt: skip
values = st.one_of(numbers, st.builds(Text, quoted), st.builds(Text, st.sampled_from(("gold", "金牌", "high"))))
effects = st.one_of(
    st.builds(Effect, tags, st.one_of(st.none(), values), st.just(False), st.one_of(st.none(), durations)),
    st.builds(Effect, tags, st.none(), st.just(True)),
)


@st.composite
def statements(draw: Any, depth: int = 1) -> list[Any]:
    """Some statements of one file, each name once."""
    names = st.sampled_from([f"name{number}" for number in range(50)])
    fresh = draw(st.lists(names, min_size=4, max_size=4, unique=True))
    one = conditions(depth)
    rules = draw(st.lists(st.tuples(one, st.lists(effects, min_size=1, max_size=3).map(tuple)), max_size=3))
    made: list[Any] = [
        Rule(
            f"rule{number}",
            condition,
            granted,
            priority=draw(st.integers(-3, 3)),
            why=draw(st.one_of(st.none(), lines)),
        )
        for number, (condition, granted) in enumerate(rules)
    ]
    made += draw(st.lists(st.builds(Let, st.just(fresh[0]), metrics(depth)), max_size=1))
    made += draw(st.lists(st.builds(TagDeclaration, st.just(fresh[1]), cards), max_size=1))
    bands = st.builds(Band, one, st.sampled_from(("low", "high")).map(Text))
    made += draw(
        st.lists(
            st.builds(
                Classify, st.just(fresh[2]), st.none(), st.lists(bands, min_size=1, max_size=3).map(tuple), cards
            ),
            max_size=1,
        )
    )
    points = st.builds(ScoreLine, one, st.integers(-9, 9))
    made += draw(
        st.lists(
            st.builds(
                Score, st.just(fresh[3]), st.lists(points, min_size=1, max_size=3).map(tuple), st.just(()), cards
            ),
            max_size=1,
        )
    )
    made += draw(
        st.lists(
            st.builds(
                Segment,
                st.just("target"),
                one,
                action=st.one_of(st.none(), lines),
                holdout=st.one_of(st.none(), fractions),
                card=cards,
            ),
            max_size=1,
        )
    )
    return made  # fmt: skip
