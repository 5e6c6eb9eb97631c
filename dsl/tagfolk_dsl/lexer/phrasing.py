"""What both halves of the second stage share: where the walk is, and how tokens are handed on."""

from __future__ import annotations

from tagfolk_dsl.lexer.tables import AFTER_OPERAND, BY_SIGN, LITERALS
from tagfolk_dsl.lexer.token import Token, join
from tagfolk_dsl.lexer.windows import Times
from tagfolk_dsl.names import Names


class Phrasing(Times):
    """The walk's state, and the tokens it hands on: names, signs, values, ranges."""

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
        name = BY_SIGN[type_]
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
            or (self.key(at + 1) == "to" and not self.operand and self.at(at + 2).type in LITERALS)
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
        if word.type in LITERALS:
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

    def _arrow(self, at: int) -> int:
        self.granting = self.effects = self.tags
        self.depth = 0
        return self.put("ARROW", "->", at, at + 1)
