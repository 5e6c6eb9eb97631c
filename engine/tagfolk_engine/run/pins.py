"""Pins: a person's word over the rules'."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import col, select

from tagfolk_engine.results.models import Run
from tagfolk_engine.results.people import Pin
from tagfolk_engine.results.store import Store

if TYPE_CHECKING:
    import pyarrow as pa


def pins(store: Store) -> Sequence[Pin]:
    """All pins that were ever set, the oldest first."""
    with store.session() as session:
        return session.exec(select(Pin).order_by(col(Pin.id))).all()


def standing(all_pins: Sequence[Pin], as_of: datetime) -> list[Pin]:
    """Those that hold for a run of ``as_of``: not taken back, and ``until`` not yet reached; the latest of each tag."""
    found: dict[tuple[str, str, str | None], Pin] = {}
    for pin in all_pins:
        if pin.ended_at is None and (pin.until is None or pin.until > as_of):
            found[pin.customer_id, pin.tag, pin.value] = pin
    return list(found.values())


def for_evaluation(holding: Sequence[Pin]) -> pa.Table | None:
    """What the evaluator takes: customer_id, tag, value, out."""
    import pyarrow as pa

    if not holding:
        return None
    return pa.table(
        {
            "customer_id": pa.array([pin.customer_id for pin in holding], pa.string()),
            "tag": pa.array([pin.tag for pin in holding], pa.string()),
            "value": pa.array([pin.value for pin in holding], pa.string()),
            "out": pa.array([pin.out for pin in holding], pa.bool_()),
        }
    )


def touched(all_pins: Sequence[Pin], as_of: datetime, last: Run | None) -> pa.Table:
    """(customer_id, tag) under a pin that holds, or that ended since the last run: their changes are the pin's."""
    import pyarrow as pa

    holding = standing(all_pins, as_of)
    ended = [] if last is None else [pin for pin in all_pins if _ended_since(pin, last, as_of)]
    pairs = sorted({(pin.customer_id, pin.tag) for pin in (*holding, *ended)})
    return pa.table(
        {
            "customer_id": pa.array([pair[0] for pair in pairs], pa.string()),
            "tag": pa.array([pair[1] for pair in pairs], pa.string()),
        }
    )


def _ended_since(pin: Pin, last: Run, as_of: datetime) -> bool:
    taken_back = pin.ended_at is not None and pin.ended_at > last.started_at
    return taken_back or (pin.until is not None and last.as_of < pin.until <= as_of)
