"""Second stage of the lexer: words → the phrases the grammar is written in.

Keywords are soft: a word is a keyword only where the words around it make that reading possible. The stage walks
once over a line and knows whether an operand is due (a name, a value, something that begins one) or has just ended
(a comparison, a time, ``and`` …). Where an operand is due a word is a name unless what follows shows otherwise.
"""

from __future__ import annotations

from collections.abc import Callable

from tagfolk_dsl.keywords import FUNCTIONS
from tagfolk_dsl.lexer.token import Token, join
from tagfolk_dsl.lexer.windows import Times
from tagfolk_dsl.names import Names
from tagfolk_dsl.syntax_errors import SyntaxProblem
from tagfolk_dsl.tree import Unit

_BY_SIGN = {
    "+": "PLUS",
    "-": "MINUS",
    "*": "TIMES",
    "/": "TIMES",
    "(": "LPAR",
    ")": "RPAR",
    ",": "COMMA",
    ":": "COLON",
    ".": "DOT",
    "->": "ARROW",
    "=": "COMPARE",
    "!=": "COMPARE",
    "<": "COMPARE",
    "<=": "COMPARE",
    ">": "COMPARE",
    ">=": "COMPARE",
    "..": "DOTS",
    "%": "SIGN_PERCENT",
}
_COMPARISONS = {
    "is": "=",
    "eq": "=",
    "ne": "!=",
    "ge": ">=",
    "le": "<=",
    "gt": ">",
    "lt": "<",
    "over": ">",
    "under": "<",
}
_TWO_WORDS = {("at", "least"): ">=", ("at", "most"): "<=", ("more", "than"): ">", ("less", "than"): "<"}
_ENDS = frozenset(
    (
        "NAME",
        "NUMBER",
        "TEXT",
        "DATE",
        "INSTANT",
        "BOOL",
        "RPAR",
        "WINDOW",
        "WITHIN",
        "DURATION",
        "PERIODS",
        "AGO",
        "KNOWN",
        "CHANGE",
        "DATEAGE",
        "NEXT",
        "RANK",
        "RANGE",
        "REGEX",
        "UNITCOUNT",
        "FOR",
        "FOREVER",
        "OF_FIRST",
        "OTHERWISE",
        "CHANNEL",
        "TOPOF_AFTER",
    )
)
_TIMES = frozenset(("WINDOW", "WITHIN", "DURATION", "PERIODS", "NEXT"))
"""A time before its metric leaves the metric due."""
_LITERALS = frozenset(("NUMBER", "DATE", "INSTANT", "TEXT"))
AFTER_OPERAND = frozenset(
    (
        "and",
        "or",
        "is",
        "in",
        "not",
        "within",
        "since",
        "before",
        "between",
        "over",
        "under",
        "like",
        "matches",
        "contains",
        "known",
        "missing",
        "fell",
        "rose",
        "where",
        "then",
        "among",
        "by",
        "as",
        "replacing",
        "forever",
        "when",
        "of",
        "ago",
        "for",
        "without",
        "matching",
        "directly",
        "with",
        "to",
        "on",
        "starts",
        "ends",
        "ever",
        "eq",
        "ne",
        "member",
        "not_member",
        "arrow",
        "recent",
        "next",
        "ge",
        "le",
        "gt",
        "lt",
        "this year",
        "this quarter",
        "this month",
        "this week",
        "today",
        "yesterday",
        "last year",
        "last quarter",
        "last month",
        "last week",
    )
)
_NAMED_BEFORE = frozenset(("=", "!=", "<", "<=", ">", ">=", "."))
"""Before these a word is a name, whatever else it could be."""
_MOMENT = {"first": "first", "last": "last", "last()": "last"}


