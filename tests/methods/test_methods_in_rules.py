"""Methods as rules use them: text → checked program → methods over a snapshot → tags."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.method_snapshot import ZONE, write_snapshot
from tagfolk_dsl.checker import check
from tagfolk_dsl.tree import Type
from tagfolk_dsl.vocabulary import EventInfo, FieldInfo, Vocabulary
from tagfolk_engine.evaluate import Cutoff, Evaluator
from tagfolk_engine.methods import MethodRun, evaluators, method_infos, run_uses
from tagfolk_engine.plugins import methods

CUTOFF = Cutoff.parse("2024-07-01", ZONE)


def vocabulary() -> Vocabulary:
    properties = {"amount": FieldInfo("amount", Type.NUMBER), "category": FieldInfo("category", Type.TEXT)}
    return Vocabulary(
        {"purchase": EventInfo("purchase", ("购买",), properties)},
        {"age": FieldInfo("age", Type.NUMBER)},
        method_infos(methods()),
    )


def purchases(n: int = 60) -> list[tuple[str, datetime, float | None, str]]:
    random = np.random.default_rng(1)
    rows: list[tuple[str, datetime, float | None, str]] = []
    for i in range(n):
        for _ in range(1 + i // 6):
            when = CUTOFF.utc - timedelta(days=float(random.uniform(1, 30 + 3 * (n - i))))
            rows.append((f"c{i:03}", when, float(random.gamma(2, 10)), str(random.choice(["tea", "cake"]))))
            if random.random() < 0.3:
                rows.append((f"c{i:03}", when, 5.0, "milk"))
    return rows


def tagged(rules: str, tmp_path: Path) -> tuple[dict[str, set[str]], MethodRun]:
    snapshot, words = write_snapshot(tmp_path, purchases()), vocabulary()
    checked = check({"rules/a.tags": rules}, words)
    assert checked.errors == ()
    program = checked.program
    found = run_uses(program, snapshot, CUTOFF, evaluators(snapshot, program, words), methods())
    assert found.failures == {}
    evaluator = Evaluator(snapshot, program, words, CUTOFF, columns=found.columns)
    evaluator.run()
    rows = evaluator.connection.execute("select customer_id, tag from assignment_now").fetchall()
    evaluator.close()
    held: dict[str, set[str]] = {}
    for customer, tag in rows:
        held.setdefault(tag, set()).add(customer)
    return held, found


def test_rfm_in_rules(tmp_path: Path) -> None:
    rules = """
use rfm(event = purchase, amount = purchase.amount, window = 12 months) as rfm
rfm.segment = champions -> champion
rfm.recency >= 5 and rfm.score matches /^55/ -> best
"""
    held, found = tagged(rules, tmp_path)
    table = found.columns["rfm"].to_pandas().set_index("customer_id")
    assert held["champion"] == set(table.index[table["segment"] == "champions"])
    assert held["champion"]
    assert held["best"] == set(table.index[table["score"].str.startswith("55")])


def test_rfm_in_chinese(tmp_path: Path) -> None:
    rules = """
使用 rfm(event = 购买, amount = purchase.amount, segments = eight) 为 价值
价值.segment = "重要价值客户" -> 重要客户
"""
    held, found = tagged(rules, tmp_path)
    table = found.columns["价值"].to_pandas()
    assert held["重要客户"] == set(table.loc[table["segment"] == "重要价值客户", "customer_id"])


def test_kmeans_over_metrics_of_the_language(tmp_path: Path) -> None:
    rules = """
