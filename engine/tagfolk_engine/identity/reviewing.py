"""The review list, and what a decision would do to customers and tags before it is made."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tagfolk_engine.identity.decisions import Decision, Decisions, decided, known_records

if TYPE_CHECKING:
    from tagfolk_engine.evaluate import Cutoff
    from tagfolk_engine.lake import Snapshot
    from tagfolk_engine.run.opening import Prepared
    from tagfolk_engine.workspace import Workspace


def pairs(prepared: Prepared, limit: int | None = None) -> list[dict[str, Any]]:
    """The pairs of the grey zone that nobody has spoken about yet, the most probable first, each with its waterfall:
    the weights (log₂ of the odds) of the fields, which add up from the prior to the probability."""
    import duckdb

    path = prepared.data.file("identity_review")
    if not path.is_file():
        return []
    known = Decisions.of(decided(prepared.store))
    with duckdb.connect() as con:
        rows = con.execute(
            'SELECT "left", "right", probability, weights FROM read_parquet($file) '
            'ORDER BY probability DESC, "left", "right"',
            {"file": str(path)},
        ).fetchall()
    found = [
        {"left": left, "right": right, "probability": probability, "waterfall": json.loads(weights)}
        for left, right, probability, weights in rows
        if not known.settled(left, right)
    ]
    return found[:limit]


def preview(prepared: Prepared, decision: Decision, cutoff: Cutoff) -> dict[str, Any]:
    """What a decision would do: a load aside with it, and the tags of the customers it touches, before and after.

    Nothing is stored. Raises UnknownName, and what a load raises.
    """
    from tagfolk_engine.intake import load
    from tagfolk_engine.lake import Lake

    records = [r for r in (decision.left, decision.right) if r]
    before = known_records(prepared.data, *records)
    with tempfile.TemporaryDirectory(prefix="tagfolk-preview-") as folder:
        aside = _aside(prepared.workspace, Path(folder))
        load(aside, decisions=Decisions.of([*decided(prepared.store), decision]))
        snapshot = Lake(aside.lake_path).current()
        assert snapshot is not None
        now = _holders(prepared.data, set(before.values()))
        then = _holders(snapshot, records={r for members in now.values() for r in members})
        # an evaluation at the same T over both, by the same rules and history
        tags = _tags(prepared, cutoff, set(now))
        tags_then = _tags(replace(prepared, snapshot=snapshot), cutoff, set(then))
    customers = [
        {"customer": customer, "records": sorted(then.get(customer, ())), "tags": sorted(tags_then.get(customer, ())),
         "gains": sorted(tags_then.get(customer, set()) - tags.get(customer, set())),
         "loses": sorted(tags.get(customer, set()) - tags_then.get(customer, set()))}
        for customer in sorted({*now, *then})
    ]  # fmt: skip
    return {"decision": decision.verdict, "records": records, "before": sorted(now), "after": sorted(then),
            "customers": customers}  # fmt: skip


def _aside(workspace: Workspace, folder: Path) -> Workspace:
    """The same workspace with its state elsewhere."""
    from tagfolk_engine.workspace import Workspace as Kind

    class Aside(Kind):
        @property
        def state(self) -> Path:
            """A folder that goes away."""
            return folder

    return Aside(workspace.root, workspace.settings, workspace.text, workspace.places)


def _holders(
    snapshot: Snapshot, customers: set[str] | None = None, *, records: set[str] | None = None
) -> dict[str, set[str]]:
    """Customer → records, of these customers, or of the customers that have one of these records."""
    import duckdb

    where = "customer_id IN (SELECT unnest($these))" if customers is not None else (
        "customer_id IN (SELECT customer_id FROM read_parquet($file) "
        "WHERE source || ':' || record_id IN (SELECT unnest($these)))"
    )  # fmt: skip
    given = {"file": str(snapshot.file("identity")), "these": sorted(customers or records or ())}
    found: dict[str, set[str]] = {}
    with duckdb.connect() as con:
        query = f"SELECT customer_id, source || ':' || record_id FROM read_parquet($file) WHERE {where}"
        for customer, record in con.execute(query, given).fetchall():
            found.setdefault(str(customer), set()).add(str(record))
    return found


def _tags(prepared: Prepared, cutoff: Cutoff, customers: set[str]) -> dict[str, set[str]]:
    """The tags (``tag = value``) of customers by the rules over a snapshot."""
    from tagfolk_engine.run.looking import evaluator

    made = evaluator(prepared, cutoff)
    try:
        made.run()
        rows = made.connection.execute(
            "SELECT customer_id, tag, value FROM assignment_now WHERE customer_id IN (SELECT unnest($these))",
            {"these": sorted(customers)},
        ).fetchall()
    finally:
        made.close()
    found: dict[str, set[str]] = {}
    for customer, tag, value in rows:
        found.setdefault(str(customer), set()).add(tag if value is None else f"{tag} = {value}")
    return found
