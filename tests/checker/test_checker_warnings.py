"""When a warning is due and when it is not: what can hold together, who is kept out, which bands are meant."""

from __future__ import annotations

import pytest
from support.checker_shop import checked
from tagfolk_dsl.checker.checks.patterns import fault

SECTION_1 = """# churn.tags  (comments run to the end of the line)

let spend  = sum(purchase.amount)
let active = visit in 15 days

tag churn_risk:
    title "流失风险"
    also  "at risk", "may churn", "可能流失", "流失客户"
    about "Has stopped buying."
    layer behaviour            # base | behaviour | value | need
    weight core                # core | auxiliary
    refresh monthly            # daily weekly monthly quarterly half-yearly yearly | on EVENT [where …]
    owner crm_team

no purchase 6 months                                   -> churn_risk
purchases in 30 days >= 3                              -> frequent
spend this year > 100000 and purchases this year >= 3  -> high_value
age 20..35 and gender = female                         -> young_women

rule quiet_vip: no visit 15 days and has high_value
    and purchases from 6 to 3 months ago >= 5 and purchases in 3 months <= 1
    -> churn_risk replacing frequent
    why "High value, used to buy every two weeks, now silent."
    priority 10

classify value_tier by spend in 12 months:
    top 20%   -> high
    top 60%   -> medium
    otherwise -> low

segment win_back: has churn_risk and has high_value
    title "Win back"
    action "Exclusive coupon, then a call from the shop manager"
    notify #retention
    sync crm

example "a loyal customer who stopped" at 2024-07-01:
    age 30
    purchase 2023-12-01 amount 50
    purchase 2023-12-20 amount 20 category "tea"
    expect churn_risk
    expect not frequent
"""


def test_the_file_of_the_language_reference() -> None:
    found = checked(SECTION_1)
    assert found.errors == ()
    assert [(d.code, d.span.line) for d in found.warnings] == [("W010", 15)]
    assert [rule.name for rule in found.program.rules] == [
        "churn_risk", "frequent", "high_value", "young_women", "quiet_vip",
    ]  # fmt: skip
    assert found.program.rules[-1].priority == 10


QUIET = [
    "age > 20 and age < 30 -> x",
    "not (age > 30) and not (age <= 30) -> x",  # a missing age
    "age > 30 or age <= 30 -> x",  # not for a missing age
    "purchase in 30 days and no purchase 7 days -> x",
    "purchases in 30 days >= 3 and purchases in 7 days <= 1 -> x",
    "no purchase 1 month and purchase in 31 days -> x",
    "no purchase 6 months and ever purchase -> x",
    "no purchase 6 months and purchases from 12 to 6 months ago >= 3 -> x",
    "no purchase 6 months and days since first purchase > 3 -> x",
    "no purchase -> x",  # never at all is what is asked
    "age > 3 -> vip\nno purchase 6 months and has vip -> x",
    "age > 50 -> tier = gold\nage <= 50 -> tier = silver",
    "age > 50 -> tier = gold\nrule a: age > 30 -> tier = silver\n    priority 3",
    "age > 50 -> tier = gold\nage > 30 -> tier = gold",
    "gender = female -> tier = gold\ngender = male -> tier = silver",
    "tag l:\n    values many\nage > 50 -> l = gold\nage > 30 -> l = silver\nl = gold and l = silver -> x",
    "classify b by purchases:\n    0..10 -> a\n    11..20 -> b",
    "classify b by age:\n    >= 60 -> old\n    >= 30 -> mid\n    otherwise -> young",
    "classify b by sum(purchase.amount):\n    top 20% -> a\n    top 60% -> b\n    otherwise -> c",
    "classify b by sum(purchase.amount):\n    0..10 -> a\n    20..30 -> b\n    otherwise -> c",
    "has b -> a\nhad a 3 days ago -> b",
    "age > 3 -> a\nhas a and age > 9 -> b replacing a",
    "let spend = sum(purchase.amount)\nspend > 3 -> spender",
    "city not in (a, b) and city != c -> x",
]


