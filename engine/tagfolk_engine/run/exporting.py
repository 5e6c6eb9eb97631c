"""The members of a segment with their attributes, for files and sinks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagfolk_dsl.tree import Attribute, Condition, Metric

from tagfolk_engine.evaluate import Cutoff
from tagfolk_engine.run.looking import evaluator
from tagfolk_engine.run.opening import Prepared
from tagfolk_engine.run.orchestrate import cutoff_of
from tagfolk_engine.run.segments import chosen

if TYPE_CHECKING:
    import pyarrow as pa


def members(prepared: Prepared, segment: str, cutoff: Cutoff | None, *, personal: bool) -> pa.Table:
    """``customer_id`` and the attributes (personal ones only where asked), in order of id.

    As of the latest run's T (before the first run: now), with the data as they were last loaded.
    """
    if cutoff is None:
        latest = prepared.store.latest()
        zone = prepared.workspace.zone
        cutoff = Cutoff(latest.as_of, zone) if latest is not None else cutoff_of(prepared.workspace, None)
    looking = evaluator(prepared, cutoff)
    try:
        columns: dict[str, Metric | Condition] = {
            name: Attribute(name, field.type)
            for name, field in prepared.vocabulary.attributes.items()
            if personal or not field.personal
        }
        return chosen(looking, prepared.program.segments[segment], columns)
    finally:
        looking.close()
