"""Why an assignment began or ended: the customer's own data of the last run's snapshot against those of this one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlglot import exp

from tagfolk_engine.lake import Snapshot
from tagfolk_engine.results.diff import Cause, Diff
from tagfolk_engine.run.looks import Looks

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_RANK = "CASE cause WHEN 'identity' THEN 1 WHEN 'late' THEN 2 ELSE 3 END"


def explain_changes(
    diff: Diff,
    looked: Mapping[str, Looks],
    known: Mapping[str, str],
    gone: Iterable[str],
    *,
    last: datetime | None,
    as_of: datetime,
    old: Snapshot | None,
    new: Snapshot,
    same_data: bool,
    pinned: pa.Table,
) -> None:
    """Give every change its cause, in the order pin, rule, identity, late, behaviour, method, time.

    ``known``: the fingerprints of the tags at the last run. ``last``: its T (None: there is none, and every tag is
    new). ``old``: the snapshot that it read, where it is still there. ``pinned``: (customer_id, tag) under a pin that
    holds or has just ended.
    """
    default: dict[str, Cause] = dict.fromkeys(gone, "rule")
    for tag, look in looked.items():
        if last is None or known.get(tag) != look.hash:
            default[tag] = "rule"
        elif look.uses:
            default[tag] = "method"
        else:
            default[tag] = "time" if as_of != last or same_data else "behaviour"
    diff.causes(default)
    con = diff.connection
    con.execute("DELETE FROM run_cause")
    _pins(con, pinned)
    open_tags = {tag: look for tag, look in looked.items() if default[tag] != "rule"}
    if last is None or (same_data and as_of == last) or not open_tags or diff.changes == (0, 0):
        return
    _candidates(con, open_tags)
    found = _Evidence(con, None if same_data else old, new, last, as_of)
    if not same_data and old is not None:
        found.identity()
        found.attributes(sorted(set().union(*(look.attributes for look in open_tags.values()))))
    for event in sorted(set().union(*(look.events for look in open_tags.values()))):
        found.event(event)
    con.execute(
        "INSERT INTO run_cause SELECT customer_id, tag, arg_min(cause, " + _RANK + ") FROM run_changed "
        "JOIN run_looks USING (tag) JOIN run_evidence USING (customer_id, what) "
        "ANTI JOIN run_cause USING (customer_id, tag) GROUP BY customer_id, tag"
    )


def _pins(con: duckdb.DuckDBPyConnection, pinned: pa.Table) -> None:
    con.register("run_pinned", pinned)
    con.execute("INSERT INTO run_cause SELECT DISTINCT customer_id, tag, 'pin' FROM run_pinned")
    con.unregister("run_pinned")


def _candidates(con: duckdb.DuckDBPyConnection, tags: Mapping[str, Looks]) -> None:
    """``run_changed``: whose changes want a cause; ``run_looks``: what their tags look at."""
    import pyarrow as pa

    pairs = [(tag, f"event {event}") for tag, look in tags.items() for event in look.events]
    pairs += [(tag, f"attribute {name}") for tag, look in tags.items() for name in look.attributes]
    pairs += [(tag, what) for tag in tags for what in ("identity", "customer")]
    con.register("run_pairs", pa.table({"tag": [p[0] for p in pairs], "what": [p[1] for p in pairs]}))
    con.execute("CREATE OR REPLACE TEMP TABLE run_looks AS SELECT tag, what FROM run_pairs")
    con.unregister("run_pairs")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE run_changed AS SELECT DISTINCT customer_id, tag FROM "
        "(SELECT customer_id, tag FROM run_entered UNION ALL SELECT customer_id, tag FROM run_left) "
        "WHERE tag IN (SELECT tag FROM run_looks)"
    )
    con.execute("CREATE OR REPLACE TEMP TABLE run_who AS SELECT DISTINCT customer_id FROM run_changed")
    con.execute("CREATE OR REPLACE TEMP TABLE run_evidence (customer_id VARCHAR, what VARCHAR, cause VARCHAR)")


class _Evidence:
    """Fills ``run_evidence`` for the customers of ``run_who``."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        old: Snapshot | None,
        new: Snapshot,
        last: datetime,
        as_of: datetime,
    ) -> None:
        self.con = con
        self.old = old
        self.new = new
        self.last = last.astimezone(UTC).replace(tzinfo=None)
        self.as_of = as_of.astimezone(UTC).replace(tzinfo=None)

    def identity(self) -> None:
        """Records that belong to another customer than before: both of them changed."""
        assert self.old is not None
        files = {"old": str(self.old.file("identity")), "new": str(self.new.file("identity"))}
        self.con.execute(
            "INSERT INTO run_evidence SELECT DISTINCT unnest([o.customer_id, n.customer_id]), 'identity', 'identity' "
            "FROM read_parquet($old) o JOIN read_parquet($new) n USING (source, record_id) "
            "WHERE o.customer_id <> n.customer_id",
            files,
        )

    def attributes(self, names: list[str]) -> None:
        """Customers that are new or gone, and attributes that changed."""
        assert self.old is not None
        files = {"old": str(self.old.file("customers")), "new": str(self.new.file("customers"))}
        joined = (
            "FROM run_who w LEFT JOIN read_parquet($old) o USING (customer_id) "
            "LEFT JOIN read_parquet($new) n USING (customer_id) WHERE "
        )
        self.con.execute(
            "INSERT INTO run_evidence SELECT w.customer_id, 'customer', 'behaviour' "
            + joined + "(o.customer IS NULL) <> (n.customer IS NULL)",
            files,
        )  # fmt: skip
        for name in names:
            if name not in self.old.meta.attributes or name not in self.new.meta.attributes:
                continue
            column = exp.to_identifier(name, quoted=True).sql("duckdb")
            self.con.execute(
                "INSERT INTO run_evidence SELECT w.customer_id, $what, 'behaviour' "
                + joined + f"CAST(o.{column} AS VARCHAR) IS DISTINCT FROM CAST(n.{column} AS VARCHAR)",
                {**files, "what": f"attribute {name}"},
            )  # fmt: skip

    def event(self, name: str) -> None:
        """Events since the last T (behaviour), and events before it that were not there or otherwise then (late)."""
        if name not in self.new.meta.events:
            return
        what = f"event {name}"
        self.con.execute(
            "INSERT INTO run_evidence SELECT DISTINCT c.customer_id, $what, 'behaviour' "
            "FROM read_parquet($events) e JOIN read_parquet($customers) c USING (customer) "
            "SEMI JOIN run_who w USING (customer_id) WHERE e.time >= $last AND e.time < $now",
            {**self._files(self.new, name), "what": what, "last": self.last, "now": self.as_of},
        )
        if self.old is None or name not in self.old.meta.events:
            return
        for table, snapshot in (("run_old", self.old), ("run_new", self.new)):
            self.con.execute(
                f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT c.customer_id, count(*) AS n, "
                f"sum(hash({self._common(name)}) % 1000000007) AS h FROM read_parquet($events) e "
                "JOIN read_parquet($customers) c USING (customer) SEMI JOIN run_who w USING (customer_id) "
                "WHERE e.time < $last GROUP BY c.customer_id",
                {**self._files(snapshot, name), "last": min(self.last, self.as_of)},
            )
        self.con.execute(
            "INSERT INTO run_evidence SELECT coalesce(o.customer_id, n.customer_id), $what, 'late' FROM run_old o "
            "FULL JOIN run_new n USING (customer_id) WHERE (o.n, o.h) IS DISTINCT FROM (n.n, n.h)",
            {"what": what},
        )

    def _files(self, snapshot: Snapshot, event: str) -> dict[str, str]:
        return {"events": str(snapshot.file(f"event_{event}")), "customers": str(snapshot.file("customers"))}

    def _common(self, event: str) -> str:
        """The columns that both snapshots have of an event."""
        assert self.old is not None
        before, after = self.old.meta.events[event].properties, self.new.meta.events[event].properties
        shared = sorted(name for name in before if name in after and before[name].type == after[name].type)
        return ", ".join(["e.time", *("e." + exp.to_identifier(name, quoted=True).sql("duckdb") for name in shared)])
