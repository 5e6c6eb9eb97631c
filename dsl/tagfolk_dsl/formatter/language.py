"""Which language a rule file is written in: formatting and completing a file keep to it."""

from __future__ import annotations

import re

from tagfolk_dsl.formatter.words import Language
from tagfolk_dsl.keywords import CHINESE, ENGLISH

_ASIDE = re.compile(r'"(?:[^"\\\n]|\\.)*"|“[^”\n]*”|(?:^|(?<=\s))#.*', re.MULTILINE)
_LATIN = re.compile(r"[A-Za-z_]+")
_CHINESE = re.compile("|".join(sorted(map(re.escape, CHINESE), key=len, reverse=True)))


def language_of(text: str) -> Language:
    """The language of most keywords of a text, comments and quoted texts aside; English where there are none.

    >>> language_of("近30天购买次数 >= 3 -> frequent")
    'zh'
    """
    text = _ASIDE.sub("", text)
    chinese = sum(1 for _ in _CHINESE.finditer(text))
    english = sum(1 for found in _LATIN.finditer(text) if found[0] in ENGLISH)
    return "zh" if chinese > english else "en"
