"""What a transport needs of a conversation."""

from __future__ import annotations

from typing import Protocol

from tagfolk_bots.messages import HomeView, Incoming, Reply


class Talker(Protocol):
    """The conversation, as a transport sees it. Both are called from several threads at once."""

    def reply(self, incoming: Incoming) -> Reply:
        """Answer one message."""
        ...

    def home(self, user: str | None, groups: tuple[str, ...] = ()) -> HomeView:
        """The front page of a person."""
        ...
