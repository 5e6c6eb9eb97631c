"""From a question to its delivered answer: in order within a thread, with a note when it takes long, never silent."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from contextlib import contextmanager
from dataclasses import dataclass, replace

from tagfolk_bots.messages import HomeView, Incoming, Language, Reply
from tagfolk_bots.slack.delivery import Delivery, Note, Place
from tagfolk_bots.slack.people import People
from tagfolk_bots.slack.words import language_of, say
from tagfolk_bots.talker import Talker

PATIENCE = 2.5
"""Seconds until the note: Slack's users are told within 3 s."""

_TOLD = 50


@dataclass
class _Turn:
    lock: threading.Lock
    waiting: int = 0


class Answerer:
    """Asks the conversation and delivers what it says."""

    def __init__(
        self,
        conversation: Talker,
        delivery: Delivery,
        people: People,
        log: logging.Logger,
        *,
        patience: float = PATIENCE,
        language: Language = "en",
        workers: int = 8,
    ) -> None:
        self._conversation = conversation
        self._delivery = delivery
        self._people = people
        self._log = log
        self._patience = patience
        self._language: Language = language
        self._pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="tagfolk-answer")
        self._turns: dict[str, _Turn] = {}
        self._turns_lock = threading.Lock()

    def answer(self, incoming: Incoming, place: Place, *, addressed: bool = True) -> None:
        """Answer at a place. ``addressed=False``: nobody named the bot; what is not understood gets no answer."""
        language = language_of(incoming.text, self._language)
        with self._turn(place.thread):
            sent: Note | None = None
            try:
                asked = self.complete(incoming, place)
                future = self._pool.submit(self._conversation.reply, asked)
                try:
                    reply = future.result(timeout=self._patience)
                except TooSlow:
                    sent = self._delivery.moment(place, language) if addressed else None
                    reply = future.result()
                if not addressed and reply.answer.get("confidence") == "none":
                    if not reply.choices:
                        return
                    place = replace(place, alone=True)
                self._delivery.send(place, reply, sent)
                self._send_files(place, reply, picture=True if incoming.action == "chart" else None)
                self._tell_others(reply)
            except Exception:  # whatever breaks, the asker must hear of it and the app must go on
                self._log.exception("no answer to a question in %s", place.channel)
                if addressed:
                    self._apologise(place, sent, language)

    def preview(self, incoming: Incoming, place: Place) -> Reply:
        """The reply itself, not delivered: for what is shown inside a form."""
        return self._conversation.reply(self.complete(incoming, place))

    def home(self, user: str) -> HomeView | None:
        """The front page of a person, None where the conversation has none."""
        home = getattr(self._conversation, "home", None)
        return None if home is None else home(user, self._people.groups_of(user))

    def complete(self, incoming: Incoming, place: Place) -> Incoming:
        """The message with what Slack knows about its asker and its readers."""
        return replace(
            incoming,
            user=place.user,
            thread=place.thread,
            channel=place.channel,
            private=place.private,
            groups=self._people.groups_of(place.user),
            readers=None if place.private else self._people.readers_of(place.channel),
        )

    def close(self) -> None:
        """Let running answers finish, take no more."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _tell_others(self, reply: Reply) -> None:
        """Direct messages to those who should hear of it: the admins of a proposal, its proposer of the decision."""
        for notice in reply.tell:
            for user in self._people.everyone_in(notice.to)[:_TOLD]:
                if user[:1] not in ("U", "W"):
                    continue  # somebody of the shell or of another transport
                try:
                    self._delivery.direct(user, notice.reply)
                except Exception:  # one who cannot be reached must not keep the others from hearing of it
                    self._log.exception("could not tell %s", user)

    def _send_files(self, place: Place, reply: Reply, *, picture: bool | None) -> None:
        try:
            self._delivery.send_files(place, reply, picture=picture)
        except Exception:  # the words have arrived already: only the file is missing, and that is said
            self._log.exception("no file for an answer in %s", place.channel)
            self._delivery.tell(place, say("no_file", reply.language))

    def _apologise(self, place: Place, sent: Note | None, language: Language) -> None:
        try:
            words = say("failed", language)
            if sent is not None:
                self._delivery.update(place, sent, words)
            else:
                self._delivery.tell(place, words)
        except Exception:  # Slack itself is out of reach: the log is all that is left
            self._log.exception("could not even say so in %s", place.channel)

    @contextmanager
    def _turn(self, thread: str) -> Iterator[None]:
        """One message of a thread after the other; other threads meanwhile."""
        with self._turns_lock:
            turn = self._turns.setdefault(thread, _Turn(threading.Lock()))
            turn.waiting += 1
        try:
            with turn.lock:
                yield
        finally:
            with self._turns_lock:
                turn.waiting -= 1
                if turn.waiting == 0:
                    self._turns.pop(thread, None)