class Phrases(Times):
    """Turns the words of one statement or line into the tokens of the grammar."""

    def __init__(self, words: list[Token], end: Token, names: Names, *, tags: bool = True) -> None:
        """``tags``: what follows an arrow is tags (in a classify it is a value)."""
        super().__init__(words, end)
        self.tags = tags
        self.granting = False
        self.depth = 0
        self.names = names
        self.out: list[Token] = []
        self.operand = True
        self.effects = False

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
                    if begin is not None and at + 1 < count and words[at + 1].type in _NAMED_BEFORE:
                        begin = None
                    at = begin(self, at) if begin else self._name(at)
                else:
                    after = _OPERATORS.get(key)
                    at = after(self, at) if after else self._stray(at)
            elif type_ in _BY_SIGN:
                at = self._sign(at, type_)
            else:
                at = self._literal(at)
            last = out[-1].type
            self.operand = last not in _ENDS or (self.operand and last in _TIMES)
        return out

    # --- helpers -----------------------------------------------------------------------------------------------

    def put(self, type_: str, value: object, first: int, stop: int) -> int:
        """Hands on one token that stands for the words from ``first`` to before ``stop``."""
        words = self.words
        one, last = words[first], words[stop - 1]
        if one is last:
            self.out.append(Token(type_, value, one.span, one.key, one.known, one.text))
        else:
            text = (
                " ".join(word.text for word in words[first:stop])
                if one.text.isascii()
                else "".join(word.text for word in words[first:stop])
            )
            self.out.append(Token(type_, value, join(one.span, last.span), one.key, False, text))
        return stop

    def _name(self, at: int) -> int:
        word = self.words[at]
        word.type = "NAME"
        self.out.append(word)
        if self.effects or at + 1 >= self.count:
            return at + 1
        if self.words[at + 1].type == ".":
            return at + 1
        if self.words[at + 1].type == "..":
            return self._range(at, at, word) if self._range_may_begin() and self._touches(at) else at + 1
        if self.key(at + 1) == "count" and self.at(at + 2).type != "(":
            word.value = word.text + self.words[at + 1].text
            word.span = join(word.span, self.words[at + 1].span)
            return at + 2
        return at + 1

    def _is_word(self, at: int) -> bool:
        """Whether a name stands at ``at``: a word that is no keyword of the kind that follows an operand."""
        word = self.at(at)
        return word.type == "WORD" and (word.known or word.key not in AFTER_OPERAND)

    def _stray(self, at: int) -> int:
        """A name where an operator is due: the grammar will say so (a unit, a property of an example)."""
        word = self.words[at]
        if self.out[-1].type == "NUMBER" and self.words[at - 1].type == "NUMBER" and word.key == "":
            raise self.bad_unit(at - 1)
        if self.at(at + 1).type == "..":
            return self._range(at, at, Token("NAME", word.text, word.span, text=word.text))
        return self.put("NAME", word.text, at, at + 1)

    def _sign(self, at: int, type_: str) -> int:
        if type_ == "..":
            return self._open_range(at)
        if type_ == "-" and self.at(at + 1).type == "NUMBER":
            if self.operand:
                return self._literal(at + 1, at)
            if self.at(at + 2).type == ".." and (low := self._end_of_range(at)[0]) is not None:
                return self._range(at, at + 1, low)
        token = self.words[at]
        name = _BY_SIGN[type_]
        if type_ == "->":
            return self._arrow(at)
        if type_ == "=" and self.effects and self.out and self.out[-1].type in ("NAME", "TEXT"):
            name = "EQ"
            self.effects = False
        elif type_ == "(" or type_ == ")":
            self.depth += 1 if type_ == "(" else -1
        elif type_ == "," and self.granting and self.depth == 0:
            self.effects = True
        token.type = name
        token.value = type_
        self.out.append(token)
        if type_ == "." and self.at(at + 1).type == "WORD":
            return self.put("NAME", self.words[at + 1].text, at + 1, at + 2)
        return at + 1

    # --- values ------------------------------------------------------------------------------------------------

    def _literal(self, at: int, first: int | None = None) -> int:
        """A number, date or text: alone, or the start of a time, of a range, or of what comes after it."""
        word = self.words[at]
        first = at if first is None else first
        negative = first != at
        if negative:
            word.value, word.text = -word.value, "-" + word.text
            word.span = join(self.words[first].span, word.span)
        elif word.type != "TEXT" and (found := self.begin(at)) is not None:
            return self._time(at, found)
        if (
            self.at(at + 1).type == ".."
            or (self.key(at + 1) == "to" and not self.operand and self.at(at + 2).type in _LITERALS)
            or (self.key(at + 1) == "to" and self._range_may_begin() and self.at(at + 2).type == word.type)
        ):
            return self._range(first, at, word)
        self.out.append(word)
        return at + 1

    def _range_may_begin(self) -> bool:
        """A range follows a metric, or begins a band."""
        if self.out and self.out[-1] is self.words[0] and len(self.out) == 1:
            return True
        return not self.operand or not self.out or self.out[-1].type == "WHEN"

    def _touches(self, at: int) -> bool:
        """``low..high``, in distinction from ``age ..35``."""
        return self.words[at].span.end_column == self.words[at + 1].span.column

    def _end_of_range(self, at: int) -> tuple[Token | None, int]:
        word = self.at(at)
        if word.type == "-" and self.at(at + 1).type == "NUMBER":
            number = self.words[at + 1]
            return Token("NUMBER", -number.value, join(word.span, number.span), text="-" + number.text), at + 2
        if word.type in _LITERALS:
            return word, at + 1
        if word.type == "WORD" and (word.key == "" or word.known):
            return Token("NAME", word.text, word.span, text=word.text), at + 1
        return None, at

    def _range(self, first: int, at: int, low: Token) -> int:
        if self.out and self.out[-1] is low:
            self.out.pop()
        high, stop = self._end_of_range(at + 2)
        return self.put("RANGE", (low, high), first, stop)

    def _open_range(self, at: int) -> int:
        high, stop = self._end_of_range(at + 1)
        return self.put("RANGE", (None, high), at, stop)

    def _time(self, at: int, found: tuple[str, object, int]) -> int:
        type_, value, stop = found
        return self.put(type_, value, at, stop)

    # --- where an operand is due --------------------------------------------------------------------------------

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
        if key in _MOMENT:
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
        if (self.out and self.out[-1].type in ("COMPARE", "NAME", "EQ")) or self.at(at + 1).type not in _LITERALS:
            return self._boolean_or_name(at)
        return self.put("COMPARE", _COMPARISONS[self.key(at)], at, at + 1)

    def _boolean_or_name(self, at: int) -> int:
        if self.words[at].text == "是":
            return self.put("BOOL", True, at, at + 1)
        return self._name(at)

    def _two_word_band(self, at: int) -> int:
        operator = _TWO_WORDS.get((self.key(at), self.key(at + 1)))
        if operator and self.at(at + 2).type in _LITERALS:
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
        return self.put("BOOL", True, at, at + 1) if not self._is_word(at + 1) else self._name(at)

    def _zh_no_value(self, at: int) -> int:
        return self.put("BOOL", False, at, at + 1)

    def _no(self, at: int) -> int:
        if self.key(at + 1) == "customer" and self.key(at + 2) == "of":
            return self.put("FELLOWS", "no", at, at + 3)
        last = self.out[-1].type if self.out else ""
        if last in ("COMPARE", "EQ") and not self._is_word(at + 1):
            return self.put("BOOL", False, at, at + 1) if self.words[at].text == "no" else self._name(at)
        if self._is_word(at + 1):
            return self.put("NO", None, at, at + 1)
        if self.words[at].text == "no" and not self.words[at].known:
            return self.put("BOOL" if self.at(at + 1) is self.end or last == "COMMA" else "NO", False, at, at + 1)
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
        from tagfolk_dsl.keywords import UNITS

        if key == "since" and UNITS[text] in _SINCE_UNITS:
            which = _MOMENT.get(self.key(at + 2))
            if which and self._is_word(at + 3) and self.at(at + 3).type == "WORD":
                return self.put("SINCE_MOMENT", (UNITS[text], which), at, at + 3)
            if self._is_word(at + 2) or self.at(at + 2).type == "(":
                return self.put("SINCE", UNITS[text], at, at + 2)
        if key == "from" and text == "days" and self.key(at + 2) in _MOMENT:
            return self.put("DAYS_FROM", _MOMENT[self.key(at + 2)], at, at + 3)
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

    # --- where an operand has ended ------------------------------------------------------------------------------

    def _and_or(self, at: int) -> int:
        return self.put("AND" if self.key(at) == "and" else "OR", None, at, at + 1)

    def _simple(self, at: int) -> int:
        return self.put(_SIMPLE[self.key(at)], self.words[at].text, at, at + 1)

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
            if operator := _TWO_WORDS.get((key, self.key(stop + 1))):
                return self._age(at, stop + 2, operator)
            if key in ("over", "under"):
                return self.put("COMPARE", _COMPARISONS[key], at, stop + 1)
        return self.put("COMPARE", "!=" if negated else "=", at, stop)

    def _compare(self, at: int) -> int:
        key = self.key(at)
        if self.effects and key == "eq":
            self.effects = False
            return self.put("EQ", "=", at, at + 1)
        return self._age(at, at + 1, _COMPARISONS[key])

    def _age(self, at: int, stop: int, operator: str) -> int:
        """A comparison; with a time 'ago' after it the age of a date."""
        if operator in "><" and (length := self.duration(stop)) and self.key(length[1]) in ("ago", "front"):
            return self.put("DATEAGE", ("more" if operator == ">" else "less", length[0]), at, length[1] + 1)
        return self.put("COMPARE", operator, at, stop)

    def _two_words(self, at: int) -> int:
        operator = _TWO_WORDS.get((self.key(at), self.key(at + 1)))
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
        which = _MOMENT.get(self.key(at + 1))
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

    def _arrow(self, at: int) -> int:
        self.granting = self.effects = self.tags
        self.depth = 0
        return self.put("ARROW", "->", at, at + 1)

    def _end_at(self, at: int) -> int:
        found = self.begin(at)
        return self._time(at, found) if found else self._two_words(at)

    def _last_after(self, at: int) -> int:
        found = self.begin(at)
        if found is not None:
            return self._time(at, found)
        raise self.expected(at + 1, self.words[at])


