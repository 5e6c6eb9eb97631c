"""What a text means after the check: no surface node is left, and each name is what it stands for."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from support.checker_shop import SHOP, checked
from tagfolk_dsl.checker import check, check_condition, check_metric, check_rule
from tagfolk_dsl.program import Program
from tagfolk_dsl.tree import (
    Aggregate,
    And,
    Anniversary,
    Arithmetic,
    Attribute,
    Bare,
    Between,
    Boolean,
    Change,
    Compare,
    Condition,
    DateAge,
    DateIn,
    Day,
    Dotted,
    Duration,
    EventTime,
    Ever,
    Fellows,
    Filtered,
    Has,
    InRange,
    InSegment,
    Known,
    Last,
    Member,
    MethodColumn,
    Metric,
    Name,
    Next,
    Not,
    Number,
    Occurs,
    Overall,
    Period,
    Property,
    Rank,
    Share,
    TagValue,
    Text,
    TimePart,
    TopValues,
    Type,
    Unit,
    Windowed,
)
from tagfolk_dsl.walk import walk

NUMBER, TEXT, DATE = Type.NUMBER, Type.TEXT, Type.DATE
DAYS30 = Last(Duration(30, Unit.DAY))
MONTHS6 = Last(Duration(6, Unit.MONTH))
AGE, GENDER, CITY = Attribute("age", NUMBER), Attribute("gender", TEXT), Attribute("city", TEXT)
JOINED = Attribute("joined", DATE)
TEA = Compare(Property("category", TEXT), "=", Text("tea"))

BASE = """
let spend = sum(purchase.amount)
let own_avg = avg(purchase.amount)
let active = visit in 15 days
let teas = purchases where category = tea
    also "喝茶次数"
let ratio = spend / purchases
use rfm(event = purchase, amount = purchase.amount, window = 12 months) as rfm
age > 3 -> vip
tag vip:
    also "贵宾", "very important"
tag likes:
    values many
purchase in 3 days -> likes = most_common(purchase.category)
age > 3 -> tier = gold
age <= 3 -> tier = 白银
tag tier:
    values gold "金", silver "白银"
score loyalty:
    purchases >= 10 +3
    -> loyal when >= 2
segment win: has vip and age > 3
    also "召回"
