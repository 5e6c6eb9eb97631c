"""What the grammar's expressions mean: each method gets the parts of one production and gives a node."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any, cast

from tagfolk_dsl.builder.calls import call, opened
from tagfolk_dsl.builder.folding import LITERALS, filtered, length_of, timed, twice, whole
from tagfolk_dsl.lexer import Token, join
from tagfolk_dsl.names import Names
from tagfolk_dsl.syntax_errors import SyntaxProblem
from tagfolk_dsl.tree import (
    Across,
    Aggregate,
    And,
    Anniversary,
    Arithmetic,
    Bare,
    Boolean,
    Burst,
    Change,
    Compare,
    Condition,
    DateAge,
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
    InRange,
    InSegment,
    Instant,
    Known,
    Matches,
    Member,
    Metric,
    Moment,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Occurs,
    Or,
    Overall,
    Rank,
    Sequence,
    Span,
    Step,
    Text,
    TopValues,
    Unit,
    Window,
    Windowed,
)

Parts = list[Any]
_COUNTED = {"days_with": Unit.DAY, "weeks_with": Unit.WEEK, "months_with": Unit.MONTH, "years_count": Unit.YEAR}
_ACROSS = frozenset(("count", "sum", "avg", "min", "max", "median", "stddev", "distinct"))


def spanned(parts: Parts) -> Span:
    """From the first part to the last."""
    first, last = parts[0].span, parts[-1].span
    return Span(first.file, first.line, first.column, last.end_line, last.end_column)


def metric(node: Node) -> Metric:
    """The node where a metric is due."""
    if isinstance(node, Bare):
        return node.metric
    if isinstance(node, Metric):
        return node
    raise SyntaxProblem(
        "T012",
        node.span,
        "a metric or a value is expected here, and this is a condition",
        "这里应是指标或值，而这是条件",
        "compare metrics, and join conditions with 'and'",
        "比较指标；条件用“且”连接",
    )


def condition(node: Node) -> Condition:
    """The node where a condition is due: a metric alone is one (the checker looks what it is)."""
    if isinstance(node, Burst) and cast(Any, node.within) is None:
        raise SyntaxProblem(
            "T003",
            node.span,
            f"'at least {node.at_least} {node.event}' needs a length such as 'within 24 hours'",
            f"“至少{node.at_least}次{node.event}”需要时长，例如“24小时内”",
        )
    if isinstance(node, FirstIn) and isinstance(node.window, Ever):
        raise SyntaxProblem(
            "T003",
            node.span,
            f"'first {node.event}' needs a time such as 'in 30 days'",
            f"“首次{node.event}”需要时间，例如“在近30天”",
        )
    if isinstance(node, Had) and node.at is None and node.window is None:
        raise SyntaxProblem(
            "T003",
            node.span,
            f"'had {node.tag}' needs a time such as '3 months ago' or 'in 12 months'",
            f"“曾有{node.tag}”需要时间，例如“3个月前”或“近12个月”",
        )
    if isinstance(node, Condition):
        return node
    if isinstance(node, (*LITERALS, Arithmetic, Negative)):
        raise SyntaxProblem(
            "T013",
            node.span,
            "a condition is expected here, and this is only a value",
            "这里应是条件，而这只是一个值",
            "compare it, as in 'purchases in 30 days >= 3'",
            "与某个值比较，例如“近30天购买次数 >= 3”",
        )
    return Bare(cast(Metric, node), span=node.span)


class Expressions(threading.local):
    """The callbacks of expressions. Parts are tokens and finished nodes, in the order of the text.

    Its state is that of one line and of one thread: Slack and the web page parse in several at once.
    """

    def __init__(self) -> None:
        self.begin(Names())

    def begin(self, names: Names) -> None:
        """A new line, with the names it may use."""
        self.names = names
        self.in_brackets: dict[int, Name] = {}
        """Names that stood alone in brackets: in effects they are metrics, bare ones are text."""

    # --- joining ------------------------------------------------------------------------------------------------

    def condition(self, parts: Parts) -> Condition:
        return condition(parts[0])

    def metric(self, parts: Parts) -> Metric:
        return metric(parts[0])

    def either(self, parts: Parts) -> Or:
        return Or(tuple(condition(part) for part in parts[::2]), span=spanned(parts))

    def both(self, parts: Parts) -> And:
        return And(tuple(condition(part) for part in parts[::2]), span=spanned(parts))

    def negated(self, parts: Parts) -> Not:
        return Not(condition(parts[1]), span=spanned(parts))

    # --- comparisons ---------------------------------------------------------------------------------------------

    def compare(self, parts: Parts) -> Compare:
        return Compare(metric(parts[0]), parts[1].value, metric(parts[2]), span=spanned(parts))

    def in_range(self, parts: Parts) -> InRange:
        low, high = ends(parts[1])
        return InRange(metric(parts[0]), low, high, span=spanned(parts))

    def between(self, parts: Parts) -> InRange:
        return InRange(metric(parts[0]), metric(parts[2]), metric(parts[4]), span=spanned(parts))

    def list(self, parts: Parts) -> tuple[Metric, ...]:
        return tuple(metric(part) for part in parts if not isinstance(part, Token))

    def member(self, parts: Parts) -> Member:
        return Member(metric(parts[0]), parts[3], parts[1].type == "NOT_IN", span=spanned(parts))

    def pattern(self, parts: Parts) -> Token:
        return cast(Token, parts[0])

    def like(self, parts: Parts) -> Matches:
        how, pattern = parts[1], parts[2]
        if (pattern.type == "REGEX") != (how.value == "matches") and not (
            how.value == "matches" and pattern.type == "TEXT"
        ):
            raise SyntaxProblem(
                "T003",
                pattern.span,
                f"after '{how.text}' comes "
                + ("a /regular expression/" if how.value == "matches" else "a quoted text"),
                f"“{how.text}”之后应是" + ("/正则表达式/" if how.value == "matches" else "引号中的文本"),
            )
        return Matches(metric(parts[0]), how.value, pattern.value, span=spanned(parts))

    def known(self, parts: Parts) -> Known:
        return Known(metric(parts[0]), parts[1].value, span=spanned(parts))

    def change(self, parts: Parts) -> Change:
        return Change(metric(parts[0]), *parts[1].value, span=spanned(parts))

    def date_age(self, parts: Parts) -> DateAge:
        return DateAge(metric(parts[0]), *parts[1].value, span=spanned(parts))

    def anniversary(self, parts: Parts) -> Anniversary:
        return Anniversary(metric(parts[0]), parts[1].value, span=spanned(parts))

    def anniversary_before(self, parts: Parts) -> Anniversary:
        return Anniversary(metric(parts[1]), parts[0].value, span=spanned(parts))

    # --- ranks ---------------------------------------------------------------------------------------------------

    def among(self, parts: Parts) -> Condition:
        return condition(parts[1])

    def rank(self, parts: Parts) -> Rank:
        return ranked(metric(parts[0]), parts[1], parts[2] if len(parts) > 2 else None, spanned(parts))

    def rank_by(self, parts: Parts) -> Rank:
        return ranked(metric(parts[1]), parts[0], parts[2] if len(parts) > 2 else None, spanned(parts))

    def rank_among(self, parts: Parts) -> Rank:
        return ranked(metric(parts[2]), parts[3], condition(parts[0]), spanned(parts))

    # --- sequences -----------------------------------------------------------------------------------------------

    def event(self, parts: Parts) -> Any:
        name = Name(parts[0].value, span=parts[0].span)
        return name if len(parts) == 1 else filtered(name, condition(parts[2]), parts[1].span)

    def limit(self, parts: Parts) -> Parts:
        return parts

    def step(self, parts: Parts) -> tuple[Step, Token | None, str | None]:
        """(the step, a second time that is the sequence's window, the matching property)."""
        then, rest = parts[0], parts[1:]
        negated = isinstance(rest[0], Token)
        event, _, where, _ = opened(rest[negated])
        directly, within = then.value
        window: Token | None = None
        of_first, without, matching = False, None, None
        for limit in rest[negated + 1 :]:
            word = limit[0]
            if word.type == "WITHOUT":
                name, _, unless, _ = opened(limit[1])
                without = (cast(str, name), unless)
            elif word.type == "MATCHING":
                matching = limit[1].value
            elif within is None:
                within, of_first = length_of(word), len(limit) > 1
            elif len(limit) > 1 and not of_first:
                of_first = True
            else:
                window = word
        span = join(then.span, rest[-1][-1].span if isinstance(rest[-1], list) else rest[-1].span)
        step = Step(cast(str, event), where, negated, directly, within, of_first, without, span=span)
        return step, window, matching

    def sequence(self, parts: Parts) -> Sequence:
        event, property_, where, window = opened(parts[0])
        if event is None or property_ is not None:
            raise SyntaxProblem(
                "T012",
                parts[0].span,
                "before 'then' stands an event",
                "“之后”前面应是事件",
                "as in 'visit then purchase within 7 days'",
                "例如“访问 后7天内 购买”",
            )
        steps = [part for part in parts if isinstance(part, tuple)]
        times = [parts[-1]] if isinstance(parts[-1], Token) else []
        times = [found for _, found, _ in steps if found is not None] + times
        matching = next((name for _, _, name in steps if name is not None), None)
        last = parts[-1] if isinstance(parts[-1], Token) else steps[-1][0]
        if len(steps) > 4:
            raise SyntaxProblem("T018", steps[4][0].span, "a sequence has at most 5 steps", "序列最多 5 步")
        for step, _, _ in steps[:-1]:
            if step.negated:
                raise SyntaxProblem("T001", step.span, "'then no' ends a sequence", "“后…未”只能是序列的最后一步")
        node: Any = Sequence(
            event,
            where,
            tuple(step for step, _, _ in steps),
            window or Ever(),
            matching,
            span=join(parts[0].span, last.span),
        )
        for time in times:
            node = timed(node, time)
        return cast(Sequence, node)

    # --- arithmetic ------------------------------------------------------------------------------------------------

    def arithmetic(self, parts: Parts) -> Arithmetic:
        return Arithmetic(_SIGNS[parts[1].value], metric(parts[0]), metric(parts[2]), span=spanned(parts))  # type: ignore[arg-type]

    def negative(self, parts: Parts) -> Negative:
        return Negative(metric(parts[1]), span=spanned(parts))

    def timed(self, parts: Parts) -> Node:
        return timed(parts[0], parts[1])

    def timed_before(self, parts: Parts) -> Node:
        return timed(parts[1], parts[0])

    def filtered(self, parts: Parts) -> Node:
        return filtered(parts[0], condition(parts[2]), parts[1].span)

    # --- primaries -----------------------------------------------------------------------------------------------

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


_SIGNS = {"+": "+", "-": "-", "*": "*", "/": "/", "×": "*", "÷": "/"}


def ends(word: Token) -> tuple[Metric | None, Metric | None]:
    """Both ends of a RANGE token."""
    low, high = (None if part is None else literal(part) for part in word.value)
    if low is None and high is None:
        raise SyntaxProblem(
            "T003", word.span, "a range has at least one end, as in '20..35'", "区间至少有一端，例如 20..35"
        )
    return low, high


def literal(word: Token) -> Metric:
    """A value as written, or a name."""
    if word.type == "NUMBER":
        return Number(word.value, word.text, span=word.span)
    if word.type == "NAME":
        return Name(word.value, span=word.span)
    kinds = {"TEXT": Text, "DATE": Day, "INSTANT": Instant, "BOOL": Boolean}
    return cast(Metric, kinds[word.type](word.value, span=word.span))


def how_many(word: Token) -> int:
    """The number of ``top 3 of``."""
    count = whole(word.value[1], "how many", "个数")
    if count < 1 or word.value[0] != "top":
        raise SyntaxProblem("T010", word.span, "there are at least one commonest values", "至少要取 1 个最常见的值")
    return count


def ranked(by: Metric, word: Token, among: Condition | None, span: Span) -> Rank:
    """``top 20%`` or ``top 100`` of a metric."""
    end, number = word.value
    if number.text[-1] in "%％":
        if not 0 < number.value <= 1:
            raise SyntaxProblem("T010", number.span, "a rank is between 0% and 100%", "排名比例应在 0% 与 100% 之间")
        return Rank(end, by, fraction=number.value, among=among, span=span)
    count = whole(number, "how many", "人数")
    if count < 1:
        raise SyntaxProblem("T010", number.span, "how many is at least 1", "人数至少为 1")
    return Rank(end, by, count=count, among=among, span=span)


__all__ = [
    "Expressions",
    "Parts",
    "Window",
    "Windowed",
    "condition",
    "ends",
    "literal",
    "metric",
    "ranked",
    "spanned",
    "twice",
]
