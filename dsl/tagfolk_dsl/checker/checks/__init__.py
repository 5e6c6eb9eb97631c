"""The passes over a resolved program, one check to a file. Each reports what it finds and changes nothing."""

from __future__ import annotations

from collections.abc import Callable

from tagfolk_dsl.checker.checks.absent import absent_customers
from tagfolk_dsl.checker.checks.bands import bands
from tagfolk_dsl.checker.checks.circles import circles
from tagfolk_dsl.checker.checks.conflicts import conflicts
from tagfolk_dsl.checker.checks.duplicates import duplicates
from tagfolk_dsl.checker.checks.effects import effects
from tagfolk_dsl.checker.checks.granted import granted
from tagfolk_dsl.checker.checks.hiding import hiding
from tagfolk_dsl.checker.checks.mixed import mixed
from tagfolk_dsl.checker.checks.patterns import patterns
from tagfolk_dsl.checker.checks.places import places
from tagfolk_dsl.checker.checks.repeats import repeats
from tagfolk_dsl.checker.checks.truths import truths
from tagfolk_dsl.checker.resolver import Resolver
from tagfolk_dsl.program import Program

CHECKS: tuple[Callable[[Program, Resolver], None], ...] = (
    duplicates,
    hiding,
    circles,
    effects,
    patterns,
    granted,
    mixed,
    truths,
    bands,
    conflicts,
    absent_customers,
    repeats,
    places,
)
