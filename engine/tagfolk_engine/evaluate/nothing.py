"""The history before the first run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


class Nothing:
    """A history in which nothing has happened."""

    def now(self) -> pa.Table:
        """No membership."""
        return self._empty(["customer_id", "tag", "value"], ["since"])

    def held(self, tag: str) -> pa.Table:
        """No stretch of time."""
        return self._empty(["customer_id", "value"], ["since", "until"])

    def last_true(self, rule: str) -> pa.Table:
        """No T."""
        return self._empty(["customer_id"], ["at"])

    def _empty(self, texts: list[str], times: list[str]) -> pa.Table:
        import pyarrow as pa

        fields = [pa.field(name, pa.string()) for name in texts]
        fields += [pa.field(name, pa.timestamp("us", "UTC")) for name in times]
        return pa.schema(fields).empty_table()


NOTHING = Nothing()
