"""Texts of the tag language → figures: checked like rules, evaluated by the same engine, remembered."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tagfolk_dsl.diagnostics import Diagnostic
from tagfolk_dsl.program import Program
from tagfolk_dsl.tree import Condition, Metric, Node
from tagfolk_dsl.vocabulary import Vocabulary

from tagfolk_engine.evaluate import Cutoff, Evaluator
from tagfolk_engine.query.question import QuestionError

if TYPE_CHECKING:
    import pyarrow as pa

    from tagfolk_engine.evaluate.evaluator import TagSource

KEEP = 2000
"""So many answers are remembered for the same snapshot and run."""


class Figures:
    """Counts and tables over one snapshot at one T, by text. ``tags``: where ``has`` looks."""

    def __init__(self, evaluator: Evaluator, program: Program, vocabulary: Vocabulary, tags: TagSource) -> None:
        self.evaluator = evaluator
        self.program = program
        self.vocabulary = vocabulary
        self.tags: TagSource = tags
        self._kept: OrderedDict[Any, Any] = OrderedDict()

    def condition(self, text: str | None) -> Condition | None:
        """The checked tree of a condition; None for no text. Raises QuestionError in the checker's words."""
        if text is None:
            return None
        from tagfolk_dsl.checker import check_condition

        tree, found = check_condition(text, self.program, self.vocabulary)
        self._fine(found)
        if tree is None:
            raise QuestionError("wrong_condition", text=text)
        return tree

    def metric(self, text: str) -> Metric:
        """The checked tree of a metric. Raises QuestionError in the checker's words."""
        from tagfolk_dsl.checker import check_metric

        tree, found = check_metric(text, self.program, self.vocabulary)
        self._fine(found)
        if tree is None:
            raise QuestionError("wrong_condition", text=text)
        return tree

    @staticmethod
    def _fine(found: Sequence[Diagnostic]) -> None:
        errors = [d for d in found if d.severity == "error"]
        if errors:
            first = errors[0]
            english = f"{first.message}{' — ' + first.hint if first.hint else ''}"
            hint_zh = first.hint_zh or first.hint
            chinese = f"{first.message_zh or first.message}{' — ' + hint_zh if hint_zh else ''}"
            raise QuestionError("wrong_condition", {"en": english, "zh": chinese}, diagnostic=first.code)

    def count(self, text: str | None) -> int:
        """How many customers meet a condition."""
        return int(self._once(("count", text), lambda: self.evaluator.count(self.condition(text), tags=self.tags)))

    def both(self, *texts: str | None) -> str | None:
        """Conditions joined by ``and``; None where none is said."""
        said = [t for t in texts if t]
        return " and ".join(f"({t})" if " or " in t else t for t in said) or None

    def table(
        self,
        metrics: Mapping[str, str],
        conditions: Mapping[str, str],
        where: str | None,
        *,
        order: str | None = None,
        descending: bool = True,
        limit: int | None = None,
        customers: Sequence[str] | None = None,
    ) -> pa.Table:
        """customer_id and a column for each metric and condition."""
        asked = (
            tuple(metrics.items()),
            tuple(conditions.items()),
            where,
            order,
            descending,
            limit,
            tuple(customers or ()),
        )

        def ask() -> pa.Table:
            trees: dict[str, Metric | Condition] = {n: self.metric(t) for n, t in metrics.items()}
            for name, text in conditions.items():
                tree = self.condition(text)
                assert tree is not None
                trees[name] = tree
            return self.evaluator.table(
                trees,
                self.condition(where),
                tags=self.tags,
                order=order,
                descending=descending,
                limit=limit,
                customers=customers,
            )

        return self._once(("table", *asked), ask)

    def at(self, moment: datetime, where: str) -> int:
        """How many would meet a condition at another T, by today's rules over the events before it."""

        def ask() -> int:
            e = self.evaluator
            then = Evaluator(
                e.snapshot, self.program, self.vocabulary, Cutoff(moment, e.cutoff.zone), history=e.history
            )
            try:
                return then.count(self.condition(where), tags="rules")
            finally:
                then.close()

        return int(self._once(("at", moment, where), ask))

    def said(self, tree: Node | None, language: str) -> str:
        """A checked condition or metric as a plain sentence."""
        from tagfolk_dsl.sentences import say_condition, say_metric

        if isinstance(tree, Metric):
            return say_metric(tree, language, self.vocabulary, self.program)
        return say_condition(tree, language, self.vocabulary, self.program) if isinstance(tree, Condition) else ""

    @staticmethod
    def written(tree: Node) -> str:
        """A checked condition or metric in the language's canonical spelling."""
        from tagfolk_dsl.formatter import format_condition, format_metric

        return format_metric(tree) if isinstance(tree, Metric) else format_condition(tree)  # type: ignore[arg-type]

    def _once(self, key: Any, ask: Any) -> Any:
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        found = self._kept[key] = ask()
        if len(self._kept) > KEEP:
            self._kept.popitem(last=False)
        return found
