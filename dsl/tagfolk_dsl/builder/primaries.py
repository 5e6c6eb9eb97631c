"""What the grammar's primaries mean: names, values, and what a keyword before a name makes of it."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any, cast

from tagfolk_dsl.builder.calls import call, opened
from tagfolk_dsl.builder.folding import whole
from tagfolk_dsl.builder.parts import Parts, condition, how_many, metric, spanned
from tagfolk_dsl.lexer import Token, join
from tagfolk_dsl.names import Names
from tagfolk_dsl.syntax_errors import SyntaxProblem
from tagfolk_dsl.tree import (
    Across,
    Aggregate,
    Boolean,
    Burst,
    Day,
    DaysBetween,
    Dotted,
    Elapsed,
    Ever,
    Fellows,
    FirstIn,
    Had,
    Has,
    HasFor,
    InSegment,
    Instant,
    Metric,
    Moment,
    Name,
    Number,
    Occurs,
    Overall,
    Text,
    TopValues,
    Unit,
)

_COUNTED = {"days_with": Unit.DAY, "weeks_with": Unit.WEEK, "months_with": Unit.MONTH, "years_count": Unit.YEAR}
_ACROSS = frozenset(("count", "sum", "avg", "min", "max", "median", "stddev", "distinct"))


class Primaries(threading.local):
    """The callbacks of primaries, and the state of all callbacks.

    Parts are tokens and finished nodes, in the order of the text.

    Its state is that of one line and of one thread: Slack and the web page parse in several at once.
    """

    def __init__(self) -> None:
        self.begin(Names())

    def begin(self, names: Names) -> None:
        """A new line, with the names it may use."""
        self.names = names
        self.in_brackets: dict[int, Name] = {}
        """Names that stood alone in brackets: in effects they are metrics, bare ones are text."""

    def name(self, parts: Parts) -> Name:
        return Name(parts[0].value, span=parts[0].span)

    def dotted(self, parts: Parts) -> Dotted:
        return Dotted(parts[0].value, parts[2].value, span=spanned(parts))

    def number(self, parts: Parts) -> Number:
        return Number(parts[0].value, parts[0].text, span=parts[0].span)

    def text(self, parts: Parts) -> Text:
        return Text(parts[0].value, span=parts[0].span)

    def day(self, parts: Parts) -> Day:
        return Day(parts[0].value, span=parts[0].span)

    def instant(self, parts: Parts) -> Instant:
        return Instant(parts[0].value, span=parts[0].span)

    def boolean(self, parts: Parts) -> Boolean:
        return Boolean(parts[0].value, span=parts[0].span)

    def bracket(self, parts: Parts) -> Any:
        return parts[1]

    def bracketed(self, parts: Parts) -> Any:
        inner = parts[0]
        if type(inner) is Name:
            self.in_brackets[id(inner)] = inner
        return inner

    def call(self, parts: Parts) -> Metric:
        return call(parts[0], [part for part in parts[2:-1] if not isinstance(part, Token)], spanned(parts))

    def no(self, parts: Parts) -> Occurs:
        return Occurs("no", parts[1].value, span=spanned(parts))

    def some(self, parts: Parts) -> Name:
        return Name(parts[1].value, span=spanned(parts))

    def every(self, parts: Parts) -> Occurs:
        return Occurs("every", parts[1].value, span=spanned(parts))

    def first(self, parts: Parts) -> FirstIn:
        return FirstIn(parts[1].value, None, Ever(), span=spanned(parts))

    def burst(self, parts: Parts) -> Burst:
        times = whole(parts[0].value, "how often", "次数")
        return Burst(times, parts[1].value, None, cast(Any, None), span=spanned(parts))

    def since_moment(self, parts: Parts) -> Elapsed:
        unit, which = parts[0].value
        return Elapsed(unit, Moment(which, parts[1].value, span=spanned(parts)), span=spanned(parts))

    def since(self, parts: Parts) -> Elapsed:
        return Elapsed(parts[0].value, metric(parts[1]), span=spanned(parts))

    def zh_since(self, parts: Parts) -> Elapsed:
        which, name = parts[0].value, parts[1].value
        span = spanned(parts)
        since = Moment(which, name, span=span) if which else Name(name, span=parts[1].span)
        return Elapsed(_COUNTED[parts[2].value], since, span=span)

    def days_with(self, parts: Parts) -> Aggregate:
        return Aggregate(parts[0].value, parts[1].value, span=spanned(parts))

    def unit_count(self, parts: Parts) -> Aggregate:
        if parts[1].value == "years_count":
            raise SyntaxProblem(
                "T001", parts[1].span, "'年数' needs 距, as in '距生日年数'", "“年数”要与“距”连用，例如“距生日年数”"
            )
        return Aggregate(parts[1].value, parts[0].value, span=spanned(parts))

    def days_between(self, parts: Parts) -> DaysBetween:
        moments = []
        for which, part in ((parts[0].value, parts[1]), (parts[2].value, parts[3])):
            event, _, where, _ = opened(part)
            moments.append(Moment(which, cast(str, event), where, span=part.span))
        return DaysBetween(*moments, span=spanned(parts))

    def has(self, parts: Parts) -> Has:
        return Has(parts[1].value, span=spanned(parts))

    def has_for(self, parts: Parts) -> HasFor:
        return HasFor(parts[1].value, parts[2].value, span=spanned(parts))

    def lacks(self, parts: Parts) -> Has:
        return Has(parts[1].value, True, span=spanned(parts))

    def had(self, parts: Parts) -> Had:
        return Had(parts[1].value, span=spanned(parts))

    def fellows(self, parts: Parts) -> Fellows:
        return Fellows(parts[0].value, parts[1].value, condition(parts[2]), span=spanned(parts))

    def in_segment(self, parts: Parts) -> InSegment:
        return InSegment(parts[1].value, span=spanned(parts))

    def overall(self, parts: Parts) -> Overall:
        """``overall purchases`` is a count; another name is a ``let``, and the checker looks whether it aggregates."""
        inner = parts[1]
        if isinstance(inner, Name) and inner.name in self.names.plurals:
            inner = Aggregate("count", inner.name, span=inner.span)
            inner = replace(inner, event=self.names.plurals[inner.event])
        if not isinstance(inner, (Aggregate, Name)):
            raise SyntaxProblem(
                "T017",
                inner.span,
                "after 'overall' comes an aggregate such as 'avg(purchase.amount)'",
                "“总体”之后应是汇总，例如“平均(购买.金额)”",
            )
        return Overall(cast(Aggregate, inner), span=spanned(parts))

    def across(self, parts: Parts) -> Across:
        function = parts[1]
        if function.value not in _ACROSS:
            raise SyntaxProblem(
                "T017",
                function.span,
                f"'{function.text}' does not join customers' figures",
                f"“{function.text}”不能汇总各客户的数值",
                "use count, sum, avg, min, max, median, stddev or distinct",
                "可用 次数、总和、平均、最小、最大、中位数、标准差、种类数",
            )
        among = parts[5] if len(parts) > 5 else None
        return Across(function.value, metric(parts[3]), among, span=join(parts[0].span, parts[-1].span))

    def top_values(self, parts: Parts) -> TopValues:
        return TopValues(how_many(parts[0]), parts[1].value, parts[3].value, span=spanned(parts))

    def top_values_after(self, parts: Parts) -> TopValues:
        event, property_, where, window = opened(parts[0])
        if event is None or property_ is None:
            raise SyntaxProblem(
                "T012",
                parts[0].span,
                "the commonest values are those of a property, as in 'top 3 of purchase.category'",
                "最常见的值应取自事件的属性，例如“购买.类别 前3个”",
            )
        return TopValues(how_many(parts[1]), event, property_, where, window or Ever(), span=spanned(parts))
