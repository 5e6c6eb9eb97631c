"""Decisions about records, the fuzzy step, its review list, and taking a merge back."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from support.methods import shared
from support.teashop import Teashop
from tagfolk_engine.identity import Decision, Decisions
from tagfolk_engine.lake import Lake

FIELDS = ("given_name", "surname", "street_number", "address_1", "suburb", "postcode", "state", "date_of_birth",
          "soc_sec_id")  # fmt: skip

CONFIG = """
[workspace]
name = "Febrl"

[sources.people]
plugin = "csv"
path = "people.csv"

[[customers]]
from = "people"
id = "rec_id"
attributes = {{ {attributes} }}

[identity.fuzzy]
compare = [{compare}]
merge = 0.99
review = 0.5
"""


def told(shop: Teashop, capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> Any:
    capsys.readouterr()
    assert shop.cli(*words, "--json") == code
    return json.loads(capsys.readouterr().out)


def customers(shop: Teashop) -> dict[str, str]:
    """Record → customer."""
    snapshot = Lake(shop.root / ".tagfolk" / "lake").current()
    assert snapshot is not None
    rows = pq.read_table(snapshot.file("identity")).to_pylist()
    return {f"{r['source']}:{r['record_id']}": r["customer_id"] for r in rows}


def test_published_pairs_of_febrl(tmp_path: Path) -> None:
    """FEBRL data set 1: 500 customers, each with a record that was written again with mistakes."""
    lines = shared("identity", "dataset1.csv").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.split(",")] for line in lines]
    (tmp_path / "people.csv").write_text("\n".join(",".join(row) for row in rows), encoding="utf-8")
    (tmp_path / "rules").mkdir()
    attributes = ", ".join(f'{name} = "{name}"' for name in FIELDS)
    compare = ", ".join(f'"{name}"' for name in FIELDS)
    text = CONFIG.format(attributes=attributes, compare=compare)
    text += "".join(f'\n[attributes.{name}]\ntype = "text"\n' for name in FIELDS)
    (tmp_path / "tagfolk.toml").write_text(text, encoding="utf-8")
    shop = Teashop(tmp_path)
    assert shop.cli("load") == 0
    found: dict[str, list[str]] = {}
    for record, customer in customers(shop).items():
        found.setdefault(customer, []).append(record)
    pairs = {pair for members in found.values() for pair in combinations(sorted(members), 2)}
    true = {(f"people:rec-{i}-dup-0", f"people:rec-{i}-org") for i in range(500)}
    hits = len(pairs & true)
    assert len(customers(shop)) == 1000
    assert 2 * hits / (len(pairs) + len(true)) >= 0.95


@pytest.fixture
def shop(tmp_path: Path) -> Teashop:
    """Ann and Anne share a phone; Bob's second record has none."""
    shop = Teashop.make(tmp_path / "shop")
    shop.members(
        "id,name,city,age,phone\na,Ann,Shanghai,30,13800000001\na2,Anne,Shanghai,30,13800000001\n"
        "b,Bob,Beijing,40,13800000002\nb2,Bob,Beijing,40,\nd,Dee,Beijing,50,\n"
    )
    shop.orders(
        "member,at,amount\na,2024-06-20 10:00:00,60\na2,2024-06-25 10:00:00,50\nb,2024-06-05 10:00:00,30\n"
        "b2,2024-03-01 10:00:00,20\n"
    )
    shop.run("2024-06-30")
    return shop


def test_a_confirmed_pair_is_one_customer_from_the_next_load_on(
    shop: Teashop, capsys: pytest.CaptureFixture[str]
) -> None:
    assert customers(shop)["crm:b2"] == "crm:b2"
    assert told(shop, capsys, "identity", "confirm", "crm:b2", "crm:b", "--why", "same face")["decision"] == "same"
    shop.run("2024-06-30")
    assert customers(shop)["crm:b2"] == "crm:b"
    shop.run("2024-07-01")
    assert customers(shop)["crm:b2"] == "crm:b"
    told(shop, capsys, "identity", "deny", "crm:b", "crm:b2")
    shop.run("2024-07-01")
    assert customers(shop)["crm:b2"] == "crm:b2"


def test_a_denied_pair_stays_two_although_it_shares_a_phone(shop: Teashop, capsys: pytest.CaptureFixture[str]) -> None:
    assert customers(shop)["crm:a2"] == "crm:a"
    told(shop, capsys, "identity", "deny", "crm:a", "crm:a2")
    shop.run("2024-06-30")
    assert customers(shop)["crm:a2"] == "crm:a2"


