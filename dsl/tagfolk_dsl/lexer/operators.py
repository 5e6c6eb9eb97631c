"""Second stage of the lexer, where an operand has ended: comparisons, times, steps, what joins."""

from __future__ import annotations

from tagfolk_dsl.lexer.operands import Operands
from tagfolk_dsl.lexer.tables import COMPARISONS, MOMENT, TWO_WORDS
from tagfolk_dsl.syntax_errors import SyntaxProblem

SIMPLE = {
    "where": "WHERE", "without": "WITHOUT", "matching": "MATCHING", "by": "BY", "when": "WHEN",
    "forever": "FOREVER", "replacing": "REPLACING", "as": "AS", "member": "IN", "not_member": "NOT_IN",
}  # fmt: skip
"""Keywords that are one token as they stand."""


class Operators(Operands):
    """One method a keyword that may follow an operand; each gives the index after what it has read."""

    def _and_or(self, at: int) -> int:
        return self.put("AND" if self.key(at) == "and" else "OR", None, at, at + 1)

    def _simple(self, at: int) -> int:
        return self.put(SIMPLE[self.key(at)], self.words[at].text, at, at + 1)

    def _is(self, at: int) -> int:
        """``is``, ``is not``, ``is missing``, ``is at least``, ``is in (…)``; in Chinese 是 and 不是."""
        stop = at + 1
        negated = self.key(stop) == "not"
        stop += negated
        key = self.key(stop)
        if key in ("missing", "known") and not self.words[stop].known:
            return self.put("KNOWN", (key == "known") != negated, at, stop + 1)
        if key == "in" and self.at(stop + 1).type == "(":
            return self.put("NOT_IN" if negated else "IN", None, at, stop + 1)
        if not negated:
            if operator := TWO_WORDS.get((key, self.key(stop + 1))):
                return self._age(at, stop + 2, operator)
            if key in ("over", "under"):
                return self.put("COMPARE", COMPARISONS[key], at, stop + 1)
        return self.put("COMPARE", "!=" if negated else "=", at, stop)

    def _compare(self, at: int) -> int:
        key = self.key(at)
        if self.effects and key == "eq":
            self.effects = False
            return self.put("EQ", "=", at, at + 1)
        return self._age(at, at + 1, COMPARISONS[key])

    def _age(self, at: int, stop: int, operator: str) -> int:
        """A comparison; with a time 'ago' after it the age of a date."""
        if operator in "><" and (length := self.duration(stop)) and self.key(length[1]) in ("ago", "front"):
            return self.put("DATEAGE", ("more" if operator == ">" else "less", length[0]), at, length[1] + 1)
        return self.put("COMPARE", operator, at, stop)

    def _two_words(self, at: int) -> int:
        operator = TWO_WORDS.get((self.key(at), self.key(at + 1)))
        if operator is None:
            found = self.begin(at) if self.key(at) == "at" else None
            return self._time(at, found) if found else self._stray(at)
        return self._age(at, at + 2, operator)

    def _after_time(self, at: int) -> int:
        """``in``, ``within``, ``since`` …: a time, a list, a segment, a range."""
        key = self.key(at)
        if key == "in" and self.at(at + 1).type == "(":
            return self.put("IN", None, at, at + 1)
        if key == "in" and (periods := self._periods(at)):
            return periods
        if key == "between" and self.begin(at) is None:
            return self.put("BETWEEN", None, at, at + 1)
        found = self.begin(at)
        if found is not None:
            return self._time(at, found)
        if key == "ever":
            return self._time(at, self._ever(at))  # type: ignore[arg-type]
        if key == "in":
            low, stop = self._end_of_range(at + 1)
            if low is not None and self.at(stop).type == "..":
                return self._range(at, stop - 1, low)
            if self.key(at + 1) == "segment" and self.out and self.out[-1].type == "NOT":
                return self.put("INSEGMENT", None, at, at + 2)
        if key == "at":
            return self._stray(at)
        raise self.expected(at + 1, self.words[at])

    def _periods(self, at: int) -> int | None:
        """``in at least 3 of the last 5 weeks``."""
        if (self.key(at + 1), self.key(at + 2)) != ("at", "least"):
            return None
        number, stop = self.at(at + 3), at + 4
        if number.type != "NUMBER" or self.key(stop) != "of":
            raise self.expected(at + 3 if number.type != "NUMBER" else stop, self.words[at])
        stop += 1
        stop += self.key(stop) == "the"
        stop += self.key(stop) == "last"
        length = self.duration(stop)
        if length is None:
            raise self.expected(stop, self.words[stop - 1])
        if number.value != int(number.value):
            raise self.bad_unit(at + 3)
        return self.put("PERIODS", (int(number.value), length[0].amount, length[0].unit), at, length[1])

    def _not_in(self, at: int) -> int:
        if self.key(at + 1) in ("in", "member") and self.at(at + 2).type == "(":
            return self.put("NOT_IN", None, at, at + 2)
        return self.put("NOT", None, at, at + 1)

    def _known(self, at: int) -> int:
        return self.put("KNOWN", self.key(at) == "known", at, at + 1)

    def _like(self, at: int) -> int:
        key = self.key(at)
        stop = at + 1
        if key in ("starts", "ends") and self.key(stop) == "with":
            stop += 1
        return self.put("LIKE", key, at, stop)

    def _change(self, at: int) -> int:
        number, stop = self.at(at + 1), at + 2
        if self.key(at + 1) == "by":
            number, stop = self.at(at + 2), at + 3
        if number.type != "NUMBER" or number.text[-1] not in "%％":
            raise SyntaxProblem(
                "T003",
                number.span,
                f"after '{self.words[at].text}' comes a percentage such as '50%'",
                f"“{self.words[at].text}”之后应是百分比，例如“50%”",
            )
        return self.put("CHANGE", (self.key(at), number.value), at, stop)

    def _then(self, at: int) -> int:
        if self.key(at) == "directly" and self.words[at].text == "directly":
            if self.key(at + 1) != "then":
                return self._stray(at)
            return self.put("THEN", (True, None), at, at + 2)
        if self.words[at].text == "后":
            number = self.at(at + 1)
            if (length := self.duration(at + 1)) and self.key(length[1]) == "inside":
                return self.put("THEN", (False, length[0]), at, length[1] + 1)
            if number.type == "NUMBER":
                return self._top(at)
        return self.put("THEN", (self.key(at) == "directly", None), at, at + 1)

    def _of(self, at: int) -> int:
        if self.words[at].text == "of" and self.key(at + 1) == "the" and self.key(at + 2) == "first":
            return self.put("OF_FIRST", None, at, at + 3)
        return self._stray(at)

    def _of_first(self, at: int) -> int:
        return self.put("OF_FIRST", None, at, at + 1)

    def _to(self, at: int) -> int:
        which = {"to_first": "first", "to_last": "last"}.get(self.key(at))
        if which:
            return self.put("TO", which, at, at + 1)
        which = MOMENT.get(self.key(at + 1))
        if which:
            return self.put("TO", which, at, at + 2)
        return self._stray(at)

    def _for(self, at: int) -> int:
        length = self.duration(at + 1)
        if length is None:
            raise self.expected(at + 1, self.words[at])
        return self.put("FOR", length[0], at, length[1])

    def _among(self, at: int) -> int:
        before = self.words[at].text == "之中" and self.at(at + 1).type != "("
        return self.put("AMONG_BEFORE" if before else "AMONG", None, at, at + 1)

    def _unit_count(self, at: int) -> int:
        return self.put("UNITCOUNT", self.key(at), at, at + 1)

    def _front(self, at: int) -> int:
        return self._top(at)

    def _end_at(self, at: int) -> int:
        found = self.begin(at)
        return self._time(at, found) if found else self._two_words(at)

    def _last_after(self, at: int) -> int:
        found = self.begin(at)
        if found is not None:
            return self._time(at, found)
        raise self.expected(at + 1, self.words[at])
