"""A conversation with a script: it answers what the test says and remembers what it was asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from tagfolk_bots.messages import Button, ChartSpec, Choice, HomeView, Incoming, Reply

Answering = Callable[[Incoming], Reply]


def reply(text: str, **fields: Any) -> Reply:
    """A reply with the figures of an ordinary answer."""
    answer: Mapping[str, object] = {"intent": "count", "confidence": "sure", **fields.pop("answer", {})}
    return Reply(text=text, answer=answer, language=fields.pop("language", "en"), **fields)


class Scripted:
    """``script`` maps a question (or ``action:ID``) to a reply; anything else is counted politely."""

    def __init__(self, script: Mapping[str, Reply | Answering] | None = None, *, seconds: float = 0.0) -> None:
        self.script = dict(script or {})
        self.seconds = seconds
        self.asked: list[Incoming] = []
        self.front: HomeView | None = None
        self._lock = threading.Lock()

    def reply(self, incoming: Incoming) -> Reply:
        with self._lock:
            self.asked.append(incoming)
        if self.seconds:
            time.sleep(self.seconds)
        key = f"action:{incoming.action}" if incoming.action else incoming.text
        found = self.script.get(key)
        if callable(found):
            return found(incoming)
        return found or reply(f"42 customers: {incoming.text}", buttons=BUTTONS)

    def home(self, user: str | None, groups: tuple[str, ...] = ()) -> HomeView:
        assert self.front is not None, f"no home for {user} of {groups}"
        return self.front


BUTTONS = (Button("list", "The list", "q1"), Button("csv", "CSV", "q1"), Button("chart", "Chart", "q1"))
CHART = ChartSpec("bar", "Customers by city", ("Shanghai 上海", "Beijing 北京"), (("customers", (12.0, 7.0)),))
CHOICES = (Choice("customers in Shanghai", 'city = "上海"'), Choice("customers in Shandong", 'province = "山东"'))
