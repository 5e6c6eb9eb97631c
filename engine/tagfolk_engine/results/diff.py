"""What a run changes: the memberships that its rules give against those that hold, in the evaluator's DuckDB.

Everything is a temporary table of that connection: ``run_held`` (what holds), ``run_entered`` and ``run_left`` (what
changes), ``run_cause`` (why, where it is not the tag's own default). No row passes through Python.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    import duckdb
    import pyarrow as pa

Cause = Literal["behaviour", "time", "late", "rule", "identity", "method", "pin"]
"""Why an assignment began or ended (interfaces, section 3)."""

_HELD = "SELECT id, customer_id, tag, value, since FROM "
_SAME = "o.customer_id = n.customer_id AND o.tag = n.tag AND o.value IS NOT DISTINCT FROM n.value"


@dataclass(frozen=True)
class TagChange:
    """How many customers hold a tag now, how many of them are new, how many no longer do; its text values."""

    customers: int
    entered: int
    left: int
    values: Mapping[str, int] | None


class Diff:
    """The comparison of one run. ``scope``: the tags whose state the run sets (others stay as they are)."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, held: Path | pa.RecordBatchReader | None, scope: Collection[str]
    ) -> None:
        self.connection = connection
        self._take(held)
        self._names("run_scope", scope)
        self._compare()

    def _take(self, held: Path | pa.RecordBatchReader | None) -> None:
        """``run_held``: from the lake's copy, or from what the store gave."""
        con = self.connection
        if held is None:
            con.execute(
                "CREATE OR REPLACE TEMP TABLE run_held "
                "(id BIGINT, customer_id VARCHAR, tag VARCHAR, value VARCHAR, since TIMESTAMPTZ)"
            )
        elif hasattr(held, "read_all"):
            con.register("run_held_given", held)
            con.execute("CREATE OR REPLACE TEMP TABLE run_held AS " + _HELD + "run_held_given")
            con.unregister("run_held_given")
        else:
            con.execute(
                "CREATE OR REPLACE TEMP TABLE run_held AS " + _HELD + "read_parquet($path)", {"path": str(held)}
            )

    def _names(self, table: str, names: Collection[str]) -> None:
        import pyarrow as pa

        self.connection.register("run_names", pa.table({"tag": pa.array(sorted(names), pa.string())}))
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT tag FROM run_names")
        self.connection.unregister("run_names")

    def _compare(self) -> None:
        con = self.connection
        scoped = "n.tag IN (SELECT tag FROM run_scope)"
        empty = con.execute("SELECT count(*) = 0 FROM run_held").fetchone() == (True,)
        unknown = "" if empty else f" AND NOT EXISTS (SELECT 1 FROM run_held o WHERE {_SAME})"
        con.execute(
            "CREATE OR REPLACE TEMP TABLE run_entered AS SELECT n.customer_id, n.tag, n.value "
            f"FROM assignment_now n WHERE {scoped}{unknown}"
        )
        con.execute(
            "CREATE OR REPLACE TEMP TABLE run_left AS SELECT n.id, n.customer_id, n.tag, n.value "
            f"FROM run_held n WHERE {scoped} AND NOT EXISTS (SELECT 1 FROM assignment_now o WHERE {_SAME})"
        )

    @property
    def changes(self) -> tuple[int, int]:
        """How many rows begin and how many end."""
        row = self.connection.execute("SELECT (SELECT count(*) FROM run_entered), (SELECT count(*) FROM run_left)")
        entered, left = row.fetchone() or (0, 0)
        return entered, left

    def sizes(self, text: Collection[str] = (), many: Collection[str] = (), most: int = 50) -> dict[str, TagChange]:
        """By tag of the scope; a customer whose value changed has neither entered nor left.

        ``text``: the tags whose values are text and worth counting (left out where more than ``most`` differ).
        ``many``: the tags of which a customer can hold several values.
        """
        self._names("run_text", text)
        self._names("run_many", many)
        one = (
            "SELECT tag, count(*) FROM {0} n WHERE tag IN (SELECT tag FROM run_scope) "
            "AND tag NOT IN (SELECT tag FROM run_many){1} GROUP BY tag"
        )
        several = (
            "SELECT tag, count(DISTINCT customer_id) FROM {0} n WHERE tag IN (SELECT tag FROM run_scope) "
            "AND tag IN (SELECT tag FROM run_many){1} GROUP BY tag"
        )

        def count(table: str, other: str = "") -> dict[str, int]:
            new = f" AND NOT EXISTS (SELECT 1 FROM {other} o WHERE o.tag = n.tag AND o.customer_id = n.customer_id)"
            rows = []
            for query in (one, several):
                rows += self.connection.execute(query.format(table, new if other else "")).fetchall()
            return dict(rows)

        customers, entered = count("assignment_now"), count("run_entered", "run_held")
        left, values = count("run_left", "assignment_now"), self._values(most)
        scope = [row[0] for row in self.connection.execute("SELECT tag FROM run_scope ORDER BY tag").fetchall()]
        return {
            tag: TagChange(customers.get(tag, 0), entered.get(tag, 0), left.get(tag, 0), values.get(tag))
            for tag in scope
        }

    def _values(self, most: int) -> dict[str, dict[str, int]]:
        rows = self.connection.execute(
            "SELECT tag, value, count(*) FROM assignment_now JOIN run_text USING (tag) "
            "WHERE value IS NOT NULL GROUP BY ALL ORDER BY tag, value"
        ).fetchall()
        found: dict[str, dict[str, int]] = {}
        for tag, value, number in rows:
            found.setdefault(tag, {})[value] = number
        return {tag: counts for tag, counts in found.items() if len(counts) <= most}

    def causes(self, default: Mapping[str, Cause]) -> None:
        """The cause of each tag's changes where ``run_cause`` has no better word for the customer."""
        import pyarrow as pa

        names = sorted(default)
        self.connection.register("run_names", pa.table({"tag": names, "cause": [default[name] for name in names]}))
        self.connection.execute("CREATE OR REPLACE TEMP TABLE run_default AS SELECT tag, cause FROM run_names")
        self.connection.unregister("run_names")
        self.connection.execute(
            "CREATE TEMP TABLE IF NOT EXISTS run_cause (customer_id VARCHAR, tag VARCHAR, cause VARCHAR)"
        )

    def reopen(self, ended: pa.Table | None) -> int:
        """Rows (id, customer_id, tag, value, since) that ended at this very T and hold again go on."""
        con = self.connection
        if ended is None:
            con.execute(
                "CREATE OR REPLACE TEMP TABLE run_reopen (id BIGINT, customer_id VARCHAR, tag VARCHAR, value VARCHAR, "
                "since TIMESTAMPTZ)"
            )
            return 0
        con.register("run_ended", ended)
        con.execute(
            "CREATE OR REPLACE TEMP TABLE run_reopen AS SELECT max(o.id) AS id, o.customer_id, o.tag, o.value, "
            "arg_max(o.since, o.id) AS since "
            f"FROM run_ended o JOIN run_entered n ON {_SAME} GROUP BY ALL"
        )
        con.unregister("run_ended")
        con.execute(f"DELETE FROM run_entered n USING run_reopen o WHERE {_SAME}")
        row = con.execute("SELECT count(*) FROM run_reopen").fetchone()
        return int(row[0]) if row else 0

    def begun(self, first_id: int, as_of: datetime) -> pa.RecordBatchReader:
        """The rows that begin, as the store takes them."""
        self.connection.execute(
            "CREATE OR REPLACE TEMP TABLE run_begun AS "
            "SELECT row_number() OVER () + $base AS id, n.customer_id, n.tag, n.value, "
            "$at::TIMESTAMPTZ AS since, coalesce(c.cause, d.cause) AS cause FROM run_entered n "
            "JOIN run_default d USING (tag) LEFT JOIN run_cause c USING (customer_id, tag)",
            {"base": first_id - 1, "at": as_of},
        )
        return self._reader("SELECT * FROM run_begun")

    def ended(self, as_of: datetime) -> pa.RecordBatchReader:
        """The rows that end: id, until, until_cause."""
        return self._reader(
            "SELECT n.id, $at::TIMESTAMPTZ AS until, coalesce(c.cause, d.cause) AS until_cause FROM run_left n "
            "JOIN run_default d USING (tag) LEFT JOIN run_cause c USING (customer_id, tag)",
            {"at": as_of},
        )

    def reopened(self) -> pa.RecordBatchReader:
        """The rows that go on."""
        return self._reader("SELECT id FROM run_reopen")

    def after(self) -> duckdb.DuckDBPyRelation:
        """What holds after the run: id, customer_id, tag, value, since. ``begun`` was read before."""
        return self.connection.sql(
            _HELD + "run_held n WHERE NOT EXISTS (SELECT 1 FROM run_left l WHERE l.id = n.id) UNION ALL "
            "SELECT id, customer_id, tag, value, since FROM run_begun UNION ALL "
            "SELECT id, customer_id, tag, value, since FROM run_reopen"
        )

    def _reader(self, query: str, parameters: Mapping[str, Any] | None = None) -> pa.RecordBatchReader:
        cursor = self.connection.execute(query, parameters or {})
        return cursor.to_arrow_reader(100_000)