@pytest.mark.parametrize("text", QUIET)
def test_no_warning_where_none_is_due(text: str) -> None:
    assert [(d.code, d.message) for d in checked(text).diagnostics] == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("purchases in 30 days >= 3 and purchases in 6 months < 2 -> x", "W002"),
        ("purchases > 2 and purchases < 3 -> x", "W002"),
        ("days with purchase < 0 -> x", "W002"),
        ("purchase where (amount > 5 and amount < 3) -> x", "W002"),
        ("purchases where weekday(time) in (mon) > 3 and bucket(10) >= 10 -> x", "W002"),
        ("age > 3 and (age < 2 or age < 1) -> x", "W002"),
        ("not (age > 3 or not age > 3) -> x", "W002"),
        ("email known and email missing -> x", "W002"),
        ("city in (a, b) and city not in (a, b) -> x", "W002"),
        ("ever purchase or no purchase -> x", "W003"),
        ("member = yes and member = no -> x", "W002"),
        ("joined > 2024-02-01 and joined < 2024-01-01 -> x", "W002"),
        ("classify b by age:\n    0..100 -> a\n    100..200 -> b\n    otherwise -> c", "W004"),
        ("classify b by age:\n    < 10 -> a\n    >= 5 -> b", "W004"),
        ("classify b:\n    age > 3 -> a\n    age > 3 -> b", "W006"),
        ("classify b by age:\n    < 10 -> a\n    >= 10 -> b\n    15..20 -> c", "W006"),
        ("segment s: age > 3 and age < 2", "W002"),
        ("score s:\n    age > 3 and age < 2 +3", "W002"),
    ],
)
def test_a_warning_where_one_is_due(text: str, code: str) -> None:
    assert [d.code for d in checked(text).diagnostics] == [code]


def test_what_a_broken_statement_would_have_declared_is_no_second_mistake() -> None:
    text = "age > > 3 -> vip\nclassify band by age\n    < 3 = a\nhas vip and band = a -> x\nhas vipp -> y"
    found = checked(text).errors
    assert [d.code for d in found if not d.code < "T020"] == ["T024"]
    assert any(d.code < "T020" for d in found)


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        ("^S.+o$", ""), ("[(?=]a", ""), (r"\(\?=", ""), ("(?i)abc", ""), ("(?P<n>a)|b", ""), ("a{2,5}", ""),
        (r"\d+[\]\1]", ""),
        (r"(?P<n>a)(?P=n)", "T054"), ("a(?!b)", "T054"), ("(?<=a)b", "T054"), ("a++", "T054"), ("a{2000}", "T054"),
        (r"\u4e00", "T054"), ("(?x)a b", "T054"), ("a{,3}", "T054"), ("[", "T054"),
    ],
)  # fmt: skip
def test_regular_expressions_run_in_linear_time_on_every_engine(pattern: str, code: str) -> None:
    found = fault(pattern)
    assert (found is not None) == bool(code)
    assert [d.code for d in checked(f"name matches /{pattern}/ -> x").diagnostics] == ([code] if code else [])


def test_the_circle_is_named_in_order() -> None:
    (found,) = checked("has b -> a\nhas c -> b\nhas a for 3 days -> c").errors
    assert found.message == "these tags go round in a circle: a → b → c → a"


def test_circles_run_through_segments_values_and_scores() -> None:
    text = "segment s: has a\nin segment s -> b\nscore c:\n    has b +1\nc > 0 -> a"
    assert [d.code for d in checked(text).errors] == ["T061"]


def test_thousands_of_rules_are_checked_in_seconds() -> None:
    import time

    from support.checker_shop import SHOP
    from tagfolk_dsl.checker.pipeline import analyse
    from tagfolk_dsl.checker.report import Report
    from tagfolk_dsl.names import Names
    from tagfolk_dsl.parser import parse_file

    lines = ["age > 3 -> tag0", "let spend = sum(purchase.amount)"]
    for i in range(1, 2000):
        lines.append(
            f"ever purchase and no purchase {i % 300 + 1} days and spend in {i % 90 + 1} days > {i} "
            f"and has tag{i - 1} -> tag{i}"
        )
        lines.append(f"age = {i} -> tier = v{i}")
    text = "\n".join(lines)
    file, _ = parse_file("a", text, Names.of(SHOP, {"a": text}))
    start = time.process_time()
    found = analyse([file], SHOP, Report({"a": text})).checked
    seconds = time.process_time() - start
    assert found.diagnostics == ()
    assert len(found.program.rules) == 3999
    assert seconds < 10
