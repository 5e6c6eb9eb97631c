"""Which tags look at which, and an order that always works."""

from __future__ import annotations

from support.checker_shop import checked
from tagfolk_dsl.graph import dependencies, moments, order

TEXT = """
age > 3 -> a
has a -> b
has b for 3 days and had z in 3 days -> c replacing a
age > 9 -> z
score s:
    has c +2
    -> t when >= 2
segment m: s > 1
in segment m -> u
classify k:
    has u -> x
    otherwise -> y
k = x -> w
"""


def test_tags_and_what_they_look_at() -> None:
    found = dependencies(checked(TEXT).program)
    assert {tag: set(needs) for tag, needs in found.items() if needs} == {
        "a": {"b"}, "b": {"a"}, "c": {"b"}, "s": {"c"}, "t": {"s"}, "u": {"s"}, "k": {"u"}, "w": {"k"},
    }  # fmt: skip


def test_a_rule_sees_what_it_withholds_before_it_does() -> None:
    program = checked(
        "age > 3 -> loyal\nhas loyal and no purchase 30 days and ever purchase -> lost replacing loyal"
    ).program
    assert dependencies(program) == {"loyal": frozenset(), "lost": frozenset({"loyal"})}
    assert moments(program)["loyal", "held"] == {("loyal", "granted")}
    placed = order(program)
    assert placed.index(("loyal", "granted")) < placed.index(("lost", "granted"))
    assert len(placed) == len(set(placed)) == 4


def test_the_order_puts_every_tag_after_what_it_needs() -> None:
    program = checked("has c -> d\nhas b -> c\nhas a -> b\nage > 3 -> a").program
    placed = order(program)
    for moment, needs in moments(program).items():
        assert all(placed.index(need) < placed.index(moment) for need in needs)
