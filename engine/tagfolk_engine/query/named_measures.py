"""Named measures of the business (churn rate, ARPU, NPS …) for the desk: which there are, and what one comes to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tagfolk_engine.query.answers.cells import cell
from tagfolk_engine.query.lexicon import MeasureEntry
from tagfolk_engine.query.question import Answer, Question, QuestionError

if TYPE_CHECKING:
    from tagfolk_dsl.program import Program
    from tagfolk_dsl.vocabulary import Vocabulary

    from tagfolk_engine.evaluate import Evaluator
    from tagfolk_engine.evaluate.evaluator import TagSource
    from tagfolk_engine.measures import Measures
    from tagfolk_engine.query.state import State
    from tagfolk_engine.workspace.settings import Settings

READ_AS_METRICS = frozenset(("customers", "buyers", "orders", "revenue", "average_order_value", "repurchase_rate"))
"""Measures that questions already say with metrics and conditions of the language."""


def measures_of(
    settings: Settings, evaluator: Evaluator, program: Program, vocabulary: Vocabulary, tags: TagSource
) -> Measures | None:
    """The measures over an evaluator; None where ``[measures]`` names what is not there (``check`` says so)."""
    from tagfolk_engine.measures import MeasureError, Measures, bindings

    try:
        return Measures(evaluator, program, vocabulary, bindings(settings.measures, vocabulary), tags=tags)
    except MeasureError:
        return None


def entries(measures: Measures | None) -> Mapping[str, MeasureEntry]:
    """The measures with their names, for the lexicon."""
    known = measures.known() if measures else {}
    return {
        d.name: MeasureEntry(d.name, d.title, d.title_zh, d.also, d.unit)
        for d in known.values()
        if d.name not in READ_AS_METRICS
    }


def measured(state: State, q: Question, name: str) -> Answer:
    """The figure of a named measure for a group and a window; ``details``: unit, titles and the definition."""
    from tagfolk_engine.measures import MeasureError

    if state.measures is None:
        raise QuestionError("unknown_intent", intent=name)
    try:
        figure = state.measures.measure(name, window=q.window or None, where=q.filter)
    except MeasureError as error:
        words = getattr(error, "message_zh", "") or str(error)
        raise QuestionError("failed", {"en": str(error), "zh": words}) from error
    group = state.figures.count(q.filter)
    details = {
        "named": name,
        "unit": figure.unit,
        "title": {"en": figure.title, "zh": figure.title_zh},
        "definition": {"en": figure.definition, "zh": figure.definition_zh},
    }
    if state.small(group, q.role):
        return state.answer(q, small=True, of=group, details=details)
    return state.answer(q, value=cell(figure.value), of=group, details=details)
