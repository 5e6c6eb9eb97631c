"""Metrics and conditions as text of the language: surface trees as the parser makes them, and resolved ones."""

from __future__ import annotations

from functools import singledispatchmethod

from tagfolk_dsl.formatter.levels import AND, LITERALS, NOT, POSTFIX, PRIMARY, PRODUCT, SUM, UNARY, ends_open
from tagfolk_dsl.formatter.pieces import Pieces
from tagfolk_dsl.formatter.words import bare, duration, percent, quoted, value, window, word
from tagfolk_dsl.tree import (
    Across,
    Aggregate,
    Always,
    And,
    Anniversary,
    Arithmetic,
    Attribute,
    Bare,
    Boolean,
    Bucket,
    Burst,
    Change,
    Compare,
    DateAge,
    DateIn,
    Day,
    DaysBetween,
    Dotted,
    Duration,
    Elapsed,
    EventTime,
    Ever,
    Fellows,
    Filtered,
    FirstIn,
    Had,
    Has,
    HasFor,
    InPeriods,
    InRange,
    InSegment,
    Instant,
    Known,
    Matches,
    Member,
    MethodColumn,
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
    Property,
    Rank,
    Sequence,
    Share,
    Step,
    TagValue,
    Text,
    TimePart,
    TopValues,
    Unit,
    Windowed,
)

_FELLOWS = {"some": "some_fellow", "every": "every_fellow", "no": "no_fellow"}
_COUNTED = {Unit.DAY: "天数", Unit.WEEK: "周数", Unit.MONTH: "月数", Unit.YEAR: "年数"}
_FUNCTION_KEYS = {"first": "first()", "last": "last()"}


