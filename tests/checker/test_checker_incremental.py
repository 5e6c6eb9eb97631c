"""Checking again after edits: the same result as a check from scratch, and soon."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.checker_shop import SHOP as VOCABULARY
from tagfolk_dsl.checker import check
from tagfolk_dsl.checker.incremental import WorkspaceChecker
from tagfolk_dsl.chunks import pieces_of
from tagfolk_dsl.parser import Names, parse_file

LINES = st.sampled_from(
    [
        "let spend = sum(purchase.amount)", "let spend = age", "spend in 30 days > 5 -> vip", "spend > 5 -> vip",
        "has vip and", "    and age > 3", "and age < 2", "-> gold", "age > 30 and age < 20 -> never", "(age > 3",
        "    or city = x)", ") -> z", "tag vip:", '    title "VIP"', '    also "大客户"', "有 大客户 -> big", "",
        "# a comment", "age > 3 -> vip  # beside (", "近30天购买 -> 高频", "没有高频 且", "年龄 > 3 则 高频",
        "classify tier by age:", "    20..30 -> a", "    25..40 -> b", "    otherwise -> c", "tier = a -> x",
        "score s:", "    age > 3 +2", "    -> vip when >= 2", "segment g: has vip", '    title "a (b"',
        "in segment g -> y",
        "no purchas -> w", "rule q:", "    age > 5 -> q", "not", "age > 3 -> t = (spend)", "name matches /(/ -> m",
        'city = "(" -> n', "use rfm(event = purchase) as rfm", "lacks x -> not vip", "city in (a, a) -> r",
    ]
)  # fmt: skip


def same(checker: WorkspaceChecker, sources: dict[str, str]) -> None:
    again, fresh = checker.check(sources, VOCABULARY), check(sources, VOCABULARY)
    assert again.diagnostics == fresh.diagnostics
    assert again.program == fresh.program
    for old, new in zip(again.program.rules, fresh.program.rules, strict=True):
        assert (old.name, old.span, old.condition.span) == (new.name, new.span, new.condition.span)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(LINES, min_size=1, max_size=30), st.lists(st.tuples(st.integers(0, 40), LINES, st.booleans()), max_size=8)
)
def test_edits_give_what_a_fresh_check_gives(lines: list[str], edits: list[tuple[int, str, bool]]):
    checker = WorkspaceChecker()
    other = "let spend = sum(purchase.amount)\nhas vip -> other\n"
    same(checker, {"a.tags": "\n".join(lines), "b.tags": other})
    for place, line, insert in edits:
        at = place % (len(lines) + 1)
        lines[at : at + (not insert)] = [line]
        same(checker, {"a.tags": "\n".join(lines), "b.tags": other})
    same(checker, {"b.tags": other})


@settings(max_examples=200, deadline=None)
@given(st.lists(LINES, max_size=12))
def test_pieces_are_whole_statements(lines: list[str]):
    text = "\n".join(lines)
    pieces = list(pieces_of(text))
    assert "\n".join(part for _, part in pieces) == "\n".join(text.splitlines())
    names = Names.of(VOCABULARY, {"": text})
    whole = [one.span.line for one in parse_file("", text, names)[0].statements]
    parts = [first - 1 + one.span.line for first, part in pieces for one in parse_file("", part, names)[0].statements]
    assert parts == whole


@pytest.mark.parametrize(("edit", "seconds"), [("word", 0.2), ("line", 0.4)])
def test_a_key_stroke_in_a_thousand_rules_takes_no_time(edit: str, seconds: float):
    """The best of some edits in CPU time, so that a busy machine does not decide. A new line moves all below it."""
    rules = [
        f"no purchase {i % 300 + 1} days and spend in {i % 90 + 1} days > {i} and has t{i // 2} -> t{i}"
        for i in range(1000)
    ]
    rules[0] = "let spend = sum(purchase.amount)\nage > 3 -> t0"
    checker = WorkspaceChecker()
    checker.check({"a.tags": "\n".join(rules)}, VOCABULARY)
    took = []
    for seed in range(7):
        at = random.Random(seed).randrange(1, 900)
        rules[at] = (
            rules[at].replace(" days and", f" days and age > {seed} and") if edit == "word" else "\n" + rules[at]
        )
        began = time.process_time()
        found = checker.check({"a.tags": "\n".join(rules)}, VOCABULARY)
        took.append(time.process_time() - began)
        assert len(found.program.rules) == 1000
    assert min(took) < seconds, took
