# ruff: noqa: E501  -- tables of words, sentences and patterns, one entry a line
"""Times in words, English and Chinese → windows of the tag language, seen from a given day.

``近30天`` is ``in 30 days``, ``last quarter`` stays itself, ``since March`` becomes ``since 2024-03-01``.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from tagfolk_bots.understand.numerals import chinese_number
from tagfolk_bots.understand.year_numbers import is_amount

Shape = Literal["rolling", "calendar", "dates", "since", "before", "ago", "length"]


@dataclass(frozen=True)
class Period:
    """A time at [start, end) of the text. ``window`` is how the language writes it.

    ``first`` and ``until`` are its days, half-open, as far as known. Shape ``ago`` is a moment ("3 months ago"),
    ``length`` a bare stretch ("90 days") that may be a window, ``amount`` and ``unit`` its size.
    """

    start: int
    end: int
    window: str
    shape: Shape
    first: date | None = None
    until: date | None = None
    amount: int = 0
    unit: str = ""


_UNITS = {
    "day": "day",
    "week": "week",
    "month": "month",
    "quarter": "quarter",
    "year": "year",
    "hour": "hour",
    "天": "day",
    "日": "day",
    "周": "week",
    "星期": "week",
    "礼拜": "week",
    "月": "month",
    "季度": "quarter",
    "季": "quarter",
    "年": "year",
    "小时": "hour",
}
_MONTHS = {m.lower(): i for i, m in enumerate(calendar.month_name) if m} | {
    m.lower(): i for i, m in enumerate(calendar.month_abbr) if m
}
_MONTHS["sept"] = 9
_MOST = {"year": 99, "quarter": 400, "month": 1200}
"""Longer stretches than these are numbers of something else (a year's number, for one)."""
_EN_NUMBERS = {
    w: i
    for i, w in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], 1
    )
}
_EN_NUMBERS |= {
    "a": 1,
    "an": 1,
    "couple of": 2,
    "a couple of": 2,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "sixty": 60,
    "ninety": 90,
}

_U = r"(?P<u>day|week|month|quarter|year|hour)s?"
_N = r"(?P<n>\d+|" + "|".join(sorted((w for w in _EN_NUMBERS if len(w) > 2), key=len, reverse=True)) + ")"
_CN = r"(?P<n>\d+|[一二两三四五六七八九十百]+|半)"
_CU = r"(?P<u>小时|天|日|周|个?星期|个?礼拜|个?月|个?季度|年)"
_MONTH = (
    "(?:"
    + "|".join(sorted((m for m in _MONTHS if m != "may"), key=len, reverse=True))
    + r"|(?:(?<=\bin )|(?<=since )|(?<=during )|(?<=of )|(?<=from )|(?<=last )|(?<=before )|(?<=after )|(?<=until )|(?<=this ))may|may(?! (?:not |be )?[a-z]+)|may(?= (?:but|and|or|to|until|than|with|vs|versus|by|we|did|was|were)\b))\.?"
)
_DAY_EN = (
    r"\d{4}-\d{1,2}-\d{1,2}|\d{4}/\d{1,2}/\d{1,2}|\d{1,2}(?:st|nd|rd|th)? (?:of )?"
    + _MONTH
    + r"(?:,? \d{4})?|"
    + _MONTH
    + r" \d{1,2}(?:st|nd|rd|th)?(?![\d%])(?:,? \d{4})?"
)
_SPAN_EN = (
    r"(?:the )?(?:first|second|1st|2nd) half(?: of)?(?: \d{4}| last year| this year)|h[12] \d{4}|q[1-4](?: of)?,? ?(?:\d{4}|last year|this year)?|"
    r"(?:the )?(?:first|second|third|fourth) quarter(?: of)?(?: \d{4}| last year| this year)?|\d{4}-\d{1,2}(?!\d)|"
    + _MONTH
    + r"(?: of)?(?: \d{4}| last year| this year)?|(?<!than )(?<!over )(?<!least )(?<!most )(?<!under )(?<!above )(?<!below )(?<![$¥€£.,\d])(?:19|20)\d{2}(?![\d%.,])(?! ?(?:yuan|rmb|cny|usd|dollars|euros?|pounds|customers|people|orders|points|times|元|块|次|人|名|位|个|分))"
)
_YEAR_ZH = r"(?:(?:\d{4}|今|去|前)年)?"
_SPAN_ZH = r"(?:(?:\d{4}|今|去|前)年的?)?(?:第?[一二三四1-4]季度|[qQ][1-4]|[上下]半年|(?:十[一二]|1[0-2]|[一二三四五六七八九十]|0?[1-9])月份?(?!\d))|(?:19|20)\d{2}年"
_DAY_ZH = r"\d{4}-\d{1,2}-\d{1,2}|\d{4}/\d{1,2}/\d{1,2}|" + _YEAR_ZH + r"\d{1,2}月\d{1,2}[日号]"