def test_taking_a_record_out_shows_the_tags_that_change(shop: Teashop, capsys: pytest.CaptureFixture[str]) -> None:
    before = shop.assignments()
    found = told(shop, capsys, "identity", "unmerge", "crm:a2")
    assert found["before"] == ["crm:a"]
    assert found["after"] == ["crm:a", "crm:a2"]
    ann, anne = found["customers"]
    assert ann["loses"] == ["big"]
    assert anne["gains"] == ["active", "place = young"]
    assert shop.assignments() == before
    assert customers(shop)["crm:a2"] == "crm:a"
    told(shop, capsys, "identity", "unmerge", "crm:a2", "--yes")
    shop.run("2024-06-30")
    held = {(row[0], row[1]) for row in shop.assignments() if row[4] is None}
    assert ("a", "big") not in held
    assert ("a2", "active") in held
    told(shop, capsys, "identity", "confirm", "crm:a", "crm:a2")
    shop.run("2024-06-30")
    assert customers(shop)["crm:a2"] == "crm:a"


def test_the_grey_zone_waits_for_a_person(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = ["Anna Lindqvist", "Bernd Okafor", "Chiara Petrov", "Dmitri Salazar", "Elena Kowalski", "Farid Tanaka"]
    rows = []
    for i in range(120):
        name = f"{names[i % 6].split()[0]}{i // 6} {names[(i * 5 + 1) % 6].split()[1]}{i % 20}"
        rows.append(f"p{i:03},{name},City {i % 30},{20 + i % 45},")
        if i < 40:
            rows.append(f"q{i:03},{name},City {i % 30},{20 + i % 45},")
    rows.append(f"r000,{rows[100].split(',')[1][:-2]}xy,City 3,61,")
    shop = Teashop.make(tmp_path / "shop")
    shop.members("id,name,city,age,phone\n" + "\n".join(rows) + "\n")
    fuzzy = '\n[identity.fuzzy]\ncompare = ["name", "city", "age"]\nmerge = 1.0\nreview = 0.05\n'
    fuzzy += 'block = [["age"], ["city"]]\n'
    (shop.root / "tagfolk.toml").write_text((shop.root / "tagfolk.toml").read_text() + fuzzy)
    shop.run("2024-06-30")
    found = told(shop, capsys, "identity", "review", "--limit", "1000")["pairs"]
    twins = [p for p in found if p["left"][4] == "p" and p["right"] == p["left"].replace(":p", ":q")]
    assert len(twins) == 40
    first = found[0]
    assert [w["field"] for w in first["waterfall"]] == ["prior", "name", "city", "age"]
    odds = 2 ** sum(w["weight"] for w in first["waterfall"])
    assert odds / (1 + odds) == pytest.approx(first["probability"], rel=1e-3)
    told(shop, capsys, "identity", "confirm", first["left"], first["right"])
    told(shop, capsys, "identity", "deny", found[1]["left"], found[1]["right"])
    left = told(shop, capsys, "identity", "review", "--limit", "1000")["pairs"]
    assert len(left) == len(found) - 2
    shop.run("2024-07-01")
    assert customers(shop)[first["right"]] == first["left"]
    again = told(shop, capsys, "identity", "review", "--limit", "1000")["pairs"]
    assert {(p["left"], p["right"]) for p in again} == {(p["left"], p["right"]) for p in left}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("confirm", "crm:a", "crm:zz"), "there is no record 'crm:zz'"),
        (("confirm", "crm:a", "crm:a"), "these are one record"),
        (("unmerge", "crm:A"), "did you mean 'crm:"),
    ],
)
def test_mistakes_are_told(
    shop: Teashop, words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert shop.cli("identity", *words) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("line", ['compare = ["name"]', 'compare = ["name", "age"]\nreview = 0.995',
                                  'compare = ["name", "age"]\nblock = [["city"]]'])  # fmt: skip
def test_wrong_settings_are_told(tmp_path: Path, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    shop = Teashop.make(tmp_path / "shop")
    path = shop.root / "tagfolk.toml"
    path.write_text(path.read_text() + f"\n[identity.fuzzy]\n{line}\n")
    assert told(shop, capsys, "check", code=1)["errors"][0]["file"] == "tagfolk.toml"


def test_the_last_word_counts() -> None:
    same, apart = Decision("same", "b", "a"), Decision("apart", "a")
    assert Decisions.of([same]).same == {("a", "b")}
    assert Decisions.of([same, Decision("different", "a", "b")]) == Decisions(different=frozenset({("a", "b")}))
    assert Decisions.of([same, apart]) == Decisions(apart=frozenset({"a"}))
    assert Decisions.of([apart, same]) == Decisions(same=frozenset({("a", "b")}))
    assert Decisions.of([apart]).settled("c", "a")