let spend = sum(purchase.amount)
use kmeans(features = (purchases in 90 days, spend in 90 days, age), k = 3, seed = 7) as shopper
shopper.cluster = 1 -> big_group
"""
    held, found = tagged(rules, tmp_path)
    result = found.results["shopper"]
    sizes = result.tables["sizes"]["customers"].tolist()
    assert sum(sizes) == 61
    assert sizes == sorted(sizes, reverse=True)
    assert len(held["big_group"]) == sizes[0]
    assert result.tables["centres"].columns.tolist()[0] == "cluster"


@pytest.mark.parametrize(
    ("use", "column"),
    [
        ("lifecycle(event = purchase)", "stage"),
        ("bgnbd(event = purchase, horizon = 4 weeks)", "expected"),
        ("clv(event = purchase, amount = purchase.amount, horizon = 4 weeks, discount = 1%)", "value"),
        ("churn(outcome = no purchase 30 days, horizon = 30 days, model = logistic)", "probability"),
        ("basket(event = purchase, item = purchase.category, confidence = 10%)", "next_best"),
        ("cohorts(event = purchase)", "cohort"),
        (
            "funnel(steps = (purchase where category = tea, purchase where category = cake), within = 7 days)",
            "last_step",
        ),
        ("paths(events = (purchase where category = tea, purchase where category = cake))", "path"),
        ("preference(event = purchase, item = purchase.category)", "first"),
        ("nps(event = purchase, score = purchase.amount)", "group"),
    ],
)
def test_each_method_runs_from_its_text(use: str, column: str, tmp_path: Path) -> None:
    rules = f"use {use} as m\nm.{column} known -> t\n"
    if use.startswith("nps"):
        words, snapshot = vocabulary(), write_snapshot(tmp_path, purchases())
        program = check({"rules/a.tags": rules}, words).program
        run = run_uses(program, snapshot, CUTOFF, evaluators(snapshot, program, words), methods())
        assert "lie outside 0 to 10" in run.failures["m"].message
        return
    held, found = tagged(rules, tmp_path)
    table = found.columns["m"].to_pandas()
    assert held["t"] == set(table.loc[table[column].notna(), "customer_id"])
    assert held["t"]


def test_methods_over_tags_read_the_last_run(tmp_path: Path) -> None:
    """Without a stored run nobody is a member, and the method says so."""
    rules = "age > 30 -> old\nuse similar(to = old) as like_old\nlike_old.similarity > 80% -> nearly_old\n"
    words, snapshot = vocabulary(), write_snapshot(tmp_path, purchases())
    checked = check({"rules/a.tags": rules}, words)
    assert checked.errors == ()
    opened = evaluators(snapshot, checked.program, words)
    run = run_uses(checked.program, snapshot, CUTOFF, opened, methods())
    assert "'old' is false for all" in run.failures["like_old"].message


def test_a_where_may_look_at_the_customers_own_figures(tmp_path: Path) -> None:
    """Events above the customer's own mean, of customers older than 40: against pandas."""
    rules = "use paths(events = (purchase where (amount > avg(purchase.amount) and age > 40)), length = 2) as p\n"
    words, snapshot = vocabulary(), write_snapshot(tmp_path, purchases())
    checked = check({"rules/a.tags": rules}, words)
    assert checked.errors == ()
    opened = evaluators(snapshot, checked.program, words)
    found = run_uses(checked.program, snapshot, CUTOFF, opened, methods())
    assert found.failures == {}
    rows = pd.DataFrame(purchases(), columns=["customer_id", "time", "amount", "category"])
    rows = rows[rows["time"] < CUTOFF.utc]
    ages = {c: 20.0 + i for i, c in enumerate(sorted({*rows["customer_id"], "z"}))}
    mean = rows.groupby("customer_id")["amount"].transform("mean")
    fits = rows[(rows["amount"] > mean) & (rows["customer_id"].map(ages) > 40)]
    assert set(found.columns["p"].to_pandas()["customer_id"]) == set(fits["customer_id"])
    assert 0 < fits["customer_id"].nunique() < rows["customer_id"].nunique()


def test_members_of_an_earlier_t_are_those_of_the_history(tmp_path: Path) -> None:
    from support.teashop import Teashop
    from tagfolk_engine.methods import SnapshotContext
    from tagfolk_engine.run.looking import evaluator
    from tagfolk_engine.run.opening import prepare
    from tagfolk_engine.workspace import open_workspace

    shop = Teashop.make(tmp_path / "shop")
    shop.run("2024-06-01")
    shop.run("2024-06-30")
    ready = prepare(open_workspace(shop.root))
    free: list[Callable[[], object]] = []
    now = Cutoff.parse("2024-06-30", ZONE)
    context = SnapshotContext(
        ready.data, ready.program, now, lambda cutoff, _: evaluator(ready, cutoff), columns={}, state=None, due=True,
        settings={}, keep=free,
    )  # fmt: skip

    def held(day: str | None) -> set[str]:
        there = context if day is None else context.at(Cutoff.parse(day, ZONE).instant)
        members = there.members("active")
        return {str(c).removeprefix("crm:") for c in members[members].index}

    assert held(None) == {"a", "b"}
    assert held("2024-06-10") == set()  # b had bought by then, but no run had seen it
    assert held("2024-03-10") == {"c"}  # before the first run: by today's rules
    for close in reversed(free):
        close()
