"""The chart of every method shows the figures of its tables, with names from the data as they stand."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from support.methods import run
from tagfolk_engine.methods import KeptFit, UseResult, chart_png
from tagfolk_engine.plugins import PluginFailed, methods
from tagfolk_plugins import EventFilter, Method, MethodResult
from tagfolk_plugins.testing import FrameContext, metric

T = datetime(2024, 7, 2, tzinfo=UTC)
CITIES = ("上海", "北京", "Paris $5 or $6")


def shop(n: int = 240) -> FrameContext:
    random = np.random.default_rng(3)
    buys, visits, answers = [], [], []
    for i in range(n):
        start = float(random.uniform(60, 300))
        for k in range(1 + random.poisson(1 + i % 5)):
            when = T - timedelta(days=start * float(random.random()) if k else start)
            kinds = random.choice(["奶茶", "coffee", "cake", "拿铁"], 2, p=[0.4, 0.3, 0.2, 0.1])
            for kind in ("coffee", "cake") if random.random() < 0.3 else set(kinds):
                buys.append((f"c{i:03}", when, float(random.gamma(2, 20)), kind, f"b{i}-{k}"))
            visits.append((f"c{i:03}", when - timedelta(hours=2)))
        answers.append((f"c{i:03}", T - timedelta(days=3), float(random.integers(4, 11))))
    people = pd.DataFrame({"customer_id": [f"c{i:03}" for i in range(n)], "age": random.integers(18, 60, n)})
    people["city"] = random.choice(CITIES, n)
    vip = [f"c{i:03}" for i in range(n) if people["age"][i] > 40 and random.random() < 0.8]
    return FrameContext(
        people,
        {
            "purchase": pd.DataFrame(buys, columns=["customer_id", "time", "amount", "category", "basket"]),
            "visit": pd.DataFrame(visits, columns=["customer_id", "time"]),
            "answer": pd.DataFrame(answers, columns=["customer_id", "time", "score"]),
        },
        as_of=T,
        members={"vip": vip},
    )


SPEND = metric("spend", lambda c: c.events("purchase", ["amount"]).groupby("customer_id")["amount"].sum())
COUNT = metric("purchases", lambda c: c.events("purchase").groupby("customer_id").size())
QUIET = metric(
    "no purchase 60 days",
    lambda c: ~c.customers().index.to_series().isin(
        c.events("purchase").query("time >= @since", local_dict={"since": naive(c.as_of) - timedelta(days=60)})[
            "customer_id"
        ]
    ),
)  # fmt: skip
MONEY = {"event": "purchase", "amount": "purchase.amount"}
GIVEN: dict[str, dict[str, Any]] = {
    "rfm": MONEY,
    "kmeans": {"features": (SPEND, COUNT), "k": 3},
    "basket": {"event": "purchase", "item": "purchase.category", "group": "purchase.basket", "confidence": 0.1},
    "lifecycle": {"event": "purchase"},
    "bgnbd": {"event": "purchase", "horizon": (8, "week")},
    "clv": {**MONEY, "horizon": (8, "week")},
    "churn": {"outcome": QUIET, "horizon": (60, "day"), "model": "logistic"},
    "cohorts": {"event": "purchase"},
    "funnel": {"steps": (EventFilter("visit"), EventFilter("purchase"), EventFilter("answer"))},
    "paths": {"events": (EventFilter("visit"), EventFilter("purchase"))},
    "nps": {"event": "answer", "score": "answer.score"},
    "preference": {"event": "purchase", "item": "purchase.category"},
    "similar": {"to": "vip"},
    "drivers": {"of": "vip"},
    "experiment": {"arm": "vip", "outcome": (SPEND,)},
}
SHOWN = {
    "rfm": ("grid", "customers"), "kmeans": ("centres", "spend"), "lifecycle": ("stages", "customers"),
    "funnel": ("steps", "customers"), "paths": ("paths", "customers"), "cohorts": ("rates", "1"),
}  # fmt: skip
"""Methods whose figures stand in the picture as they stand in a table and column."""


def naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


@pytest.fixture(scope="module")
def results() -> dict[str, MethodResult]:
    context = shop()
    return {name: run(methods()[name], context, **given) for name, given in GIVEN.items()}


def test_every_method_of_ours_is_here() -> None:
    assert set(GIVEN) == set(methods())


def texts(result: MethodResult, method: type[Method]) -> list[str]:
    axes = Figure().add_subplot()
    draw = method().chart(result)
    assert draw is not None
    draw(axes)
    ticks = [t.get_text() for t in (*axes.get_xticklabels(), *axes.get_yticklabels())]
    return [t.get_text() for t in axes.texts] + ticks + [axes.get_title(loc="left")]


@pytest.mark.parametrize("name", sorted(SHOWN))
def test_the_figures_of_the_tables_are_in_the_picture(name: str, results: dict[str, MethodResult]) -> None:
    table, column = SHOWN[name]
    values = results[name].tables[table][column].dropna()
    shown = " ".join(texts(results[name], methods()[name]))
    for value in values.head(10):
        said = f"{100 * value:.0f}" if name == "cohorts" else f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"
        assert said in shown


def test_intervals_and_names_of_the_data_are_drawn_as_they_are(results: dict[str, MethodResult]) -> None:
    shown = texts(results["nps"], methods()["nps"])
    assert "city: 上海" in shown
    assert r"city: Paris \$5 or \$6" in shown
    axes = Figure().add_subplot()
    draw = methods()["nps"]().chart(results["nps"])
    assert draw is not None
    draw(axes)
    overall = results["nps"].tables["nps"].iloc[0]
    ends = [tuple(line.get_xdata()) for line in axes.lines]
    assert (overall["low"], overall["high"]) in ends


def test_lines_are_the_tables_columns(results: dict[str, MethodResult]) -> None:
    axes = Figure().add_subplot()
    draw = methods()["bgnbd"]().chart(results["bgnbd"])
    assert draw is not None
    draw(axes)
    drawn = {line.get_label(): list(line.get_ydata()) for line in axes.lines}
    tracking = results["bgnbd"].tables["tracking"]
    assert drawn == {name: tracking[name].tolist() for name in ("expected", "actual")}


@pytest.mark.parametrize("name", sorted(GIVEN))
def test_it_becomes_a_picture(name: str, results: dict[str, MethodResult], tmp_path: Path) -> None:
    import matplotlib.image

    picture = chart_png(_use(name, results[name]), methods())
    folder = Path(os.environ.get("TAGFOLK_CHARTS", tmp_path))
    (folder / f"{name}.png").write_bytes(picture)
    pixels = matplotlib.image.imread(folder / f"{name}.png")
    assert pixels.shape[:2] == (702, 1170)
    assert (pixels[..., :3].min(axis=2) < 0.5).mean() > 0.005


def test_nothing_to_draw_is_said(results: dict[str, MethodResult]) -> None:
    empty = {**results["drivers"].tables, "drivers": results["drivers"].tables["drivers"].iloc[:0]}
    use = _use("drivers", MethodResult(results["drivers"].customers, empty))
    with pytest.raises(PluginFailed, match="nothing to draw"):
        chart_png(use, methods())


def _use(name: str, result: MethodResult) -> UseResult:
    from tagfolk_engine.methods.shape import columns_of

    kept = KeptFit(name, "", None, T)
    method = methods()[name]
    return UseResult(name, name, {}, columns_of(method, result), method.columns, result.tables, result.fit, kept)
