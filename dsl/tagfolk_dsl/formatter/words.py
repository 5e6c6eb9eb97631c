"""The words the formatter writes: names, values, times, in one language."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from tagfolk_dsl.keywords import CHINESE, CHINESE_OF, ENGLISH, ENGLISH_OF, UNIT_WORDS_ZH
from tagfolk_dsl.tree import (
    Ago,
    Before,
    Between,
    Boolean,
    Day,
    Duration,
    Ever,
    Instant,
    Last,
    Metric,
    Next,
    Number,
    Period,
    Since,
    Text,
    Unit,
    Window,
)

Language = Literal["en", "zh"]
_IDENTIFIER = re.compile(r"[^\W\d]\w*")
_PERIOD_ZH = {
    Unit.YEAR: ("今年", "去年"),
    Unit.QUARTER: ("本季度", "上季度"),
    Unit.MONTH: ("本月", "上个月"),
    Unit.WEEK: ("本周", "上周"),
}
_SPLITTING = tuple(word for word in CHINESE if len(word) > 1)
_CUTS = "且或则是"


def keyword(key: str, language: Language) -> str:
    """A keyword in a language (in the other one where it has none)."""
    first, second = (ENGLISH_OF, CHINESE_OF) if language == "en" else (CHINESE_OF, ENGLISH_OF)
    return first.get(key) or second[key]


def quoted(text: str) -> str:
    """Text in quotes."""
    inner = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+", " ", inner) + '"'


def word(name: str) -> str:
    """A name, quoted where it is not one word."""
    return name if _IDENTIFIER.fullmatch(name) or name == "half-yearly" else quoted(name)


def bare(text: str) -> str:
    """A text that is granted: bare where nothing else can be meant."""
    if not _IDENTIFIER.fullmatch(text) or text in ENGLISH or text.lower() in ENGLISH:
        return quoted(text)
    if text.isascii():
        return text
    if text[0] in CHINESE or any(cut in text for cut in _CUTS) or any(one in text for one in _SPLITTING):
        return quoted(text)
    return text if not any(character.isascii() for character in text) else quoted(text)


def number(value: Decimal, text: str = "") -> str:
    """A number as it was written, or without a needless point."""
    if text:
        return text
    plain = format(value, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def percent(fraction: Decimal) -> str:
    """0.2 as ``20%``."""
    return number(fraction * 100) + "%"


def moment(value: date | datetime) -> str:
    """A day or an instant."""
    return value.isoformat()


def value(node: Metric, language: Language) -> str | None:
    """A literal, or None where the node is none."""
    if isinstance(node, Number):
        return number(node.value, node.text)
    if isinstance(node, Text):
        return quoted(node.value)
    if isinstance(node, Boolean):
        return ("yes" if node.value else "no") if language == "en" else ("是" if node.value else "否")
    if isinstance(node, (Day, Instant)):
        return moment(node.value)
    return None


def duration(length: Duration, language: Language) -> str:
    """``6 months``, 6个月."""
    if language == "zh":
        return f"{length.amount}{UNIT_WORDS_ZH[length.unit]}"
    return f"{length.amount} {length.unit.value}{'' if length.amount == 1 else 's'}"


def window(node: Window, language: Language) -> str:
    """A window after its metric."""
    chinese = language == "zh"
    if isinstance(node, Last):
        return f"近{duration(node.length, language)}" if chinese else f"in {duration(node.length, language)}"
    if isinstance(node, Next):
        return f"未来{duration(node.length, language)}" if chinese else f"in next {duration(node.length, language)}"
    if isinstance(node, Period):
        return _period(node, chinese)
    if isinstance(node, Ago):
        if chinese:
            return f"{duration(node.start, language)}前到{duration(node.end, language)}前"
        start = str(node.start.amount) if node.start.unit is node.end.unit else duration(node.start, language)
        return f"from {start} to {duration(node.end, language)} ago"
    if isinstance(node, Since):
        return ("自" if chinese else "since ") + moment(node.start)
    if isinstance(node, Before):
        return f"{moment(node.end)}之前" if chinese else f"before {moment(node.end)}"
    if isinstance(node, Between):
        if node.start == node.end:
            return ("在" if chinese else "on ") + moment(node.start)
        if chinese:
            return f"{moment(node.start)}到{moment(node.end)}"
        return f"between {moment(node.start)} and {moment(node.end)}"
    assert isinstance(node, Ever)
    return "曾经" if chinese else "ever"


def _period(node: Period, chinese: bool) -> str:
    if node.unit is Unit.DAY:
        return (("今天", "昨天") if chinese else ("today", "yesterday"))[node.back]
    if chinese:
        return _PERIOD_ZH[node.unit][node.back]
    return f"{('this', 'last')[node.back]} {node.unit.value}"
