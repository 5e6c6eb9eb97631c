"""Who is in each segment after a run: sizes, who entered and left, and the part that is synced."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlmodel import col, select
from tagfolk_dsl.graph import segment_tags
from tagfolk_dsl.program import Program
from tagfolk_dsl.tree import Bucket, Condition, Metric, Segment

from tagfolk_engine.evaluate.nothing import NOTHING
from tagfolk_engine.results.models import SegmentMember
from tagfolk_engine.results.store import Store

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from tagfolk_engine.evaluate import Evaluator

_PARTS = 1_000_000
"""Into so many parts a holdout and a random limit cut the customers."""


@dataclass(frozen=True)
class SegmentChange:
    """How many customers a segment has, and how many are new and gone."""

    customers: int
    entered: int
    left: int


class _JustFound:
    """The history with the memberships of the run that is being made as those of the latest run."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._past = evaluator.history or NOTHING
        self.held = self._past.held
        self.last_true = self._past.last_true
        self._connection = evaluator.connection

    def now(self) -> pa.Table:
        return self._connection.execute(
            "SELECT customer_id, tag, value FROM assignment_now WHERE tag IN (SELECT tag FROM run_asked)"
        ).to_arrow_table()


def evaluate_segments(evaluator: Evaluator, program: Program) -> None:
    """``run_segment_now`` (segment, customer_id, synced) in the evaluator's connection: all members of all segments.

    Evaluated after the tags, whose memberships are taken as they were just found.
    """
    import pyarrow as pa

    con = evaluator.connection
    con.execute("CREATE OR REPLACE TEMP TABLE run_segment_now (segment VARCHAR, customer_id VARCHAR, synced BOOLEAN)")
    if not program.segments:
        return
    asked = sorted(set().union(*segment_tags(program).values()))
    con.register("run_names", pa.table({"tag": pa.array(asked, pa.string())}))
    con.execute("CREATE OR REPLACE TEMP TABLE run_asked AS SELECT tag FROM run_names")
    columns: dict[str, Metric | Condition] = {}
    for index, (name, segment) in enumerate(program.segments.items()):
        columns[f"member{index}"] = segment.condition
        columns[f"holdout{index}"] = Bucket(_PARTS, f"holdout {name}")
        if segment.limit is not None:
            columns[f"turn{index}"] = segment.limit.by or Bucket(_PARTS, f"limit {name}")
    history, evaluator.history = evaluator.history, _JustFound(evaluator)
    try:
        con.register("run_members", evaluator.table(columns, tags="stored"))
    finally:
        evaluator.history = history
    for index, (name, segment) in enumerate(program.segments.items()):
        con.execute(*_insert(index, name, segment))
    con.unregister("run_members")
    con.unregister("run_names")


def _insert(index: int, name: str, segment: Segment) -> tuple[str, dict[str, Any]]:
    """The members, and whether each is among those that are synced: not held out, and within the limit."""
    turn = ""
    if segment.limit is not None:
        turn = f"turn{index} {'ASC' if segment.limit.by is None else 'DESC'} NULLS LAST, "
    query = (
        "INSERT INTO run_segment_now SELECT $segment, customer_id, takes AND "
        f"row_number() OVER (PARTITION BY takes ORDER BY {turn}customer_id) <= $most "
        f"FROM (SELECT *, holdout{index} >= $held_out AS takes FROM run_members WHERE member{index})"
    )
    most = segment.limit.count if segment.limit is not None else 1 << 60
    return query, {"segment": name, "held_out": int((segment.holdout or Decimal(0)) * _PARTS), "most": most}


