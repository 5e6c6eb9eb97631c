"""What nobody should write: it ends in diagnostics, soon, and never in an exception."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.language_rows import NAMES
from tagfolk_dsl.formatter import format_file
from tagfolk_dsl.keywords import CHINESE, ENGLISH
from tagfolk_dsl.parser import parse_file

HOSTILE = {
    "brackets": "(" * 20_000 + "a > 1" + ")" * 20_000 + " -> x",
    "not": "not " * 20_000 + "a > 1 -> x",
    "sum": "a" + " + a" * 10_000 + " > 1 -> x",
    "where": "purchase" + " where a = 1" * 5_000 + " -> x",
    "long line": "a" * 10_000_000,
    "NUL": "a > \0\0 1 -> x",
    "quote": 'title = "abc',
    "backslashes": "name matches /" + "\\" * 50_000,
    "digits": "age > " + "9" * 50_000 + " -> x",
    "years": "purchase in 99999999999 years -> x",
    "Chinese": "近" * 50_000 + " -> x",
    "Chinese words": "没有购买" * 10_000 + " -> x",
    "and": "and\n" * 2_000,
    "characters": "".join(map(chr, range(1, 3000))),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile(name: str):
    began = time.process_time()
    _, errors = parse_file("x.tags", HOSTILE[name], NAMES)
    assert errors
    assert all(error.span.line >= 1 and error.message_zh for error in errors)
    assert time.process_time() - began < 8


def test_a_file_full_of_errors_ends():
    _, errors = parse_file("x.tags", "no purchase 6 months - > x\n" * 5_000, NAMES)
    assert 1_000 < len(errors) < 1_010


WORDS = st.sampled_from(
    sorted({*ENGLISH, *CHINESE, *'()+-*/=<>,:."#', "->", "..", "30", "x", "购买", "2024-01-01", "\n", "    "})
)


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, max_size=25))
def test_any_words(words: list[str]):
    file, errors = parse_file("x.tags", " ".join(words), NAMES)
    if not errors:
        text = format_file(file)
        again, more = parse_file("x.tags", text, NAMES)
        assert more == [], text
        assert again.statements == file.statements, text
