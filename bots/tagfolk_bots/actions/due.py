"""What subscriptions have to say now, brought to people and channels."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tagfolk_engine.query import Due, Role, Subscription, Subscriptions

from tagfolk_bots.actions.asker import reply as made
from tagfolk_bots.actions.words import say, schedule
from tagfolk_bots.messages import Incoming, Language, Reply

if TYPE_CHECKING:
    from tagfolk_bots.conversation import Conversation

LOG = logging.getLogger("tagfolk.subscriptions")

Send = Callable[[Subscription, Reply], None]
"""Brings a reply to a subscription's channel or person; raises where it could not."""
Complete = Callable[[Incoming], Incoming]
"""Adds what the transport knows: the groups of the person, the readers of the channel."""
Reaches = Callable[[Subscription], bool]


def deliver(talk: Conversation, send: Send, complete: Complete, reaches: Reaches, now: datetime | None = None) -> int:
    """Ask and bring everything that is due and that this transport reaches; how many were brought.

    Each is claimed first, so that of two processes one brings it; what fails is given back and due again.
    """
    at = now or datetime.now(UTC)
    desk = Subscriptions(talk.desk)
    brought = 0
    for due in desk.due(at, reaches):
        try:
            reply = answer(talk, due, complete)
            if reply is not None:
                send(due.subscription, reply)
                brought += 1
        except Exception:  # one that cannot be brought must not keep the others; it is logged and due again
            LOG.exception("subscription %s could not be brought", due.subscription.id)
            desk.give_back(due, due.facts.get("last", at))
    return brought


def answer(talk: Conversation, due: Due, complete: Complete) -> Reply | None:
    """What a due subscription says, for those who will read it; None: they may not see it any more."""
    one = due.subscription
    language: Language = "zh" if one.language == "zh" else "en"
    incoming = complete(
        Incoming(one.question, one.user or None, f"subscription:{one.id}", one.channel, private=one.channel is None)
    )
    if one.kind == "question":
        if one.frame is not None:
            incoming = replace(incoming, action="again", payload=json.dumps(one.frame))
        reply = talk.reply(incoming)
        end = say("asked_again", reply.language, every=schedule(one.every, reply.language), n=one.id)
        return replace(reply, text=f"{reply.text}\n{end}")
    role, own = talk.roles(incoming)
    if one.kind == "customer":
        return _customer(one, due, language) if own >= Role.ANALYST else None
    return _tag(one, due, language, role)


def _tag(one: Subscription, due: Due, language: Language, role: Role) -> Reply:
    before, now = int(due.facts["before"]), int(due.facts["now"])
    if role == Role.VIEWER and due.facts["small"]:
        return made(one.question, language, "changes", say("tag_moved_small", language, tag=one.subject))
    percent = f"{(now - before) / before:+.0%}" if before else f"+{now:,}"
    how = say("grew" if now > before else "shrank", language)
    text = say("tag_moved", language, tag=one.subject, how=how, before=f"{before:,}", now=f"{now:,}", percent=percent)
    return made(one.question, language, "changes", text, value=now)


def _customer(one: Subscription, due: Due, language: Language) -> Reply:
    said = [say("customer_moved", language, customer=one.subject)]
    for key, sentence in (("entered", "gained"), ("left", "lost")):
        tags = [tag if value is None else f"{tag} = {value}" for tag, value in due.facts[key]]
        if tags:
            said.append(say(sentence, language, tags=", ".join(tags)))
    return made(one.question, language, "changes", "\n".join(said))
