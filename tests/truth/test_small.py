"""A small schema under hypothesis: what parts the two shrinks to a handful of events and one rule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.naive.world import Event, World
from support.truth import partings
from support.worlds import CATEGORIES, Case, vocabulary

NOW = datetime(2024, 4, 1, tzinfo=UTC)
HOURS = st.integers(-3, 24 * 40).map(lambda h: NOW - timedelta(hours=h))

purchases = st.builds(
    lambda who, at, amount, category: ("purchase", Event(who, at, {"amount": amount, "category": category})),
    st.sampled_from("ab"), HOURS, st.none() | st.sampled_from([0.1, 0.2, 0.3, 5.0]),
    st.none() | st.sampled_from(CATEGORIES),
)  # fmt: skip
visits = st.builds(lambda who, at: ("visit", Event(who, at, {"category": "tea"})), st.sampled_from("ab"), HOURS)

windows = st.one_of(
    st.builds(lambda n, u: f"in {n} {u}s", st.integers(1, 5), st.sampled_from(["day", "week", "month", "hour"])),
    st.sampled_from(["ever", "this month", "last week", "yesterday", "from 3 to 1 weeks ago"]),
)
wheres = st.sampled_from(["", " where category = tea", " where amount > 0.2", " where category missing"])
numbers = st.builds(
    lambda f, where, window: f"{f}{where} {window}",
    st.sampled_from(["purchases", "sum(purchase.amount)", "avg(purchase.amount)", "distinct(purchase.category)",
                     "days with purchase", "median(purchase.amount)", "max(purchase.amount)"]),
    wheres, windows,
)  # fmt: skip
conditions = st.recursive(
    st.one_of(
        st.builds(lambda m, op, v: f"{m} {op} {v}", numbers, st.sampled_from(["=", "!=", "<", ">="]),
                  st.sampled_from(["0", "1", "0.3", "0.6"])),
        st.builds(lambda w, i: f"no purchase{w} {i}", wheres, windows),
        st.builds(lambda i: f"visit then purchase within 2 days {i}", windows),
        st.builds(lambda i: f"visit then no purchase within 30 hours {i}", windows),
        st.builds(lambda m: f"top 50% by {m}", numbers),
    ),
    lambda inner: st.one_of(
        st.builds(lambda a, b, j: f"({a} {j} {b})", inner, inner, st.sampled_from(["and", "or"])),
        st.builds(lambda a: f"not ({a})", inner),
    ),
    max_leaves=3,
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(
    rows=st.lists(purchases | visits, max_size=8), rule=conditions,
    zone=st.sampled_from(["UTC", "Europe/Berlin", "Asia/Shanghai"]),
)  # fmt: skip
def test_one_rule(rows: list[tuple[str, Event]], rule: str, zone: str) -> None:
    events: dict[str, list[Event]] = {"purchase": [], "visit": [], "complaint": []}
    for name, event in rows:
        events[name].append(event)
    customers: dict[str, dict[str, object]] = {"a": {}, "b": {}, "c": {}}
    case = Case(0, vocabulary(), World(customers, events, NOW, ZoneInfo(zone)), [f"{rule} -> t"])
    assert not partings(case), rule
