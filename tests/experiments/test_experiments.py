"""Experiments from the plan to the result: published sample sizes, stable arms, a known effect found."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats
from support.teashop import Teashop
from tagfolk_engine.experiments import Plan, detectable, power, sample_size
from tagfolk_engine.experiments.starting import arm_of
from tagfolk_plugins.api.trials import compare, sample_ratio

HALVES = {"treatment": 0.5, "control": 0.5}


@pytest.mark.parametrize(
    ("plan", "wanted", "n"),
    [
        (Plan(0.50, 0.25), 0.9, 77),  # R's power.prop.test(p1 = .50, p2 = .75, power = .90): n = 76.7
        (Plan(0.10, 0.02), 0.8, 3841),  # power.prop.test(p1 = .10, p2 = .12, power = .80): n = 3840.8
        (Plan(0, 1.0, deviation=1.0), 0.9, 22),  # 2 (1.960 + 1.282)² = 21.01
    ],
)
def test_published_sample_sizes(plan: Plan, wanted: float, n: int) -> None:
    treated, control = sample_size(plan, wanted)
    assert treated == control == n
    assert power(plan, 2 * n) >= wanted > power(plan, 2 * n - 4)


def test_power_is_what_trials_show() -> None:
    random = np.random.default_rng(5)
    plan, n = Plan(0.2, 0.06, treated=0.3), 1400
    treated = round(n * plan.treated)
    hits = 0
    for _ in range(1500):
        a, b = random.random(treated) < 0.26, random.random(n - treated) < 0.2
        hits += compare(a.astype(float), b.astype(float))[6] < 0.05
    assert hits / 1500 == pytest.approx(power(plan, n), abs=0.04)


def test_the_smallest_effect_is_the_one_that_power_shows() -> None:
    plan = Plan(0.3, -0.05)
    least = detectable(plan, 5000)
    assert least is not None
    assert least < 0
    assert power(Plan(0.3, least), 5000) == pytest.approx(0.8, abs=1e-6)
    assert detectable(Plan(0.99, 0.005), 20) is None


@pytest.mark.parametrize(
    ("given", "words"),
    [((0.1, 0.0), "needs no trial"), ((0.9, 0.2), "do not both"), ((5, 1), "for a mean, say its deviation"),
     ((0.1, 0.1, -1.0), "more than 0"), ((0.1, 0.1, None, 1.0), "between 0 and 1")],
)  # fmt: skip
def test_what_cannot_be_planned_is_said(given: tuple[Any, ...], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Plan(*given)


def test_arms_are_stable_salted_and_of_the_planned_size() -> None:
    ids = [f"crm:{i}" for i in range(20_000)]
    spring = [arm_of(i, "spring", 7, HALVES) for i in ids]
    assert spring == [arm_of(i, "spring", 7, HALVES) for i in ids]
    for other in ([arm_of(i, "autumn", 7, HALVES) for i in ids], [arm_of(i, "spring", 8, HALVES) for i in ids]):
        assert sum(a == b for a, b in zip(spring, other, strict=True)) == pytest.approx(10_000, abs=300)
    sizes = [spring.count(arm) for arm in HALVES]
    assert sample_ratio(sizes, [0.5, 0.5]) > 0.001
    assert sample_ratio([s + d for s, d in zip(sizes, (400, -400), strict=True)], [0.5, 0.5]) < 1e-5
    assert sample_ratio(sizes, [0.5, 0.5]) == pytest.approx(stats.chisquare(sizes).pvalue)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Teashop:
    """600 customers; before the split everybody bought once, after it the treated of Shanghai buy more often."""
    shop = Teashop.make(tmp_path_factory.mktemp("trial") / "shop")
    ids = [f"m{i:03}" for i in range(600)]
    city = {c: "Shanghai" if i % 2 else "Beijing" for i, c in enumerate(ids)}
    shop.members(
        "id,name,city,age,phone\n" + "".join(f"{c},N {c},{city[c]},{20 + i % 40},\n" for i, c in enumerate(ids))
    )
    before = [f"{c},2024-06-15 10:00:00,10\n" for c in ids]
    random = np.random.default_rng(2)
    after = []
    for c in ids:
        treated = arm_of(f"crm:{c}", "spring", 7, HALVES) == "treatment" and city[c] == "Shanghai"
        if random.random() < (0.6 if treated else 0.2):
            after.append(f"{c},2024-07-10 10:00:00,25\n")
    shop.orders("member,at,amount\n" + "".join(before + after))
    shop.rules("purchase in 30 days -> active\nsegment everybody: has active\n")
    shop.run("2024-06-30")
    return shop


def told(shop: Teashop, capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> Any:
    capsys.readouterr()
    assert shop.cli("experiment", *words, "--json") == code
    return json.loads(capsys.readouterr().out)


def test_from_the_split_to_the_result(shop: Teashop, capsys: pytest.CaptureFixture[str]) -> None:
    made = told(shop, capsys, "start", "spring", "--segment", "everybody", "--outcome", "purchase since {start}")
    assert made["customers"] == 600
    assert sum(made["arms"].values()) == 600
    found = told(shop, capsys, "result", "spring", "--as-of", "2024-07-20")
    treated, control = found["result"]
    assert treated["arm"], control["arm"] == ("treatment", "control")
    assert treated["low"] < treated["mean"] - control["mean"] == treated["difference"] < treated["high"]
    assert treated["p"] < 0.001
    assert found["srm_p"] > 0.001
    assert found["warning"] is None
    assert found["outcome"] == "purchase since 2024-07-01"
    by_city = {row["value"]: row for row in found["subgroups"]}
    assert by_city["Shanghai"]["p_corrected"] < 0.001
    assert by_city["Beijing"]["p_corrected"] > 0.05
    assert by_city["Shanghai"]["p_corrected"] == pytest.approx(2 * by_city["Shanghai"]["p"])
    (kept,) = told(shop, capsys, "list")["experiments"]
    assert kept["result"] == found
    assert kept["arms"] == made["arms"]


def test_figures_are_those_of_a_hand_calculation(shop: Teashop, capsys: pytest.CaptureFixture[str]) -> None:
    told(shop, capsys, "start", "means", "--segment", "city = Shanghai", "--arms", "a=1,b=1,control=2", "--outcome",
         "sum(purchase.amount)")  # fmt: skip
    found = told(shop, capsys, "result", "means", "--as-of", "2024-07-20", "--by", "city")
    assert [row["arm"] for row in found["result"]] == ["a", "b", "control"]
    assert sum(row["n"] for row in found["result"]) == 300
    spend = _spend(shop)
    arms = {c: arm_of(c, "means", 7, {"a": 0.25, "b": 0.25, "control": 0.5}) for c in spend}
    a, control = ([spend[c] for c in spend if arms[c] == arm] for arm in ("a", "control"))
    row = found["result"][0]
    assert row["difference"] == pytest.approx(np.mean(a) - np.mean(control))
    t = stats.ttest_ind(a, control)
    assert row["z"] == pytest.approx(t.statistic)
    assert row["p"] == pytest.approx(2 * stats.norm.sf(abs(t.statistic)))
    error = math.sqrt(np.var(a, ddof=1) / len(a) + np.var(control, ddof=1) / len(control))
    assert row["high"] - row["low"] == pytest.approx(2 * 1.959964 * error)


def _spend(shop: Teashop) -> dict[str, float]:
    shanghai = [
        line.split(",")[0] for line in (shop.root / "data/members.csv").read_text().splitlines() if "Shang" in line
    ]
    spend = {f"crm:{c}": 0.0 for c in shanghai}
    for line in (shop.root / "data/orders.csv").read_text().splitlines()[1:]:
        member, _, amount = line.split(",")
        if f"crm:{member}" in spend:
            spend[f"crm:{member}"] += float(amount)
    return spend


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("start", "x", "--segment", "everybodi"), "did you mean 'everybody'?"),
        (("start", "x", "--segment", "everybody", "--arms", "one=1"), "at least two arms"),
        (("start", "x", "--segment", "everybody", "--arms", "a=1,b=x"), "'b=x' is no arm"),
        (("start", "x", "--segment", "everybody", "--arms", "a=1,b=1"), "no arm 'control'"),
        (("start", "x", "--segment", "city = Atlantis"), "too few for 2 arms"),
        (("start", "x", "--segment", "everybody", "--outcome", "purchse"), "purchase"),
        (("result", "nothing"), "there is no experiment 'nothing'"),
        (("plan", "--base", "0.1", "--effect", "0"), "needs no trial"),
    ],
)
def test_mistakes_are_told(
    shop: Teashop, words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    from tagfolk_engine.cli.main import run

    place = () if words[0] == "plan" else ("--workspace", str(shop.root))
    assert run(["experiment", *words, *place]) in (1, 2)
    told_ = capsys.readouterr()
    assert said in told_.err + told_.out


def test_the_plan_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    from tagfolk_engine.cli.main import run

    assert run(["experiment", "plan", "--base", "0.1", "--effect", "0.02", "--customers", "4000", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["treatment"], found["control"]) == (3841, 3841)
    assert found["available"]["power"] == pytest.approx(0.52, abs=0.02)
    assert found["available"]["smallest_effect"] > 0.02


def test_an_experiment_starts_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shop = Teashop.make(tmp_path / "shop")
    shop.run("2024-06-30")
    assert (
        shop.cli("experiment", "start", "e", "--segment", "ever purchase or no purchase", "--arms", "t=1,control=1")
        == 0
    )
    assert shop.cli("experiment", "start", "e", "--segment", "call_them") == 2
    assert "there is an experiment 'e' already" in capsys.readouterr().err
