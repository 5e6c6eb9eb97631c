"""Named lists as an argument: from the text of a rule file to the method, and back through the formatter."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.checker_shop import SHOP
from tagfolk_dsl.checker import check
from tagfolk_dsl.formatter import format_file
from tagfolk_dsl.names import Names
from tagfolk_dsl.parser import parse_file
from tagfolk_dsl.vocabulary import Vocabulary
from tagfolk_engine.methods import fill, method_infos
from tagfolk_plugins.methods.rfm import Rfm

GIVEN = "recency = (30, 60), frequency = (2, 5), monetary = (100, 500)"


def shop() -> Vocabulary:
    return replace(SHOP, methods=method_infos({"rfm": Rfm}))


def use(limits: str) -> str:
    return f"use rfm(event = purchase, amount = amount, by = fixed, limits = ({limits})) as r\n"


def limits(text: str) -> object:
    found = check({"a.tags": use(text)}, shop())
    assert not found.errors, found.errors
    return fill(found.program.uses["r"], Rfm)["limits"]


def test_the_form_of_the_methods_page() -> None:
    assert limits(GIVEN) == {"recency": (30, 60), "frequency": (2, 5), "monetary": (100, 500)}


def test_one_limit_needs_no_brackets() -> None:
    assert limits("recency = 30, frequency = (2,), monetary = (99.5)") == {
        "recency": (30,), "frequency": (2,), "monetary": (99.5,),
    }  # fmt: skip
    assert limits("recency = (30, 60),") == {"recency": (30, 60)}


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        ("recenzy = (30, 60), frequency = (2, 5)", "T027", "did you mean 'recency'?"),
        ("(30, 60), (2, 5)", "T001", ""),
        ("30, 60", "T058", "by = fixed"),
        ("recency > (30, 60)", "T001", ""),
        ("recency = (long, longer)", "T058", "by = fixed"),
    ],
)
def test_what_is_no_limit_is_said_at_its_place(text: str, code: str, hint: str) -> None:
    (found,) = check({"a.tags": use(text)}, shop()).errors
    assert (found.code, found.span.line) == (code, 1)
    assert hint in (found.hint or "")


@pytest.mark.parametrize("text", [GIVEN, "recency = 30, frequency = (2,), monetary = (100)", "recency = (30, 60)"])
def test_the_formatter_writes_what_it_reads(text: str) -> None:
    names = Names.of(shop(), {"a.tags": use(text)})
    file, found = parse_file("a.tags", use(text), names)
    assert not found
    once = format_file(file)
    again, found = parse_file("a.tags", once, names)
    assert not found
    assert format_file(again) == once
    assert check({"a.tags": once}, shop()).program.uses == check({"a.tags": use(text)}, shop()).program.uses
