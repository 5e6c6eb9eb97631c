"""Brings a reply to where it may be read: a channel's thread, a direct message, or the asker alone."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagfolk_bots.messages import ChartSpec, Language, Reply
from tagfolk_bots.slack.blocks import Keep, Message, message, note
from tagfolk_bots.slack.words import say

if TYPE_CHECKING:
    from slack_sdk import WebClient
    from slack_sdk.webhook import WebhookClient

Draw = Callable[[ChartSpec], bytes]


@dataclass(frozen=True)
class Place:
    """Where a question was asked. ``direct``: a direct message. ``alone``: the answer is for the asker only, because
    the question was a slash command or a button of a message that only the asker sees.

    ``reply_to`` is the thread to answer in (None: not in a thread), ``active`` whether that thread has replies
    already (Slack shows no ephemeral message in a thread that has none). ``replace`` says that ``response_url``
    belongs to a slash command, whose note may be replaced by the answer.
    """

    channel: str
    user: str
    thread: str
    reply_to: str | None = None
    direct: bool = False
    alone: bool = False
    active: bool = False
    response_url: str | None = None
    replace: bool = False

    @property
    def private(self) -> bool:
        """Does nobody but the asker read an answer here?"""
        return self.direct or self.alone


@dataclass(frozen=True)
class Note:
    """The "one moment" that was sent: its ``ts`` where it can be updated, None where only the asker saw it."""

    ts: str | None


class Delivery:
    """Sends messages and files. Slack's refusals are logged by their code, never with the content."""

    def __init__(
        self,
        client: WebClient,
        webhook: Callable[[str], WebhookClient],
        keep: Keep,
        draw: Draw,
        log: logging.Logger,
    ) -> None:
        self._client = client
        self._webhook = webhook
        self._keep = keep
        self._draw = draw
        self._log = log
        self._tables = True
        self._direct: dict[str, str] = {}

    def moment(self, place: Place, language: Language) -> Note:
        """Say that the answer is coming."""
        words = note(say("moment", language))
        if place.alone:
            self._to_asker(place, words)
            return Note(None)
        return Note(self._post(place.channel, words, place.reply_to))

    def send(self, place: Place, reply: Reply, sent: Note | None = None) -> None:
        """Deliver a reply's words, rows and buttons."""
        words = message(reply, place.thread, self._keep)
        alone = reply.private and not place.direct
        if place.alone or alone:
            if sent is not None and sent.ts is not None:
                self._update(place, sent.ts, note(say("alone", reply.language)))
            self._to_asker(place, words, replace=sent is not None)
        elif sent is not None and sent.ts is not None:
            self._update(place, sent.ts, words)
        else:
            self._post(place.channel, words, place.reply_to)

    def tell(self, place: Place, words: str) -> None:
        """A sentence of our own to the asker alone."""
        if place.direct and not place.alone:
            self._post(place.channel, note(words), place.reply_to)
        else:
            self._to_asker(place, note(words))

    def update(self, place: Place, sent: Note, words: str) -> None:
        """Turn the note into a sentence of our own."""
        if sent.ts is not None:
            self._update(place, sent.ts, note(words))
        else:
            self._to_asker(place, note(words), replace=True)

    def send_files(self, place: Place, reply: Reply, *, picture: bool | None = None) -> None:
        """Deliver a reply's file and chart. ``picture``: draw the chart now (None: if it has no button for it)."""
        files: list[tuple[str, bytes, str]] = []
        if reply.file is not None:
            files.append((reply.file[0], reply.file[1], reply.file[0]))
        wanted = picture if picture is not None else not any(button.id == "chart" for button in reply.buttons)
        if reply.chart is not None and wanted:
            files.append(("chart.png", self._draw(reply.chart), reply.chart.title or say("chart", reply.language)))
        if not files:
            return
        to_direct = (place.alone or reply.private) and not place.direct
        channel = self.direct_channel(place.user) if to_direct else place.channel
        for name, content, title in files:
            self._upload(channel, None if to_direct else place.reply_to, name, content, title)
        if to_direct:
            self._to_asker(place, note(say("by_dm", reply.language)))

    def direct(self, user: str, reply: Reply) -> None:
        """A reply that nobody asked for here, as a direct message."""
        channel = self.direct_channel(user)
        self.send(Place(channel, user, channel, direct=True), reply)

    def _upload(self, channel: str, thread: str | None, name: str, content: bytes, title: str) -> None:
        self._client.files_upload_v2(
            channel=channel,
            thread_ts=thread,
            file=content,
            filename=name,
            title=title,
            alt_txt=title if name.endswith(".png") else None,
        )

    def direct_channel(self, user: str) -> str:
        """The id of the direct messages with a person."""
        if user not in self._direct:
            self._direct[user] = str(self._client.conversations_open(users=user)["channel"]["id"])
        return self._direct[user]

    def _post(self, channel: str, words: Message, thread: str | None) -> str:
        def post(blocks: list[dict[str, object]]) -> str:
            answer = self._client.chat_postMessage(
                channel=channel,
                text=words.text,
                blocks=blocks,
                thread_ts=thread,
                unfurl_links=False,
                unfurl_media=False,
            )
            return str(answer["ts"])

        return self._with_blocks(words, post)

    def _update(self, place: Place, ts: str, words: Message) -> None:
        self._with_blocks(
            words,
            lambda blocks: self._client.chat_update(channel=place.channel, ts=ts, text=words.text, blocks=blocks),
        )

    def _to_asker(self, place: Place, words: Message, *, replace: bool = False) -> None:
        """To the asker alone: by the response URL, else as an ephemeral message, else as a direct message."""
        from slack_sdk.errors import SlackApiError

        if place.response_url and self._respond(place.response_url, words, replace=replace and place.replace):
            return
        if place.direct:
            self._post(place.channel, words, place.reply_to)
            return
        try:
            self._with_blocks(
                words,
                lambda blocks: self._client.chat_postEphemeral(
                    channel=place.channel,
                    user=place.user,
                    text=words.text,
                    blocks=blocks,
                    thread_ts=place.reply_to if place.active else None,
                ),
            )
        except SlackApiError as error:
            self._log.info("no ephemeral message in %s: %s", place.channel, error.response.get("error"))
            self._post(self.direct_channel(place.user), words, None)

    def _respond(self, url: str, words: Message, *, replace: bool) -> bool:
        webhook = self._webhook(url)
        for blocks in self._variants(words):
            answer = webhook.send(text=words.text, blocks=blocks, response_type="ephemeral", replace_original=replace)
            if answer.status_code == 200:
                return True
            if "invalid_blocks" not in (answer.body or ""):
                break
            self._tables = False
        self._log.info("the response URL did not take the answer: HTTP %s", answer.status_code)
        return False

    def _variants(self, words: Message) -> list[list[dict[str, object]]]:
        if words.plain_blocks is None:
            return [list(words.blocks)]
        plain = list(words.plain_blocks)
        return [list(words.blocks), plain] if self._tables else [plain]

    def _with_blocks(self, words: Message, send: Callable[[list[dict[str, object]]], object]) -> str:
        """Send with the newest blocks; a workspace that refuses them gets the plain ones, from then on."""
        from slack_sdk.errors import SlackApiError

        *first, last = self._variants(words)
        for blocks in first:
            try:
                return str(send(blocks))
            except SlackApiError as error:
                if error.response.get("error") not in ("invalid_blocks", "invalid_blocks_format"):
                    raise
                self._tables = False
        return str(send(last))