"""


@pytest.fixture(scope="module")
def program() -> Program:
    """A program whose names the conditions below use."""
    found = checked(BASE)
    assert not found.errors, found.errors
    return found.program


def count(event: str = "purchase", where: Condition | None = None, window: object = None) -> Aggregate:
    return Aggregate("count", event, None, where, window or Ever())  # type: ignore[arg-type]


def spent(window: object = None, where: Condition | None = None) -> Aggregate:
    return Aggregate("sum", "purchase", "amount", where, window or Ever())  # type: ignore[arg-type]


def three(left: Metric, operator: str = ">") -> Compare:
    return Compare(left, operator, Number(Decimal(3)))  # type: ignore[arg-type]


CONDITIONS: list[tuple[str, Condition]] = [
    ("no purchase 6 months", Occurs("no", "purchase", None, MONTHS6)),
    ("no purchases in 6 months", Occurs("no", "purchase", None, MONTHS6)),
    ("近 6 个月没有购买", Occurs("no", "purchase", None, MONTHS6)),
    ("not purchase in 30 days", Occurs("no", "purchase", None, DAYS30)),
    ("purchase in 30 days", Occurs("some", "purchase", None, DAYS30)),
    ("order in 30 days", Occurs("some", "purchase", None, DAYS30)),
    ("ever purchase", Occurs("some", "purchase")),
    ("purchase where category = tea", Occurs("some", "purchase", TEA)),
    ("purchase where category = 茶", Occurs("some", "purchase", TEA)),
    ("purchases in 30 days > 3", three(count(window=DAYS30))),
    ("orders in 30 days > 3", three(count(window=DAYS30))),
    ("近30天购买次数 > 3", three(count(window=DAYS30))),
    ("last 30 days purchases > 3", three(count(window=DAYS30))),
    ("count(purchase) in 30 days > 3", three(count(window=DAYS30))),
    ("spend this year > 3", three(spent(Period(Unit.YEAR, 0)))),
    ("spend where category = tea in 30 days > 3", three(spent(DAYS30, TEA))),
    ("teas in 30 days > 3", three(count(where=TEA, window=DAYS30))),
    ("喝茶次数 > 3", three(count(where=TEA))),
    ("ratio in 30 days > 3", three(Arithmetic("/", spent(DAYS30), count(window=DAYS30)))),
    ("active", Occurs("some", "visit", None, Last(Duration(15, Unit.DAY)))),
    ("not active", Occurs("no", "visit", None, Last(Duration(15, Unit.DAY)))),
    ("年龄 20..35", InRange(AGE, Number(Decimal(20)), Number(Decimal(35)))),
    ("gender = 女", Compare(GENDER, "=", Text("female"))),
    ("性别 = F", Compare(GENDER, "=", Text("female"))),
    ("gender in (女, male)", Member(GENDER, (Text("female"), Text("male")))),
    ("city = shanghai", Compare(CITY, "=", Text("shanghai"))),
    ('city = "home"', Compare(CITY, "=", Text("home"))),
    ("city != vip", Compare(CITY, "!=", Text("vip"))),
    ("city = home", Compare(CITY, "=", Attribute("home", TEXT))),
    ("city = active", Compare(CITY, "=", Text("active"))),
    ("rfm.segment = champions", Compare(MethodColumn("rfm", "segment", TEXT), "=", Text("champions"))),
    ("member", Compare(Attribute("member", Type.BOOLEAN), "=", Boolean(True))),
    ("joined in 30 days", DateIn(JOINED, DAYS30)),
    ("joined more than 1 year ago", DateAge(JOINED, "more", Duration(1, Unit.YEAR))),
    ("joined > 2024-01-31", Compare(JOINED, ">", Day(date(2024, 1, 31)))),
    ('joined > "2024-01-31"', Compare(JOINED, ">", Day(date(2024, 1, 31)))),
    ("birthday in next 7 days", Anniversary(Attribute("birthday", DATE), Next(Duration(7, Unit.DAY)))),
    ("purchase between 2024-01-01 and 2024-03-31",
     Occurs("some", "purchase", None, Between(date(2024, 1, 1), date(2024, 3, 31)))),
    ("registered between 2024-01-01 and 2024-03-31",
     DateIn(Attribute("registered", Type.TIME), Between(date(2024, 1, 1), date(2024, 3, 31)))),
    ("email missing", Known(Attribute("email", TEXT), False)),
    ("has 贵宾", Has("vip")),
    ('has "very important"', Has("vip")),
    ("没有 vip", Has("vip", True)),
    ("lacks vip", Has("vip", True)),
    ("not has vip", Has("vip", True)),
    ("tier = gold", Compare(TagValue("tier", TEXT), "=", Text("gold"))),
    ("tier = 金", Compare(TagValue("tier", TEXT), "=", Text("gold"))),
    ("tier = 白银", Compare(TagValue("tier", TEXT), "=", Text("silver"))),
    ("tier=白银且年龄>3", And((Compare(TagValue("tier", TEXT), "=", Text("silver")), three(AGE)))),
    ("likes != tea", Compare(TagValue("likes", TEXT, True), "!=", Text("tea"))),
    ("loyalty >= 3", three(TagValue("loyalty", NUMBER), ">=")),
    ("in segment 召回", InSegment("win")),
    ("purchase where amount >= own_avg",
     Occurs("some", "purchase", Compare(Property("amount", NUMBER), ">=", Aggregate("avg", "purchase", "amount")))),
    ("purchase where weekday(time) in (sat, 周日)",
     Occurs("some", "purchase", Member(TimePart("weekday", EventTime()), (Text("sat"), Text("sun"))))),
    ("purchase where promotion known", Occurs("some", "purchase", Known(Property("promotion", TEXT)))),
    ("share(purchase where category = tea) in 30 days > 3", three(Share(count(where=TEA, window=DAYS30)))),
    ("overall avg(purchase.amount) in 30 days > 3",
     three(Overall(Aggregate("avg", "purchase", "amount", None, DAYS30)))),
    ("top 20% by spend in 30 days", Rank("top", spent(DAYS30), Decimal("0.2"))),
    ("消费 近30天 且 spend 近30天 前20%",
     And((Occurs("some", "purchase", None, DAYS30), Rank("top", spent(DAYS30), Decimal("0.2"))))),
    ("spend in 30 days fell 80%", Change(spent(DAYS30), "fell", Decimal("0.8"))),
    ("some customer of company (age > 3)", Fellows("some", "company", three(AGE))),
    ("not (age > 3)", Not(three(AGE))),
    ("3 < age", three(AGE)),
    ("3 >= age", three(AGE, "<=")),
    ('"女" = gender', Compare(GENDER, "=", Text("female"))),
    ("last(purchase.time) in 30 days", DateIn(Aggregate("last", "purchase", "time"), DAYS30)),
    ("spend in 30 days < purchases", Compare(spent(DAYS30), "<", count())),
]  # fmt: skip


@pytest.mark.parametrize(("text", "meant"), CONDITIONS, ids=[text for text, _ in CONDITIONS])
def test_a_condition_means(text: str, meant: Condition, program: Program) -> None:
    found, diagnostics = check_condition(text, program, SHOP)
    assert [d for d in diagnostics if d.severity == "error"] == []
    assert found == meant


def test_a_metric_means(program: Program) -> None:
    assert check_metric("spend in 30 days", program, SHOP) == (spent(DAYS30), ())
    found, diagnostics = check_metric("spnd in 30 days", program, SHOP)
    assert found is None
    assert [d.replacement for d in diagnostics] == ["spend"]


def test_types_are_told(program: Program) -> None:
    found, _ = check_metric("last(purchase.category) in 30 days", program, SHOP)
    assert isinstance(found, Aggregate)
    assert found.type == TEXT
    assert program.tags["tier"].type == TEXT
    assert program.tags["tier"].values == ("gold", "silver")
    assert program.tags["vip"].type is None
    assert (program.tags["likes"].many, program.tags["likes"].type) == (True, TEXT)
    assert (program.tags["loyalty"].kind, program.tags["loyalty"].type) == ("score", NUMBER)


def test_nothing_of_the_surface_is_left(program: Program) -> None:
    trees = [*program.rules, *program.segments.values(), *program.scores, *program.lets.values()]
    left = [n for tree in trees for n in walk(tree) if isinstance(n, (Name, Dotted, Windowed, Filtered, Bare))]
    assert left == []


@pytest.mark.parametrize(
    ("effect", "value"),
    [
        ("likes = spend", Text("spend")),
        ("likes = (spend)", Aggregate("sum", "purchase", "amount")),
        ("likes = spend in 30 days", spent(DAYS30)),
        ("likes = rfm.segment", MethodColumn("rfm", "segment", TEXT)),
        ("likes = top 3 of purchase.category in 30 days", TopValues(3, "purchase", "category", None, DAYS30)),
        ("tier = 金", Text("gold")),
    ],
)
def test_the_value_of_an_effect(effect: str, value: Metric) -> None:
    rules = checked(BASE + f"age > 1 -> {effect}\n").program.rules
    assert rules[-1].effects[0].value == value


def test_rules_are_named_over_all_files() -> None:
    sources = {"b.tags": "age > 4 -> vip\n", "a.tags": "age > 3 -> vip\nrule old: age > 9 -> vip\n"}
    found = check(sources, SHOP).program
    assert [rule.name for rule in found.rules] == ["vip", "old", "vip#2"]
    assert found.positions == {"vip": 0, "old": 1, "vip#2": 2}


def test_a_rule_is_named_by_the_name_of_its_tag() -> None:
    found = checked('age > 3 -> 贵宾\nage > 4 -> vip\ntag vip:\n    also "贵宾"').program
    assert [(rule.name, rule.effects[0].tag) for rule in found.rules] == [("vip", "vip"), ("vip#2", "vip")]
    assert list(found.tags) == ["vip"]


def test_a_rule_of_a_classify_has_a_name_of_its_own() -> None:
    text = "age > 90 -> band = old\nclassify band by age:\n    < 18 -> young\n    otherwise -> adult\n"
    found = checked(text)
    assert [rule.name for rule in found.program.rules] == ["band#2"]
    assert found.program.tags["band"].values == ("old", "young", "adult")
    assert [d.code for d in found.diagnostics] == ["W009"]


def test_names_of_another_file_are_known() -> None:
    found = check({"a.tags": "has later -> x\n", "b.tags": "age > 3 -> later\n"}, SHOP)
    assert found.diagnostics == ()


def test_all_errors_of_all_files_are_told() -> None:
    found = check({"a.tags": "no purchas -> x\nagee > 3 -> y\n", "b.tags": "has nothing -> z\n"}, SHOP)
    assert [(d.span.file, d.span.line, d.code) for d in found.errors] == [
        ("a.tags", 1, "T021"), ("a.tags", 2, "T020"), ("b.tags", 1, "T024"),
    ]  # fmt: skip
    assert [rule.name for rule in found.program.rules] == []


def test_a_broken_let_is_told_once_and_where_it_stands() -> None:
    found = checked("let broken = sum(purchase.amout)\nbroken > 3 -> a\nbroken in 3 days > broken -> b\n")
    assert [(d.code, d.span.line) for d in found.diagnostics] == [("T022", 1)]


def test_a_method_gets_its_arguments() -> None:
    text = (
        "use funnel(steps = (visit, purchase where amount > 3), within = 7 days, by = city, outcome = no purchase "
        "90 days, to = vip, first = yes) as steps\nage > 3 -> vip\n"
    )
    found = checked(text)
    assert not found.errors, found.errors
    given = dict(found.program.uses["steps"].arguments)
    assert given["steps"] == (
        Occurs("some", "visit"), Occurs("some", "purchase", three(Property("amount", NUMBER))),
    )  # fmt: skip
    assert given["within"] == Duration(7, Unit.DAY)
    assert (given["by"], given["to"], given["first"]) == ("city", "vip", True)
    assert given["outcome"] == Occurs("no", "purchase", None, Last(Duration(90, Unit.DAY)))


def test_a_method_gets_names_numbers_and_windows(program: Program) -> None:
    given = dict(program.uses["rfm"].arguments)
    assert given == {"event": "purchase", "amount": "purchase.amount", "window": Last(Duration(12, Unit.MONTH))}
    found = checked("use kmeans(features = (purchases in 30 days, age), k = auto, seed = 7, scale = robust) as k")
    assert dict(found.program.uses["k"].arguments) == {
        "features": (count(window=DAYS30), AGE), "k": "auto", "seed": Decimal(7), "scale": "robust",
    }  # fmt: skip


def test_an_example_speaks_canonical_names() -> None:
    text = (
        'age > 3 -> vip\nexample "e" at 2024-07-01:\n    性别 女\n    购买 2024-06-01 金额 5 category 茶\n'
        "    expect vip\n    expect not vip\n"
    )
    found = checked(text)
    assert not found.diagnostics, found.diagnostics
    (example,) = found.program.examples
    assert example.attributes == (("gender", Text("female")),)
    assert example.events[0].properties == (("amount", Number(Decimal(5))), ("category", Text("tea")))
    assert [e.condition for e in example.expectations] == [Has("vip"), Has("vip", True)]


def test_a_preview_adds_a_rule_and_replaces_a_named_one(program: Program) -> None:
    added, diagnostics = check_rule("has vip and spend > 5 -> new_tag", program, SHOP)
    assert diagnostics == ()
    assert added is not None
    assert len(added.rules) == len(program.rules) + 1
    replaced, _ = check_rule("let spend = 7\nspend > 5 -> other\n", program, SHOP)
    assert replaced is not None
    assert replaced.lets["spend"].meaning == Number(Decimal(7))
    broken, found = check_rule("has nothing -> x", program, SHOP)
    assert broken is None
    assert [d.code for d in found] == ["T024"]


def test_a_template_shows_plain_tags_as_yes_or_no() -> None:
    found = checked("age > 3 -> vip\ntemplate t:\n    base age, vip\n")
    assert not found.errors
    assert found.program.templates["t"].lines[0].metrics == (AGE, TagValue("vip", Type.BOOLEAN))


def test_a_new_rule_does_not_change_the_values_that_other_files_give():
    """A figure in brackets stays one where only the new text is at hand (a preview)."""
    program = check({"rules/a.tags": "let spend = sum(purchase.amount)\nage > 3 -> worth = (spend)\n"}, SHOP).program
    again, found = check_rule("worth > 5 -> rich", program, SHOP, "preview")
    assert found == ()
    assert again is not None
    assert again.tags["worth"].type is Type.NUMBER
    assert again.rules[0].effects[0].value == program.rules[0].effects[0].value
