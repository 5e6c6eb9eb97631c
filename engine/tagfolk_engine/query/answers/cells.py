"""Cells of tables as people and JSON see them, and who may see which columns."""

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tagfolk_engine.query.question import Cell, NotAllowed, Question
from tagfolk_engine.query.roles import Role
from tagfolk_engine.query.state import State


def cell(value: Any) -> Cell:
    """A value of Arrow as JSON has it: whole numbers without a point, dates ISO, NaN missing."""
    if isinstance(value, bool) or value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if value.is_integer() and abs(value) < 1e15 else round(value, 10)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value)


def require(q: Question, least: Role) -> None:
    """Raises NotAllowed where the asker's role is lower."""
    if q.role < least:
        raise NotAllowed(least)


def personal_columns(state: State, q: Question) -> list[str]:
    """The attributes that a list shows: personal ones only to a steward; a few others that tell people apart."""
    entries = state.lexicon.attributes.values()
    if q.topic == "personal" and q.role < Role.STEWARD:
        raise NotAllowed(Role.STEWARD)
    personal = [e.name for e in entries if e.personal] if q.role >= Role.STEWARD else []
    return personal + [e.name for e in entries if not e.personal][:4]
