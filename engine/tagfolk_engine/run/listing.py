"""What there is: tags, segments, runs, a customer's history, as the store has it."""

from __future__ import annotations

from typing import Any

from sqlmodel import col, select

from tagfolk_engine.results.models import Assignment, Run, SegmentSize, Tag, TagSize
from tagfolk_engine.run.opening import Prepared
from tagfolk_engine.run.report import said


def list_tags(prepared: Prepared) -> list[dict[str, Any]]:
    """Every tag of the rules: title, layer, owner, size after the run that last evaluated it, changes in it."""
    with prepared.store.session() as session:
        stored = {tag.name: tag for tag in session.exec(select(Tag)).all()}
        sizes = {
            (size.run, size.tag): size
            for size in session.exec(
                select(TagSize).where(col(TagSize.run).in_({t.run for t in stored.values()}))
            ).all()
        }
    rows = []
    for name, info in prepared.program.tags.items():
        row = stored.get(name)
        size = sizes.get((row.run, name)) if row is not None else None
        rows.append({
            "tag": name, "title": info.card.title, "about": info.card.about, "layer": info.card.layer,
            "owner": info.card.owner, "kind": info.kind, "type": info.type.value if info.type else None,
            "customers": row.customers if row else None, "entered": size.entered if size else None,
            "left": size.left if size else None, "values": size.values if size else None,
            "as_of": said(row.as_of, prepared.workspace.zone) if row else None, "stale": bool(row and row.stale),
        })  # fmt: skip
    return rows


def list_segments(prepared: Prepared) -> list[dict[str, Any]]:
    """Every segment of the rules with its latest size."""
    latest: dict[str, SegmentSize] = {}
    with prepared.store.session() as session:
        standing = select(Run.id).where(col(Run.replaced_by).is_(None))
        query = select(SegmentSize).where(col(SegmentSize.run).in_(standing)).order_by(col(SegmentSize.run))
        for size in session.exec(query).all():
            latest[size.segment] = size
    rows = []
    for name, segment in prepared.program.segments.items():
        found = latest.get(name)
        rows.append({
            "segment": name, "title": segment.card.title, "action": segment.action, "owner": segment.card.owner,
            "condition": segment.text, "customers": found.customers if found else None,
            "entered": found.entered if found else None, "left": found.left if found else None,
            "as_of": said(found.as_of, prepared.workspace.zone) if found else None,
        })  # fmt: skip
    return rows


def list_runs(prepared: Prepared, most: int = 20) -> list[dict[str, Any]]:
    """The latest runs that stand, newest first: T, when, how many assignments began and ended."""
    with prepared.store.session() as session:
        standing = select(Run).where(col(Run.replaced_by).is_(None)).order_by(col(Run.id).desc()).limit(most)
        runs = session.exec(standing).all()
        changes: dict[int, tuple[int, int]] = {}
        for size in session.exec(select(TagSize).where(col(TagSize.run).in_([run.id for run in runs]))).all():
            entered, left = changes.get(size.run, (0, 0))
            changes[size.run] = (entered + size.entered, left + size.left)
    return [
        {
            "run": run.id,
            "as_of": said(run.as_of, prepared.workspace.zone),
            "at": run.finished_at.astimezone(prepared.workspace.zone).isoformat(timespec="seconds"),
            "customers": run.customers,
            "entered": changes.get(run.id, (0, 0))[0],
            "left": changes.get(run.id, (0, 0))[1],
        }
        for run in runs
    ]


def customer_history(prepared: Prepared, customer: str) -> list[dict[str, Any]]:
    """All assignments that a customer has or had, oldest first."""
    zone = prepared.workspace.zone
    with prepared.store.session() as session:
        found = session.exec(
            select(Assignment)
            .where(Assignment.customer_id == customer)
            .order_by(col(Assignment.since), col(Assignment.tag), col(Assignment.id))
        ).all()
    return [
        {
            "tag": row.tag, "value": row.value, "since": said(row.since, zone),
            "until": said(row.until, zone) if row.until else None, "cause": row.cause, "until_cause": row.until_cause,
        }
        for row in found
    ]  # fmt: skip
