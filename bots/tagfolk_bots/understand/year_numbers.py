# ruff: noqa: E501  -- patterns are read best on one line
"""A bare number like 2000: a year, or an amount?"""

from __future__ import annotations

import re

_YEARS = r"(?:19|20)\d{2}"
_LED = re.compile(
    rf"(?:[于过满到达足超低高大小少多额]|more than|less than|at least|at most|[<>=$¥€£]) ?$|(?<!\d)(?!{_YEARS}(?!\d))[\d,.]+[kw万千]? ?(?:元|块)? ?(?:and|to|-|~|到|至|和) ?$"
)
_FOLLOWED = re.compile(rf"(?: ?[万千百亿]| ?(?:and|to|-|~|到|至|和) ?(?!{_YEARS}(?!\d))\d)")


def is_amount(text: str, m: re.Match[str]) -> bool:
    """A bare number that looks like a year, said as an amount: between 500 and 2000, 超过2000."""
    if not re.fullmatch(rf"(?:in |on |of |for |during )?{_YEARS} ?", m[0]):
        return False
    return bool(_LED.search(text[: m.start()]) or _FOLLOWED.match(text[m.end() :]))
