"""Who wants something done, in which language, and the reply to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tagfolk_engine.query import Desk, Role

from tagfolk_bots.actions.words import say
from tagfolk_bots.messages import Incoming, Language, Reply
from tagfolk_bots.understand import Frame


@dataclass(frozen=True)
class Asker:
    """``role`` is that of the least reader, ``own`` the asker's; ``frame`` what was last talked about here."""

    desk: Desk
    incoming: Incoming
    role: Role
    own: Role
    language: Language
    frame: Frame | None = None

    @property
    def user(self) -> str | None:
        """The id of the person; None: the owner at the shell."""
        return self.incoming.user

    @property
    def channel(self) -> str | None:
        """The channel that reads along; None where nobody does."""
        return None if self.incoming.private else self.incoming.channel

    def say(self, key: str, **values: object) -> str:
        """A sentence in the asker's language."""
        return say(key, self.language, **values)

    def reply(self, intent: str, text: str, *, understood: str | None = None, **fields: Any) -> Reply:
        """A reply in the shape of every other; ``fields`` are those of Reply."""
        return reply(self.incoming.text, self.language, intent, text, understood=understood, **fields)


def reply(question: str, language: Language, intent: str, text: str, **fields: Any) -> Reply:
    """A reply that is no answer of the desk."""
    table = fields.get("table")
    answer: Mapping[str, object] = {
        "question": question,
        "language": language,
        "intent": intent,
        "understood": fields.pop("understood", None),
        "answer": text,
        "columns": list(table[0]) if table else [],
        "rows": [list(row) for row in table[1]] if table else [],
        "value": fields.pop("value", None),
        "chart": None,
        "choices": [],
        "unused": [],
        "confidence": "sure",
        "as_of": None,
        "run": None,
    }
    return Reply(text, answer, language, **fields)
