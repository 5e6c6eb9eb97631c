"""The base class of further metrics and conditions of the language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar


class FunctionPlugin:
    """A named piece of the language: ``basket_size`` for ``sum(purchase.quantity) / purchases``.

    It adds a word for what the language can already say, so it runs on every engine, is explained and previewed
    like anything else. The checker reads ``meaning`` as if an admin had written ``let NAME = MEANING``.
    """

    name: ClassVar[str]
    also: ClassVar[Sequence[str]] = ()
    title: ClassVar[str] = ""
    meaning: ClassVar[str]
