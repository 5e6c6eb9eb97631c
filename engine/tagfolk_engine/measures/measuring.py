"""A named measure as of T: its figure, what it was made of, and its definition in words."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from tagfolk_dsl.program import Program
from tagfolk_dsl.tree import Condition, Duration, Ever, Last, Metric, Unit, Window
from tagfolk_dsl.vocabulary import Vocabulary

from tagfolk_engine.measures.bindings import Bindings, MeasureError
from tagfolk_engine.measures.definitions import DEFINITIONS, Definition, find
from tagfolk_engine.measures.trees import Part, Scope

if TYPE_CHECKING:
    from tagfolk_engine.evaluate.evaluator import Evaluator, TagSource

Language = Literal["en", "zh"]
DEFAULT = Last(Duration(90, Unit.DAY))
"""The window of measures that compare two of them, where none is said."""


@dataclass(frozen=True)
class Figure:
    """A measure's value. None where there is nothing to divide by; ``parts``: the totals it was made of."""

    name: str
    value: float | None
    unit: str
    parts: Mapping[str, float]
    definition: str
    definition_zh: str
    title: str
    title_zh: str


class Measures:
    """The measures over one evaluator (which holds the snapshot, T and the columns of methods)."""

    def __init__(
        self, evaluator: Evaluator, program: Program, vocabulary: Vocabulary, bound: Bindings, *,
        tags: TagSource = "stored",
    ) -> None:  # fmt: skip
        self.evaluator, self.program, self.vocabulary, self.bound = evaluator, program, vocabulary, bound
        self.tags: TagSource = tags
        self._clv = next((name for name, use in program.uses.items() if use.method == "clv"), None)

    def known(self) -> dict[str, Definition]:
        """The measures that this workspace can have."""
        return {name: d for name, d in DEFINITIONS.items() if not self._lacks(d)}

    def measure(
        self, words: str, *, window: str | Window | None = None, where: str | Condition | None = None
    ) -> Figure:
        """A measure by any of its names. ``window``: in words of the language ("in 30 days", "last month"), nothing:
        ever, or 90 days for those that compare with the time before. ``where``: a condition on customers.

        Raises MeasureError.
        """
        definition = find(words)
        if definition is None:
            raise MeasureError(
                f"there is no measure '{words}'", f"measures: {', '.join(self.known())}",
                f"没有名为“{words}”的指标", f"指标：{'、'.join(d.title_zh for d in self.known().values())}",
            )  # fmt: skip
        lacking = self._lacks(definition)
        if lacking is not None:
            raise lacking
        scope = Scope(self.bound, self._window(window, definition), self._clv)
        parts = definition.over(scope)
        totals = self._totals(parts, scope, self._condition(where))
        value: float | None = totals[definition.top]
        if definition.below is not None:
            value = value / totals[definition.below] if value is not None and totals[definition.below] else None
        if definition.unit == "points" and value is not None:
            value *= 100
        return Figure(
            definition.name, value, definition.unit, totals, self.said(definition, scope, "en"),
            self.said(definition, scope, "zh"), definition.title, definition.title_zh,
        )  # fmt: skip

    def said(self, definition: Definition, scope: Scope, language: Language) -> str:
        """The sentence that defines a measure here, with this workspace's names and the window."""
        from tagfolk_dsl.formatter.words import window as written

        bound, chinese = scope.bound, language == "zh"
        window = "" if isinstance(scope.window, Ever) else written(scope.window, language)
        order = bound.order and (
            f"不同的 {bound.event}.{bound.order}" if chinese else f"different {bound.event}.{bound.order}"
        )
        words = {
            "event": bound.event, "amount": f"{bound.event}.{bound.amount}", "orders": order or bound.event,
            "score": f"{bound.survey}.{bound.score}", "sent": bound.sent, "clv": f"{scope.clv}.value",
            "window": window if chinese or not window else f" {window}",
        }  # fmt: skip
        return (definition.chinese if chinese else definition.english).format(**words).strip()

    # --- what is asked ------------------------------------------------------------------------------------------

    def _lacks(self, definition: Definition) -> MeasureError | None:
        """Why a workspace cannot have a measure."""
        bound = self.bound
        there = {
            "event": bound.event, "amount": bound.amount, "score": bound.score, "sent": bound.sent,
            "cost": bound.cost or bound.costs, "clv": self._clv,
        }  # fmt: skip
        needed = {
            "event": ("an event that is a purchase", 'event = "purchase"'),
            "amount": ("a property that is its money", 'amount = "purchase.amount"'),
            "score": ("a property with scores from 0 to 10", 'score = "survey.score"'),
            "sent": ("an event of promotions that reached customers", 'sent = "coupon"'),
            "cost": ("what was spent on winning customers", 'costs = { "2024-06" = 120000 }'),
        }
        for need in definition.needs:
            if there[need]:
                continue
            title, title_zh = definition.title, definition.title_zh
            if need == "clv":
                example = "use clv(event = purchase, amount = purchase.amount) as value"
                hint, hint_zh = f"add to the rules: {example}", f"在规则中加上：{example}"
                return MeasureError(f"{title} needs a clv method", hint, f"“{title_zh}”需要 clv 方法", hint_zh)
            what, example = needed[need]
            return MeasureError(
                f"{title} needs {what}, and the workspace names none", f"say it under [measures]: {example}",
                f"“{title_zh}”缺少所需的数据", f"请在 [measures] 中写明：{example}",
            )  # fmt: skip
        return None

    def _window(self, window: str | Window | None, definition: Definition) -> Window:
        if window is None or window == "":
            return DEFAULT if definition.rolling else Ever()
        if isinstance(window, str):
            window = self._read_window(window)
        if definition.rolling and self.evaluator.cutoff.window(window)[0] is None:
            raise MeasureError(
                f"{definition.title} compares a time with the one before it: 'ever' has none before",
                "say a time such as 'in 90 days'",
                f"“{definition.title_zh}”要与上一期比较，需要有限的时间范围", "请写明时间，如“近90天”",
            )  # fmt: skip
        return window

    def _read_window(self, text: str) -> Window:
        """A window in words, read behind an event as the language has it."""
        from tagfolk_dsl.checker import check_metric
        from tagfolk_dsl.tree import Aggregate

        event = self.bound.event or next(iter(self.vocabulary.events), None)
        tree, _ = check_metric(f"count({event}) {text}", self.program, self.vocabulary)
        if not isinstance(tree, Aggregate):
            raise MeasureError(
                f"'{text}' is no time",
                "write it as 'in 30 days' or 'last month'",
                f"“{text}”不是时间",
                "可写“近30天”或“上月”",
            )
        return tree.window

    def _condition(self, where: str | Condition | None) -> Condition | None:
        if not isinstance(where, str):
            return where
        from tagfolk_dsl.checker import check_condition

        tree, found = check_condition(where, self.program, self.vocabulary)
        if tree is None:
            first = next(d for d in found if d.severity == "error")
            raise MeasureError(first.message, first.hint or "", first.message_zh or "", first.hint_zh or "")
        return tree

    # --- what it comes to -------------------------------------------------------------------------------------------

    def _totals(self, parts: Mapping[str, Part], scope: Scope, where: Condition | None) -> dict[str, float]:
        """Each part summed or counted over the customers of the group, in one pass."""
        import pyarrow as pa
        import pyarrow.compute as pc

        trees: dict[str, Metric | Condition] = {n: p.tree for n, p in parts.items() if p.tree is not None}
        trees |= {f"{name} less": part.less for name, part in parts.items() if part.less is not None}
        table = self.evaluator.table(trees, where, tags=self.tags)

        def total(name: str) -> float:
            column = table[name]
            if pa.types.is_boolean(column.type):
                column = pc.cast(column, pa.int8())
            return float(pc.sum(pc.cast(column, pa.float64())).as_py() or 0)

        found = {}
        for name, part in parts.items():
            if part.kind == "fixed":
                found[name] = self._costs(scope.window)
            elif part.tree is None:
                found[name] = float(table.num_rows)
            else:
                found[name] = total(name) - (total(f"{name} less") if part.less is not None else 0)
        return found

    def _costs(self, window: Window) -> float:
        """The costs by month that fall into the window; months that it cuts count by their days."""
        cutoff = self.evaluator.cutoff
        start, end = cutoff.window(window)
        first, last = (_day(moment, cutoff.zone) for moment in (start, end or cutoff.utc))
        found = 0.0
        for month, cost in self.bound.costs.items():
            begin = date.fromisoformat(f"{month}-01")
            days = calendar.monthrange(begin.year, begin.month)[1]
            low = max(begin, first) if first else begin
            high = min(begin + timedelta(days=days), last or date.max)
            found += cost * max(0, (high - low).days) / days
        return found


def _day(moment: datetime | None, zone: Any) -> date | None:
    return None if moment is None else moment.replace(tzinfo=UTC).astimezone(zone).date()