def _count(text: str) -> int:
    if text.isdigit():
        return int(text)
    if text in _EN_NUMBERS:
        return _EN_NUMBERS[text]
    return int(chinese_number(text) or 0)


def _unit(text: str) -> str:
    return _UNITS[text.removeprefix("个")]


def shift(day: date, unit: str, amount: int) -> date:
    """A day moved by calendar steps, clamped to the month's end."""
    if unit in ("day", "week"):
        return day + timedelta(days=amount * (7 if unit == "week" else 1))
    months = amount * {"month": 1, "quarter": 3, "year": 12}[unit]
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def period_start(day: date, unit: str) -> date:
    """The first day of the calendar period that holds ``day`` (weeks begin on Monday)."""
    if unit == "week":
        return day - timedelta(days=day.weekday())
    if unit == "month":
        return day.replace(day=1)
    if unit == "quarter":
        return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return date(day.year, 1, 1) if unit == "year" else day


def calendar_period(unit: str, back: int, today: date) -> tuple[str, date, date]:
    """Window, first day and the day after the last of this (back 0) or an earlier calendar period."""
    first = shift(period_start(today, unit), unit, -back)
    until = today + timedelta(days=1) if back == 0 else shift(first, unit, 1)
    names = {("day", 0): "today", ("day", 1): "yesterday"}
    if back < 2:
        return names.get((unit, back), f"{'this' if back == 0 else 'last'} {unit}"), first, until
    return between(first, until), first, until


def between(first: date, until: date) -> str:
    """The window of whole days from ``first`` up to (not with) ``until``."""
    last = until - timedelta(days=1)
    return f"on {first}" if first == last else f"between {first} and {last}"


def _year_of(text: str, today: date) -> tuple[int | None, str]:
    """A year said in the text (``2024``, ``去年``, ``last year``) and the text without it."""
    m = re.search(r"(?:of )?(?<!\d)(\d{4})(?:年的?|(?!\d))|(今|去|前)年的?|(this|last) year", text)
    if not m:
        return None, text
    back = {"今": 0, "去": 1, "前": 2, "this": 0, "last": 1}.get(m[2] or m[3] or "", 0)
    return int(m[1]) if m[1] else today.year - back, (text[: m.start()] + text[m.end() :]).strip(" ,")


def days_of(text: str, today: date) -> tuple[date, date] | None:
    """The days of a named day, month, quarter, half or year; a month without a year is the latest that began."""
    text = text.lower().strip().removeprefix("the ")
    if m := re.fullmatch(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})", text):
        return _day(int(m[1]), int(m[2]), int(m[3]))
    if m := re.fullmatch(r"(\d{4})-(\d{1,2})", text):
        return _month(int(m[1]), int(m[2]))
    year, rest = _year_of(text, today)
    if not rest:
        return (date(year, 1, 1), date(year + 1, 1, 1)) if year else None
    part = _part(rest)
    if part is None:
        return None
    month, months, day = part
    if not 1 <= month <= 12:
        return None
    if year is None:
        year = today.year if (month, day or 1) <= (today.month, today.day) else today.year - 1
    if day:
        return _day(year, month, day)
    first = date(year, month, 1)
    return first, shift(first, "month", months)


