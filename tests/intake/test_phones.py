"""The quick way to read phones gives what the library gives, or nothing."""

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp
from tagfolk_engine.intake.phones import NATIONAL, library_form, plain_form

PREFIXES = ("", "+86", "0086", "86", "+1", "1", "001", "+", "00", "0", "+44", "17951", "12593")
WAYS = ("{}", "{} ", " {}", "{}-{}", "{} {}")


def quick(texts: list[str], region: str) -> list[str | None]:
    form = plain_form(region, exp.column("written"))
    assert form is not None
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t (n INTEGER, written VARCHAR)")
        connection.executemany("INSERT INTO t VALUES (?, ?)", list(enumerate(texts)))
        rows = connection.execute(f"SELECT {form.sql('duckdb')} FROM t ORDER BY n").fetchall()
    return [row[0] for row in rows]


def agree(texts: list[str], region: str) -> int:
    """How many are read the quick way; each must be what the library says."""
    forms = quick(texts, region)
    for text, form in zip(texts, forms):
        assert form is None or form == library_form(text, region), text
    return sum(form is not None for form in forms)


numbers = st.builds(
    lambda prefix, begin, digits, cut, sign: prefix + begin + digits[:cut] + sign + digits[cut:],
    st.sampled_from(PREFIXES), st.sampled_from(("1", "13", "17", "179", "12", "2", "20", "555", "0", "")),
    st.text("0123456789", min_size=7, max_size=10), st.integers(0, 10), st.sampled_from(("", "-", " ", "(", "x")),
)  # fmt: skip


@pytest.mark.parametrize("region", sorted(NATIONAL))
@given(st.lists(numbers, min_size=1, max_size=60))
@settings(max_examples=40, deadline=None)
def test_any_number(region: str, texts: list[str]) -> None:
    agree(texts, region)


@pytest.mark.parametrize("region", sorted(NATIONAL))
def test_every_beginning_of_a_national_number(region: str) -> None:
    size = 11 if region == "CN" else 10
    texts = [f"{n:04d}".ljust(size, "5") for n in range(10_000)]
    assert agree(texts, region) > 300
    code = NATIONAL[region][0]
    assert agree([f"{code}{text}" for text in texts[::7]], region)


@pytest.mark.parametrize("text", ["13800000001", "+86 138-0000-0001", "138 0000 0001", "8613800000001",
                                  "0086 13800000001", " 13800000001 "])  # fmt: skip
def test_the_common_ways_are_read_quickly(text: str) -> None:
    assert quick([text], "CN") == ["+8613800000001"]
