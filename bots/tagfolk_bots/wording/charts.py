"""Which chart an answer makes."""

from __future__ import annotations

from tagfolk_engine.query import Answer, Question

from tagfolk_bots.messages import ChartSpec
from tagfolk_bots.wording.render import Page, key_name

_MOST = 40


def chart_of(page: Page) -> ChartSpec | None:
    """A bar chart of groups, a line over time; None where the answer has no such rows."""
    answer, question = page.answer, page.question
    kind = {"breakdown": "bar", "trend": "line", "compare": "bar", "overlap": "bar", "top": "bar"}.get(answer.intent)
    if kind is None:
        return None
    rows = [
        (key_name(page, r[0]), float(r[1]))
        for r in answer.rows[:_MOST]
        if isinstance(r[1], (int, float)) and not isinstance(r[1], bool)
    ]
    if len(rows) < 2:
        return None
    names, values = zip(*rows)
    title = _title(answer, question, page)
    unit = page.lexicon.currency if page.value(1.0, _metric(question)) != page.n(1.0) else ""
    return ChartSpec("line" if kind == "line" else "bar", title, tuple(names), ((title, tuple(values)),), unit)


def _metric(question: Question) -> str:
    return question.metric or (question.columns[0].metric if question.columns else "")


def _title(answer: Answer, question: Question, page: Page) -> str:
    said = answer.said.get(page.language) or ""
    by = page.title(question.by) if question.by else ""
    metric = page.metric() if question.metric else ""
    return " · ".join(part for part in (metric, said, by) if part) or answer.intent