_SINCE_UNITS = frozenset((Unit.DAY, Unit.WEEK, Unit.MONTH, Unit.QUARTER, Unit.YEAR))
_Step = Callable[[Phrases, int], int]
_P = Phrases
_OPERANDS: dict[str, _Step] = {
    **dict.fromkeys(FUNCTIONS, _P._function),
    **dict.fromkeys(("days_with", "weeks_with", "months_with"), _P._function),
    **dict.fromkeys(
        (
            "in",
            "within",
            "last",
            "last()",
            "this",
            "since",
            "before",
            "between",
            "from",
            "on",
            "ever",
            "recent",
            "first",
            "today",
            "yesterday",
            "this year",
            "this quarter",
            "this month",
            "this week",
            "last year",
            "last quarter",
            "last month",
            "last week",
            "next",
        ),
        _P._begin_time,
    ),
    "at": _P._begin_time,
    "ge": _P._zh_at_least,
    "le": _P._compare_band,
    "gt": _P._compare_band,
    "lt": _P._compare_band,
    "over": _P._compare_band,
    "under": _P._compare_band,
    "eq": _P._boolean_or_name,
    "more": _P._two_word_band,
    "less": _P._two_word_band,
    "yes": _P._yes,
    "zh_no_value": _P._zh_no_value,
    "no": _P._no,
    "zh_no": _P._zh_no,
    "never": _P._never,
    "every": _P._every,
    "some": _P._fellow,
    "some_fellow": _P._fellow,
    "every_fellow": _P._fellow,
    "no_fellow": _P._fellow,
    "has": _P._has,
    "lacks": _P._has,
    "had": _P._has,
    "has_for": _P._has,
    "not": _P._not,
    "top": _P._top,
    "bottom": _P._top,
    "front": _P._top,
    "unit": _P._days,
    "since_last": _P._zh_since,
    "since_first": _P._zh_since,
    "elapsed": _P._zh_since,
    "days_from_first": _P._zh_from,
    "days_from_last": _P._zh_from,
    "overall": _P._overall,
    "across": _P._across,
    "otherwise": _P._otherwise,
    "in_segment": _P._zh_segment,
    "withhold": _P._withhold,
    "time": _P._zh_time,
    "and": _P._and_or,
    "or": _P._and_or,
    "arrow": _P._arrow,
    "month": _P._days,
}
_EFFECTS: dict[str, _Step] = {"not": _P._not, "withhold": _P._withhold, "replacing": _P._name}
"""Where a tag is granted every word is a name but these."""
_SIMPLE = {
    "where": "WHERE",
    "without": "WITHOUT",
    "matching": "MATCHING",
    "by": "BY",
    "when": "WHEN",
    "forever": "FOREVER",
    "replacing": "REPLACING",
    "as": "AS",
    "member": "IN",
    "not_member": "NOT_IN",
}
_OPERATORS: dict[str, _Step] = {
    **dict.fromkeys(_SIMPLE, _P._simple),
    **dict.fromkeys(
        (
            "in",
            "within",
            "since",
            "before",
            "between",
            "from",
            "on",
            "ever",
            "recent",
            "today",
            "yesterday",
            "this year",
            "this quarter",
            "this month",
            "this week",
            "last year",
            "last quarter",
            "last month",
            "last week",
            "next",
        ),
        _P._after_time,
    ),
    **dict.fromkeys(("ge", "le", "gt", "lt", "over", "under", "eq", "ne"), _P._compare),
    **dict.fromkeys(("like", "matches", "contains", "starts", "ends"), _P._like),
    "last": _P._last_after,
    "last()": _P._last_after,
    "this": _P._last_after,
    "and": _P._and_or,
    "or": _P._and_or,
    "is": _P._is,
    "at": _P._end_at,
    "more": _P._two_words,
    "less": _P._two_words,
    "not": _P._not_in,
    "missing": _P._known,
    "known": _P._known,
    "fell": _P._change,
    "rose": _P._change,
    "then": _P._then,
    "directly": _P._then,
    "of": _P._of,
    "of_first": _P._of_first,
    "to": _P._to,
    "to_first": _P._to,
    "to_last": _P._to,
    "for": _P._for,
    "among": _P._among,
    "days_with": _P._unit_count,
    "weeks_with": _P._unit_count,
    "months_with": _P._unit_count,
    "years_count": _P._unit_count,
    "top": _P._top,
    "bottom": _P._top,
    "front": _P._front,
    "arrow": _P._arrow,
    "in_segment": _P._zh_segment,
}
