"""Sequences of events and bursts: (customer, holds)."""

from __future__ import annotations

from sqlglot import exp
from tagfolk_dsl.tree import Burst, Sequence

from tagfolk_engine.compile.aggregates import Source
from tagfolk_engine.compile.frame import Frame
from tagfolk_engine.evaluate.errors import NotYet


def sequence_query(node: Sequence, name: str, frame: Frame, source: Source) -> exp.Select:
    raise NotYet("'then'", node)


def burst_query(node: Burst, name: str, frame: Frame, source: Source) -> exp.Select:
    raise NotYet("'at least … within'", node)
