"""Times in words: durations and windows are flat phrases, so the lexer reads them whole and hands on one token."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tagfolk_dsl.keywords import UNITS
from tagfolk_dsl.lexer.token import Token, join
from tagfolk_dsl.syntax_errors import SyntaxProblem, nearest
from tagfolk_dsl.tree import Ago, Before, Between, Duration, Ever, Last, Next, Period, Since, Unit, Window

Found = tuple[str, object, int]
"""Token type (WINDOW, WITHIN, DURATION, AGO, NEXT, PERIODS), its value, the index after it."""

PERIODS = {
    "this year": (Unit.YEAR, 0),
    "this quarter": (Unit.QUARTER, 0),
    "this month": (Unit.MONTH, 0),
    "this week": (Unit.WEEK, 0),
    "today": (Unit.DAY, 0),
    "last year": (Unit.YEAR, 1),
    "last quarter": (Unit.QUARTER, 1),
    "last month": (Unit.MONTH, 1),
    "last week": (Unit.WEEK, 1),
    "yesterday": (Unit.DAY, 1),
}
_SINGULAR = {unit.value: unit for unit in Unit}
_MOMENTS = ("DATE", "INSTANT")


class Times:
    """Reads times out of the words of one line or statement. Each method gives None where its phrase does not begin."""

    def __init__(self, words: Sequence[Token], end: Token) -> None:
        self.words = words
        self.end = end
        self.count = len(words)

    def at(self, index: int) -> Token:
        """The word at an index; after the last one, the end."""
        return self.words[index] if index < self.count else self.end

    def key(self, index: int) -> str:
        """The keyword at an index, or empty."""
        return self.words[index].key if index < self.count else ""

    def duration(self, index: int) -> tuple[Duration, int] | None:
        """``6 months`` at an index."""
        number, unit = self.at(index), self.at(index + 1)
        if number.type != "NUMBER" or unit.type != "WORD":
            return None
        known = UNITS.get(unit.text) or (UNITS.get(unit.text.lower()) if unit.text.isascii() else None)
        if known is None:
            return None
        if number.value != int(number.value) or number.value > 100_000 or number.text[-1] in "%％":
            raise SyntaxProblem(
                "T005",
                number.span,
                f"'{number.text} {unit.text}' is no length of time",
                f"“{number.text}{unit.text}”不是时长",
                "write a whole number of units",
                "写成整数个单位",
            )
        return Duration(int(number.value), known, span=join(number.span, unit.span)), index + 2

    def begin(self, index: int) -> Found | None:
        """The time that begins at an index, if one does."""
        word = self.at(index)
        if word.type == "NUMBER":
            return self._from_duration(index)
        if word.type in _MOMENTS:
            return self._from_moment(index)
        reader = _READERS.get(word.key)
        return reader(self, index) if reader else None

    def window(self, index: int, node: Window, stop: int, type_: str = "WINDOW") -> Found:
        """A finished window from ``index`` to before ``stop``, with its span."""
        span = join(self.at(index).span, self.at(stop - 1).span)
        object.__setattr__(node, "span", span)
        return type_, node, stop

    def expected(self, index: int, after: Token) -> SyntaxProblem:
        """The error for a word at ``index`` that is no time, where one must come after ``after``."""
        found = self.at(index)
        if found.type == "NUMBER" and self.at(index + 1).type == "WORD":
            return self.bad_unit(index)
        near = nearest(found.text, ("last", "this", "next", "segment", *_SINGULAR)) if found.type == "WORD" else None
        hint = f"did you mean '{near}'?" if near else ""
        return SyntaxProblem(
            "T004",
            found.span,
            f"after '{after.text}' comes a time such as '30 days'",
            f"“{after.text}”之后应是时间，例如“30天”",
            hint,
            f"是不是“{near}”？" if near else "",
            near,
        )

    def bad_unit(self, index: int) -> SyntaxProblem:
        """The error for ``30 dyas``."""
        number, word = self.at(index), self.at(index + 1)
        near = nearest(word.text, UNITS)
        return SyntaxProblem(
            "T005",
            word.span,
            f"unknown unit of time '{word.text}' after {number.text}",
            f"{number.text} 之后的“{word.text}”不是时间单位",
            f"did you mean '{near}'?" if near else "units: second, minute, hour, day, week, month, quarter, year",
            f"是不是“{near}”？" if near else "单位：秒、分钟、小时、天、周、个月、季度、年",
            near,
        )

    # --- what may begin a time ---------------------------------------------------------------------------------

    def _from_duration(self, index: int) -> Found | None:
        if (length := self.duration(index)) is None:
            return None
        node, stop = length
        key = self.key(stop)
        if key == "inside":
            return self.window(index, Last(node), stop + 1, "WITHIN")
        if key == "ago":
            return "AGO", node, stop + 1
        if key == "front":
            if self.key(stop + 1) == "to" and (other := self.duration(stop + 2)) and self.key(other[1]) == "front":
                return self.window(index, Ago(node, other[0]), other[1] + 1)
            return "AGO", node, stop + 1
        if key == "to" and (other := self.duration(stop + 1)) and self.key(other[1]) == "front":
            return self.window(index, Ago(node, other[0]), other[1] + 1)
        return "DURATION", node, stop

    def _from_moment(self, index: int) -> Found | None:
        start = self.at(index)
        if self.key(index + 1) == "zh_before":
            return self.window(index, Before(start.value), index + 2)
        if self.key(index + 1) == "to" and self.at(index + 2).type == "DATE" and start.type == "DATE":
            return self.window(index, Between(start.value, self.at(index + 2).value), index + 3)
        return None

    def _in(self, index: int) -> Found | None:
        """``in``, ``within``, 在 and 近: what follows decides."""
        word = self.at(index)
        stop = index + 1
        if self.key(stop) == "the":
            stop += 1
        key = self.key(stop)
        if key == "next":
            return self._next(index, stop + 1)
        if key in ("last", "past") and self.key(stop - 1) == "the" and (unit := _SINGULAR.get(self.at(stop + 1).text)):
            one = Duration(1, unit, span=self.at(stop + 1).span)
            return self.window(index, Last(one), stop + 2)  # 'last month' alone is the calendar's
        if (period := self._period(stop)) is not None:
            return self.window(index, period[0], period[1])
        plain = True
        if key in ("last", "past", "recent"):
            stop, plain = stop + 1, False
        if (length := self.duration(stop)) is None:
            return self._day(index, stop) if word.key == "at" else None
        node, after = length
        if self.key(after) == "mid" or (self.key(after) == "inside" and self.key(after + 1) == "ge"):
            found = self._mid(index, node, after + 1)
            if found:
                return found
        if word.key in ("recent", "at") and self.key(after) == "front" and self.key(after + 1) == "to":
            return self._from_duration(stop)
        if self.key(after) == "inside":
            after += 1
        return self.window(index, Last(node), after, "WITHIN" if word.key == "within" and plain else "WINDOW")

    def _mid(self, index: int, whole: Duration, stop: int) -> Found | None:
        """近5周中至少3周."""
        if self.key(stop) == "ge" and (part := self.duration(stop + 1)) and part[0].unit is whole.unit:
            return "PERIODS", (part[0].amount, whole.amount, whole.unit), part[1]
        return None

    def _day(self, index: int, stop: int) -> Found | None:
        day = self.at(stop)
        if day.type == "DATE":
            if (found := self._from_moment(stop)) is not None:
                return found
            return self.window(index, Between(day.value, day.value), stop + 1)
        if day.type == "INSTANT":
            return self._from_moment(stop)
        found = self.begin(stop)
        return found if found and found[0] in ("WINDOW", "WITHIN", "NEXT", "PERIODS") else None

    def _next(self, index: int, stop: int) -> Found:
        if (length := self.duration(stop)) is None:
            raise self.expected(stop, self.at(stop - 1))
        after = length[1] + (self.key(length[1]) == "inside")
        return self.window(index, Next(length[0]), after, "NEXT")

    def _zh_next(self, index: int) -> Found | None:
        return self._next(index, index + 1) if self.at(index).text == "未来" else None

    def _period(self, index: int) -> tuple[Period, int] | None:
        key = self.key(index)
        if key in PERIODS:
            return Period(*PERIODS[key]), index + 1
        if key in ("this", "last"):
            unit = _SINGULAR.get(self.at(index + 1).text)
            if unit is not None and unit.value not in ("second", "minute", "hour"):
                return Period(unit, 0 if key == "this" else 1), index + 2
        return None

    def _named_period(self, index: int) -> Found | None:
        if (period := self._period(index)) is not None:
            return self.window(index, period[0], period[1])
        if self.key(index) == "last" and (length := self.duration(index + 1)) is not None:
            return self.window(index, Last(length[0]), length[1])
        return None

    def _since(self, index: int) -> Found | None:
        start = self.at(index + 1)
        if start.type not in _MOMENTS:
            return None
        stop = index + 2
        if self.key(stop) == "to" and self.at(stop + 1).type == "DATE" and start.type == "DATE":
            return self.window(index, Between(start.value, self.at(stop + 1).value), stop + 2)
        if self.key(stop) == "since_end":
            stop += 1
        return self.window(index, Since(start.value), stop)

    def _before(self, index: int) -> Found | None:
        end = self.at(index + 1)
        return self.window(index, Before(end.value), index + 2) if end.type in _MOMENTS else None

    def _between(self, index: int) -> Found | None:
        start, end = self.at(index + 1), self.at(index + 3)
        if start.type != "DATE" or self.key(index + 2) != "and" or end.type != "DATE":
            return None
        return self.window(index, Between(start.value, end.value), index + 4)

    def _on(self, index: int) -> Found | None:
        day = self.at(index + 1)
        return (
            self.window(index, Between(day.value, day.value), index + 2)
            if isinstance(day.value, date) and (day.type == "DATE")
            else None
        )

    def _from(self, index: int) -> Found | None:
        """``from 6 to 3 months ago``, ``from 1 year to 7 days ago``."""
        start, stop = self.duration(index + 1), index + 2
        if start is not None:
            stop = start[1]
        elif self.at(index + 1).type != "NUMBER":
            return None
        if self.key(stop) != "to":
            if start is None and self.at(stop).type == "WORD":
                raise self.bad_unit(index + 1)
            return None
        end = self.duration(stop + 1)
        if end is None:
            raise self.expected(stop + 1, self.at(stop))
        if self.key(end[1]) not in ("ago", "front"):
            found = self.at(end[1])
            raise SyntaxProblem(
                "T004",
                found.span,
                "a time with 'from … to …' ends in 'ago', as in 'from 6 to 3 months ago'",
                "“from … to …”以“ago”结尾，例如“from 6 to 3 months ago”",
            )
        first = start[0] if start else self._counted(index + 1, end[0].unit)
        return self.window(index, Ago(first, end[0]), end[1] + 1)

    def _counted(self, index: int, unit: Unit) -> Duration:
        number = self.at(index)
        if number.value != int(number.value) or number.value > 100_000:
            raise self.bad_unit(index)
        return Duration(int(number.value), unit, span=number.span)

    def _ever(self, index: int) -> Found | None:
        return self.window(index, Ever(), index + 1)


_READERS = {
    "in": Times._in,
    "within": Times._in,
    "at": Times._in,
    "recent": Times._in,
    "last": Times._named_period,
    "this": Times._named_period,
    "since": Times._since,
    "before": Times._before,
    "between": Times._between,
    "on": Times._on,
    "from": Times._from,
    "ever": Times._ever,
    "next": Times._zh_next,
    **dict.fromkeys(PERIODS, Times._named_period),
}
