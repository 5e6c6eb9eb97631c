"""How long work tells how far it is; the CLI draws it."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called now and then during a load."""

    def advance(self, stage: str, done: int, total: int | None) -> None:
        """``stage`` names what is being done ("reading pos"); ``total`` is None where nobody knows it."""


class Silent:
    """A progress that nobody watches."""

    def advance(self, stage: str, done: int, total: int | None) -> None:
        """Do nothing."""