def _part(text: str) -> tuple[int, int, int] | None:
    """(month, how many months, day or 0) of a part of a year."""
    if m := re.fullmatch(r"(\d{1,2})月(\d{1,2})[日号]", text):
        return int(m[1]), 1, int(m[2])
    if m := re.fullmatch(r"(.+?)月份?", text):
        return _count(m[1]), 1, 0
    if m := re.match(r"第?([一二三四1-4])季度|q([1-4])|(first|second|third|fourth) quarter", text):
        said = m[1] or m[2] or m[3]
        n = {"first": 1, "second": 2, "third": 3, "fourth": 4}.get(said) or _count(said)
        return n * 3 - 2, 3, 0
    if m := re.match(r"(上|first half|1st half|h1)|(下|second half|2nd half|h2)", text):
        return (1 if m[1] else 7), 6, 0
    if m := re.fullmatch(rf"(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?({_MONTH})", text):
        return _MONTHS[m[2].rstrip(".")], 1, int(m[1])
    if m := re.fullmatch(rf"({_MONTH}|may)(?: (\d{{1,2}})(?:st|nd|rd|th)?)?(?: of)?", text):
        return _MONTHS[m[1].rstrip(".")], 1, int(m[2] or 0)
    return None


def _day(year: int, month: int, day: int) -> tuple[date, date] | None:
    try:
        first = date(year, month, day)
    except ValueError:
        return None
    return first, first + timedelta(days=1)


def _month(year: int, month: int) -> tuple[date, date] | None:
    return (date(year, month, 1), shift(date(year, month, 1), "month", 1)) if 1 <= month <= 12 else None


Reader = Callable[[re.Match[str], date], Period | None]


def _rolling(m: re.Match[str], today: date) -> Period | None:
    amount, unit = (6, "month") if m["n"] == "半" else (_count(m["n"]), _unit(m["u"]))
    return _last(m, amount, unit, today) if 0 < amount <= _MOST.get(unit, 10_000) else None


def _last(m: re.Match[str], amount: int, unit: str, today: date, shape: Shape = "rolling") -> Period:
    until = today + timedelta(days=1)
    first = shift(until, unit, -amount) if unit != "hour" else today
    return Period(
        m.start(), m.end(), f"in {amount} {unit}{'s' if amount > 1 else ''}", shape, first, until, amount, unit
    )


def _calendar(unit: str | None, back: int) -> Reader:
    def read(m: re.Match[str], today: date) -> Period:
        chosen = unit or _unit(m["u"])
        window, first, until = calendar_period(chosen, back, today)
        return Period(m.start(), m.end(), window, "calendar", first, until, 1, chosen)

    return read


def _one(m: re.Match[str], today: date) -> Period:
    return _last(m, 1, _unit(m["u"]), today)


def _named(m: re.Match[str], today: date) -> Period | None:
    days = days_of(m["d"], today)
    return days and Period(m.start(), m.end(), between(*days), "dates", days[0], days[1])


def _since(m: re.Match[str], today: date) -> Period | None:
    days = _any_days(m["d"], today)
    return days and Period(m.start(), m.end(), f"since {days[0]}", "since", days[0], today + timedelta(days=1))


def _after(m: re.Match[str], today: date) -> Period | None:
    days = _any_days(m["d"], today)
    return days and Period(m.start(), m.end(), f"since {days[1]}", "since", days[1], today + timedelta(days=1))


def _before(m: re.Match[str], today: date) -> Period | None:
    days = _any_days(m["d"], today)
    return days and Period(m.start(), m.end(), f"before {days[0]}", "before", None, days[0])


def _range(m: re.Match[str], today: date) -> Period | None:
    second = _any_days(m["e"], today)
    first = _any_days(m["d"], second[0] if second and not re.search(r"\d{4}", m["d"]) else today)
    if not first or not second or first[0] >= second[1]:
        return None
    return Period(m.start(), m.end(), between(first[0], second[1]), "dates", first[0], second[1])


def _ago(m: re.Match[str], today: date) -> Period | None:
    if m["n"] is None:
        day = shift(today, _unit(m["u"]), -1) if m["u"] != "hour" else today
        return Period(m.start(), m.end(), f"on {day}", "ago", day, day + timedelta(days=1), 1, _unit(m["u"]))
    amount, unit = (6, "month") if m["n"] == "半" else (_count(m["n"]), _unit(m["u"]))
    if not 0 < amount <= _MOST.get(unit, 10_000) or unit == "hour":
        return None
    day = shift(today, unit, -amount)
    return Period(m.start(), m.end(), f"on {day}", "ago", day, day + timedelta(days=1), amount, unit)