def take_stored(connection: duckdb.DuckDBPyConnection, store: Store, untouched: Collection[str]) -> None:
    """``run_segment_before``: the members after the last run, but of the segments that this run leaves alone."""
    import pyarrow as pa

    with store.session() as session:
        query = select(SegmentMember.segment, SegmentMember.customer_id, SegmentMember.synced)
        rows = session.exec(query.where(col(SegmentMember.segment).not_in(list(untouched)))).all()
    table = pa.table(
        {
            "segment": pa.array([row[0] for row in rows], pa.string()),
            "customer_id": pa.array([row[1] for row in rows], pa.string()),
            "synced": pa.array([row[2] for row in rows], pa.bool_()),
        }
    )
    connection.register("run_stored", table)
    connection.execute("CREATE OR REPLACE TEMP TABLE run_segment_before AS SELECT * FROM run_stored")
    connection.unregister("run_stored")


_SAME = "o.segment = n.segment AND o.customer_id = n.customer_id"


def changes(connection: duckdb.DuckDBPyConnection, program: Program) -> dict[str, SegmentChange]:
    """By segment of the program."""

    def counted(table: str, other: str | None) -> dict[str, int]:
        missing = f" WHERE NOT EXISTS (SELECT 1 FROM {other} o WHERE {_SAME})" if other else ""
        rows = connection.execute(f"SELECT segment, count(*) FROM {table} n{missing} GROUP BY segment")
        return dict(rows.fetchall())

    now = counted("run_segment_now", None)
    entered = counted("run_segment_now", "run_segment_before")
    left = counted("run_segment_before", "run_segment_now")
    return {name: SegmentChange(now.get(name, 0), entered.get(name, 0), left.get(name, 0)) for name in program.segments}


def begun_and_ended(connection: duckdb.DuckDBPyConnection) -> tuple[pa.Table, pa.Table]:
    """The rows of ``segment_member`` to add and to take away (a member whose ``synced`` changed is both)."""
    same = f"{_SAME} AND o.synced = n.synced"
    begun = connection.execute(
        f"SELECT n.* FROM run_segment_now n WHERE NOT EXISTS (SELECT 1 FROM run_segment_before o WHERE {same})"
    ).to_arrow_table()
    ended = connection.execute(
        "SELECT n.segment, n.customer_id FROM run_segment_before n "
        f"WHERE NOT EXISTS (SELECT 1 FROM run_segment_now o WHERE {same})"
    ).to_arrow_table()
    return begun, ended


def to_sync(connection: duckdb.DuckDBPyConnection, segment: str) -> tuple[pa.Table, pa.Table, pa.Table]:
    """(entered, left, current) of the synced part of a segment, each with ``customer_id``, in order of id."""

    def ids(query: str) -> pa.Table:
        return connection.execute(query + " ORDER BY customer_id", {"segment": segment}).to_arrow_table()

    now = "SELECT customer_id FROM run_segment_now WHERE segment = $segment AND synced"
    before = "SELECT customer_id FROM run_segment_before WHERE segment = $segment AND synced"
    return ids(f"{now} EXCEPT {before}"), ids(f"{before} EXCEPT {now}"), ids(now)


def chosen(evaluator: Evaluator, segment: Segment, columns: dict[str, Metric | Condition]) -> pa.Table:
    """The members of one segment after holdout and limit, with these columns, in order of id."""
    asked: dict[str, Metric | Condition] = {f"c{index}": tree for index, tree in enumerate(columns.values())}
    asked["holdout0"] = Bucket(_PARTS, f"holdout {segment.name}")
    asked["member0"] = segment.condition
    if segment.limit is not None:
        asked["turn0"] = segment.limit.by or Bucket(_PARTS, f"limit {segment.name}")
    con = evaluator.connection
    con.register("run_members", evaluator.table(asked, segment.condition))
    con.execute("CREATE OR REPLACE TEMP TABLE run_segment_now (segment VARCHAR, customer_id VARCHAR, synced BOOLEAN)")
    con.execute(*_insert(0, segment.name, segment))
    names = "".join(f", m.c{index}" for index in range(len(columns)))
    found = con.execute(
        f"SELECT m.customer_id{names} FROM run_members m JOIN run_segment_now n USING (customer_id) "
        "WHERE n.synced ORDER BY m.customer_id"
    ).to_arrow_table()
    con.unregister("run_members")
    return found.rename_columns(["customer_id", *columns])
