"""Subscriptions in Slack: a small loop beside the app, one look for ``tagfolk serve``, and messages of segments."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tagfolk_bots.actions.due import deliver
from tagfolk_bots.messages import Incoming, Reply
from tagfolk_bots.slack.answering import Answerer
from tagfolk_bots.slack.delivery import Delivery, Place
from tagfolk_bots.slack.people import People
from tagfolk_bots.slack.settings import SlackSettings, SlackSetupError, read_settings

if TYPE_CHECKING:
    from tagfolk_engine.query import Subscription

    from tagfolk_bots.conversation import Conversation

LOG = logging.getLogger("tagfolk.slack.clock")
EVERY = 30.0
"""Seconds between looks."""


class Bringer:
    """Brings what is due to Slack's channels and people."""

    def __init__(self, talk: Conversation, delivery: Delivery, people: People, answerer: Answerer) -> None:
        self._talk = talk
        self._delivery = delivery
        self._people = people
        self._answerer = answerer

    def look(self) -> int:
        """Bring all that is due; how many."""
        return deliver(self._talk, self._send, self._complete, reaches)

    def _complete(self, incoming: Incoming) -> Incoming:
        return self._answerer.complete(incoming, self._place(incoming.channel, str(incoming.user), incoming.thread))

    def _place(self, channel: str | None, user: str, thread: str) -> Place:
        if channel is not None and not channel.startswith("D"):
            return Place(channel, user, thread)
        return Place(self._delivery.direct_channel(user), user, thread, direct=True)

    def _send(self, one: Subscription, reply: Reply) -> None:
        place = self._place(one.channel, one.user, f"subscription:{one.id}")
        self._delivery.send(place, reply)
        self._delivery.send_files(place, reply)


def reaches(one: Subscription) -> bool:
    """A person or a channel of Slack; the owner at the shell is neither."""
    return one.user[:1] in ("U", "W") or (one.channel or "")[:1] in ("C", "G")


class Clock(threading.Thread):
    """Looks again and again until it is stopped."""

    def __init__(self, look: Callable[[], int], every: float = EVERY) -> None:
        super().__init__(name="tagfolk-subscriptions", daemon=True)
        self._look = look
        self._every = every
        self._ended = threading.Event()

    def run(self) -> None:
        """Until :meth:`stop`."""
        while not self._ended.wait(self._every):
            try:
                self._look()
            except Exception:  # the store may be away for a while; the next look tries again
                LOG.exception("subscriptions were not looked at")

    def stop(self) -> None:
        """End, after the present look."""
        self._ended.set()
        self.join(10)


def notify(root: Path, channel: str, text: str) -> bool:
    """Say something in a channel (``#name`` or id), as rules ask for; False: no Slack is set up here.

    Raises where Slack is set up and refuses.
    """
    from tagfolk_bots.slack.app import web_client
    from tagfolk_bots.slack.blocks import note

    settings = _settings(root)
    if settings is None:
        return False
    words = note(text[:3000])
    web_client(settings).chat_postMessage(
        channel=channel, text=words.text, blocks=list(words.blocks), unfurl_links=False, unfurl_media=False
    )
    return True


def bring(root: Path) -> int:
    """One look at the subscriptions of a workspace, for ``tagfolk serve``; 0 where no Slack is set up."""
    from tagfolk_engine.query import Desk

    from tagfolk_bots.conversation import Conversation
    from tagfolk_bots.slack.app import SlackApp

    settings = _settings(root)
    if settings is None:
        return 0
    desk = Desk.open(root)
    try:
        app = SlackApp(Conversation(desk), settings, root / ".tagfolk", language=desk.language)
        try:
            return app.bringer().look()
        finally:
            app.close()
    finally:
        desk.close()


def _settings(root: Path) -> SlackSettings | None:
    from tagfolk_engine.query import set_up

    setup = set_up(root)
    try:
        return read_settings(os.environ, setup.bot, http=None)
    except SlackSetupError:
        return None
