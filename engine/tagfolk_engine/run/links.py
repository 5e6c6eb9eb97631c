"""Rows that last from run to run beside assignments: identity links, and whose condition held of rules that keep."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import col, or_, select

from tagfolk_engine.lake import Snapshot
from tagfolk_engine.results.models import IdentityLink, RuleHeld, Run
from tagfolk_engine.results.recording import next_id
from tagfolk_engine.results.store import Store

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


def compare(
    connection: duckdb.DuckDBPyConnection, store: Store, snapshot: Snapshot, as_of: datetime, *, rewind: bool
) -> tuple[pa.Table | None, pa.Table | None]:
    """The identity links that begin and end: records of customers whose id is another record's."""
    if not snapshot.file("identity").is_file():
        return None, None
    standing = select(IdentityLink.id, IdentityLink.source, IdentityLink.record_id, IdentityLink.customer_id)
    if rewind:
        open_then = or_(col(IdentityLink.until).is_(None), col(IdentityLink.until) > as_of)
        standing = standing.where(IdentityLink.since <= as_of, open_then)
    else:
        standing = standing.where(col(IdentityLink.until).is_(None))
    with store.session() as session:
        rows = session.exec(standing).all()
    _give(connection, "run_links_held", ("id", "source", "record_id", "customer_id"), rows)
    same = "o.source = n.source AND o.record_id = n.record_id AND o.customer_id = n.customer_id"
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE run_links_now AS SELECT DISTINCT source, record_id, customer_id "
        "FROM read_parquet($path) WHERE customer_id <> source || ':' || record_id",
        {"path": str(snapshot.file("identity"))},
    )
    begun = connection.execute(
        "SELECT row_number() OVER () + $base AS id, n.*, $at::TIMESTAMPTZ AS since FROM run_links_now n "
        f"WHERE NOT EXISTS (SELECT 1 FROM run_links_held o WHERE {same})",
        {"base": next_id(store, IdentityLink) - 1, "at": as_of},
    ).to_arrow_table()
    ended = connection.execute(
        "SELECT n.id, $at::TIMESTAMPTZ AS until FROM run_links_held n "
        f"WHERE NOT EXISTS (SELECT 1 FROM run_links_now o WHERE {same})",
        {"at": as_of},
    ).to_arrow_table()
    return begun, ended


def kept(
    connection: duckdb.DuckDBPyConnection, store: Store, as_of: datetime, last: Run | None
) -> tuple[pa.Table | None, pa.Table | None]:
    """The rows of ``rule_held`` that begin and end, against ``rule_true_now`` of the evaluation."""
    with store.session() as session:
        rows = session.exec(
            select(RuleHeld.id, RuleHeld.rule, RuleHeld.customer_id).where(col(RuleHeld.last).is_(None))
        ).all()
    _give(connection, "run_rules_held", ("id", "rule", "customer_id"), rows)
    same = "o.rule = n.rule AND o.customer_id = n.customer_id"
    begun = connection.execute(
        "SELECT row_number() OVER () + $base AS id, n.rule, n.customer_id, $at::TIMESTAMPTZ AS since "
        f"FROM rule_true_now n WHERE NOT EXISTS (SELECT 1 FROM run_rules_held o WHERE {same})",
        {"base": next_id(store, RuleHeld) - 1, "at": as_of},
    ).to_arrow_table()
    ended = connection.execute(
        "SELECT n.id, $at::TIMESTAMPTZ AS last FROM run_rules_held n "
        f"WHERE NOT EXISTS (SELECT 1 FROM rule_true_now o WHERE {same})",
        {"at": last.as_of if last else as_of},
    ).to_arrow_table()
    return begun, ended


def _give(
    connection: duckdb.DuckDBPyConnection, table: str, names: tuple[str, ...], rows: Sequence[Sequence[object]]
) -> None:
    """Rows of the store as a temporary table."""
    import pyarrow as pa

    columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    given = pa.table(
        {n: pa.array(list(c), pa.int64() if n == "id" else pa.string()) for n, c in zip(names, columns, strict=True)}
    )
    connection.register("run_rows", given)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM run_rows")
    connection.unregister("run_rows")
