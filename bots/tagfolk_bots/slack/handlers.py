"""What each of Slack's events, commands, buttons, shortcuts and forms does."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from tagfolk_bots.messages import Incoming, Language
from tagfolk_bots.slack import forms
from tagfolk_bots.slack.answering import Answerer
from tagfolk_bots.slack.blocks import ACTION, REFERENCE, thread_of
from tagfolk_bots.slack.delivery import Delivery, Place
from tagfolk_bots.slack.home import home_view
from tagfolk_bots.slack.people import People
from tagfolk_bots.slack.state import SlackState
from tagfolk_bots.slack.text import mentions, plain
from tagfolk_bots.slack.words import language_of, say

if TYPE_CHECKING:
    from slack_bolt import App
    from slack_sdk import WebClient

Body = Mapping[str, Any]
Ack = Callable[..., Any]

_TYPED = (None, "file_share", "thread_broadcast", "me_message")
"""Subtypes of a message that a person typed; edits, joins and other bots' messages are not questions."""
_PROPOSE = re.compile(r"^(propose|提议规则|提议|新规则)\s*(.*)$", re.IGNORECASE | re.DOTALL)


class Handlers:
    """The app's listeners. Each acknowledges at once and answers afterwards."""

    def __init__(
        self,
        client: WebClient,
        answerer: Answerer,
        delivery: Delivery,
        people: People,
        state: SlackState,
        bot_user: str,
        language: Language,
        log: logging.Logger,
    ) -> None:
        self._client = client
        self._answerer = answerer
        self._delivery = delivery
        self._people = people
        self._state = state
        self._bot_user = bot_user
        self._language: Language = language
        self._log = log
        self._live: dict[str, int] = {}
        self._live_lock = threading.Lock()

    def register(self, app: App) -> None:
        """Tell bolt who listens to what. Events are acknowledged by bolt itself before a listener runs."""
        app.event("app_mention")(self.message)
        app.event("message")(self.message)
        app.event("app_home_opened")(self.home)
        app.event("member_joined_channel")(self.membership)
        app.event("member_left_channel")(self.membership)
        app.command(re.compile(r"^/tagfolk$"))(self.command)
        app.action(re.compile(rf"^{forms.LIVE}$"))(self.live)
        app.action(re.compile(rf"^{ACTION}"))(self.action)
        app.shortcut("who_is_this")(self.who)
        app.shortcut("propose_rule")(self.propose)
        app.view(re.compile(rf"^{forms.CALLBACK}"))(self.submitted)
        app.error(self.failed)

    def message(self, event: Body) -> None:
        """A message: in a direct message always, in a channel where the bot is named or was asked in the thread."""
        if event.get("bot_id") or event.get("subtype") not in _TYPED or not event.get("user"):
            return
        channel, ts = str(event["channel"]), str(event["ts"])
        named = event.get("type") == "app_mention" or self._bot_user in mentions(str(event.get("text", "")))
        direct = event.get("channel_type") == "im" or channel.startswith("D")
        parent = event.get("thread_ts")
        key = f"{channel}:{parent or ts}"
        followed = bool(parent) and self._state.owns_thread(key)
        others = mentions(str(event.get("text", ""))) - {self._bot_user}
        if not (named or direct or (followed and not others)):
            return
        # a mention arrives twice (app_mention and message), a retry again: one message, one answer
        # (one key only: of two keys, two deliveries at once could each win one, and nobody would answer)
        if not self._state.claim(f"message:{channel}:{ts}"):
            return
        thread = channel if direct and not parent else key
        reply_to = (str(parent) if parent else None) if direct else str(parent or ts)
        place = Place(channel, str(event["user"]), thread, reply_to, direct, active=bool(parent))
        if not direct:
            self._state.own_thread(key)
        text = plain(str(event.get("text", "")), self._bot_user)
        if not text:
            self._hello(place)
            return
        self._answerer.answer(Incoming(text), place, addressed=named or direct)

    def command(self, ack: Ack, command: Body, body: Body) -> None:
        """``/tagfolk QUESTION``: the answer is for the asker alone. ``/tagfolk propose RULE`` opens the form."""
        ack()
        if not self._state.claim(f"trigger:{command.get('trigger_id')}"):
            return
        channel, user = str(command["channel_id"]), str(command["user_id"])
        place = Place(
            channel,
            user,
            f"{channel}:{user}:command",
            direct=channel.startswith("D"),
            alone=True,
            response_url=command.get("response_url"),
            replace=True,
        )
        text = plain(str(command.get("text") or ""), self._bot_user)
        proposed = _PROPOSE.match(text)
        if proposed:
            self._open(body, "propose", place, "", language_of(text, self._language), proposed[2])
        elif text:
            self._answerer.answer(Incoming(text), place)
        else:
            self._hello(place)

    def action(self, ack: Ack, body: Body, action: Body) -> None:
        """A button: a form first where it needs one, else straight to the conversation."""
        ack()
        press = body.get("trigger_id") or action.get("action_ts")
        if not self._state.claim(f"action:{press}:{action.get('action_id')}"):
            return
        kind = str(action["action_id"]).removeprefix(ACTION).rpartition(":")[0]
        place = self._pressed_at(body, action)
        value = str(action.get("value") or "")
        if value.startswith(REFERENCE):
            kept = self._state.kept(value.removeprefix(REFERENCE))
            if kept is None:
                self._delivery.tell(place, say("stale", self._language))
                return
            value = kept
        label = str((action.get("text") or {}).get("text") or "")
        language = language_of(label, language_of(value, self._language))
        if kind in forms.FORMS:
            self._open(body, kind, place, value, language)
        elif kind == "ask":
            self._answerer.answer(Incoming(value), place)
        else:
            self._answerer.answer(Incoming(label, action=kind, payload=value), place)

    def live(self, ack: Ack, body: Body, action: Body) -> None:
        """The rule's input changed: show what it would do. Only the newest state of a form is shown."""
        ack()
        view = body["view"]
        rule = str(action.get("value") or "").strip()
        with self._live_lock:
            number = self._live[view["id"]] = self._live.get(view["id"], 0) + 1
        given = forms.read_context(view, self._state.kept)
        reply = (
            self._answerer.preview(Incoming(rule, action="propose", payload="preview"), given.place()) if rule else ""
        )
        with self._live_lock:
            if self._live.get(view["id"]) != number:
                return
        self._client.views_update(
            view_id=view["id"], view=forms.form("propose", given, self._state.keep, reply, typed=rule)
        )

    def submitted(self, ack: Ack, body: Body, view: Body) -> None:
        """A form was sent: what was typed goes to the conversation, the answer to the asker."""
        typed = forms.typed_text(view)
        given = forms.read_context(view, self._state.kept)
        if not typed:
            ack(response_action="errors", errors={"typed": say("typed_nothing", given.language)})
            return
        ack()
        if not self._state.claim(f"view:{view['id']}:{view.get('hash', '')}"):
            return
        kind = str(view["callback_id"]).removeprefix(forms.CALLBACK)
        payload = "submit" if kind == "propose" else given.value
        with self._live_lock:
            self._live.pop(str(view["id"]), None)
        self._answerer.answer(Incoming(typed, action=kind, payload=payload), given.place())

    def who(self, ack: Ack, shortcut: Body) -> None:
        """Message shortcut "who is this customer?": the customer that a message speaks of, for the asker alone."""
        ack()
        channel, user = str(shortcut["channel"]["id"]), str(shortcut["user"]["id"])
        original = shortcut.get("message") or {}
        parent = original.get("thread_ts")
        place = Place(
            channel,
            user,
            f"{channel}:{user}:who",
            reply_to=str(parent) if parent else None,
            direct=channel.startswith("D"),
            alone=True,
            active=bool(parent),
            response_url=shortcut.get("response_url"),
        )
        text = plain(str(original.get("text") or ""), self._bot_user)
        if text:
            self._answerer.answer(Incoming(text, action="who", payload=text), place)
        else:
            self._delivery.tell(place, say("who_empty", self._language))

    def propose(self, ack: Ack, shortcut: Body) -> None:
        """Global shortcut "propose a rule"."""
        ack()
        user = str(shortcut["user"]["id"])
        self._open(shortcut, "propose", self._at_home(user), "", self._language)

    def home(self, event: Body) -> None:
        """The App Home was opened."""
        if event.get("tab", "home") != "home":
            return
        user = str(event["user"])
        view = home_view(self._answerer.home(user), user, self._state.keep, self._language)
        self._client.views_publish(user_id=user, view=view)

    def membership(self, event: Body) -> None:
        """Somebody joined or left a channel: its readers are asked anew."""
        self._people.forget(str(event.get("channel")))

    def failed(self, error: Exception) -> None:
        """A listener broke: into the log, without the payload, which may hold personal data."""
        self._log.error("a Slack event was not handled", exc_info=error)

    def _hello(self, place: Place) -> None:
        examples = say("examples", self._language)
        self._delivery.tell(place, say("hello", self._language, examples=examples))

    def _open(self, body: Body, kind: str, place: Place, value: str, language: Language, typed: str = "") -> None:
        given = forms.context(place, value, language)
        view = forms.form(kind, given, self._state.keep, "", typed)
        opened = self._client.views_open(trigger_id=str(body["trigger_id"]), view=view)
        if kind != "propose" or not typed.strip():
            return
        with self._live_lock:
            self._live.setdefault(opened["view"]["id"], 0)
        # the trigger is good for 3 seconds only, so the form came first
        reply = self._answerer.preview(Incoming(typed, action="propose", payload="preview"), given.place())
        with self._live_lock:
            if self._live.get(opened["view"]["id"]) != 0:  # somebody types already
                return
        view = forms.form(kind, given, self._state.keep, reply, typed)
        self._client.views_update(view_id=opened["view"]["id"], view=view)

    def _pressed_at(self, body: Body, action: Body) -> Place:
        """Where a button's answer goes: the thread of its message; in the App Home a direct message."""
        user = str(body["user"]["id"])
        container = body.get("container") or {}
        message = body.get("message") or {}
        channel = (body.get("channel") or {}).get("id") or container.get("channel_id")
        if not channel:
            return self._at_home(user)
        direct = str(channel).startswith("D")
        parent = message.get("thread_ts") or container.get("thread_ts")
        alone = bool(container.get("is_ephemeral"))
        ts = parent or container.get("message_ts") or message.get("ts")
        carried = thread_of(str(action.get("block_id") or ""))
        thread = carried or (str(channel) if direct and not parent else f"{channel}:{ts}")
        reply_to = str(parent) if parent else (None if direct or alone else str(ts))
        if not (alone or direct):
            self._state.own_thread(f"{channel}:{ts}")
        return Place(
            str(channel),
            user,
            thread,
            reply_to,
            direct,
            alone=alone,
            active=bool(parent),
            response_url=body.get("response_url") if alone else None,
        )

    def _at_home(self, user: str) -> Place:
        channel = str(self._client.conversations_open(users=user)["channel"]["id"])
        return Place(channel, user, channel, direct=True)
