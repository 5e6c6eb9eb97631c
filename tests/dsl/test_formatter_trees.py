"""Whatever tree the parser can make: its text reads as the same tree, in both languages, and is canonical."""

import pytest
from hypothesis import HealthCheck, given, settings
from support.trees import NAMES, conditions, metrics, statements
from tagfolk_dsl.formatter import format_condition, format_file, format_metric
from tagfolk_dsl.names import Names
from tagfolk_dsl.parser import parse_condition, parse_file, parse_metric
from tagfolk_dsl.tree import Condition, File, Metric, Statement

MANY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("language", ["en", "zh"])
@MANY
@given(tree=conditions(2))
def test_conditions(language: str, tree: Condition):
    text = format_condition(tree, language)  # type: ignore[arg-type]
    again, errors = parse_condition(text, NAMES)
    assert errors == [], text
    assert again == tree, text
    assert format_condition(again, language) == text  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["en", "zh"])
@MANY
@given(tree=metrics(2))
def test_metrics(language: str, tree: Metric):
    text = format_metric(tree, language)  # type: ignore[arg-type]
    again, errors = parse_metric(text, NAMES)
    assert errors == [], text
    assert again == tree, text


@pytest.mark.parametrize("language", ["en", "zh"])
@MANY
@given(trees=statements())
def test_files(language: str, trees: list[Statement]):
    text = format_file(File("x.tags", tuple(trees)), language)  # type: ignore[arg-type]
    names = Names(NAMES.words, NAMES.events, NAMES.plurals)
    again, errors = parse_file("x.tags", text, names)
    assert errors == [], text
    assert again.statements == tuple(trees), text
    assert format_file(again, language) == text  # type: ignore[arg-type]
