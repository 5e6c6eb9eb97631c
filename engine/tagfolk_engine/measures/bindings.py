"""Which events and properties the measures are about: as ``[measures]`` of tagfolk.toml says, else found by name."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tagfolk_dsl.tree import Type
from tagfolk_dsl.vocabulary import EventInfo, Vocabulary

PURCHASES = (
    "purchase",
    "order",
    "payment",
    "transaction",
    "sale",
    "buy",
    "购买",
    "订单",
    "消费",
    "下单",
    "交易",
    "支付",
)
AMOUNTS = ("amount", "revenue", "paid", "total", "sales", "price", "value", "金额", "实付", "销售额", "总价", "价格")
SURVEYS = ("survey", "nps", "feedback", "rating", "questionnaire", "问卷", "评价", "调查", "评分")
SCORES = ("nps", "score", "rating", "recommend", "likelihood", "评分", "分数", "推荐分", "得分")
SENT = (
    "promotion",
    "campaign",
    "offer",
    "coupon",
    "message",
    "push",
    "sms",
    "mailing",
    "促销",
    "活动",
    "优惠券",
    "推送",
    "短信",
)


class MeasureError(Exception):
    """A measure that cannot be told, in words for the person who asked. ``message_zh``: the same in Chinese."""

    def __init__(self, message: str, hint: str = "", message_zh: str = "", hint_zh: str = "") -> None:
        super().__init__(message)
        self.message, self.hint = message, hint
        self.message_zh, self.hint_zh = message_zh or message, hint_zh or hint


@dataclass(frozen=True)
class Bindings:
    """What stands for what. None: the workspace has no such thing."""

    event: str | None = None
    amount: str | None = None
    order: str | None = None
    """A property that tells orders apart; None: each event is an order."""
    survey: str | None = None
    score: str | None = None
    sent: str | None = None
    """The event of a promotion's reaching a customer."""
    cost: tuple[str, str] | None = None
    """An event and its property: what was spent on winning customers."""
    costs: Mapping[str, float] = field(default_factory=dict)
    """Month ("2024-06") → what was spent in it."""


def bindings(settings: Any, vocabulary: Vocabulary) -> Bindings:
    """The bindings of a workspace. ``settings``: its ``[measures]`` table. Raises MeasureError for unknown names."""
    events = vocabulary.events
    event = _named("event", settings.event, vocabulary) or _by_name(events, PURCHASES) or _only_with_number(events)
    amount = _own("amount", settings.amount, event, vocabulary) or _number(events.get(event or ""), AMOUNTS)
    survey, score = _pair("score", settings.score, vocabulary) or _survey(events)
    return Bindings(
        event, amount, _own("order", settings.order, event, vocabulary), survey, score,
        _named("sent", settings.sent, vocabulary) or _by_name(events, SENT),
        _pair("cost", settings.cost, vocabulary), {_month(m): v for m, v in settings.costs.items()},
    )  # fmt: skip


def _named(key: str, name: str | None, vocabulary: Vocabulary) -> str | None:
    """An event by its name or one of its other names."""
    if name is None:
        return None
    for event in vocabulary.events.values():
        if name == event.name or name in event.also:
            return event.name
    raise _unknown(key, "event", name, vocabulary.events)


def _pair(key: str, text: str | None, vocabulary: Vocabulary) -> tuple[str, str] | None:
    """``survey.score``."""
    if text is None:
        return None
    event, dot, _ = text.partition(".")
    if not dot:
        raise MeasureError(f"[measures] {key}: '{text}' is no property", "write it as EVENT.PROPERTY")
    found = _named(key, event, vocabulary)
    return str(found), str(_own(key, text, found, vocabulary))


def _own(key: str, text: str | None, event: str | None, vocabulary: Vocabulary) -> str | None:
    """A property of an event, with or without the event's name before it."""
    if text is None:
        return None
    name = text.rpartition(".")[2]
    properties = vocabulary.events[event].properties if event else {}
    if name not in properties:
        raise _unknown(key, "property", name, properties)
    return name


def _unknown(key: str, kind: str, name: str, known: Collection[str]) -> MeasureError:
    near = difflib.get_close_matches(name, known, 1)
    hint = f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(known) or 'none'}"
    return MeasureError(f"[measures] {key}: there is no {kind} '{name}'", hint)


def _by_name(events: Mapping[str, EventInfo], wanted: tuple[str, ...]) -> str | None:
    """The event whose name, else one of whose other names, is the earliest of the wanted words."""
    own = [(event.name, event.name) for event in events.values()]
    others = [(also, event.name) for event in events.values() for also in event.also]
    for spellings in (own, others):
        for word in wanted:
            for spelling, name in spellings:
                if spelling.lower() in (word, word + "s"):
                    return name
    return None


def _only_with_number(events: Mapping[str, EventInfo]) -> str | None:
    found = [e.name for e in events.values() if _number(e, AMOUNTS)]
    return found[0] if len(found) == 1 else None


def _number(event: EventInfo | None, wanted: tuple[str, ...]) -> str | None:
    """The number property of an event that is meant: by name, else the only one."""
    if event is None:
        return None
    numbers = [p for p in event.properties.values() if p.type == Type.NUMBER]
    for word in wanted:
        for info in numbers:
            if word in (s.lower() for s in (info.name, *info.also)):
                return info.name
    return numbers[0].name if len(numbers) == 1 else None


def _survey(events: Mapping[str, EventInfo]) -> tuple[str | None, str | None]:
    """An event with a property that is called like a score; first among events that are called like surveys."""
    asked = _by_name(events, SURVEYS)
    for event in ([events[asked]] if asked else []) + list(events.values()):
        for info in event.properties.values():
            if info.type == Type.NUMBER and any(s.lower() in SCORES for s in (info.name, *info.also)):
                return event.name, info.name
    return None, None


def _month(text: str) -> str:
    try:
        return f"{date.fromisoformat(f'{text}-01'):%Y-%m}"
    except ValueError:
        raise MeasureError(f"[measures] costs: '{text}' is no month", "write it as 2024-06") from None
