"""Second stage of the lexer, where an operand is due: names, calls, times, what begins a condition."""

from __future__ import annotations

from tagfolk_dsl.keywords import FUNCTIONS, UNITS
from tagfolk_dsl.lexer.phrasing import Phrasing
from tagfolk_dsl.lexer.tables import COMPARISONS, LITERALS, MOMENT, TWO_WORDS
from tagfolk_dsl.syntax_errors import SyntaxProblem
from tagfolk_dsl.tree import Unit

_SINCE_UNITS = frozenset((Unit.DAY, Unit.WEEK, Unit.MONTH, Unit.QUARTER, Unit.YEAR))


class Operands(Phrasing):
    """One method a keyword that may begin an operand; each gives the index after what it has read."""

    def _call(self, at: int) -> int | None:
        word = self.words[at]
        if self.at(at + 1).type != "(":
            return None
        key = {"first()": "first", "last()": "last", "unit": "hour" if word.text in ("hour", "小时") else "unit"}.get(
            word.key, word.key
        )
        if word.text == "month" or key == "months_with":
            key = "month"
        return self.put("FUNC", key, at, at + 1) if key in FUNCTIONS and not word.known else None

    def _function(self, at: int) -> int:
        return self._call(at) or self._name(at)

    def _begin_time(self, at: int) -> int:
        called = self._call(at)
        if called:
            return called
        found = self.begin(at)
        if found is not None:
            return self._time(at, found)
        key = self.key(at)
        if key in MOMENT:
            return self._moment(at)
        if key == "ever" and self._is_word(at + 1):
            return self.put("WINDOW", None, at, at + 1)
        if key == "in" and self.key(at + 1) == "segment":
            return self.put("INSEGMENT", None, at, at + 2)
        if key == "at" and self.key(at + 1) == "least" and self.at(at + 2).type == "NUMBER":
            return self._burst(at, at + 2)
        if key in ("in", "within", "since", "before", "recent") and not self.words[at].known:
            raise self.expected(at + 1, self.words[at])
        return self._name(at)

    def _burst(self, at: int, number: int) -> int:
        stop = number + 1
        if self.key(stop) == "times":
            stop += 1
        return self.put("BURST", self.words[number], at, stop)

    def _zh_at_least(self, at: int) -> int:
        if self.key(at) == "ge" and self.at(at + 1).type == "NUMBER" and self._follows_event(at + 2):
            return self._burst(at, at + 1)
        return self._compare_band(at)

    def _follows_event(self, at: int) -> bool:
        return self.key(at) == "times" or self._is_word(at)

    def _compare_band(self, at: int) -> int:
        """A comparison without its left side, as in the bands of a classify."""
        if (self.out and self.out[-1].type in ("COMPARE", "NAME", "EQ")) or self.at(at + 1).type not in LITERALS:
            return self._boolean_or_name(at)
        return self.put("COMPARE", COMPARISONS[self.key(at)], at, at + 1)

    def _boolean_or_name(self, at: int) -> int:
        if self.words[at].text == "是":
            return self.put("BOOL", True, at, at + 1)
        return self._name(at)

    def _two_word_band(self, at: int) -> int:
        operator = TWO_WORDS.get((self.key(at), self.key(at + 1)))
        if operator and self.at(at + 2).type in LITERALS:
            return self.put("COMPARE", operator, at, at + 2)
        return self._name(at)

    def _moment(self, at: int) -> int:
        if self._is_word(at + 1) or self.at(at + 1).text in self.names.events:
            if self.key(at) == "first":
                return self.put("FIRST", None, at, at + 1)
            raise SyntaxProblem(
                "T001",
                self.words[at].span,
                "only 'first' asks for one event; for the last use 'days since last …'",
                "只有“首次”可以单独使用；最近一次用“距上次…天数”",
            )
        return self._name(at)

    def _yes(self, at: int) -> int:
        compared = bool(self.out) and self.out[-1].type in ("COMPARE", "EQ")
        return self.put("BOOL", True, at, at + 1) if compared or not self._is_word(at + 1) else self._name(at)

    def _zh_no_value(self, at: int) -> int:
        return self.put("BOOL", False, at, at + 1)

    def _no(self, at: int) -> int:
        if self.key(at + 1) == "customer" and self.key(at + 2) == "of":
            return self.put("FELLOWS", "no", at, at + 3)
        last = self.out[-1].type if self.out else ""
        event = self.at(at + 1).text in self.names.events  # 'outcome = no purchase' of a method's argument
        if last in ("COMPARE", "EQ") and not event and (self.words[at].text == "no" or not self._is_word(at + 1)):
            return self.put("BOOL", False, at, at + 1) if self.words[at].text == "no" else self._name(at)
        if self._is_word(at + 1):
            return self.put("NO", None, at, at + 1)
        if self.words[at].text == "no" and not self.words[at].known:
            value = self.at(at + 1).type in ("$END", ",", ")") or last == "COMMA"
            return self.put("BOOL" if value else "NO", False, at, at + 1)
        return self._name(at)

    def _zh_no(self, at: int) -> int:
        """没有: before an event 'no', before a tag 'lacks'; a time before it shows that an event is meant."""
        event = self.at(at + 1).text in self.names.events or (
            bool(self.out) and self.out[-1].type in ("WINDOW", "WITHIN")
        )
        return self.put("NO" if event else "LACKS", None, at, at + 1)

    def _never(self, at: int) -> int:
        return self.put("NO", None, at, at + 1)

    def _every(self, at: int) -> int:
        if self.key(at + 1) == "customer" and self.key(at + 2) == "of":
            return self.put("FELLOWS", "every", at, at + 3)
        return self.put("EVERY", None, at, at + 1) if self._is_word(at + 1) else self._name(at)

    def _fellow(self, at: int) -> int:
        which = {"some_fellow": "some", "every_fellow": "every", "no_fellow": "no"}.get(self.key(at))
        if which:
            return self.put("FELLOWS", which, at, at + 1)
        if self.words[at].text == "some" and self.key(at + 1) == "customer" and self.key(at + 2) == "of":
            return self.put("FELLOWS", "some", at, at + 3)
        return self._name(at)

    def _has(self, at: int) -> int:
        following = self.at(at + 1)
        if self.words[at].known and following.type != "WORD":
            return self._name(at)
        if self.words[at].text in ("有",) and following.text in self.names.events:
            return self.put("SOME", None, at, at + 1)
        type_ = {"has": "HAS", "lacks": "LACKS", "had": "HAD", "has_for": "HASFOR"}[self.key(at)]
        return self._tag_after(at, type_)

    def _tag_after(self, at: int, type_: str) -> int:
        following = self.at(at + 1)
        if following.key in ("is", "in", "eq", "ne") and not following.known:
            return self._name(at)
        self.put(type_, None, at, at + 1)
        if following.type == "WORD" and (following.known or following.key not in ("and", "or", "arrow")):
            following.type = "NAME"
            self.out.append(following)
            return at + 2
        return at + 1

    def _not(self, at: int) -> int:
        return self.put("NOT", None, at, at + 1)

    def _top(self, at: int) -> int:
        number = self.at(at + 1)
        end = "top" if self.key(at) in ("top", "front") else "bottom"
        if number.type != "NUMBER":
            return self._name(at) if self.operand else self._stray(at)
        stop = at + 2
        key = self.key(stop)
        if key in ("by", "of") and self.words[stop].text != "按" and self.key(at) in ("top", "bottom"):
            return self.put("RANKBY" if key == "by" else "TOPOF", (end, number), at, stop + 1)
        if key == "pieces":
            return self.put("TOPOF" if self.operand else "TOPOF_AFTER", (end, number), at, stop + 1)
        return self.put("RANK", (end, number), at, stop + (key == "places"))

    def _days(self, at: int) -> int:
        """``days with``, ``days since last``, ``days from first``: a unit of time as an operand."""
        called = self._call(at)
        if called:
            return called
        key = self.key(at + 1)
        text = self.words[at].text
        if key == "with" and self._is_word(at + 2) and text in ("days", "weeks", "months"):
            return self.put("DAYSWITH", text + "_with", at, at + 2)
        if key == "since" and UNITS[text] in _SINCE_UNITS:
            which = MOMENT.get(self.key(at + 2))
            if which and self._is_word(at + 3) and self.at(at + 3).type == "WORD":
                return self.put("SINCE_MOMENT", (UNITS[text], which), at, at + 3)
            if self._is_word(at + 2) or self.at(at + 2).type == "(":
                return self.put("SINCE", UNITS[text], at, at + 2)
        if key == "from" and text == "days" and self.key(at + 2) in MOMENT:
            return self.put("DAYS_FROM", MOMENT[self.key(at + 2)], at, at + 3)
        return self._name(at)

    def _zh_since(self, at: int) -> int:
        which = {"since_last": "last", "since_first": "first"}.get(self.key(at))
        return self.put("ZH_SINCE", which, at, at + 1)

    def _zh_from(self, at: int) -> int:
        return self.put("DAYS_FROM", self.key(at).removeprefix("days_from_"), at, at + 1)

    def _overall(self, at: int) -> int:
        return self.put("OVERALL", None, at, at + 1) if self._is_word(at + 1) else self._name(at)

    def _across(self, at: int) -> int:
        if self.words[at].text == "across":
            return self.put("ACROSS", None, at, at + 2) if self.key(at + 1) == "customers" else self._name(at)
        return self.put("ACROSS", None, at, at + 1)

    def _otherwise(self, at: int) -> int:
        alone = self.at(at + 1).type == "->" or self.key(at + 1) == "arrow"
        return self.put("OTHERWISE", None, at, at + 1) if alone and not self.out else self._name(at)

    def _zh_segment(self, at: int) -> int:
        return self.put("INSEGMENT", None, at, at + 1)

    def _withhold(self, at: int) -> int:
        return self.put("NOT", None, at, at + 1)

    def _zh_time(self, at: int) -> int:
        word = self.words[at]
        if not word.known:
            word.value = "time"
        return self._name(at)
