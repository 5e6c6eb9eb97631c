"""Which customers can have changed since the last run: by data, by time, by a person's word.

Everything is found by statements over whole tables and lies in ``run_touched`` (customer_id) of the evaluator's
connection. Too many is allowed, too few is not.
"""

from __future__ import annotations

import filecmp
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlglot import exp
from tagfolk_dsl.tree import Compare, Duration, Elapsed, Moment, Node, Number, Sequence, Unit, Window

from tagfolk_engine.evaluate import Cutoff
from tagfolk_engine.lake import Snapshot
from tagfolk_engine.plan import basis
from tagfolk_engine.plan.walk import walk

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

Edges = dict[str, set[tuple[datetime | None, datetime | None]]]
"""By event: spans of time (naive UTC, half-open; None: no bound) in which an event changed what it counts for."""


class Touched:
    """Fills ``run_touched``."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        connection.execute("CREATE OR REPLACE TEMP TABLE run_touched (customer_id VARCHAR)")

    def pinned(self, pairs: pa.Table) -> None:
        """Customers under a pin that holds, or that ended since."""
        self.connection.register("run_pinned", pairs)
        self.connection.execute("INSERT INTO run_touched SELECT customer_id FROM run_pinned")
        self.connection.unregister("run_pinned")

    def times(self, edges: Edges) -> None:
        """Customers with an event in one of the spans."""
        for event, spans in sorted(edges.items()):
            if not spans:
                continue
            tests = []
            for first, end in spans:
                parts = [f"time {sign} TIMESTAMP '{at.isoformat(sep=' ')}'" for sign, at in ((">=", first), ("<", end))
                         if at is not None]  # fmt: skip
                tests.append(f"({' AND '.join(parts)})" if parts else "TRUE")
            table = _quoted(f"event_{event}")
            self.connection.execute(
                "INSERT INTO run_touched SELECT c.customer_id FROM customers c SEMI JOIN "
                f"(SELECT customer FROM {table} WHERE {' OR '.join(sorted(tests))}) e USING (customer)"
            )

    def data(self, old: Snapshot, new: Snapshot, events: Collection[str], before: datetime) -> None:
        """Customers that are new or gone, whose attributes are others, or whose events before ``before`` (naive UTC)
        are others."""
        same_people = _same_file(old.file("customers"), new.file("customers"))
        if not same_people:
            self._people(old, new)
        for event in sorted(events):
            there = [event in snapshot.meta.events for snapshot in (old, new)]
            if not any(there):
                continue
            name = f"event_{event}"
            if same_people and all(there) and _same_file(old.file(name), new.file(name)):
                continue
            self._events(old, new, event, before)

    def _people(self, old: Snapshot, new: Snapshot) -> None:
        columns = " OR ".join(
            f"o.{_quoted(name)} IS DISTINCT FROM n.{_quoted(name)}" for name in sorted(new.meta.attributes)
        )
        self.connection.execute(
            "INSERT INTO run_touched SELECT coalesce(o.customer_id, n.customer_id) FROM read_parquet($old) o "
            "FULL JOIN read_parquet($new) n USING (customer_id) "
            f"WHERE o.customer IS NULL OR n.customer IS NULL {'OR ' + columns if columns else ''}",
            {"old": str(old.file("customers")), "new": str(new.file("customers"))},
        )

    def _events(self, old: Snapshot, new: Snapshot, event: str, before: datetime) -> None:
        names = sorted(new.meta.events[event].properties) if event in new.meta.events else []
        hashed = ", ".join(["e.time", *(f"e.{_quoted(name)}" for name in names)])
        for table, snapshot in (("run_old", old), ("run_new", new)):
            if event not in snapshot.meta.events:
                self.connection.execute(
                    f"CREATE OR REPLACE TEMP TABLE {table} (customer_id VARCHAR, n BIGINT, h HUGEINT)"
                )
                continue
            self.connection.execute(
                f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT c.customer_id, d.n, d.h FROM (SELECT e.customer, "
                f"count(*) AS n, sum(hash({hashed}) % 1000000007) AS h FROM read_parquet($events) e "
                "WHERE e.time < $before GROUP BY e.customer) d JOIN read_parquet($customers) c USING (customer)",
                {"events": str(snapshot.file(f"event_{event}")), "customers": str(snapshot.file("customers")),
                 "before": before},
            )  # fmt: skip
        self.connection.execute(
            "INSERT INTO run_touched SELECT coalesce(o.customer_id, n.customer_id) FROM run_old o "
            "FULL JOIN run_new n USING (customer_id) WHERE (o.n, o.h) IS DISTINCT FROM (n.n, n.h)"
        )

    def settle(self) -> int:
        """Each customer once; how many."""
        self.connection.execute(
            "CREATE OR REPLACE TEMP TABLE run_touched AS SELECT DISTINCT customer_id FROM run_touched"
        )
        return self._number("SELECT count(*) FROM run_touched")

    def share(self, events: Iterable[str]) -> float:
        """Which part of these events belongs to the touched: what evaluating them costs against evaluating all."""
        mine = everything = 0
        for event in sorted(events):
            table = _quoted(f"event_{event}")
            everything += self._number(f"SELECT count(*) FROM {table}")
            mine += self._number(
                f"SELECT count(*) FROM {table} SEMI JOIN (SELECT customer FROM customers SEMI JOIN run_touched "
                "USING (customer_id)) USING (customer)"
            )
        return mine / everything if everything else 0.0

    def ids(self) -> pa.Table:
        """``customer_id`` of the touched who are there."""
        return self.connection.execute(
            "SELECT customer_id FROM customers SEMI JOIN run_touched USING (customer_id)"
        ).to_arrow_table()

    def _number(self, query: str) -> int:
        row = self.connection.execute(query).fetchone()
        return int(row[0]) if row else 0


def _quoted(name: str) -> str:
    return str(exp.to_identifier(name, quoted=True).sql("duckdb"))


def _same_file(old: Path, new: Path) -> bool:
    """Whether two files hold the same, byte for byte."""
    return old.stat().st_size == new.stat().st_size and filecmp.cmp(old, new, shallow=False)


def edges(trees: Iterable[Node], events: Mapping[str, Any], before: Cutoff, now: Cutoff) -> Edges:
    """Where the windows of these trees ended then and end now, for the events that each tree looks at.

    ``events``: those that exist. The trees hold no node of which ``moves_alone`` says that time alone changes it.
    """
    found: Edges = {}
    for tree in trees:
        nodes = list(_all(tree))
        looked = {str(event) for node in nodes if isinstance(event := getattr(node, "event", None), str)}
        spans: set[tuple[datetime | None, datetime | None]] = {(before.utc, now.utc)}
        for node in nodes:
            if isinstance(node, Sequence):
                looked |= {step.without[0] for step in node.steps if step.without}
                spans |= {_passed(step.within, before, now) for step in node.steps if step.within is not None}
            for window in _windows(node):
                spans |= _moved(window, before, now)
            if isinstance(node, Compare):
                spans |= set(_elapsed(node, before, now))
        for event in looked & set(events):
            found.setdefault(event, set()).update(spans)
    return found


def _all(tree: Node) -> Iterable[Node]:
    """Every node of a tree, with the aggregates that it is computed from."""
    for node in walk(tree):
        yield node
        yield from basis.aggregates(node)
        if type(node).__name__ == "Change":
            yield from _all(basis.before(node))  # type: ignore[arg-type]


def _windows(node: Node) -> list[Window]:
    window = getattr(node, "window", None)
    return [window] if isinstance(window, Window) else []


def _moved(window: Window, before: Cutoff, now: Cutoff) -> set[tuple[datetime | None, datetime | None]]:
    """The times that left a window or came into it."""
    then, today = before.window(window), now.window(window)
    spans: set[tuple[datetime | None, datetime | None]] = set()
    for was, is_ in ((then[0], today[0]), (then[1] or before.utc, today[1] or now.utc)):
        if was != is_:
            spans.add((None, None) if was is None or is_ is None else (min(was, is_), max(was, is_)))
    return spans


def _passed(length: Duration, before: Cutoff, now: Cutoff) -> tuple[datetime, datetime]:
    """The times after which a length has now gone by and had not then, and a little more."""
    slack = timedelta(days=5)  # months and days of clock changes are not of one length
    return before.back(length) - slack, now.back(length) + slack


def _elapsed(node: Compare, before: Cutoff, now: Cutoff) -> Iterable[tuple[datetime, datetime]]:
    limit = _limit(node)
    if limit is None:
        return
    unit, number = limit
    for units in (number, number + 1):
        yield _passed(Duration(max(units, 0), unit), before, now)


def _limit(node: Compare) -> tuple[Unit, int] | None:
    """Of ``days since last purchase >= 30``: the unit and the number."""
    for side, other in ((node.left, node.right), (node.right, node.left)):
        if isinstance(side, Elapsed) and isinstance(side.since, Moment) and isinstance(other, Number):
            return side.unit, int(other.value // 1)
    return None


def moves_alone(tree: Node) -> bool:
    """Whether time alone can change a tree for customers without an event on an edge: ages of dates, elapsed time."""
    compared = {id(side) for node in walk(tree) if isinstance(node, Compare) and _limit(node) is not None
                for side in (node.left, node.right)}  # fmt: skip
    for node in walk(tree):
        kind = type(node).__name__
        if kind in ("DateIn", "DateAge", "Anniversary"):
            return True
        if isinstance(node, Elapsed) and id(node) not in compared:
            return True
    return False
