"""Every row of the language's tables, in both languages: text → tree, and text → text by the formatter."""

import pytest
from support.language_rows import NAMES, read, show
from tagfolk_dsl.formatter import format_condition
from tagfolk_dsl.parser import parse_condition

ROWS = [(text, tree) for texts, tree in read() for text in texts]


def test_the_file_holds_the_tables():
    assert len(ROWS) > 150
    assert all(tree for _, tree in ROWS)


@pytest.mark.parametrize(("text", "tree"), ROWS, ids=[text for text, _ in ROWS])
def test_row(text: str, tree: str):
    found, errors = parse_condition(text, NAMES)
    assert errors == []
    assert found is not None
    assert show(found) == tree


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("text", [text for text, _ in ROWS])
def test_formatting_keeps_the_meaning(text: str, language: str):
    tree, _ = parse_condition(text, NAMES)
    assert tree is not None
    written = format_condition(tree, language)
    again, errors = parse_condition(written, NAMES)
    assert errors == [], written
    assert again == tree, written
    assert format_condition(again, language) == written
