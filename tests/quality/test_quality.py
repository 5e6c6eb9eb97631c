"""Data quality: the figures of a load, drift against the one before, limits that warn, stop and make tags stale."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from support.teashop import Teashop
from tagfolk_engine.quality import DataRefused
from tagfolk_engine.quality.drift import moved, psi
from tagfolk_engine.quality.limits import days


@pytest.fixture
def shop(tmp_path: Path) -> Teashop:
    return Teashop.make(tmp_path / "shop")


def limit(shop: Teashop, table: str, *lines: str) -> None:
    path = shop.root / "tagfolk.toml"
    path.write_text(path.read_text() + f"\n[quality.{table}]\n" + "\n".join(lines) + "\n")


def told(shop: Teashop, capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> Any:
    capsys.readouterr()
    assert shop.cli(*words, "--json") == code
    return json.loads(capsys.readouterr().out)


def stale(shop: Teashop, capsys: pytest.CaptureFixture[str]) -> set[str]:
    return {tag["tag"] for tag in told(shop, capsys, "tags")["tags"] if tag["stale"]}


def test_the_figures_of_a_load(shop: Teashop, capsys: pytest.CaptureFixture[str]) -> None:
    shop.members("id,name,city,age,phone\na,Ann,Shanghai,30,\nb,Bob,,400,\nc,Cem,Beijing,20,\nc,Cem,Beijing,20,\n")
    path = shop.root / "tagfolk.toml"
    path.write_text(path.read_text() + '\n[attributes.age]\nvalid = "0..120"\n')
    shop.run("2024-06-30")
    measured = {m["name"]: m for m in told(shop, capsys, "quality", "--as-of", "2024-06-30")["measured"]}
    assert measured["city"]["filled"] == pytest.approx(2 / 3, abs=1e-4)
    assert measured["age"]["valid"] == pytest.approx(2 / 3, abs=1e-3)
    assert measured["crm"]["duplicates"] == pytest.approx(1 / 4)
    assert measured["purchase"]["age_days"] == pytest.approx(5 + 14 / 24)
    assert "drift" not in measured["city"]


def test_limits_warn(shop: Teashop, capsys: pytest.CaptureFixture[str]) -> None:
    limit(shop, "city", "filled = 0.9")
    limit(shop, "agge", "filled = 0.9")
    shop.members("id,name,city,age,phone\na,Ann,Shanghai,30,\nb,Bob,,40,\n")
    report = shop.run("2024-06-30")
    assert any("attribute city is known for" in w and "at least 90.0% is asked" in w for w in report["warnings"])
    assert any("[quality.agge]" in w and "did you mean 'age'?" in w for w in report["warnings"])
    assert report["doubtful"] == {}
    assert stale(shop, capsys) == set()


def test_stale_data_mark_the_tags_that_look_at_them(shop: Teashop, capsys: pytest.CaptureFixture[str]) -> None:
    limit(shop, "purchase", 'freshness = "3 days"')
    assert shop.run("2024-06-27")["doubtful"] == {}
    assert stale(shop, capsys) == set()
    report = shop.run("2024-06-30")
    assert set(report["doubtful"]) == {"active", "quiet", "big"}
    assert report["tags"]["active"]["customers"] == 2
    assert stale(shop, capsys) == {"active", "quiet", "big"}
    shop.orders((shop.root / "data/orders.csv").read_text() + "d,2024-06-30 12:00:00,5\n")
    assert shop.run("2024-06-30")["doubtful"] == {}
    assert stale(shop, capsys) == set()


def test_a_stop_keeps_the_state_and_says_why(shop: Teashop, capsys: pytest.CaptureFixture[str]) -> None:
    limit(shop, "pos", "rows = 0.5", "stop = true")
    shop.run("2024-06-30")
    before = shop.assignments()
    shop.orders("member,at,amount\na,2024-06-20 10:00:00,100\n")
    with pytest.raises(DataRefused, match="source pos has 25.0% of the rows of the load before"):
        shop.run("2024-07-01")
    assert shop.assignments() == before
    assert stale(shop, capsys) == {"active", "quiet", "big"}
    assert shop.cli("run", "--no-load", "--as-of", "2024-07-01") == 1
    said = capsys.readouterr().err
    assert "the run is stopped: source pos" in said
    assert "[quality]" in said
    assert told(shop, capsys, "quality", code=1)["broken"][0]["stops"] is True


def test_no_event_at_all_is_stale(shop: Teashop) -> None:
    limit(shop, "purchase", 'freshness = "3 days"')
    shop.config('time = "at"', 'time = "at"\nwhere = "amount > 1000"')
    assert "has no event yet" in shop.run("2024-06-30")["doubtful"]["active"]


def test_drift_is_told_against_the_load_before(shop: Teashop, capsys: pytest.CaptureFixture[str]) -> None:
    limit(shop, "city", "drift = 0.25")
    shop.run("2024-06-30")
    members = (shop.root / "data/members.csv").read_text()
    shop.members(members.replace("Shanghai", "Beijing"))
    report = shop.run("2024-07-01")
    assert any("attribute city has moved since the load before (PSI" in w for w in report["warnings"])
    measured = {m["name"]: m for m in told(shop, capsys, "quality")["measured"]}
    assert measured["age"]["drift"] == pytest.approx(0)
    assert measured["city"]["drift"] > 0.25


def test_the_index_is_that_of_the_definition(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    old, new = random.normal(0, 1, 4000), random.normal(0.4, 1, 4000)
    for name, values in (("old", old), ("new", new)):
        dates = [None if v < -1.5 else f"2024-01-{1 + int(abs(v) * 5) % 28:02}" for v in values]
        table = pa.table({"x": values, "d": pa.array(dates).cast(pa.date32())})
        pq.write_table(table, tmp_path / f"{name}.parquet")
    cuts = np.quantile(old, np.arange(1, 10) / 10)
    p, q = (np.histogram(v, [-np.inf, *cuts, np.inf])[0] / 4000 for v in (old, new))
    expected = float(((q - p) * np.log(q / p)).sum())
    with duckdb.connect() as con:
        a, b = tmp_path / "old.parquet", tmp_path / "new.parquet"
        assert moved(con, a, b, "x", "number") == pytest.approx(expected, rel=1e-3)
        assert moved(con, a, a, "d", "date") == pytest.approx(0)
        assert moved(con, a, b, "d", "date") > 0
        assert moved(con, a, b, "not_there", "text") is None


def test_the_index_by_hand() -> None:
    assert psi([30, 70], [60, 40]) == pytest.approx(0.3 * math.log(2) - 0.3 * math.log(4 / 7))
    assert psi([], []) == 0
    assert days("90 minutes") == pytest.approx(1 / 16)
    with pytest.raises(ValueError, match="no length of time"):
        days("soon")


@pytest.mark.parametrize("line", ["filed = 0.5", "filled = 90", 'freshness = "soon"', "drift = 0"])
def test_mistakes_in_the_limits_are_found_by_check(
    shop: Teashop, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    limit(shop, "city", line)
    found = told(shop, capsys, "check", code=1)["errors"]
    assert found[0]["file"] == "tagfolk.toml"
    assert line.split(" ")[0] in found[0]["message"]
