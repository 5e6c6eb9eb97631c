"""Commands that look before anything is applied: backtest, diff, usage, downstream, nearest, coverage, fmt, files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.teashop import RULES, Teashop

MORE = RULES + "\nhas quiet -> forgotten\n"


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Teashop:
    """A shop after a run; tests put its rules back."""
    shop = Teashop.make(tmp_path_factory.mktemp("looking") / "shop")
    shop.rules(MORE)
    shop.run("2024-06-30")
    return shop


def document(shop: Teashop, capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> dict[str, object]:
    capsys.readouterr()
    assert shop.cli(*words, "--json") == code
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    return json.loads(out)  # type: ignore[no-any-return]


BACKTEST = ("backtest", "quiet", "--outcome", "no purchase 1 month", "--from", "2024-04-30", "--to", "2024-05-31")


def test_backtest(ran: Teashop, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = tmp_path / "plot.png"
    found = document(ran, capsys, *BACKTEST, "--every", "1 month", "--plot", str(picture))
    assert (found["tag"], found["outcome"]) == ("quiet", "no purchase 1 month")
    points = found["points"]
    # all four were quiet at both ends of month; in June a and b bought, in May nobody
    assert [(p["as_of"], p["tagged"], p["hits"], p["precision"]) for p in points] == [  # type: ignore[attr-defined]
        ("2024-04-30", 4, 4, 1.0), ("2024-05-30", 4, 2, 0.5),
    ]  # fmt: skip
    assert found["overall"]["base_rate"] == 0.75  # type: ignore[index]
    assert any("the data end on 2024-06-25" in warning for warning in found["warnings"])  # type: ignore[attr-defined]
    assert picture.read_bytes()[:4] == b"\x89PNG"
    assert ran.cli(*BACKTEST) == 0
    assert "overall" in capsys.readouterr().out


def test_backtest_says_where_the_outcome_looks_back(ran: Teashop, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("backtest", "quiet", "--outcome", "no purchase ever and no purchase 1 month", "--from", "2024-04-30",
             "--to", "2024-04-30")  # fmt: skip
    warnings = document(ran, capsys, *words)["warnings"]
    assert any("also looks at what was before" in warning for warning in warnings)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("backtest", "quite", *BACKTEST[2:]), 2, "did you mean 'quiet'?"),
        ((*BACKTEST, "--every", "1 moon"), 2, "is no distance"),
        ((*BACKTEST[:3], "no purchas 1 month", *BACKTEST[4:]), 1, "did you mean 'purchase'?"),
        ((*BACKTEST[:5], "soon", *BACKTEST[6:]), 2, "is no date"),
    ],
)
def test_backtest_wrong(
    ran: Teashop, words: tuple[str, ...], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ran.cli(*words) == code
    assert said in capsys.readouterr().err


def test_diff(ran: Teashop, capsys: pytest.CaptureFixture[str]) -> None:
    before = ran.assignments()
    assert document(ran, capsys, "diff") == {"run": 1, "as_of": "2024-06-30", "tags": {}, "segments": {}, "sinks": {}}
    try:
        ran.rules(
            MORE.replace(">= 100 -> big", ">= 30 -> big").replace("purchase in 30 days -> active\n", "")
            .replace('"A call"', '"A call"\n    sync letters').replace("has quiet and", "has big and")
        )  # fmt: skip
        found = document(ran, capsys, "diff")
        tags = found["tags"]
        assert {tag: (row["change"], row["entered"], row["left"]) for tag, row in tags.items()} == {  # type: ignore[attr-defined]
            "big": ("changed", 1, 0), "active": ("removed", 0, 2),
        }  # fmt: skip
        assert tags["big"]["after"] == "big: sum(purchase.amount) >= 30"  # type: ignore[index]
        assert found["segments"]["call_them"]["left"] == 1  # type: ignore[index]
        assert found["sinks"] == {"letters": {"call_them": {"entered": 1, "left": 1}}}
        assert ran.cli("diff") == 0
        assert "+ big: sum(purchase.amount) >= 30" in capsys.readouterr().out
    finally:
        ran.rules(MORE)
    assert ran.assignments() == before


def test_usage(ran: Teashop, capsys: pytest.CaptureFixture[str]) -> None:
    from tagfolk_engine.results.people import Question
    from tagfolk_engine.run import prepare
    from tagfolk_engine.workspace import open_workspace

    store = prepare(open_workspace(ran.root)).store
    with store.session(write=True) as session:
        for intent, understood, unused in (
            ("count", "has big", []), ("count", "has big", ["loyalty"]), ("clarify", None, ["loyalty"]),
        ):  # fmt: skip
            session.add(Question(question="q", intent=intent, understood=understood, unused=unused, user="ann"))
    store.dispose()
    found = document(ran, capsys, "usage")
    assert (found["questions"], found["users"]) == (3, 1)
    assert found["asked"] == [{"understood": "has big", "times": 2}]
    assert found["not_understood"] == [{"word": "loyalty", "times": 2}]
    assert found["unanswered"] == [{"question": "q", "times": 1}]
    assert found["unused_tags"] == ["place", "active", "forgotten"]
    assert ran.cli("usage") == 0


def test_preview_tells_what_looks_at_the_tag(ran: Teashop, capsys: pytest.CaptureFixture[str]) -> None:
    found = document(ran, capsys, "preview", "age > 35 -> quiet", "--as-of", "2024-06-30")
    assert (found["entered"], found["left"]) == (1, 0)
    assert [(row["kind"], row["name"], row["entered"]) for row in found["downstream"]] == [  # type: ignore[attr-defined]
        ("tag", "forgotten", 1), ("segment", "call_them", 0),
    ]  # fmt: skip


def test_explain_names_the_nearest_condition(ran: Teashop, capsys: pytest.CaptureFixture[str]) -> None:
    tags = document(ran, capsys, "explain", "c")["tags"]
    assert tags["big"]["nearest"] == {  # type: ignore[index]
        "change": "gains", "rule": "big",
        "conditions": [{"text": "sum(purchase.amount) >= 100", "value": 20, "matched": False}],
    }  # fmt: skip
    assert tags["quiet"]["nearest"]["change"] == "loses"  # type: ignore[index]
    assert tags["place"]["nearest"] is None  # type: ignore[index]


def test_examples_tell_which_rules_none_of_them_meets(ran: Teashop, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        ran.rules(RULES + '\nexample "one" at 2024-07-01:\n    purchase 2024-06-25 amount 120\n    expect big\n')
        assert document(ran, capsys, "test")["untouched"] == ["quiet", "place: < 35"]
    finally:
        ran.rules(MORE)


def test_fmt_writes_sound_files_and_leaves_broken_ones(ran: Teashop, capsys: pytest.CaptureFixture[str]) -> None:
    odd, broken = "purchase   in 30 days->active   # kept\n", "no purchase -> -> x\n"
    extra = ran.root / "rules" / "zz.tags"
    try:
        ran.rules(odd)
        assert ran.cli("fmt", "--check") == 1
        assert (ran.root / "rules" / "shop.tags").read_text(encoding="utf-8") == odd
        extra.write_text(broken, encoding="utf-8")
        assert ran.cli("fmt") == 1
        assert "zz.tags:1" in capsys.readouterr().err
        assert extra.read_text(encoding="utf-8") == broken
        extra.unlink()
        assert ran.cli("fmt") == 0
        done = (ran.root / "rules" / "shop.tags").read_text(encoding="utf-8")
        assert "purchase in 30 days -> active" in done
        assert "# kept" in done
        assert ran.cli("fmt", "--check") == 0
    finally:
        extra.unlink(missing_ok=True)
        ran.rules(MORE)


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_export_by_the_file_s_ending(ran: Teashop, tmp_path: Path, ending: str) -> None:
    import pandas as pd

    file = tmp_path / f"out.{ending}"
    assert ran.cli("export", "call_them", "--to", str(file)) == 0
    read = {"csv": pd.read_csv, "xlsx": pd.read_excel, "parquet": pd.read_parquet}[ending]
    assert read(file).to_dict("records") == [{"customer_id": "crm:c", "city": "Shanghai", "age": 20}]


def test_report(ran: Teashop, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.html"
    found = document(ran, capsys, "report", "--out", str(page))
    assert (found["customers"], found["of"]) == (4, 4)
    items = {item["name"]: item for items in found["layers"].values() for item in items}  # type: ignore[attr-defined]
    assert items["big"]["bars"] == [["big", 1, 0.25]]
    assert items["city"]["bars"] == [["Beijing", 2, 0.5], ["Shanghai", 2, 0.5]]
    assert items["age"]["figures"] == {"mean": 35.0, "median": 35.0, "min": 20.0, "max": 50.0}
    assert "name" not in items  # personal
    html = page.read_text(encoding="utf-8")
    assert html.count("<svg") >= 5
    assert "http" not in html
    mine = document(ran, capsys, "report", "--segment", "call_them")
    assert (mine["customers"], mine["title"]) == (1, "Call them")
    one = document(ran, capsys, "report", "--customer", "a", "--out", str(page))
    values = {item["name"]: item["value"] for items in one["layers"].values() for item in items}  # type: ignore[attr-defined]
    assert (values["big"], values["place"], values["age"]) == (True, "young", 30)
    assert ran.cli("report", "--segment", "call_me", "--out", str(page)) == 2
    assert ran.cli("report", "--template", "x", "--out", str(page)) == 2


def test_report_by_template(ran: Teashop, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        ran.rules(
            MORE + '\ntemplate marketing "Marketing":\n    base      city\n    behaviour active, place\n'
            "    value     big, sum(purchase.amount) in 12 months\n"
        )
        layers = document(ran, capsys, "report", "--template", "marketing")["layers"]
        assert {layer: [item["name"] for item in items][:2] for layer, items in layers.items()} == {  # type: ignore[attr-defined]
            "base": ["city"], "behaviour": ["active", "place"],
            "value": ["big", "sum(purchase.amount) in 12 months"],
        }  # fmt: skip
        spread = layers["value"][1]  # type: ignore[index]
        assert spread["figures"]["max"] == 150.0
    finally:
        ran.rules(MORE)
