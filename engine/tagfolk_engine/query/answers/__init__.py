"""One function per intent: Question → Answer. ``ANSWERS`` is the list of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tagfolk_engine.query.answers.changing import changes, trend
from tagfolk_engine.query.answers.counting import compare, count, listing, overlap, share
from tagfolk_engine.query.answers.customers import explain, profile
from tagfolk_engine.query.answers.grouping import breakdown
from tagfolk_engine.query.answers.knowing import advice, define, method, quality
from tagfolk_engine.query.answers.measuring import measure, top
from tagfolk_engine.query.question import Answer, Question
from tagfolk_engine.query.state import State

Answerer = Callable[[State, Question], Answer]

ANSWERS: Mapping[str, Answerer] = {
    "advice": advice,
    "breakdown": breakdown,
    "changes": changes,
    "compare": compare,
    "count": count,
    "define": define,
    "explain": explain,
    "list": listing,
    "measure": measure,
    "method": method,
    "overlap": overlap,
    "profile": profile,
    "quality": quality,
    "share": share,
    "top": top,
    "trend": trend,
}
