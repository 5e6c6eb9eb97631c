"""Syntax errors: code, the word under the caret, and that none hides the next."""

from pathlib import Path

import pytest
from support.language_rows import NAMES
from tagfolk_dsl.diagnostics import render
from tagfolk_dsl.parser import parse_condition, parse_file, parse_metric, parse_rule
from tagfolk_dsl.syntax_codes import SYNTAX_CODES
from tagfolk_dsl.tree import Rule

CASES = [
    tuple(block.strip("\n").split("\n"))
    for block in (Path(__file__).parent / "errors.txt").read_text("utf-8").split("\n\n")
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[case[0] for case in CASES])
def test_error(text: str, expected: str):
    code, column, *word = expected.split(" ", 2)
    _, errors = parse_file("rules/x.tags", text, NAMES)
    assert [error.code for error in errors] == [code], errors
    (error,) = errors
    assert error.span.file == "rules/x.tags"
    assert (error.span.line, error.span.column) == (1, int(column))
    assert text[error.span.column - 1 : error.span.end_column - 1] == (word[0] if word else "")
    assert error.message
    assert error.message_zh
    assert "^" in render(error, text)
    assert "Traceback" not in render(error, text, "zh")


def test_all_errors_of_a_file_are_reported_and_the_rest_is_read():
    text = "\n".join([*(case[0] for case in CASES if "(" not in case[0]), "no purchase 3 days -> fine"])
    file, errors = parse_file("x.tags", text, NAMES)
    assert {error.span.line for error in errors} == set(range(1, text.count("\n") + 1))
    assert [one.name for one in file.statements if isinstance(one, Rule) and one.name == "fine"] == ["fine"]
    assert len(errors) == text.count("\n")


def test_an_open_bracket_does_not_swallow_the_file():
    file, errors = parse_file("x.tags", "(age > 3 -> x\nno purchase 3 days -> y\ntag z:\n    title 5\n", NAMES)
    assert [(error.code, error.span.line) for error in errors] == [("T007", 1), ("T003", 4)]
    assert any(isinstance(one, Rule) and one.name == "y" for one in file.statements)


def test_clauses():
    text = 'tag x:\n    titel "a"\n    layer behavior\n    title "a"\n    title "b"\n'
    _, errors = parse_file("x.tags", text, NAMES)
    assert [(error.code, error.span.line, error.span.column, error.replacement) for error in errors] == [
        ("T002", 2, 5, "title"), ("T002", 3, 11, "behaviour"), ("T016", 5, 5, None),
    ]  # fmt: skip


def test_blocks():
    text = (
        "score s:\n    age > 3\n    has vip +2\nclassify c by age:\n    20..30\nclassify d:\n    < 3 -> a\nscore e:\n"
    )
    _, errors = parse_file("x.tags", text, NAMES)
    assert [(error.code, error.span.line) for error in errors] == [("T015", 2), ("T015", 5), ("T015", 7), ("T019", 8)]


def test_an_indented_rule():
    _, errors = parse_file("x.tags", "age > 3 -> a\n    age > 5 -> b\n", NAMES)
    assert [(error.code, error.span.line, error.span.column) for error in errors] == [("T011", 2, 5)]


def test_single_texts():
    assert parse_condition("", NAMES)[1][0].code == "T003"
    assert parse_metric("no purchase", NAMES)[1][0].code == "T012"
    assert parse_rule("age > 3", NAMES)[1][0].code == "T006"
    assert parse_rule("let x = age", NAMES)[1][0].code == "T019"


def test_every_code_is_explained_in_both_languages():
    assert sorted(SYNTAX_CODES) == [f"T{number:03}" for number in range(1, 20)]
    for code in SYNTAX_CODES.values():
        assert all((code.title, code.meaning, code.mend, code.title_zh, code.meaning_zh, code.mend_zh))
