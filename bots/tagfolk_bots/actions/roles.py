"""Roles given and taken by an admin in the chat."""

from __future__ import annotations

from tagfolk_engine.query import Grants

from tagfolk_bots.actions.asker import Asker
from tagfolk_bots.actions.typed import Act
from tagfolk_bots.messages import Reply


def grant(asker: Asker, act: Act) -> Reply:
    """``grant U0456 analyst``: a person or a user group."""
    Grants(asker.desk).give(act.text, act.value, asker.user, asker.own)
    return asker.reply("help", asker.say("granted", user=act.text, role=act.value.lower()))


def revoke(asker: Asker, act: Act) -> Reply:
    """``revoke U0456``: what was granted; what stands in tagfolk.toml stays."""
    ended = Grants(asker.desk).take(act.text, asker.own)
    return asker.reply("help", asker.say("revoked" if ended else "nothing_granted", user=act.text))


def listed(asker: Asker, act: Act) -> Reply:
    """Who was given what, by whom."""
    found = tuple(Grants(asker.desk).all(asker.own))
    columns = ("用户", "角色", "授予人") if asker.language == "zh" else ("user", "role", "by")
    said = asker.say("grants", n=len(found))
    return asker.reply("help", said, table=(columns, found) if found else None, private=not asker.incoming.private)
