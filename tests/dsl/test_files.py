"""Whole files: the sample of the language page, layout, comments, both languages of the formatter."""

from pathlib import Path

import pytest
from support.language_rows import NAMES, VOCABULARY
from tagfolk_dsl.formatter import format_file, language_of
from tagfolk_dsl.parser import Names, parse_file
from tagfolk_dsl.tree import Classify, Example, File, Let, Rule, Score, Segment, TagDeclaration, Template, Use

SAMPLE = (Path(__file__).parent / "sample.tags").read_text("utf-8")


def read(text: str) -> File:
    file, errors = parse_file("x.tags", text, Names.of(VOCABULARY, {"x.tags": text}))
    assert errors == []
    return file


def test_the_sample():
    file = read(SAMPLE)
    kinds = [type(one) for one in file.statements]
    assert kinds[:12] == [Let, Let, TagDeclaration, Rule, Rule, Rule, Rule, Rule, Classify, Segment, Example, Classify]
    assert {Score, Template, Use} <= set(kinds)
    quiet = next(one for one in file.statements if isinstance(one, Rule) and one.name == "quiet_vip")
    assert quiet.named
    assert quiet.priority == 10
    assert quiet.why == "High value, used to buy every two weeks, now silent."
    assert quiet.text.endswith("purchases in 3 months <= 1")
    assert [(one.tag, one.withhold, one.replacing) for one in quiet.effects] == [
        ("churn_risk", False, False), ("frequent", True, True),
    ]  # fmt: skip
    assert (quiet.span.line, quiet.span.end_line) == (20, 24)
    assert len(file.comments) == 4


def test_formatting_is_idempotent_and_turns_the_language_without_loss():
    file = read(SAMPLE)
    english = format_file(file)
    chinese = format_file(read(english), "zh")
    assert read(english).statements == file.statements
    assert format_file(read(english)) == english
    assert read(chinese).statements == file.statements
    assert format_file(read(chinese), "zh") == chinese
    assert format_file(read(chinese), "en") == english
    assert "标签 churn_risk:" in chinese
    assert "# base | behaviour | value | need" in chinese


def test_comments_stay():
    text = '# head\n\n# above\nage > 3 -> a  # beside\n\ntag b:\n    # inside\n    title "B"  # title\n# end\n'
    assert format_file(read(text)) == text


def test_rules_without_a_name_are_numbered():
    file = read("age > 3 -> a\nage > 4 -> a\nage > 5 -> not b, a")
    assert [one.name for one in file.statements if isinstance(one, Rule)] == ["a", "a#2", "a#3"]


@pytest.mark.parametrize(
    "text",
    [
        "age > 3\nand age < 5\n-> x",
        "age > 3 and\n    age < 5 -> x",
        "(age > 3\n and age < 5)\n -> x",
        "rule: age > 3 and age < 5 -> x",
        "age > 3 and age < 5 ->\n    x  # comment",
        "\ufeffage > 3 and age < 5 则 x",
        "AGE > 3 AND age < 5 -> x".replace("AGE", "age"),
    ],
)
def test_continued_lines(text: str):
    file = read(text)
    (rule,) = file.statements
    assert isinstance(rule, Rule)
    assert rule.condition == read("age > 3 and age < 5 -> x").statements[0].condition  # type: ignore[attr-defined]
    assert [one.tag for one in rule.effects] == ["x"]


def test_chinese_without_spaces():
    text = "近6个月没有购买则流失风险\n年龄20到35且性别是女->年轻女性 替换 老客\n有年轻女性且15天内没有访问->沉默"
    file = read(text)
    assert [one.name for one in file.statements if isinstance(one, Rule)] == ["流失风险", "年轻女性", "沉默"]


def test_names_know_plurals():
    assert NAMES.plurals["purchases"] == "purchase"
    assert NAMES.plurals["购买次数"] == "purchase"
    assert NAMES.events["购买"] == "purchase"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_file_keeps_its_language(language: str):
    """What is written in a language is seen as that language, or formatting twice would not be formatting once."""
    assert language_of(format_file(read(SAMPLE), language)) == language  # type: ignore[arg-type]
    assert language_of("近30天没有购买 -> churn  # in the last month, no purchase") == "zh"
    assert language_of('no purchase in 30 days -> 流失\ntag 流失 "近期没有购买":') == "en"
