"""The chat of the page: conversations in memory, each turn with what was asked and what was answered."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from tagfolk_bots.messages import ASKING, Button, Incoming, Reply
from tagfolk_bots.shown import pressed
from tagfolk_bots.talker import Talker

_THREADS = 50
_TURNS = 100


@dataclass(frozen=True)
class Turn:
    """A question (or the label of a pressed button) and its answer. ``number`` names its chart and file."""

    number: int
    asked: str
    reply: Reply


@dataclass
class _Thread:
    turns: list[Turn] = field(default_factory=list)
    buttons: dict[str, Button] = field(default_factory=dict)
    count: int = 0


class Talk:
    """All conversations of one reader. Thread-safe; the oldest are forgotten."""

    def __init__(self, conversation: Talker, user: str | None) -> None:
        self._conversation = conversation
        self._user = user
        self._threads: OrderedDict[str, _Thread] = OrderedDict()
        self._lock = threading.Lock()

    def new(self) -> str:
        """The name of a new conversation."""
        return secrets.token_hex(6)

    def turns(self, thread: str) -> list[Turn]:
        """What was said so far."""
        with self._lock:
            known = self._threads.get(thread)
            return list(known.turns) if known else []

    def turn(self, thread: str, number: int) -> Turn | None:
        """One turn, None if it is forgotten."""
        return next((turn for turn in self.turns(thread) if turn.number == number), None)

    def ask(self, thread: str, text: str) -> None:
        """A typed question."""
        self._say(thread, text, Incoming(text, user=self._user, thread=f"web:{thread}"))

    def act(self, action: str | None, text: str, payload: str) -> Reply:
        """A deed outside of a conversation, such as a proposal."""
        return self._conversation.reply(Incoming(text, user=self._user, action=action, payload=payload or None))

    def press(self, thread: str, number: int, index: int, typed: str = "") -> bool:
        """A button of an earlier answer; False if that is forgotten. ``typed``: what was written with it."""
        turn = self.turn(thread, number)
        if turn is None or not 0 <= index < len(pressed(turn.reply)):
            return False
        button = pressed(turn.reply)[index]
        if button.id == "ask":
            self.ask(thread, button.value)
            return True
        if button.id in ASKING and not typed:
            return False
        incoming = Incoming(typed or button.label, self._user, f"web:{thread}", action=button.id, payload=button.value)
        self._say(thread, f"{button.label}: {typed}" if typed else button.label, incoming)
        return True

    def _say(self, thread: str, asked: str, incoming: Incoming) -> None:
        reply = self._conversation.reply(incoming)
        with self._lock:
            known = self._threads.setdefault(thread, _Thread())
            self._threads.move_to_end(thread)
            known.count += 1
            known.turns = [*known.turns, Turn(known.count, asked, reply)][-_TURNS:]
            while len(self._threads) > _THREADS:
                self._threads.popitem(last=False)
