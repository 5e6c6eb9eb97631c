"""Random worlds: the engines against the naive interpreter, to the last customer.

``TAGFOLK_WORLDS`` sets how many worlds DuckDB is tried on (``make fuzz``), ``TAGFOLK_SEED`` where they begin.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from support.engines import Make
from support.naive import assignments
from support.rich_worlds import rich_case
from support.truth import partings, program_of
from support.truth_summary import TRIED
from tagfolk_dsl.checker import check
from tagfolk_dsl.formatter import format_file
from tagfolk_dsl.names import Names
from tagfolk_dsl.parser import parse_file

WORLDS = int(os.environ.get("TAGFOLK_WORLDS", "200"))
FIRST = int(os.environ.get("TAGFOLK_SEED", "0"))
BATCH = 10
Record = Callable[[str, object], None]


def batches(worlds: int) -> list[range]:
    """The seeds in pieces of one test each."""
    return [range(start, min(start + BATCH, FIRST + worlds)) for start in range(FIRST, FIRST + worlds, BATCH)]


def agree(engine: str, seeds: range, make: Make, record_property: Record) -> None:
    """No customer of these worlds is seen otherwise by the engine."""
    rules = 0
    for seed in seeds:
        case = rich_case(seed)
        found = partings(case, make)
        assert not found, "\n".join(map(str, found[:3]))
        rules += case.text.count("->")
    record_property(TRIED, (engine, seeds[0], len(seeds), rules))


@pytest.mark.parametrize("seeds", batches(WORLDS), ids=str)
def test_duckdb(seeds: range, duckdb: Make, record_property: Record) -> None:
    agree("duckdb", seeds, duckdb, record_property)


@pytest.mark.postgres
@pytest.mark.parametrize("seeds", batches(max(30, WORLDS // 6)), ids=str)
def test_postgres(seeds: range, postgres: Make, record_property: Record) -> None:
    agree("postgres", seeds, postgres, record_property)


@pytest.mark.spark
@pytest.mark.parametrize("seeds", batches(max(10, WORLDS // 20)), ids=str)
def test_spark(seeds: range, spark: Make, record_property: Record) -> None:
    agree("spark", seeds, spark, record_property)


@pytest.mark.parametrize("seeds", batches(max(40, WORLDS // 5)), ids=str)
def test_chinese_rules_mean_the_same(seeds: range) -> None:
    for seed in seeds:
        case = rich_case(seed)
        names = Names.of(case.vocabulary, {"world.tags": case.text})
        file, problems = parse_file("world.tags", case.text, names)
        assert not problems
        chinese = format_file(file, "zh")
        found = check({"world.tags": chinese}, case.vocabulary)
        assert not found.errors, f"seed {seed}: {found.errors[0].message}\n{chinese}"
        program = program_of(case)
        if found.program != program:
            assert assignments(found.program, case.world) == assignments(program, case.world), f"seed {seed}\n{chinese}"
