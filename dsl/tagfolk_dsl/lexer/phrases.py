"""Second stage of the lexer: words → the phrases the grammar is written in.

Keywords are soft: a word is a keyword only where the words around it make that reading possible. The stage walks
once over a line and knows whether an operand is due (a name, a value, something that begins one) or has just ended
(a comparison, a time, ``and`` …). Where an operand is due a word is a name unless what follows shows otherwise.
"""

from __future__ import annotations

from collections.abc import Callable

from tagfolk_dsl.keywords import FUNCTIONS
from tagfolk_dsl.lexer.operators import SIMPLE, Operators
from tagfolk_dsl.lexer.tables import BY_SIGN, ENDS, NAMED_BEFORE, TIMES
from tagfolk_dsl.lexer.token import Token


class Phrases(Operators):
    """Turns the words of one statement or line into the tokens of the grammar."""

    def read(self, start: int = 0) -> list[Token]:
        """The grammar's tokens from word ``start`` to the end."""
        at = start
        words, count, out = self.words, self.count, self.out
        while at < count:
            word = words[at]
            type_ = word.type
            if type_ == "WORD":
                key = word.key
                if self.operand:
                    begin = (_EFFECTS if self.effects else _OPERANDS).get(key) if key else None
                    if begin is not None and at + 1 < count and words[at + 1].type in NAMED_BEFORE:
                        begin = None
                    at = begin(self, at) if begin else self._name(at)
                else:
                    after = _OPERATORS.get(key)
                    at = after(self, at) if after else self._stray(at)
            elif type_ in BY_SIGN:
                at = self._sign(at, type_)
            else:
                at = self._literal(at)
            last = out[-1].type
            self.operand = last not in ENDS or (self.operand and last in TIMES)
        return out


_Step = Callable[[Phrases, int], int]
_P = Phrases
_OPERANDS: dict[str, _Step] = {
    **dict.fromkeys(FUNCTIONS, _P._function),
    **dict.fromkeys(("days_with", "weeks_with", "months_with"), _P._function),
    **dict.fromkeys(
        (
            "in", "within", "last", "last()", "this", "since", "before", "between", "from", "on", "ever", "recent",
            "first", "today", "yesterday", "this year", "this quarter", "this month", "this week", "last year",
            "last quarter", "last month", "last week", "next",
        ),
        _P._begin_time,
    ),
    "at": _P._begin_time, "ge": _P._zh_at_least, "le": _P._compare_band, "gt": _P._compare_band,
    "lt": _P._compare_band, "over": _P._compare_band, "under": _P._compare_band, "eq": _P._boolean_or_name,
    "more": _P._two_word_band, "less": _P._two_word_band, "yes": _P._yes, "zh_no_value": _P._zh_no_value,
    "no": _P._no, "zh_no": _P._zh_no, "never": _P._never, "every": _P._every, "some": _P._fellow,
    "some_fellow": _P._fellow, "every_fellow": _P._fellow, "no_fellow": _P._fellow, "has": _P._has,
    "lacks": _P._has, "had": _P._has, "has_for": _P._has, "not": _P._not, "top": _P._top, "bottom": _P._top,
    "front": _P._top, "unit": _P._days, "since_last": _P._zh_since, "since_first": _P._zh_since,
    "elapsed": _P._zh_since, "days_from_first": _P._zh_from, "days_from_last": _P._zh_from, "overall": _P._overall,
    "across": _P._across, "otherwise": _P._otherwise, "in_segment": _P._zh_segment, "withhold": _P._withhold,
    "time": _P._zh_time, "and": _P._and_or, "or": _P._and_or, "arrow": _P._arrow, "month": _P._days,
}  # fmt: skip
_EFFECTS: dict[str, _Step] = {"not": _P._not, "withhold": _P._withhold, "replacing": _P._name}
"""Where a tag is granted every word is a name but these."""
_OPERATORS: dict[str, _Step] = {
    **dict.fromkeys(SIMPLE, _P._simple),
    **dict.fromkeys(
        (
            "in", "within", "since", "before", "between", "from", "on", "ever", "recent", "today", "yesterday",
            "this year", "this quarter", "this month", "this week", "last year", "last quarter", "last month",
            "last week", "next",
        ),
        _P._after_time,
    ),
    **dict.fromkeys(("ge", "le", "gt", "lt", "over", "under", "eq", "ne"), _P._compare),
    **dict.fromkeys(("like", "matches", "contains", "starts", "ends"), _P._like),
    "last": _P._last_after, "last()": _P._last_after, "this": _P._last_after, "and": _P._and_or, "or": _P._and_or,
    "is": _P._is, "at": _P._end_at, "more": _P._two_words, "less": _P._two_words, "not": _P._not_in,
    "missing": _P._known, "known": _P._known, "fell": _P._change, "rose": _P._change, "then": _P._then,
    "directly": _P._then, "of": _P._of, "of_first": _P._of_first, "to": _P._to, "to_first": _P._to,
    "to_last": _P._to, "for": _P._for, "among": _P._among, "days_with": _P._unit_count,
    "weeks_with": _P._unit_count, "months_with": _P._unit_count, "years_count": _P._unit_count, "top": _P._top,
    "bottom": _P._top, "front": _P._front, "arrow": _P._arrow, "in_segment": _P._zh_segment,
}  # fmt: skip
