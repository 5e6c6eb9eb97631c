"""A regular expression in RE2's words, said in those of another engine, so that it means the same there.

The checker accepts what RE2 accepts. PostgreSQL's and Java's expressions differ in small things: what a dot takes in,
where a dollar stands, what stands for a word boundary. What one of them cannot say is refused, never approximated.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


class Untranslatable(ValueError):
    """A part of a regular expression that an engine has no word for."""


@dataclass(frozen=True)
class Flavour:
    """The words of one engine. ``repeats``: the highest count that ``{n}`` may have."""

    name: str
    word_boundary: str
    """Where words (of ASCII letters) begin or end; empty: the engine cannot say it."""
    no_boundary: str
    start: str
    end: str
    repeats: int


POSTGRES = Flavour("PostgreSQL", r"\y", r"\Y", "^", "$", 255)
SPARK = Flavour("Spark", "", "", r"\A", r"\z", 1000)

_CLASSES = {"d": "0-9", "w": "0-9A-Za-z_", "s": r"\t\n\f\r "}
_SIMPLE = {"a": "\x07", "f": "\f", "t": "\t", "n": "\n", "r": "\r", "v": "\v"}
_FLAGS = re.compile(r"\(\?([imsU]*)(?:-([imsU]+))?([:)])")
_NAMED = re.compile(r"\(\?P?<[A-Za-z0-9_]+>")
_COUNT = re.compile(r"\{(\d+)(?:,(\d*))?\}")
_HEX = re.compile(r"\\x(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{2}))")
_OCTAL = re.compile(r"\\([0-7]{2,3}|0)")


def translate(pattern: str, flavour: Flavour) -> str:
    """The expression in the engine's words. Raises Untranslatable with the part that has none."""
    return _Translation(pattern, flavour).whole()


class _Translation:
    def __init__(self, pattern: str, flavour: Flavour) -> None:
        self._text, self._at, self._flavour = pattern, 0, flavour
        self._multiline = self._dot_all = self._caseless = False

    def whole(self) -> str:
        out = []
        while self._at < len(self._text):
            out.append(self._item())
        if self._caseless and (odd := [c for c in self._text if not c.isascii() and c.lower() != c.upper()]):
            raise Untranslatable(f"'{odd[0]}' without regard to case")
        return ("(?i)" if self._caseless else "") + "".join(out)

    def _item(self) -> str:
        char = self._text[self._at]
        if char == "\\":
            return self._escape(inside=False)
        if char == "[":
            return self._class()
        if char == "(":
            return self._group()
        if char == "{" and (found := _COUNT.match(self._text, self._at)):
            for number in found.groups():
                if number and int(number) > self._flavour.repeats:
                    raise Untranslatable(f"{found[0]}: at most {self._flavour.repeats} repetitions")
            self._at = found.end()
            return found[0]
        self._at += 1
        if char == ".":
            return r"(?:.|\n)" if self._dot_all else r"[^\n]"
        if char in "^$" and self._multiline:
            raise Untranslatable(f"'{char}' with (?m)")
        if char == "^":
            return self._flavour.start
        if char == "$":
            return self._flavour.end
        if char in "*+?|)":
            return char
        return _literal(char)

    def _group(self) -> str:
        if found := _NAMED.match(self._text, self._at):
            self._at = found.end()
            return "(?:"
        if not self._text.startswith("(?", self._at):
            self._at += 1
            return "(?:"
        found = _FLAGS.match(self._text, self._at)
        if found is None:
            raise Untranslatable(self._text[self._at : self._at + 4])
        on, off, close = found[1], found[2] or "", found[3]
        leading = self._at == 0 or set(self._text[: self._at]) <= set("(?imsU)")
        if (on or off) and (close == ":" or not leading):
            raise Untranslatable(f"{found[0]} after the beginning")
        self._at = found.end()
        if close == ":":
            return "(?:"
        self._caseless |= "i" in on
        self._multiline |= "m" in on
        self._dot_all |= "s" in on
        return ""

    def _escape(self, inside: bool) -> str:
        for found in (_HEX.match(self._text, self._at), _OCTAL.match(self._text, self._at)):
            if found:
                self._at = found.end()
                digits = next(group for group in found.groups() if group)
                return _literal(chr(int(digits, 16 if found.re is _HEX else 8)))
        char = self._text[self._at + 1 : self._at + 2]
        self._at += 2
        if char == "Q" and not inside:
            end = self._text.find("\\E", self._at)
            end = len(self._text) if end < 0 else end
            quoted, self._at = self._text[self._at : end], end + 2
            return "".join(map(_literal, quoted))
        if char.lower() in _CLASSES:
            body = _CLASSES[char.lower()]
            if inside:
                if char.isupper():
                    raise Untranslatable(f"\\{char} inside brackets")
                return body
            return f"[^{body}]" if char.isupper() else f"[{body}]"
        if char in _SIMPLE:
            return _literal(_SIMPLE[char])
        anchors = {
            "b": self._flavour.word_boundary, "B": self._flavour.no_boundary,
            "A": self._flavour.start, "z": self._flavour.end,
        }  # fmt: skip
        if anchors.get(char) and not inside:
            return anchors[char]
        if char.isalnum() or not char:
            raise Untranslatable(f"\\{char}")
        return _literal(char)

    def _class(self) -> str:
        self._at += 1
        out = "["
        if self._text.startswith("^", self._at):
            self._at += 1
            out += "^"
        first = True
        while self._at < len(self._text) and (first or self._text[self._at] != "]"):
            first = False
            if found := re.compile(r"\[:\^?\w+:\]").match(self._text, self._at):
                if self._flavour is not POSTGRES or "^" in found[0]:
                    raise Untranslatable(found[0])
                self._at = found.end()
                out += found[0]
            elif self._text[self._at] == "\\":
                out += self._escape(inside=True)
            elif self._text[self._at] == "-":
                self._at += 1
                out += "-" if not out.endswith(("[", "[^")) and not self._text.startswith("]", self._at) else r"\-"
            else:
                out += _literal(self._text[self._at])
                self._at += 1
        if self._at >= len(self._text):
            raise Untranslatable("'[' without ']'")
        self._at += 1
        return out + "]"


def _literal(char: str) -> str:
    """A character as itself, also inside brackets."""
    if char == "\n":
        return r"\n"
    return f"\\{char}" if char in r"\.^$*+?()[]{}|&-~#" else char