class Writer(Pieces):
    """One method a node."""

    # --- metrics -------------------------------------------------------------------------------------------------

    @singledispatchmethod
    def write(self, node: Node) -> str:
        """The text of a node."""
        raise TypeError(f"no text for {type(node).__name__}")

    @write.register(Number)
    @write.register(Text)
    @write.register(Boolean)
    @write.register(Day)
    @write.register(Instant)
    def _literal(self, node: Metric) -> str:
        return str(value(node, self.language))

    @write.register(Name)
    @write.register(Attribute)
    @write.register(Property)
    def _name(self, node: Name | Attribute | Property) -> str:
        return node.name

    @write.register
    def _event_time(self, node: EventTime) -> str:
        return "time"

    @write.register
    def _dotted(self, node: Dotted) -> str:
        return f"{node.left}.{node.right}"

    @write.register
    def _column(self, node: MethodColumn) -> str:
        return f"{node.method}.{node.column}"

    @write.register
    def _tag_value(self, node: TagValue) -> str:
        return node.tag

    @write.register
    def _windowed(self, node: Windowed) -> str:
        if isinstance(node.window, Ever):
            return f"{self.key('ever')} {self.text(node.metric, POSTFIX)}"
        return self.text(node.metric, POSTFIX) + self.window(node.window)

    @write.register
    def _filtered(self, node: Filtered) -> str:
        return self.text(node.metric, POSTFIX) + self.where(node.where)

    @write.register
    def _aggregate(self, node: Aggregate) -> str:
        if node.function in ("days_with", "weeks_with", "months_with"):
            words = self.key(node.function)
            head = f"{node.event} {words}" if self.chinese else f"{words} {node.event}"
        else:
            inside = node.event if node.property is None else f"{node.event}.{node.property}"
            head = f"{self.key(_FUNCTION_KEYS.get(node.function, node.function))}({inside})"
        return head + self.where(node.where) + self.window(node.window)

    @write.register
    def _share(self, node: Share) -> str:
        part = node.part
        inside = part.event if part.function == "count" else f"{self.key(part.function)}({part.event}.{part.property})"
        return f"{self.key('share')}({inside}{self.where(part.where)})" + self.window(part.window)

    @write.register
    def _elapsed(self, node: Elapsed) -> str:
        since, count = node.since, _COUNTED.get(node.unit)
        units = f"{node.unit.value}s since "
        if isinstance(since, Moment):
            after = self.where(since.where) + self.window(since.window)
            if self.chinese and count:
                return f"{'距首次' if since.which == 'first' else '距上次'} {since.event} {count}{after}"
            return f"{units}{since.which} {since.event}{after}"
        if self.chinese and count and isinstance(since, (Name, Attribute)):
            return f"距 {since.name} {count}"
        return units + self.text(since, PRIMARY)

    @write.register
    def _days_between(self, node: DaysBetween) -> str:
        first = self.key("days_from_" + node.start.which)
        second = self.key("to_" + node.end.which)
        start, end = (one.event + self.where(one.where) for one in (node.start, node.end))
        return f"{first} {start} {second} {end}" + self.window(node.start.window)

    @write.register
    def _overall(self, node: Overall) -> str:
        return f"{self.key('overall')} {self.write(node.aggregate)}"

    @write.register
    def _across(self, node: Across) -> str:
        return f"{self.key('across')} {self.key(node.function)}({self.write(node.metric)})" + self.among(node.among)

    @write.register
    def _bucket(self, node: Bucket) -> str:
        salt = f", {quoted(node.salt)}" if node.salt else ""
        return f"{self.key('bucket')}({node.size}{salt})"

    @write.register
    def _part(self, node: TimePart) -> str:
        return f"{self.key(node.part)}({self.write(node.of)})"

    @write.register
    def _arithmetic(self, node: Arithmetic) -> str:
        level = SUM if node.operator in "+-" else PRODUCT
        left = f"({self.write(node.left)})" if ends_open(node.left) else self.text(node.left, level)
        return f"{left} {node.operator} {self.text(node.right, level + 1)}"

    @write.register
    def _negative(self, node: Negative) -> str:
        inner = self.text(node.operand, UNARY)
        return f"-({inner})" if isinstance(node.operand, Number) else f"-{inner}"

    @write.register
    def _top_values(self, node: TopValues) -> str:
        head = f"前{node.count}个 " if self.chinese else f"top {node.count} of "
        return f"{head}{node.event}.{node.property}" + self.where(node.where) + self.window(node.window)

    # --- conditions ----------------------------------------------------------------------------------------------

    @write.register
    def _bare(self, node: Bare) -> str:
        return self.write(node.metric)

    @write.register
    def _and(self, node: And) -> str:
        return f" {self.key('and')} ".join(self.text(item, NOT) for item in node.items)

    @write.register
    def _or(self, node: Or) -> str:
        return f" {self.key('or')} ".join(self.text(item, AND) for item in node.items)

    @write.register
    def _not(self, node: Not) -> str:
        return f"{self.key('not')} {self.text(node.item, NOT)}"

    @write.register
    def _always(self, node: Always) -> str:
        return self.key("otherwise")

    @write.register
    def _occurs(self, node: Occurs) -> str:
        after = node.event + self.where(node.where) + self.window(node.window)
        if node.mode == "some":
            return f"{self.key('ever')} {after}" if isinstance(node.window, Ever) else after
        return f"{self.key(node.mode)} {after}"

    @write.register
    def _first_in(self, node: FirstIn) -> str:
        return f"{self.key('first')} {node.event}" + self.where(node.where) + self.window(node.window)

    @write.register
    def _in_periods(self, node: InPeriods) -> str:
        event = node.event + self.where(node.where)
        if self.chinese:
            whole, part = (duration(Duration(count, node.unit), "zh") for count in (node.of, node.at_least))
            return f"{event} 近{whole}中至少{part}"
        return f"{event} in at least {node.at_least} of the last {duration(Duration(node.of, node.unit), 'en')}"

    @write.register
    def _compare(self, node: Compare) -> str:
        return f"{self.operand(node.left)} {node.operator} {self.text(node.right, SUM)}"

    @write.register
    def _in_range(self, node: InRange) -> str:
        metric = self.operand(node.metric)
        if metric[-1] in "0123456789" or (ends_open(node.metric) and metric[-1] != ")"):
            metric = f"({metric})"  # "… where a = 2 ..6" would be a range from 2
        if all(end is None or isinstance(end, (*LITERALS, Name)) for end in (node.low, node.high)):
            return f"{metric} {self.range(node)}"
        if node.low is None or node.high is None:
            end = node.high if node.low is None else node.low
            return f"{metric} {'<=' if node.low is None else '>='} {self.text(end, SUM)}" if end else metric
        return f"{metric} between {self.text(node.low, SUM)} and {self.text(node.high, SUM)}"

    def range(self, node: InRange) -> str:
        """``20..35``."""
        low, high = ("" if end is None else self.write(end) for end in (node.low, node.high))
        return f"{low}..{high}"

    @write.register
    def _member(self, node: Member) -> str:
        listed = ", ".join(self.write(item) for item in node.values)
        if self.chinese:
            return f"{self.operand(node.metric)} {self.key('not_member' if node.negated else 'member')} ({listed})"
        return f"{self.operand(node.metric)} {'not in' if node.negated else 'in'} ({listed})"

    @write.register
    def _matches(self, node: Matches) -> str:
        pattern = "/" + node.pattern.replace("/", "\\/") + "/" if node.how == "matches" else quoted(node.pattern)
        return f"{self.operand(node.metric)} {self.key(node.how)} {pattern}"

    @write.register
    def _known(self, node: Known) -> str:
        return f"{self.operand(node.metric)} {self.key('known' if node.known else 'missing')}"

    @write.register
    def _date_in(self, node: DateIn) -> str:
        return self.text(node.metric, POSTFIX) + " " + window(node.window, self.language)

    @write.register
    def _date_age(self, node: DateAge) -> str:
        length, metric = duration(node.length, self.language), self.operand(node.metric)
        if self.chinese:
            return f"{metric} {'超过' if node.how == 'more' else '少于'}{length}前"
        return f"{metric} {node.how} than {length} ago"

    @write.register
    def _anniversary(self, node: Anniversary) -> str:
        return f"{self.operand(node.metric)} {window(node.window, self.language)}"

    @write.register
    def _change(self, node: Change) -> str:
        space = "" if self.chinese else " "
        return f"{self.operand(node.metric)} {self.key(node.how)}{space}{percent(node.fraction)}"

    def rank(self, node: Rank) -> str:
        """``top 20%`` without its metric."""
        much = str(node.count) if node.fraction is None else percent(node.fraction)
        if self.chinese:
            return f"{'前' if node.end == 'top' else '后'}{much}{'名' if node.fraction is None else ''}"
        return f"{node.end} {much}"

    @write.register
    def _rank(self, node: Rank) -> str:
        metric = f"({self.write(node.metric)})" if isinstance(node.metric, Across) else self.operand(node.metric)
        if self.chinese:
            return f"{metric} {self.rank(node)}" + self.among(node.among)
        return f"{self.rank(node)} by {metric}" + self.among(node.among)

    @write.register
    def _sequence(self, node: Sequence) -> str:
        parts = [node.event + self.where(node.where)]
        for index, step in enumerate(node.steps):
            parts.append(self._step(step, node.matching if index == 0 else None))
        return " ".join(parts) + self.window(node.window)

    def _step(self, step: Step, matching: str | None) -> str:
        length = None if step.within is None else duration(step.within, self.language)
        early = self.chinese and length and not step.directly and not step.of_first
        then = self.key("directly" if step.directly else "then")
        parts = [f"后{length}内" if early else then]
        if step.negated:
            parts.append(self.key("no"))
        parts.append(step.event + self.where(step.where))
        if step.without is not None:
            parts.append(f"{self.key('without')} {step.without[0]}{self.where(step.without[1])}")
        if matching is not None:
            parts.append(f"{self.key('matching')} {matching}")
        if length and not early:
            parts.append(f"{length}内" if self.chinese else f"within {length}")
            if step.of_first:
                parts.append(self.key("of_first"))
        return " ".join(parts)

    @write.register
    def _burst(self, node: Burst) -> str:
        length = duration(node.within, self.language)
        if self.chinese:
            return f"至少{node.at_least}次 {node.event}{self.where(node.where)} {length}内" + self.window(node.window)
        return f"at least {node.at_least} {node.event}{self.where(node.where)} within {length}" + self.window(
            node.window
        )

    @write.register
    def _fellows(self, node: Fellows) -> str:
        return f"{self.key(_FELLOWS[node.quantifier])} {node.attribute} ({self.write(node.condition)})"

    @write.register
    def _has(self, node: Has) -> str:
        has = "带有" if self.chinese else "has"
        return f"{self.key('lacks') if node.negated else has} {word(node.tag)}"

    @write.register
    def _has_for(self, node: HasFor) -> str:
        length = duration(node.length, self.language)
        return f"已有 {word(node.tag)} {length}" if self.chinese else f"has {word(node.tag)} for {length}"

    @write.register
    def _had(self, node: Had) -> str:
        head = f"{self.key('had')} {word(node.tag)}"
        if node.at is not None:
            return f"{head} {duration(node.at, self.language)}{'前' if self.chinese else ' ago'}"
        return f"{head} {window(node.window, self.language)}" if node.window is not None else head

    @write.register
    def _in_segment(self, node: InSegment) -> str:
        return f"{self.key('in_segment')} {word(node.segment)}"

    # --- what is granted -----------------------------------------------------------------------------------------

    def granted(self, node: Metric) -> str:
        """The value of an effect or band: bare text, a literal, a metric with its time, anything else in brackets."""
        if isinstance(node, Text):
            return bare(node.value)
        if isinstance(node, (*LITERALS, Aggregate, TopValues, Windowed)):
            return self.write(node)
        return f"({self.write(node)})"
