"""Every divergence ever found, on every engine and in the naive interpreter, against what the language says."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.engines import Make
from support.naive import assignments
from support.truth import engine_rows, program_of
from support.truth_cases import as_expected, read_case

CASES = sorted((Path(__file__).parent / "cases").glob("*.toml"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_naive_interpreter(path: Path) -> None:
    case, expected = read_case(path)
    assert as_expected(assignments(program_of(case), case.world), expected) == expected


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_engines(path: Path, make: Make) -> None:
    case, expected = read_case(path)
    assert as_expected(engine_rows(case, program_of(case), make), expected) == expected
