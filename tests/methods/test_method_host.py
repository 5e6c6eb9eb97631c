"""The host of methods: arguments, what a method sees, failures by name, kept fits, order."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
import pyarrow as pa
import pytest
from support.method_snapshot import ZONE, write_snapshot
from tagfolk_dsl.program import Program, TagInfo
from tagfolk_dsl.tree import (
    Attribute,
    Boolean,
    Card,
    Classify,
    Compare,
    Dotted,
    Duration,
    Effect,
    Has,
    Last,
    MethodColumn,
    Name,
    Negative,
    Number,
    Occurs,
    Property,
    Rule,
    Segment,
    Text,
    Type,
    Unit,
    Use,
)  # fmt: skip
from tagfolk_engine.evaluate.cutoff import Cutoff
from tagfolk_engine.methods import (
    KeptFit,
    SnapshotContext,
    customers_csv,
    fill,
    method_infos,
    report_json,
    run_uses,
    tags_using,
)  # fmt: skip
from tagfolk_plugins import Argument, ArgumentError, EventFilter, Method, MethodContext, MethodError, MethodResult
from tagfolk_plugins.methods.rfm import Rfm

CUTOFF = Cutoff.parse("2024-07-01", ZONE)
PURCHASES = [
    ("a", datetime(2024, 6, 30, 1), 10.0, "tea"), ("a", datetime(2024, 1, 1), 20.0, "coffee"),
    ("b", datetime(2024, 6, 1), 5.0, "tea"), ("b", datetime(2024, 7, 1, 16), 500.0, "tea"),
]  # fmt: skip
"""The last one lies at T itself."""


def number(value: float) -> Number:
    return Number(Decimal(str(value)))


RFM = Use("rfm", (("event", Name("purchase")), ("amount", Dotted("purchase", "amount"))), "mine")


class Echo(Method):
    """Does what the test says."""

    name = "echo"
    arguments = (Argument("do", "text", default="well"), Argument("of", "metric"))
    columns = {"figure": "number", "word": "text"}
    seen: ClassVar[list[MethodContext]] = []

    def run(self, arguments: Mapping[str, Any], context: MethodContext) -> MethodResult:
        self.seen.append(context)
        frame = pd.DataFrame({"figure": [1.0, None], "word": ["x", None]}, index=["a", "b"])
        match arguments["do"]:
            case "raise":
                raise ZeroDivisionError("by zero")
            case "refuse":
                raise MethodError("too few customers", "load more")
            case "hang":
                while True:
                    time.sleep(0.01)
            case "shape":
                return frame  # type: ignore[return-value]
            case "twice":
                return MethodResult(pd.concat([frame, frame]))
            case "column":
                return MethodResult(frame.drop(columns="word"))
            case "infinite":
                return MethodResult(frame.assign(figure=float("inf")))
            case "text":
                return MethodResult(frame.assign(figure="many"))
        fitted = {"count": (context.state or {}).get("count", 0) + int(context.due or not context.state)}
        return MethodResult(frame, {"t": pd.DataFrame({"n": [1]})}, {"fits": fitted["count"]}, fitted)


METHODS = {"rfm": Rfm, "echo": Echo}


def uses(*given: Use) -> Program:
    return Program(uses={use.name: use for use in given})


def nothing(cutoff: Cutoff, columns: Mapping[str, pa.Table]) -> Any:
    raise AssertionError("no metric was asked for")


def test_rfm_runs_over_a_snapshot_and_sees_nothing_at_or_after_t(tmp_path: Path) -> None:
    run = run_uses(uses(RFM), write_snapshot(tmp_path, PURCHASES), CUTOFF, nothing, METHODS)
    assert run.failures == {}
    table = run.columns["mine"]
    assert table.column_names == ["customer_id", *Rfm.columns]
    assert table["customer_id"].to_pylist() == ["a", "b"]
    assert table["monetary"].to_pylist() == [30.0, 5.0]
    assert table["recency_days"].to_pylist() == [2.0, 31.0]
    assert table["segment"].type == pa.string()
    report = report_json(run.results["mine"], "2024-07-01")
    assert set(report) >= {"method", "arguments", "as_of", "fit", "columns", "tables"}
    assert report["arguments"]["amount"] == "purchase.amount"
    assert report["columns"]["score"] == "text"
    assert report["tables"]["segments"]["columns"][0] == "segment"
    assert json.loads(json.dumps(report, allow_nan=False)) == report
    path = tmp_path / "out.csv"
    assert customers_csv(run.results["mine"], path) == 2
    assert path.read_text().splitlines()[0].startswith('"customer_id","recency_days"')


@pytest.mark.parametrize(
    ("do", "words", "kind"),
    [
        ("raise", "ZeroDivisionError: by zero", "raised"),
        ("refuse", "too few customers", "raised"),
        ("shape", "must give a MethodResult, it gave DataFrame", "shape"),
        ("twice", "gives the customer 'a' twice", "shape"),
        ("column", "declares the column 'word'", "shape"),
        ("infinite", "gives an infinite 'figure'", "shape"),
        ("text", "'figure' must be number", "shape"),
        ("hang", "gave no answer within 0.3 seconds", "timeout"),
    ],
)
def test_what_fails_fails_by_name_and_the_rest_goes_on(tmp_path: Path, do: str, words: str, kind: str) -> None:
    program = uses(Use("echo", (("do", Text(do)),), "bad"), RFM)
    settings = {"echo": {"timeout": 0.3}}
    run = run_uses(program, write_snapshot(tmp_path, PURCHASES), CUTOFF, nothing, METHODS, settings=settings)
    assert set(run.results) == {"mine"}
    assert run.failures["bad"].plugin == "echo"
    assert words in run.failures["bad"].message
    assert run.failures["bad"].kind == kind


def test_unknown_methods_and_wrong_arguments_fail_by_name(tmp_path: Path) -> None:
    program = uses(Use("nope", (), "a"), Use("rfm", (("evnt", Name("purchase")),), "b"))
    run = run_uses(program, write_snapshot(tmp_path, PURCHASES), CUTOFF, nothing, METHODS)
    assert "no method 'nope'" in run.failures["a"].message
    assert run.failures["b"].hint == "did you mean 'event'?"


def test_a_fit_is_kept_until_its_refresh_and_never_shown_to_the_past(tmp_path: Path) -> None:
    snapshot = write_snapshot(tmp_path, PURCHASES)
    program, settings = uses(Use("echo", (), "e")), {"echo": {"refresh": "monthly"}}

    def run(at: str, kept: KeptFit | None, do: dict[str, Any] | None = None) -> KeptFit:
        found = run_uses(
            program, snapshot, Cutoff.parse(at, ZONE), nothing, METHODS,
            settings=settings if do is None else do, kept={"e": kept} if kept else {},
        )  # fmt: skip
        return found.results["e"].kept

    first = run("2024-05-01", None)
    assert first.state == {"count": 1}
    same = run("2024-05-20", first)
    assert (same.state, same.fitted_as_of) == ({"count": 1}, first.fitted_as_of)
    assert run("2024-06-01", same).state == {"count": 2}
    assert run("2024-05-20", first, {}).state == {"count": 2}, "without a refresh each run is due"
    assert run("2024-04-01", first).state == {"count": 1}, "the past starts from nothing"
    program = uses(Use("echo", (("do", Text("other")),), "e"))
    assert run("2024-05-20", first).state == {"count": 1}, "other arguments, another fit"


def test_uses_run_after_those_they_need_and_fail_with_them(tmp_path: Path) -> None:
    snapshot = write_snapshot(tmp_path, PURCHASES)
    column = MethodColumn("second", "figure", Type.NUMBER)
    first = Use("echo", (("of", column),), "first")
    asked: list[list[str]] = []
    program = uses(first, Use("echo", (), "second"))
    run = run_uses(program, snapshot, CUTOFF, nothing, METHODS, watch=lambda use, part, words: asked.append([use]))
    assert list(run.results) == ["second", "first"]
    broken = uses(first, Use("echo", (("do", Text("raise")),), "second"))
    run = run_uses(broken, snapshot, CUTOFF, nothing, METHODS)
    assert "needs 'second', which failed" in run.failures["first"].message
    circle = uses(first, Use("echo", (("of", MethodColumn("first", "figure", Type.NUMBER)),), "second"), RFM)
    run = run_uses(circle, snapshot, CUTOFF, nothing, METHODS)
    assert set(run.failures) == {"first", "second"}
    assert "needs itself" in run.failures["first"].message
    assert set(run_uses(circle, snapshot, CUTOFF, nothing, METHODS, uses=["mine"]).results) == {"mine"}


def test_tags_using() -> None:
    def rule(tag: str, condition: Any) -> Rule:
        return Rule(tag, condition, (Effect(tag),))

    champion = Compare(MethodColumn("rfm", "segment", Type.TEXT), "=", Text("champions"))
    program = Program(
        tags={t: TagInfo(t, Card(), None, False, "rules") for t in ("a", "b", "c", "d")},
        rules=(rule("a", champion), rule("b", Has("a")), rule("c", Occurs("some", "purchase"))),
        classifies=(Classify("d", MethodColumn("other", "x", Type.NUMBER), ()),),
        segments={"s": Segment("s", champion)},
    )
    assert tags_using(program, ["rfm"]) == {"a", "b"}
    assert tags_using(program, ["other"]) == {"d"}
    assert tags_using(program, []) == frozenset()


def context(tmp_path: Path) -> SnapshotContext:
    keep: list[Any] = []
    return SnapshotContext(
        write_snapshot(tmp_path, PURCHASES), Program(), CUTOFF, nothing, columns={}, state=None, due=True,
        settings={}, keep=keep,
    )  # fmt: skip


def test_the_context_gives_events_in_order_with_where_and_window(tmp_path: Path) -> None:
    from tagfolk_plugins import Reference

    shop = context(tmp_path)
    frame = shop.events("purchase", ["amount", "category"])
    assert list(frame.columns) == ["customer_id", "time", "local", "amount", "category"]
    assert frame["amount"].tolist() == [20.0, 10.0, 5.0]
    assert frame["local"].iloc[1] == pd.Timestamp("2024-06-30 09:00")
    window = Reference("3 months", Last(Duration(3, Unit.MONTH)))
    tea = Reference("category = tea", Compare(Property("category", Type.TEXT), "=", Text("tea")))
    assert shop.events("purchase", ["amount"], window, tea)["amount"].tolist() == [10.0, 5.0]
    assert shop.bounds(window) == (datetime(2024, 4, 1, 16), datetime(2024, 7, 1, 16))
    assert shop.at(datetime(2024, 6, 15, tzinfo=UTC)).events("purchase")["time"].size == 2
    assert shop.at(datetime(2030, 1, 1, tzinfo=UTC)).as_of == shop.as_of
    with pytest.raises(MethodError, match="no event 'visit'"):
        shop.events("visit")
    with pytest.raises(MethodError, match="no property 'price'"):
        shop.events("purchase", ["price"])


def test_the_context_hides_personal_attributes(tmp_path: Path) -> None:
    shop = context(tmp_path)
    assert dict(shop.attributes()) == {"age": "number"}
    assert shop.customers(["age"])["age"].to_dict() == {"a": 20.0, "b": 21.0, "z": 22.0}
    with pytest.raises(MethodError, match="no attribute 'name' that a method may see"):
        shop.customers(["name"])
    assert dict(shop.event_properties()["purchase"]) == {"amount": "number", "category": "text"}
    with pytest.raises(MethodError, match="no tag or segment 'vip'"):
        shop.members("vip")


class Every(Method):
    """One argument of each kind."""

    name = "every"
    arguments = (
        Argument("event", "event"), Argument("events", "events"), Argument("property", "property"),
        Argument("window", "window"), Argument("duration", "duration"), Argument("number", "number", default="auto",
        choices=("auto",)), Argument("numbers", "numbers"), Argument("text", "text"), Argument("flag", "boolean"),
        Argument("choice", "choice", default="a", choices=("a", "best")), Argument("tag", "tag"),
        Argument("attribute", "attribute"), Argument("least", "number", required=True),
    )  # fmt: skip

    def run(self, arguments: Mapping[str, Any], context: MethodContext) -> MethodResult:
        return MethodResult(pd.DataFrame())


def filled(**given: object) -> dict[str, Any]:
    return fill(Use("every", tuple({"least": number(1), **given}.items()), "u"), Every)


def test_arguments_arrive_as_their_kinds() -> None:
    got = filled(
        event=Name("purchase"), events=(Name("visit"), Text("purchase")), property=Dotted("purchase", "amount"),
        window=Duration(6, Unit.MONTH), duration=Duration(90, Unit.DAY), numbers=(number(30), number(60.5)),
        text=Text("hello"), flag=Boolean(True), tag=Has("vip"), attribute=Attribute("age", Type.NUMBER),
        choice=Text("best"), least=Negative(number(2)),
    )  # fmt: skip
    assert got["event"] == "purchase"
    assert got["events"] == (EventFilter("visit", None, "visit"), EventFilter("purchase", None, "purchase"))
    assert got["property"] == "purchase.amount"
    assert (got["window"].text, got["window"].tree) == ("6 months", Last(Duration(6, Unit.MONTH)))
    assert got["duration"] == (90, "day")
    assert got["numbers"] == (30, 60.5)
    assert (got["text"], got["flag"], got["tag"], got["attribute"]) == ("hello", True, "vip", "age")
    assert (got["number"], got["choice"], got["least"]) == ("auto", "best", -2)
    assert filled(duration=Duration(2, Unit.HOUR))["duration"] == timedelta(hours=2)
    assert filled(number=Name("auto"))["number"] == "auto"
    assert filled(number=number(3))["number"] == 3
    assert filled(event=Name("purchase"))["event"] == "purchase"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"lest": number(1)}, "takes no argument 'lest'"),
        ({"number": Text("many")}, "'number' must be a number or auto, it is 'many'"),
        ({"choice": Text("bst")}, "'choice' must be one of a, best, it is 'bst'"),
        ({"numbers": (Text("x"),)}, "'numbers' must be numbers in brackets"),
        ({"duration": number(3)}, "'duration' must be a length of time such as 90 days"),
        ({"flag": number(3)}, "'flag' must be yes or no"),
    ],
)
def test_arguments_of_the_wrong_kind_are_said(given: dict[str, object], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        filled(**given)


def test_required_arguments() -> None:
    with pytest.raises(ArgumentError, match="every needs 'least'"):
        fill(Use("every", (), "u"), Every)


def test_method_infos_tell_the_language_everything() -> None:
    info = method_infos(METHODS)["rfm"]
    assert info.columns["segment"] is Type.TEXT
    assert info.columns["recency"] is Type.NUMBER
    assert info.arguments["event"].required
    assert info.arguments["by"].choices == ("rank", "quantile", "fixed")
    assert info.meaning