def _ago_range(m: re.Match[str], today: date) -> Period | None:
    a, b = _count(m["n"]), _count(m["k"])
    u, v = _unit(m["u"] or m["v"]), _unit(m["v"])
    if not a or not b:
        return None
    text = f"from {a} {u}{'s' if a > 1 else ''} to {b} {v}{'s' if b > 1 else ''} ago"
    return Period(m.start(), m.end(), text, "dates", shift(today, u, -a), shift(today, v, -b))


def _length(m: re.Match[str], today: date) -> Period | None:
    amount, unit = (6, "month") if m["n"] == "半" else (_count(m["n"]), _unit(m["u"]))
    return _last(m, amount, unit, today, "length") if 0 < amount <= _MOST.get(unit, 10_000) else None


def _any_days(text: str, today: date) -> tuple[date, date] | None:
    """Days of a named day or of a relative one (``yesterday``, ``上个月``)."""
    for pattern, reader in _RELATIVE:
        m = pattern.fullmatch(text.strip())
        found = m and reader(m, today)
        if found and found.first and found.until:
            return found.first, found.until
    return days_of(text, today)


def _p(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_B, _E = r"(?<![a-z0-9])", r"(?![a-z0-9])"
_LEAD = r"(?:(?:in|during|over|within|for|through|throughout|of|from) )?(?:the )?"
_REL_EN = rf"day before yesterday|yesterday|today|(?:the )?(?:this|last) (?:week|month|quarter|year)|(?:{_N} )(?:day|week|month|quarter|year)s? ago"
_REL_ZH = rf"前天|昨[天日]|今[天日]|本[周月年]|本季度?|这个?(?:周|星期|月|季度)|今年|去年|前年|上个?(?:周|星期|月|季度)|{_CN}{_CU}前"
_RELATIVE: list[tuple[re.Pattern[str], Reader]] = [
    (_p(rf"{_LEAD}(?:{_N}|(?P<a>an?)) {_U} ago"), _ago),
    (_p(rf"{_CN}{_CU}(?:之前|以前|前)"), _ago),
    (_p(rf"{_LEAD}day before yesterday|前天|前日"), _calendar("day", 2)),
    (_p(r"(?:since |from )?\byesterday\b(?:'s)?|昨天|昨日"), _calendar("day", 1)),
    (_p(r"\btoday\b(?:'s)?|今天|今日|当天"), _calendar("day", 0)),
    (_p(rf"{_LEAD}(?:this|current) {_U}(?: so far| to date)?{_E}"), _calendar(None, 0)),
    (_p(rf"{_LEAD}last (?P<u>week|month|quarter|year){_E}"), _calendar(None, 1)),
    (_p(r"(?:在)?(?:本|这个?|当)(?P<u>周|星期|礼拜|月|季度|季|年)(?:以来|至今|内|里)?(?:份)?"), _calendar(None, 0)),
    (_p(r"(?:在)?今年(?:以来|至今|内|里)?"), _calendar("year", 0)),
    (_p(r"(?:在)?上一?个?(?P<u>周|星期|礼拜|月|季度|季)(?:份)?(?:内|里)?"), _calendar(None, 1)),
    (_p(r"(?:在)?(?:去年|上一年|上年)(?:内|里|全年)?"), _calendar("year", 1)),
    (_p(r"(?:在)?前年"), _calendar("year", 2)),
    (_p(r"\bytd\b|\byear to date\b"), _calendar("year", 0)),
    (_p(r"\bmtd\b|\bmonth to date\b"), _calendar("month", 0)),
]
_DAYS = rf"(?:{_DAY_EN}|{_SPAN_EN}|(?:the )?(?:this|last) (?:week|month|quarter|year)|day before yesterday|yesterday|today|\d+ (?:day|week|month|quarter|year)s? ago)"
_DAYS_ZH = rf"(?:{_DAY_ZH}|{_SPAN_ZH}|前天|昨[天日]|今[天日]|今年|去年|前年|上个?(?:周|星期|月|季度)|本[周月]|(?:\d+|[一二两三四五六七八九十]+)(?:天|周|个月|年)前)"
_PATTERNS: list[tuple[re.Pattern[str], Reader]] = [
    (
        _p(
            rf"from {_N} (?:(?P<u>day|week|month|quarter|year)s? (?:ago )?)?to (?P<k>\d+|[a-z]+) (?P<v>day|week|month|quarter|year)s? ago"
        ),
        _ago_range,
    ),
    (_p(rf"{_CN}个?(?P<u>天|周|月|年)前到(?P<k>\d+|[一二两三四五六七八九十]+)个?(?P<v>天|周|月|年)前"), _ago_range),
    (_p(rf"(?:between|from) (?P<d>{_DAYS}) (?:and|to|until|till|through) (?P<e>{_DAYS}){_E}"), _range),
    (_p(rf"(?P<d>{_DAYS_ZH}) ?(?:到|至|-|~) ?(?P<e>{_DAYS_ZH})(?:之间|期间|间)?"), _range),
    (
        _p(
            rf"{_B}(?:ever )?(?:since|starting(?: from| in)?|from) (?P<d>{_DAYS})(?: on(?:wards?)?| until now| to now)?{_E}"
        ),
        _since,
    ),
    (_p(rf"(?:自从?|从|打)(?P<d>{_DAYS_ZH})(?:起|以来|开始|至今|到现在|后|之后|以后)*"), _since),
    (_p(rf"(?P<d>{_DAYS_ZH})(?:起|以来|开始|至今|到现在)"), _since),
    (_p(rf"(?P<d>{_DAYS_ZH})(?:之后|以后|后)"), _after),
    (_p(rf"{_B}after (?:the )?(?P<d>{_DAYS}){_E}"), _after),
    (_p(rf"{_B}(?:before|until|prior to|up to|earlier than) (?:the )?(?P<d>{_DAYS}){_E}"), _before),
    (_p(rf"(?:在)?(?P<d>{_DAYS_ZH})(?:之前|以前|前(?!\d|[一二两三四五六七八九十百]))"), _before),
    (_p(rf"(?:in|over|during|within|for) the last (?P<u>day|week|month|quarter|year){_E}"), _one),
    *_RELATIVE,
    (_p(rf"{_LEAD}(?:last|past|previous|recent|latest|trailing) {_N} {_U}{_E}"), _rolling),
    (_p(rf"{_LEAD}(?:past|previous) (?P<u>day|week|month|quarter|year){_E}"), _one),
    (_p(rf"(?:在)?(?:近|最近|过去|最近的|近来)的?{_CN} ?{_CU}(?:之内|以内|内|以来|里|中|间)?"), _rolling),
    (_p(rf"(?:在)?(?:这|前){_CN}{_CU}(?:之内|以内|内|以来|里)"), _rolling),
    (_p(rf"{_CN} ?{_CU}(?:之内|以内|内)"), _rolling),
    (_p(rf"{_B}(?:in|during|over|within) (?:the )?(?:space of )?{_N} {_U}{_E}"), _rolling),
    (_p(rf"{_B}(?:on|in|during|of|for) (?P<d>{_DAY_EN}|{_SPAN_EN}){_E}"), _named),
    (_p(rf"{_B}(?P<d>{_DAY_EN}){_E}"), _named),
    (_p(rf"{_B}(?P<d>{_SPAN_EN}){_E}"), _named),
    (_p(rf"(?:在)?(?P<d>{_DAY_ZH}|{_SPAN_ZH})(?:内|里|期间|间|全年|当月|那年)?"), _named),
    (_p(rf"{_B}(?:for )?{_N} ?{_U}{_E}(?! (?:old|of age))"), _length),
    (_p(rf"{_CN} ?(?P<u>小时|天|周|个星期|个月|个季度|年)"), _length),
    (_p(r"(?P<n>半) ?(?P<u>年)"), _length),
]


def periods(text: str, today: date) -> list[Period]:
    """All times of a tidy text; where two overlap the longer, then the earlier pattern, wins."""
    found: list[tuple[int, int, Period]] = []
    lowered = text.lower()
    for order, (pattern, reader) in enumerate(_PATTERNS):
        for m in pattern.finditer(lowered):
            period = None if is_amount(lowered, m) else reader(m, today)
            if period is not None:
                found.append((-(m.end() - m.start()), order, period))
    found.sort(key=lambda f: f[:2])
    kept: list[Period] = []
    for _, _, period in found:
        if all(period.end <= k.start or period.start >= k.end for k in kept):
            kept.append(period)
    return sorted(kept, key=lambda p: p.start)
