"""Questions on a schedule and alerts: made, listed, paused, deleted in the chat."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tagfolk_engine.query import Feedback, Role, Subscription, Subscriptions

from tagfolk_bots.actions.asker import Asker
from tagfolk_bots.actions.typed import Act, asked_again
from tagfolk_bots.actions.words import schedule
from tagfolk_bots.messages import Button, Reply

_ROWS = 10


def subscribe(asker: Asker, act: Act) -> Reply:
    """A question again and again: that of a button, of "every monday: …", or the last one of the thread."""
    text, value = act.text, act.value
    frame: Mapping[str, Any] | None = None
    if value.startswith("{"):
        try:
            given = json.loads(value)
            value, frame = str(given["q"]), given.get("f")
        except (ValueError, TypeError, KeyError, AttributeError):
            value = ""
    both = asked_again(text) if not value else None
    if both is not None:
        text, value = both
    if not value and asker.frame is not None:
        _, last = Feedback(asker.desk).last_question(asker.incoming.thread, asker.user)
        value, frame = last or asker.frame.intent, asker.frame.as_json()
    if not value:
        return asker.reply("subscribe", asker.say("nothing_to_ask"))
    kept = Subscriptions(asker.desk).ask_again(
        value, text, user=asker.user, channel=asker.channel, language=asker.language, frame=frame
    )
    said = asker.say("subscribed", n=kept.id, question=kept.question, every=schedule(kept.every, asker.language),
                     to=_to(asker, kept))  # fmt: skip
    return asker.reply("subscribe", said)


def watch_tag(asker: Asker, act: Act) -> Reply:
    """An alert on the size of a tag."""
    kept = Subscriptions(asker.desk).watch_tag(
        act.text, float(act.value), user=asker.user, channel=asker.channel, language=asker.language
    )
    return asker.reply("subscribe", asker.say("watching_tag", n=kept.id, tag=kept.subject, percent=act.value))


def watch_customer(asker: Asker, act: Act) -> Reply:
    """An alert on one customer, to the asker alone."""
    kept = Subscriptions(asker.desk).watch_customer(act.text, asker.own, user=asker.user, language=asker.language)
    said = asker.say("watching_customer", n=kept.id, customer=kept.subject)
    return asker.reply("subscribe", said, private=not asker.incoming.private)


def listed(asker: Asker, act: Act) -> Reply:
    """One's own subscriptions; an admin may ask for all."""
    every = (
        asker.own >= Role.ADMIN
        and act.text == ""
        and asker.incoming.text.lower().lstrip("/").startswith(("all", "所有"))
    )
    found = Subscriptions(asker.desk).of(asker.user, all_of=every)
    if not found:
        return asker.reply("subscribe", asker.say("no_subscriptions"))
    said = [asker.say("subscriptions", n=len(found))]
    buttons: list[Button] = []
    for one in found:
        state = "" if one.active else asker.say("is_paused")
        said.append(asker.say("one_subscription", n=one.id, what=one.question, to=_to(asker, one), state=state,
                              every=schedule(one.every, asker.language)))  # fmt: skip
        turn = "pause" if one.active else "resume"
        buttons += [Button(kind, asker.say(f"b_{kind}", n=one.id), str(one.id)) for kind in (turn, "delete")]
    return asker.reply("subscribe", "\n".join(said), buttons=tuple(buttons[: 2 * _ROWS]),
                       private=not asker.incoming.private)  # fmt: skip


def change(asker: Asker, act: Act) -> Reply:
    """Pause, go on, delete."""
    number = int(act.value) if act.value.isdigit() else 0
    desk = Subscriptions(asker.desk)
    if act.kind == "delete":
        desk.delete(number, asker.user, asker.own)
        return asker.reply("subscribe", asker.say("deleted", n=number))
    desk.set_active(number, asker.user, asker.own, act.kind == "resume")
    return asker.reply("subscribe", asker.say("resumed" if act.kind == "resume" else "paused", n=number))


def _to(asker: Asker, one: Subscription) -> str:
    return asker.say("to_channel" if one.channel else "to_you")
