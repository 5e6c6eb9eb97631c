"""Our loop over Lark's tables: the same results as Lark's own, and any number of threads at once."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from lark.exceptions import UnexpectedInput
from support.language_rows import NAMES, VOCABULARY, read, show
from tagfolk_dsl.driver import Unexpected
from tagfolk_dsl.grammar import grammar
from tagfolk_dsl.lexer import Phrases, Token, Words
from tagfolk_dsl.parser import Names, parse_condition, parse_file
from tagfolk_dsl.syntax_errors import SyntaxProblem
from tagfolk_dsl.tree import Rule, Span, Text

TEXTS = [text for texts, _ in read() for text in texts]
BROKEN = [text + more for text in TEXTS[::7] for more in (" and", " )", " >= >=", " 5 5", " where")]


def tokens(text: str) -> list[Token]:
    words = [word for number, line in enumerate(text.splitlines(), 1) for word in Words("", NAMES).line(line, number)]
    return Phrases(words, Token("$END", "", Span("", 1, 1, 1, 1)), NAMES).read()


def by_lark(text: str) -> Any:
    """The tree, the place of the first token that does not fit, or what the builder complains of."""
    whole = grammar()
    given = tokens(text)
    whole.builder.begin(NAMES)
    try:
        return whole.lark.parse(given, start="condition")  # type: ignore[arg-type]
    except UnexpectedInput as error:
        token = getattr(error, "token", None)
        return next((i for i, one in enumerate(given) if one is token), len(given))
    except SyntaxProblem as problem:
        return problem.diagnostic


def by_ours(text: str) -> Any:
    try:
        return grammar().parse("condition", tokens(text), NAMES)
    except Unexpected as error:
        return error.index
    except SyntaxProblem as problem:
        return problem.diagnostic


@pytest.mark.parametrize("text", TEXTS)
def test_the_same_tree_as_lark(text: str):
    assert show(by_ours(text)) == show(by_lark(text))


@pytest.mark.parametrize("text", BROKEN)
def test_the_same_place_as_lark(text: str):
    assert by_ours(text) == by_lark(text)


def test_many_threads_with_names_of_their_own():
    """Each thread's ``overall PLURAL`` needs its own names, and its bracketed value must not become text."""
    sample = (Path(__file__).parent / "sample.tags").read_text("utf-8")
    expected = parse_file("x.tags", sample, Names.of(VOCABULARY, {"x.tags": sample}))

    def one(number: int) -> None:
        event = f"event{number % 7}"
        names = Names(frozenset((event, event + "s")), {event: event}, {event + "s": event})
        tree, errors = parse_condition(f"overall {event}s in {number + 1} days > 3", names)
        assert errors == []
        assert f"'count', event='{event}'" in repr(tree).replace("function=", "")
        file, _ = parse_file("a.tags", f"age > {number} -> t = (spend), u = spend", names)
        (rule,) = file.statements
        assert isinstance(rule, Rule)
        assert [isinstance(effect.value, Text) for effect in rule.effects] == [False, True]
        assert parse_file("x.tags", sample, Names.of(VOCABULARY, {"x.tags": sample})) == expected

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(60)))
