"""Does the stored history reach back to what is asked?"""

from __future__ import annotations

from datetime import UTC

from tagfolk_dsl.tree import Ever, Had, Last
from tagfolk_dsl.walk import walk

from tagfolk_engine.query.question import QuestionError
from tagfolk_engine.query.state import State


def reaches_back(state: State, text: str | None) -> None:
    """Raises QuestionError where a condition asks who held a tag before the first run: nobody knows that."""
    tree = state.figures.condition(text)
    asked = [n for n in walk(tree) if isinstance(n, Had)] if tree is not None else []
    if not asked:
        return
    runs = state.store_reader.runs()
    first = runs[0].as_of if runs else None
    if first is not None and first.tzinfo is None:
        first = first.replace(tzinfo=UTC)
    for had in asked:
        window = Last(had.at) if had.at is not None else had.window
        if window is None or isinstance(window, Ever):
            continue
        began, _ = state.cutoff.window(window)
        if first is None or (began is not None and began.replace(tzinfo=UTC) < first):
            raise QuestionError("history_short", day="–" if first is None else state.zoned(first))
