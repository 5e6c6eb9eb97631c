"""Where a piece of the tree stands: whose properties its names are, and which window and ``where`` are pushed in."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tagfolk_dsl.tree import Condition, Span, Window
from tagfolk_dsl.vocabulary import EventInfo


@dataclass(eq=False)
class PushedWindow:
    """A window on its way into the aggregates that have none; ``taken`` once one took it."""

    window: Window
    span: Span
    taken: bool = False


@dataclass(eq=False)
class PushedFilter:
    """A ``where`` on its way into aggregates; ``taken`` once one took it."""

    where: Condition
    span: Span
    taken: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """The context of resolution. ``event`` is set inside ``where``: names are that event's properties first."""

    event: EventInfo | None = None
    window: PushedWindow | None = None
    filters: tuple[PushedFilter, ...] = ()
    early: bool = False
    """Inside the arguments of ``use``, which run before the rules."""

    @property
    def plain(self) -> bool:
        """Nothing is pushed in and it is not inside ``where``: what is resolved here may be kept."""
        return self.event is None and self.window is None and not self.filters

    def customer(self) -> Scope:
        """The same place seen from the customer: for a customer's own figure inside ``where``."""
        return TOP if self.event is not None else self

    def windowed(self, pushed: PushedWindow) -> Scope:
        """With a window to push in. The innermost wins."""
        return replace(self, window=pushed)

    def filtered(self, pushed: PushedFilter) -> Scope:
        """With a further ``where`` to push in."""
        return replace(self, filters=(*self.filters, pushed))

    def inside(self, event: EventInfo) -> Scope:
        """Inside the ``where`` of an event."""
        return Scope(event=event)


TOP = Scope()
"""A rule's condition as it stands."""
