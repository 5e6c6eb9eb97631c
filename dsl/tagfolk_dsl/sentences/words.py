"""The words of a sentence in one language: names as people call them, numbers, times, windows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from tagfolk_dsl.names import plural
from tagfolk_dsl.program import Program
from tagfolk_dsl.tree import (
    Ago,
    Before,
    Between,
    Boolean,
    Day,
    Duration,
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
from tagfolk_dsl.vocabulary import FieldInfo, Vocabulary

UNITS_ZH = {
    Unit.SECOND: "秒", Unit.MINUTE: "分钟", Unit.HOUR: "小时", Unit.DAY: "天", Unit.WEEK: "周", Unit.MONTH: "个月",
    Unit.QUARTER: "个季度", Unit.YEAR: "年",
}  # fmt: skip
PERIODS_ZH = {
    (Unit.DAY, 0): "今天", (Unit.DAY, 1): "昨天", (Unit.WEEK, 0): "本周", (Unit.WEEK, 1): "上周",
    (Unit.MONTH, 0): "本月",
    (Unit.MONTH, 1): "上个月", (Unit.QUARTER, 0): "本季度", (Unit.QUARTER, 1): "上季度", (Unit.YEAR, 0): "今年",
    (Unit.YEAR, 1): "去年",
}  # fmt: skip


def chinese(text: str) -> bool:
    """Whether a text has a Chinese character."""
    return any("\u4e00" <= c <= "\u9fff" for c in text)


def glue(*parts: str) -> str:
    """The parts one after the other; a space only between a Latin end and a Chinese start or the other way round."""
    said = ""
    for part in parts:
        if not part:
            continue
        apart = bool(said) and _latin(said[-1]) != _latin(part[0]) and not {said[-1], part[0]} & set("（）“”，、 ：")
        both = bool(said) and _latin(said[-1]) and _latin(part[0])
        said += (" " if apart or both else "") + part
    return said


def _latin(c: str) -> bool:
    return c.isascii() and c != " "


@dataclass(frozen=True)
class Words:
    """Names and figures in one language. ``within`` is the event inside whose ``where`` they are said."""

    zh: bool
    vocabulary: Vocabulary | None = None
    program: Program | None = None
    within: str | None = None

    def inside(self, event: str) -> Words:
        """Inside the ``where`` of an event."""
        return Words(self.zh, self.vocabulary, self.program, event)

    def pick(self, name: str, others: Iterable[str | None] = ()) -> str:
        """The first of a name and its other names that is in the language; else the name itself."""
        for word in (name, *others):
            if word and chinese(word) == self.zh:
                return word if self.zh else word.replace("_", " ")
        return name

    def event(self, name: str) -> str:
        """An event."""
        info = self.vocabulary.events.get(name) if self.vocabulary else None
        return self.pick(name, info.also if info else ())

    def events(self, name: str) -> str:
        """Several events."""
        word = self.event(name)
        return word if self.zh or chinese(word) else plural(word)

    def field(self, info: FieldInfo | None, name: str) -> str:
        """An attribute or property."""
        return self.pick(name, info.also if info else ())

    def attribute(self, name: str) -> str:
        """A customer's attribute."""
        return self.field(self.vocabulary.attributes.get(name) if self.vocabulary else None, name)

    def property(self, event: str | None, name: str) -> str:
        """A property of an event; ``time`` is one."""
        if name == "time":
            return "时间" if self.zh else "time"
        return self.field(self.info(event, name), name)

    def info(self, event: str | None, name: str) -> FieldInfo | None:
        """What the vocabulary says of a property."""
        events = self.vocabulary.events if self.vocabulary else {}
        return events[event].properties.get(name) if event is not None and event in events else None

    def tag(self, name: str) -> str:
        """A tag, by its title or also-names where these are in the language."""
        info = self.program.tags.get(name) if self.program else None
        return self.pick(name, (info.card.title, *info.card.also) if info else ())

    def segment(self, name: str) -> str:
        """A segment."""
        info = self.program.segments.get(name) if self.program else None
        return self.pick(name, (info.card.title, *info.card.also) if info else ())

    def tag_text(self, tag: str, value: str) -> str:
        """A tag's value, by the names that its card gives it."""
        info = self.program.tags.get(tag) if self.program else None
        named = dict(info.card.values) if info else {}
        return self.pick(value, named.get(value, ()))

    def listed(self, info: FieldInfo | None, value: str) -> str:
        """A value of an attribute or property, by its listed spellings."""
        others = info.values.get(value, ()) if info else ()
        return self.pick(value, others) if others else value

    def number(self, value: Decimal, text: str = "") -> str:
        """A number as people write it: 100,000, 60%."""
        if text.endswith(("%", "％")):
            return self.percent(value)
        shown = f"{value:,f}"
        return shown.rstrip("0").rstrip(".") if "." in shown else shown

    def percent(self, value: Decimal) -> str:
        """A fraction as a percentage."""
        shown = f"{value * 100:f}"
        return (shown.rstrip("0").rstrip(".") if "." in shown else shown) + "%"

    def literal(self, value: Metric) -> str | None:
        """A written value; None where it is a metric."""
        if isinstance(value, Number):
            return self.number(value.value, value.text)
        if isinstance(value, Text):
            return value.value
        if isinstance(value, Boolean):
            return ("是" if value.value else "否") if self.zh else ("yes" if value.value else "no")
        return self.moment(value.value) if isinstance(value, (Day, Instant)) else None

    def moment(self, value: date | datetime) -> str:
        """A day, or an instant to the minute (to the second where it has some)."""
        if not isinstance(value, datetime):
            return value.isoformat()
        return value.strftime("%Y-%m-%d %H:%M:%S" if value.second else "%Y-%m-%d %H:%M")

    def duration(self, length: Duration) -> str:
        """``6 months``, ``6 个月``."""
        if self.zh:
            return f"{length.amount} {UNITS_ZH[length.unit]}"
        return f"{length.amount} {length.unit.value}{'' if length.amount == 1 else 's'}"

    def window(self, window: Window) -> str:
        """A window; empty for ``ever``."""
        return self._window_zh(window) if self.zh else self._window_en(window)

    def _window_en(self, window: Window) -> str:
        if isinstance(window, Last):
            one = window.length.amount == 1
            return f"in the last {window.length.unit.value if one else self.duration(window.length)}"
        if isinstance(window, Period):
            if window.unit == Unit.DAY and window.back < 2:
                return "yesterday" if window.back else "today"
            return f"{'last' if window.back else 'this'} {window.unit.value}"
        if isinstance(window, Ago):
            start, end = window.start, window.end
            shown = str(start.amount) if start.unit == end.unit else self.duration(start)
            return f"from {shown} to {self.duration(end)} ago"
        if isinstance(window, Since):
            return f"since {self.moment(window.start)}"
        if isinstance(window, Before):
            return f"before {self.moment(window.end)}"
        if isinstance(window, Between):
            if window.start == window.end:
                return f"on {self.moment(window.start)}"
            return f"between {self.moment(window.start)} and {self.moment(window.end)}"
        return f"in the next {self.duration(window.length)}" if isinstance(window, Next) else ""

    def _window_zh(self, window: Window) -> str:
        if isinstance(window, Last):
            return f"最近 {self.duration(window.length)}"
        if isinstance(window, Period):
            return PERIODS_ZH.get((window.unit, window.back), f"{window.back} {UNITS_ZH[window.unit]}前")
        if isinstance(window, Ago):
            return f"{self.duration(window.start)}前到 {self.duration(window.end)}前"
        if isinstance(window, Since):
            return f"自 {self.moment(window.start)} 起"
        if isinstance(window, Before):
            return f"{self.moment(window.end)} 之前"
        if isinstance(window, Between):
            if window.start == window.end:
                return f"{self.moment(window.start)} 当天"
            return f"{self.moment(window.start)} 到 {self.moment(window.end)}"
        return f"未来 {self.duration(window.length)}" if isinstance(window, Next) else ""
