"""Every code: a text that gets it, with its place and its hint. The rule text is the test."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.checker_shop import PATH, checked
from tagfolk_dsl import checker
from tagfolk_dsl.checker.pipeline import analyse
from tagfolk_dsl.checker.report import Report
from tagfolk_dsl.codes import CODES, explain
from tagfolk_dsl.syntax_codes import SYNTAX_CODES
from tagfolk_dsl.tree import Aggregate, Compare, Effect, File, Number, Rule, Sequence, Step

from support.checker_shop import SHOP  # isort: skip

LET = "let spend = sum(purchase.amount)\n"
RFM = "use rfm(event = purchase, amount = purchase.amount) as rfm\n"
BANDS = "classify band by sum(purchase.amount):\n"

FOUND: list[tuple[str, str, int, int, str]] = [
    ("T020", "agee > 30 -> x", 1, 1, "did you mean 'age'?"),
    ("T020", "年岭 > 30 -> x", 1, 1, "did you mean '年龄'?"),
    ("T020", "activ -> x\nlet active = visit in 15 days", 1, 1, "did you mean 'active'?"),
    ("T021", "no purchas 6 months -> x", 1, 4, "did you mean 'purchase'? events: purchase, visit, complaint"),
    ("T021", "purchas in 30 days -> x", 1, 1, "did you mean 'purchase'?"),
    ("T021", "visit then purchas within 7 days -> x", 1, 12, "did you mean 'purchase'?"),
    ("T021", "days since last purchas > 3 -> x", 1, 17, "did you mean 'purchase'?"),
    ("T021", "no email 30 days -> x", 1, 4, "'email' is an attribute: write 'email known' or 'email missing'"),
    ("T022", "purchases where catgory = tea in 90 days >= 2 -> x", 1, 17, "did you mean 'category'?"),
    ("T022", "sum(purchase.amout) > 3 -> x", 1, 14, "did you mean 'amount'?"),
    ("T022", "visit then purchase matching channel -> x", 1, 30, "properties: page, product, time"),
    ("T023", "some customer of compny (age > 3) -> x", 1, 18, "did you mean 'company'?"),
    ("T023", 'example "x" at 2024-07-01:\n    agee 30\n    expect x\nage > 3 -> x', 2, 5, "did you mean 'age'?"),
    ("T024", "has vipp -> x\nage > 3 -> vip", 1, 5, "did you mean 'vip'?"),
    ("T024", "age = 30 -> not nosuch", 1, 17, "there are no tags yet"),
    ("T024", "age > 3 -> vip\nage = 30 -> vip replacing vipp", 2, 27, "did you mean 'vip'?"),
    ("T024", "segment s: has missing_tag\nage > 3 -> vip", 1, 16, "tags: vip"),
    ("T025", "in segment winn -> x\nsegment win: age > 3", 1, 12, "did you mean 'win'?"),
    ("T026", "use rfmm(event = purchase) as r", 1, 5, "did you mean 'rfm'?"),
    ("T027", "use rfm(event = purchase, amount = purchase.amount, windw = 3 months) as r",
     1, 53, "did you mean 'window'?"),
    ("T028", RFM + "rfm.segmen = champions -> x", 2, 5, "did you mean 'segment'? columns: recency, segment"),
    ("T029", "use kmeans(features = (age), scale = standrd) as k", 1, 38, "did you mean 'standard'?"),
    ("T030", "rfm.segment = champions -> x", 1, 1, "use METHOD(…) as rfm"),
    ("T031", "age > 3 -> vip\nvip -> x", 2, 1, "write 'has vip'"),
    ("T031", "segment win: age > 3\nwin > 3 -> x", 2, 1, "in segment win"),
    ("T040", 'age = "young" -> x', 1, 7, "a number is due here"),
    ("T040", "member = maybe -> x", 1, 10, "write yes or no"),
    ("T040", "joined > tea -> x", 1, 10, "write a date"),
    ("T040", "city = 30 -> x", 1, 8, 'text is quoted: "30"'),
    ("T040", "city = age -> x", 1, 8, 'write "age" if you mean the text'),
    ("T041", "city > beijing -> x", 1, 1, "use =, != or in (…)"),
    ("T041", "city 20..30 -> x", 1, 1, "use = or in (…)"),
    ("T042", "sum(purchase.category) > 3 -> x", 1, 14, "numbers of purchase: amount"),
    ("T044", 'age like "3*" -> x', 1, 1, "compare it with =, < or >"),
    ("T045", "days since city > 3 -> x", 1, 12, "dates: joined, birthday, registered"),
    ("T046", "city + 3 > 4 -> x", 1, 1, "numbers only"),
    ("T047", "purchase in 30 days >= 3 -> x", 1, 1, "'purchases' counts them"),
    ("T047", "购买 >= 3 -> x", 1, 1, "购买次数"),
    ("T047", "purchase.amount > 3 -> x", 1, 1, "sum(purchase.amount)"),
    ("T048", "purchases in 30 days -> x", 1, 1, "compare it: '>= 3'"),
    ("T048", "joined -> x", 1, 1, "say when"),
    ("T049", "age in 30 days >= 3 -> x", 1, 5, "a window goes with events"),
    ("T049", "let recent = sum(purchase.amount) in 3 months\nrecent in 5 days > 3 -> x",
     2, 8, "a window goes with events"),
    ("T050", "age where category = tea > 3 -> x", 1, 11, "an event or a metric over events"),
    ("T051", "let active = visit in 15 days\nactive = 3 -> x", 2, 1, "use it by itself"),
    ("T052", LET + "spend fell 80% -> x", 2, 1, "spend in 3 months fell 80%"),
    ("T052", LET + "spend since 2024-01-01 rose 50% -> x", 2, 1, "needs a window"),
    ("T053", "purchase in next 7 days -> x", 1, 10, "birthday in next 7 days"),
    ("T054", r"name matches /(a)\1/ -> x", 1, 14, "linear time"),
    ("T054", "name matches /(?=a)b/ -> x", 1, 14, "linear time"),
    ("T054", "name matches /(/ -> x", 1, 14, "linear time"),
    ("T055", "share(purchase) > 0.3 -> x", 1, 1, "share(purchase where category = tea)"),
    ("T056", "top 20% by city -> x", 1, 12, "numbers only"),
    ("T057", "purchase in 3 days -> likes = top 3 of purchase.category", 1, 31, "values many"),
    ("T058", "use kmeans(features = (age), seed = tea) as k", 1, 37, ""),
    ("T059", "use rfm(event = purchase) as r", 1, 5, "add amount = …"),
    ("T060", LET + "spend > 3 -> x\nlet spend = 3", 3, 5, "the first is in rules/a.tags, line 1"),
    ("T060", "rule a: age > 3 -> x\nrule a: age > 4 -> y", 2, 6, "line 1"),
    ("T060", "age > 3 -> x\ntag x:\n    title \"X\"\nclassify x by age:\n    < 3 -> a\n    otherwise -> b",
     4, 10, "line 2"),
    ("T061", "has b -> a\nhas a -> b", 1, 1, "had"),
    ("T061", "has a for 3 days -> a", 1, 1, "had"),
    ("T062", "let a = b + 1\nlet b = a + 1", 1, 5, "stand on its own"),
    ("T063", "segment a: in segment b\nsegment b: in segment a", 1, 9, "stand on its own"),
    ("T064", "age 30..20 -> x", 1, 5, "write 20..30"),
    ("T064", "age between 30 and 20 -> x", 1, 13, "write 20..30"),
    ("T065", "purchases from 3 to 6 months ago > 1 -> x", 1, 11, "from 6 to 3 months ago"),
    ("T065", "purchase between 2024-03-01 and 2024-01-01 -> x", 1, 10, "between 2024-01-01 and 2024-03-01"),
    ("T066", "age > 3 -> vip\nvip = gold -> x", 2, 1, "write 'has vip'"),
    ("T067", "age > 3 -> a, not a", 1, 19, "keep one of the two"),
    ("T067", "age > 3 -> a = x, a = y", 1, 19, "keep one of the two"),
    ("T069", "purchase in at least 6 of the last 5 weeks -> x", 1, 1, "at most 5"),
    ("T070", "use kmeans(features = (age), seed = 7, seed = 8) as k", 1, 30, "keep one of them"),
    ("T072", 'age > 3 -> a\nage > 4 -> b\ntag a:\n    also "b"\ntag b:\n    title "B"', 4, 11, "one of them only"),
    ("T076", 'age > 3 -> x\nexample "e" at 2024-07-01:\n    age 30\n    age 31\n    expect x', 4, 5, "keep one"),
    ("W001", "tag lonely:\n    title \"L\"", 1, 5, "-> lonely"),
    ("W002", "age > 30 and age < 20 -> x", 1, 1, "exclude each other"),
    ("W002", "gender = female and gender = 男 -> x", 1, 1, "exclude each other"),
    ("W002", "no purchase 30 days and purchase in 7 days -> x", 1, 1, "exclude each other"),
    ("W002", "age > 3 -> vip\nhas vip and lacks vip -> x", 2, 1, "exclude each other"),
    ("W003", "purchases >= 0 -> x", 1, 1, "apart"),
    ("W003", "age > 30 or age <= 30 or age missing -> x", 1, 1, "apart"),
    ("W004", BANDS + "    0..100 -> a\n    50..200 -> b", 3, 5, "earlier band"),
    ("W005", BANDS + "    0..100 -> a\n    200..300 -> b", 3, 5, "otherwise"),
    ("W006", BANDS + "    0..100 -> a\n    20..30 -> b", 3, 5, "first band that fits"),
    ("W006", BANDS + "    top 60% -> a\n    top 20% -> b", 3, 5, "first band that fits"),
    ("W006", BANDS + "    otherwise -> a\n    > 3 -> b", 3, 5, "first band that fits"),
    ("W007", "gender = femal -> x", 1, 10, "did you mean 'female'? values: female, male"),
    ("W007", "purchase where weekday(time) = moday -> x", 1, 32, "did you mean 'monday'?"),
    ("W008", "city = home -> x", 1, 8, 'write "home" if you mean the text'),
    ("W009", "age > 50 -> tier = gold\nage > 30 -> tier = silver", 2, 13, "priority"),
    ("W010", "no purchase 6 months -> x", 1, 1, "and ever purchase"),
    ("W011", "let age = 3\nage > 2 -> x", 1, 5, "it means this one"),
    ("W011", 'age > 3 -> visit\ntag visit:\n    title "V"', 2, 5, "it means this one"),
    ("W012", "segment s: age > 3\n    sync crmm", 2, 10, "did you mean 'crm'?"),
    ("W013", "segment s: age > 3\n    notify #retentio", 2, 12, "did you mean '#retention'?"),
    ("W014", "age > 3 -> x\nage > 3 -> x", 2, 1, "line 1"),
    ("W015", "age > 50 -> tier = gold\ntier = golf -> x", 2, 8, "did you mean 'gold'?"),
    ("W016", "age > 50 -> tier = gold\nage < 3 -> tier", 2, 12, "everywhere or nowhere"),
    ("W018", 'age > 3 -> x\nexample "e" at 2024-07-01:\n    purchase 2024-07-02 amount 5\n    expect x',
     3, 5, "before"),
    ("W019", "city in (a, a) -> x", 1, 13, "one is enough"),
    ("T068", "purchase in at least 0 of the last 5 weeks -> x", 1, 1, "at least 1"),
]  # fmt: skip
"""Code, text, line, column, a part of the English hint (or message)."""


@pytest.mark.parametrize(("code", "text", "line", "column", "hint"), FOUND, ids=[f"{f[0]}-{f[1][:40]}" for f in FOUND])
def test_the_code_is_told_at_its_place(code: str, text: str, line: int, column: int, hint: str) -> None:
    found = [d for d in checked(text).diagnostics if d.code == code]
    assert found, checked(text).diagnostics
    first = found[0]
    assert (first.span.file, first.span.line, first.span.column) == (PATH, line, column)
    assert hint in first.hint or hint in first.message
    assert first.message_zh
    assert first.message_zh != first.message
    assert bool(first.hint) == bool(first.hint_zh)
    assert first.severity == ("warning" if code.startswith("W") else "error")


@pytest.mark.parametrize(("code", "text", "line", "column", "hint"), FOUND, ids=[f"{f[0]}-{f[1][:40]}" for f in FOUND])
def test_one_mistake_is_told_once(code: str, text: str, line: int, column: int, hint: str) -> None:
    others = [d for d in checked(text).diagnostics if d.severity == "error"]
    assert len(others) == (0 if code.startswith("W") else 1), others


def tree(condition: Compare | Sequence) -> list[str]:
    """The codes of a rule built by hand, for what the parser refuses before."""
    file = File(PATH, (Rule("x", condition, (Effect("x"),)),))
    return [d.code for d in analyse([file], SHOP, Report()).checked.diagnostics]


def test_trees_that_the_parser_refuses_are_refused_here_too() -> None:
    assert tree(Compare(Aggregate("sum", "purchase"), ">", Number("3"))) == ["T043"]  # type: ignore[arg-type]
    assert tree(Compare(Aggregate("count", "purchase", "amount"), ">", Number("3"))) == ["T043"]  # type: ignore[arg-type]
    steps = tuple(Step("visit") for _ in range(5))
    assert tree(Sequence("purchase", None, steps)) == ["T075"]
    assert tree(Sequence("purchase", None, (Step("visit", negated=True), Step("visit")))) == ["T075"]


def test_every_code_has_a_test_and_an_entry() -> None:
    tested = {found[0] for found in FOUND} | {"T043", "T075"}
    assert tested == set(CODES) - set(SYNTAX_CODES)
    assert len(tested) > 40


def test_every_code_that_the_checker_can_give_has_an_entry() -> None:
    room = Path(checker.__file__).parent
    given = {code for file in room.rglob("*.py") for code in re.findall(r'"([TW]0\d\d)"', file.read_text("utf-8"))}
    assert given == set(CODES) - set(SYNTAX_CODES)


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_is_explained_in_both_languages(code: str) -> None:
    english, chinese = explain(code), explain(code.lower(), "zh")
    assert english is not None
    assert english.startswith(code)
    assert "What to do:" in english
    assert chinese is not None
    assert "怎么改：" in chinese
    assert any("\u4e00" <= c <= "\u9fff" for c in chinese.splitlines()[0])


def test_an_unknown_code_has_no_entry() -> None:
    assert explain("T999") is None
