"""The step of a load after the shared anchors: decisions of people, then the fuzzy step.

Works on the tables of the load: ``records`` (record, source, id, named) and ``links`` (record, anchor). What it makes:
further anchors of its own, and ``identity_review`` (left, right, probability, weights) for the pairs in the grey zone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from tagfolk_engine.identity.decisions import Decisions, of_workspace

if TYPE_CHECKING:
    import pandas as pd

    from tagfolk_engine.intake.context import Load
    from tagfolk_engine.intake.customers import Block

_WHO = "source || ':' || id"


def decide_links(load: Load, blocks: list[Block], *, linked: bool) -> bool:
    """Apply what was decided and the fuzzy step to ``links``; whether there are any links then."""
    run = load.stage.run
    columns = '"left" VARCHAR, "right" VARCHAR, probability DOUBLE, weights VARCHAR'
    run(f"CREATE OR REPLACE TABLE identity_review ({columns})")
    decisions = load.decisions if load.decisions is not None else of_workspace(load.workspace)
    fuzzy = load.workspace.settings.identity.fuzzy
    if not decisions and fuzzy is None:
        return linked
    if not linked:
        run("CREATE OR REPLACE TABLE links (record INTEGER, anchor INTEGER)")
    if decisions:
        _take_apart(load, decisions)
        _join(load, decisions.same)
    if fuzzy is not None:
        _fuzzy(load, blocks, decisions)
    return load.stage.number("SELECT count(*) FROM links") > 0


def _take_apart(load: Load, decisions: Decisions) -> None:
    """A record that stands apart has no anchors; of a pair that is not one, the second loses those they share."""
    _pairs(load, "apart", [(record, "") for record in decisions.apart])
    load.stage.run(f"DELETE FROM links WHERE record IN (SELECT record FROM records r JOIN apart a ON {_WHO} = a.l)")
    _pairs(load, "unlike", decisions.different)
    load.stage.run(
        "DELETE FROM links WHERE (record, anchor) IN (SELECT y.record, y.anchor FROM unlike u "
        "JOIN records a ON a.source || ':' || a.id = u.l JOIN records b ON b.source || ':' || b.id = u.r "
        "JOIN links x ON x.record = a.record JOIN links y ON y.record = b.record AND y.anchor = x.anchor)"
    )


def _join(load: Load, pairs: Iterable[tuple[str, str]]) -> None:
    """An anchor of its own for each pair that is one customer."""
    _pairs(load, "alike", pairs)
    load.stage.run(
        "INSERT INTO links SELECT DISTINCT r.record, (t.top + p.number)::INTEGER FROM "
        "(SELECT *, row_number() OVER (ORDER BY l, r) AS number FROM alike) p "
        "CROSS JOIN (SELECT coalesce(max(anchor), -1) AS top FROM links) t "
        "JOIN records r ON r.source || ':' || r.id IN (p.l, p.r) "
        "WHERE EXISTS (SELECT 1 FROM records a WHERE a.source || ':' || a.id = p.l) "
        "AND EXISTS (SELECT 1 FROM records b WHERE b.source || ':' || b.id = p.r)"
    )


def _pairs(load: Load, table: str, pairs: Iterable[tuple[str, str]]) -> None:
    import pyarrow as pa

    rows = sorted(pairs)
    data = pa.table(
        {"l": pa.array([p[0] for p in rows], pa.string()), "r": pa.array([p[1] for p in rows], pa.string())}
    )
    load.stage.connection.register("incoming_pairs", data)
    load.stage.run(f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM incoming_pairs")
    load.stage.connection.unregister("incoming_pairs")


def _fuzzy(load: Load, blocks: list[Block], decisions: Decisions) -> None:
    from tagfolk_engine.identity.matching import FuzzyError, score
    from tagfolk_engine.lake import LakeError

    fuzzy = load.workspace.settings.identity.fuzzy
    assert fuzzy is not None
    load.progress.advance("identity: fuzzy", 0, None)
    frame = _frame(load, blocks, fuzzy.compare)
    try:
        found = score(frame, fuzzy.compare, block=fuzzy.block, least=min(fuzzy.review, fuzzy.merge), seed=fuzzy.seed)
    except FuzzyError as error:
        raise LakeError(error.message, error.hint) from error
    open_ = [not decisions.settled(left, right) for left, right in zip(found["left"], found["right"], strict=True)]
    found = found[open_]
    sure = found[found["probability"] >= fuzzy.merge]
    _join(load, zip(sure["left"], sure["right"], strict=True))
    load.report.identity.fuzzy = len(sure)
    _review(load, found[found["probability"] < fuzzy.merge], frame)


def _frame(load: Load, blocks: Sequence[Block], compare: Sequence[str]) -> pd.DataFrame:
    """The records with the compared fields as tidy text; of several rows of a record the last that knows a field."""
    from tagfolk_engine.intake.staging import quoted

    parts = []
    for block in blocks:
        columns = []
        for name in compare:
            own = name if name in block.attributes else f"anchor_{name}" if name in block.anchors else None
            value = f"nullif(lower(trim({quoted(own)}::VARCHAR)), '')" if own is not None else "NULL::VARCHAR"
            columns.append(f"arg_max({value}, row) AS {quoted(name)}")
        source = block.source.replace("'", "''")
        parts.append(f"SELECT '{source}:' || id AS unique_id, {', '.join(columns)} FROM {block.table} GROUP BY id")
    frame: pd.DataFrame = load.stage.run(" UNION ALL ".join(parts)).df()
    frame = frame.drop_duplicates("unique_id").sort_values("unique_id", ignore_index=True)
    return frame.astype(object).where(frame.notna(), None)


def _review(load: Load, found: pd.DataFrame, frame: pd.DataFrame) -> None:
    """The pairs that a person should look at: those that nothing else has made one customer."""
    import numpy as np
    import pyarrow as pa

    from tagfolk_engine.intake.identity import component_of

    joined = component_of(load)
    values = frame.set_index("unique_id")
    rows = []
    for pair in found.to_dict("records"):
        left, right = pair["left"], pair["right"]
        if joined.get(left, left) == joined.get(right, right):
            continue
        fields = [c for c in frame.columns if f"mw_{c}" in pair and np.isfinite(pair[f"mw_{c}"])]
        weights = [
            {"field": c, "left": values.at[left, c], "right": values.at[right, c], "weight": round(pair[f"mw_{c}"], 3)}
            for c in fields
        ]
        prior = {"field": "prior", "weight": round(pair["weight"] - sum(pair[f"mw_{c}"] for c in fields), 3)}
        rows.append((left, right, float(pair["probability"]), json.dumps([prior, *weights], ensure_ascii=False)))
    load.report.identity.review = len(rows)
    names = ("left", "right", "probability", "weights")
    kinds = (pa.string(), pa.string(), pa.float64(), pa.string())
    data = pa.table({n: pa.array([r[i] for r in rows], k) for i, (n, k) in enumerate(zip(names, kinds, strict=True))})
    load.stage.connection.register("incoming_review", data)
    load.stage.run("INSERT INTO identity_review SELECT * FROM incoming_review")
    load.stage.connection.unregister("incoming_review")
