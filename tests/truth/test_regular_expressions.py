"""RE2's expressions mean the same on every engine, or are refused by name."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from support.engines import Make
from support.naive import World
from support.truth import engine_rows, program_of
from support.worlds import Case, vocabulary
from tagfolk_engine.compile.regexps import POSTGRES, SPARK, Untranslatable, translate
from tagfolk_engine.evaluate import EvaluationError

NAMES = ["tea", "Tea", "tea 9", "te\na", "a.b", "axb", "茶 tea", "a-b", "[x]", "tea\n", "x" * 5]
PATTERNS = {
    r"^tea": {"tea", "tea 9", "tea\n"},
    r"tea$": {"tea", "茶 tea"},
    r"(?i)^TEA$": {"tea", "Tea"},
    r"t.*a$": {"tea", "茶 tea"},
    r"te.a": set(),
    r"(?s)te.a": {"te\na"},
    r"\btea\b": {"tea", "tea 9", "茶 tea", "tea\n"},
    r"\d": {"tea 9"},
    r"a\.b": {"a.b"},
    r"a[.x-]b": {"a.b", "axb", "a-b"},
    r"^\W": {"茶 tea", "[x]"},
    r"(?P<word>te)a$": {"tea", "茶 tea"},
    r"^x{5}$|^a": {"x" * 5, "a.b", "axb", "a-b"},
    r"[^\n]\n": {"te\na", "tea\n"},
}  # fmt: skip
NOT_ON_SPARK = {r"\btea\b"}


def of(patterns: list[str]) -> Case:
    customers = {f"c{i}": {"city": name} for i, name in enumerate(NAMES)}
    world = World(customers, {}, datetime(2024, 7, 1, tzinfo=UTC), ZoneInfo("UTC"))
    rules = [f"city matches /{pattern}/ -> t{i}" for i, pattern in enumerate(patterns)]
    return Case(0, vocabulary(), world, rules)


def found(patterns: list[str], make: Make) -> dict[str, set[str]]:
    case = of(patterns)
    rows = engine_rows(case, program_of(case), make)
    return {
        pattern: {NAMES[int(customer[1:])] for customer, tag, _ in rows if tag == f"t{i}"}
        for i, pattern in enumerate(patterns)
    }


def test_duckdb(duckdb: Make) -> None:
    assert found(list(PATTERNS), duckdb) == PATTERNS


@pytest.mark.postgres
def test_postgres(postgres: Make) -> None:
    assert found(list(PATTERNS), postgres) == PATTERNS


@pytest.mark.spark
def test_spark(spark: Make) -> None:
    patterns = [pattern for pattern in PATTERNS if pattern not in NOT_ON_SPARK]
    assert found(patterns, spark) == {pattern: PATTERNS[pattern] for pattern in patterns}


@pytest.mark.postgres
def test_what_cannot_be_said_is_refused_at_its_rule(postgres: Make) -> None:
    with pytest.raises(EvaluationError, match=r"postgres cannot match /a\{300\}/ as it is meant") as error:
        found([r"tea", r"a{300}"], postgres)
    assert error.value.span.line == 2


@pytest.mark.parametrize("pattern", [r"\pL", r"a{300}", r"a(?i)b", r"(?i)é", r"(?m)^a", r"[^\D]"])
def test_postgres_has_no_word_for(pattern: str) -> None:
    with pytest.raises(Untranslatable):
        translate(pattern, POSTGRES)


@pytest.mark.parametrize(
    ("pattern", "said"), [(r"\x{8336}\z", "茶$"), (r"\Q[x]\E", r"\[x\]"), (r"[[:digit:]]", "[[:digit:]]")]
)
def test_postgres_says_what_only_re2_knows(pattern: str, said: str) -> None:
    assert translate(pattern, POSTGRES) == said


@pytest.mark.parametrize("pattern", [r"\btea", r"[[:alpha:]]", r"\pL"])
def test_spark_has_no_word_for(pattern: str) -> None:
    with pytest.raises(Untranslatable):
        translate(pattern, SPARK)
