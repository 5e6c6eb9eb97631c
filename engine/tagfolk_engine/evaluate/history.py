"""What the evaluation needs of the past, as the results keep it. ``results`` implements it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import pyarrow as pa


class History(Protocol):
    """Arrow tables of stored facts. All times are instants: timestamps aware or naive UTC."""

    def now(self) -> pa.Table:
        """The membership of the latest run: customer_id, tag, value (text, null for plain tags), since."""

    def held(self, tag: str) -> pa.Table:
        """All stretches of time in which the tag was held: customer_id, value, since, until (null: still)."""

    def last_true(self, rule: str) -> pa.Table:
        """The last T of a run at which the rule's condition held, of rules that keep: customer_id, at."""
