"""What every node of the tree has: a place in the text that is no part of its identity."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple


class Span(NamedTuple):
    """A stretch of a rule file. Lines and columns count from 1, in characters; the end is exclusive.

    A named tuple, for a rule makes thirty of them and a frozen dataclass takes three times as long.
    """

    file: str = ""
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0


NOWHERE = Span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """The root of all nodes. Two nodes that say the same are equal, wherever they stand."""

    span: Span = field(default=NOWHERE, compare=False, repr=False)


class Type(Enum):
    """The type of a metric's value, after the checker has looked at it."""

    NUMBER = "number"
    TEXT = "text"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"
    """An instant."""
