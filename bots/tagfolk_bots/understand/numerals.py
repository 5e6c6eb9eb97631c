"""Numbers as people type them: ``10k``, ``1.5万``, ``三千``, ``twenty``, ``60%``, ``百分之三十``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_TENS = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10_000, "亿": 100_000_000}
_WORDS = {
    w: n
    for n, w in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ]
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_SUFFIX = {
    "k": 10**3,
    "w": 10**4,
    "m": 10**6,
    "mn": 10**6,
    "bn": 10**9,
    "b": 10**9,
    "万": 10**4,
    "千": 10**3,
    "百": 100,
    "亿": 10**8,
    "百万": 10**6,
    "千万": 10**7,
    "thousand": 10**3,
    "million": 10**6,
    "hundred": 100,
    "grand": 10**3,
}
_CN = "零〇一二两三四五六七八九十百千万亿"

_DIGIT_NUMBER = re.compile(
    r"(?<![\w.])(?P<n>\d+(?:[,_]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:\s?(?P<s>百万|千万|万|千|百|亿|(?:k|w|mn?|bn?)(?![a-z])|(?:thousand|million|hundred|grand)\b))?"
    r"(?P<p>\s?(?:%|percent\b|per cent\b|成(?!为|交|功|员|本|立|长|年)))?",
    re.IGNORECASE,
)
_CN_DIGIT_NUMBER = re.compile(_DIGIT_NUMBER.pattern.replace(r"(?<![\w.])", r"(?<![A-Za-z0-9_.])"), re.IGNORECASE)
_CHINESE = re.compile(rf"百分之(?P<p>[{_CN}\d.]+)|(?P<n>[{_CN}]*[{_CN}])(?P<c>成(?!为|交|功|员|本|立|长|年))?")
_ENGLISH = re.compile(
    r"\b(?P<w>" + "|".join(sorted(_WORDS, key=len, reverse=True)) + r"|half|a dozen|a hundred|a thousand)"
    r"(?:[ -](?P<u>one|two|three|four|five|six|seven|eight|nine))?"
    r"(?: (?P<s>hundred|thousand|million))?\b(?P<p> percent)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Numeral:
    """A number at [start, end) of the text. A percentage is already a fraction (60 % is 0.6)."""

    start: int
    end: int
    value: Decimal
    percent: bool = False


def chinese_number(text: str) -> Decimal | None:
    """``三``, ``十五``, ``一百二十``, ``一万五``, ``3万5千``; None where the characters are no number.

    >>> [int(chinese_number(t)) for t in ("十五", "一百二十", "两千", "一万五", "三十")]
    [15, 120, 2000, 15000, 30]
    """
    total = section = Decimal(0)
    digit: Decimal | None = None
    last = 1
    for c in text:
        if c in _DIGITS:
            digit = Decimal(_DIGITS[c]) if digit is None else digit * 10 + _DIGITS[c]
        elif c in _TENS:
            section += (digit if digit is not None else 1) * _TENS[c]
            digit, last = None, _TENS[c]
        elif c in _LARGE:
            section += digit or 0
            total = (total + (section or 1)) * _LARGE[c] if c == "亿" else total + (section or 1) * _LARGE[c]
            section, digit, last = Decimal(0), None, _LARGE[c]
        else:
            return None
    if digit is not None:
        section += digit * (last // 10) if last > 10 and len(text) > 1 and text[-2] in "百千万亿" else digit
    return total + section


def numerals(text: str) -> list[Numeral]:
    """All numbers of a tidy text, the longest at each place, in order; overlaps are left out."""
    found: list[Numeral] = []
    for m in _CN_DIGIT_NUMBER.finditer(text):
        value = Decimal(m["n"].replace(",", "").replace("_", ""))
        suffix = (m["s"] or "").lower()
        value *= _SUFFIX.get(suffix, 1)
        if m["p"]:
            value /= 10 if "成" in m["p"] else 100
        found.append(Numeral(m.start(), m.end(), value, bool(m["p"])))
    for m in _ENGLISH.finditer(text):
        word = m["w"].lower()
        given = {"half": Decimal("0.5"), "a dozen": Decimal(12), "a hundred": Decimal(100), "a thousand": Decimal(1000)}
        value = given.get(word, Decimal(_WORDS.get(word, 0)))
        value += _WORDS[m["u"].lower()] if m["u"] else 0
        value *= _SUFFIX.get((m["s"] or "").lower(), 1)
        found.append(Numeral(m.start(), m.end(), value / 100 if m["p"] else value, bool(m["p"]) or word == "half"))
    for m in _CHINESE.finditer(text):
        digits = m["p"] or m["n"]
        spoken = Decimal(digits) if re.fullmatch(r"\d+(\.\d+)?", digits) else chinese_number(digits)
        if spoken is not None:
            scale = 100 if m["p"] else 10 if m["c"] else 1
            found.append(Numeral(m.start(), m.end(), spoken / scale, scale != 1))
    found.sort(key=lambda n: (n.start, -n.end))
    kept: list[Numeral] = []
    for numeral in found:
        if not kept or numeral.start >= kept[-1].end:
            kept.append(numeral)
    return kept


def plain(value: Decimal) -> str:
    """A number as the language writes it, without exponent or needless zeros.

    >>> plain(Decimal("1E+4")), plain(Decimal("0.50"))
    ('10000', '0.5')
    """
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
