"""Every row of the language's tables, in both languages: text → tree, and text → text by the formatter."""

import pytest
from support.language_rows import NAMES, read, show
from tagfolk_dsl.formatter import format_condition
from tagfolk_dsl.keywords import KEYWORDS
from tagfolk_dsl.parser import parse_condition
from tagfolk_dsl.tree import Bare, Duration, Last, Name, Period, Unit, Windowed

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


@pytest.mark.parametrize("unit", ["year", "quarter", "month", "week"])
def test_the_word_table_tells_the_last_month_from_the_time_back_from_now(unit: str):
    """``last month`` is the calendar's, ``in the last month`` the month up to now: the tables say what is read."""
    meaning = next(keyword.meaning for keyword in KEYWORDS if keyword.key == f"last {unit}")
    assert meaning == f"the whole {unit} before this one; 'in the last {unit}' is the time back from now"
    whole, _ = parse_condition(f"purchase last {unit}", NAMES)
    back, _ = parse_condition(f"purchase in the last {unit}", NAMES)
    assert whole == Bare(Windowed(Name("purchase"), Period(Unit(unit), 1)))
    assert back == Bare(Windowed(Name("purchase"), Last(Duration(1, Unit(unit)))))
