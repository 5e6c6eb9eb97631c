"""How often a question is asked again: from words to ``mon 09:00``, and when that is next."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ENGLISH = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CHINESE = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_AT = re.compile(r"(?:at\s*)?(\d{1,2})\s*(?:[:：点]\s*(\d{2})?|(?=\s*(?:am|pm)\b))\s*(am|pm)?\s*分?$")


def every(text: str) -> str | None:
    """The canonical schedule of some words; None where they say none.

    >>> every("every Monday"), every("每周一 8点"), every("daily at 18:30"), every("monthly"), every("now and then")
    ('mon 09:00', 'mon 08:00', 'daily 18:30', 'monthly 09:00', None)
    """
    said = " ".join(text.strip().lower().rstrip("。.").split())
    hour, minute = 9, 0
    found = _AT.search(said)
    if found:
        hour, minute = int(found[1]), int(found[2] or 0)
        if found[3] and hour <= 12:
            hour = hour % 12 + (12 if found[3].lower() == "pm" else 0)
        elif "下午" in said or "晚上" in said:
            hour += 12 if hour < 12 else 0
        said = said[: found.start()]
    if hour > 23 or minute > 59:
        return None
    said = re.sub(r"(上午|下午|早上|晚上|早|at)\s*$", "", said.strip()).strip().rstrip(",，").strip()
    word = _word(said)
    return None if word is None else f"{word} {hour:02d}:{minute:02d}"


def _word(said: str) -> str | None:
    if said in ("daily", "every day", "each day", "every morning", "每天", "每日", "天天"):
        return "daily"
    if said in ("weekly", "every week", "each week", "每周", "每星期", "每个星期"):
        return "weekly"
    if said in ("monthly", "every month", "each month", "每月", "每个月", "每月1日", "每月1号", "每月一号"):
        return "monthly"
    english = re.fullmatch(r"(?:every|each|on)?\s*(\w{3,9}?)s?", said)
    if english:
        for at, day in enumerate(_ENGLISH):
            if english[1] in (day, day[:3]):
                return DAYS[at]
    chinese = re.fullmatch(r"每(?:个)?(?:周|星期|礼拜)([一二三四五六日天])", said)
    return DAYS[_CHINESE[chinese[1]]] if chinese else None


def next_at(schedule: str, after: datetime, zone: ZoneInfo) -> datetime:
    """The first time of a schedule after an instant. ``weekly`` is Monday, ``monthly`` the first of the month."""
    word, _, at = schedule.partition(" ")
    local = after.astimezone(zone)
    clock = time.fromisoformat(at or "09:00")
    day: date = local.date()
    for _ in range(64):
        moment = datetime.combine(day, clock, zone)
        if moment > after and _on(word, day):
            return moment
        day += timedelta(days=1)
    raise ValueError(f"no such schedule: {schedule}")


def _on(word: str, day: date) -> bool:
    if word == "daily":
        return True
    if word == "monthly":
        return day.day == 1
    return day.weekday() == (0 if word == "weekly" else DAYS.index(word))
