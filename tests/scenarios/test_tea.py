"""The milk-tea chain, used as a stranger would: what was planted comes out again, through the program itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import numpy as np
import pytest
from support.program import tagfolk
from tagfolk_engine.demo.tea.people import FAMOUS, GUESTS, SEED, make_people


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tea") / "shop"
    done = subprocess.run(
        [sys.executable, "-m", "tagfolk_engine.cli.main", "init", str(folder), "--from", "tea"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    tagfolk(folder, "run")
    return folder


def share(root: Path, question: str) -> float:
    """The figure of a question about a share."""
    said = tagfolk(root, "ask", question)
    assert said["intent"] == "measure", said
    value = said["value"]
    assert isinstance(value, float)
    return value


def test_the_portrait_comes_out_as_planted(root: Path) -> None:
    assert share(root, "what share of customers are aged 20 to 35?") == pytest.approx(0.70, abs=0.02)
    assert share(root, "女性占比是多少?") == pytest.approx(0.80, abs=0.02)
    assert share(root, "what share of customers prefer low sugar?") == pytest.approx(0.85, abs=0.02)
    assert share(root, "高频客户占比") == pytest.approx(0.25, abs=0.02)


def test_the_top_fifth_brings_three_fifths_of_the_revenue(root: Path) -> None:
    lake = root / ".tagfolk" / "lake"
    current = (lake / "CURRENT").read_text(encoding="utf-8").strip()
    files = [str(p) for p in (lake / current).rglob("*.parquet") if "purchase" in str(p)]
    query = "SELECT sum(amount) FROM read_parquet(?) GROUP BY customer"
    spent = np.sort([amount for (amount,) in duckdb.connect().execute(query, [files]).fetchall()])[::-1]
    assert spent[: len(spent) // 5].sum() / spent.sum() == pytest.approx(0.60, abs=0.02)


def test_everybody_is_one_customer(root: Path) -> None:
    people = make_people(np.random.default_rng(SEED))
    said = tagfolk(root, "ask", "how many customers are there?")
    assert said["value"] == len(people)
    assert GUESTS > 0


def test_the_famous_one_is_explained(root: Path) -> None:
    said = tagfolk(root, "explain", f"crm:M{FAMOUS + 1:06d}", "churn_risk")
    tags = said["tags"]
    assert isinstance(tags, dict)
    found = tags["churn_risk"]
    assert found["holds"] is True
    conditions = found["rules"][0]["conditions"]
    assert [c["matched"] for c in conditions] == [True, True]
    assert conditions[1]["value"] == 0


def test_the_question_on_the_cover(root: Path) -> None:
    said = tagfolk(root, "ask", "今年哪些高价值客户可能流失?")
    assert (said["intent"], said["language"]) == ("list", "zh")
    rows = said["rows"]
    assert isinstance(rows, list)
    assert f"crm:M{FAMOUS + 1:06d}" in {row[0] for row in rows}
