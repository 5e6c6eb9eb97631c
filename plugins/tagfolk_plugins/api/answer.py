"""The base class of further kinds of question for the chat."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True)
class AnswerReply:
    """What a plugin's answer says: a sentence per language, and rows where there are some."""

    text: Mapping[str, str]
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[Any]] = ()
    value: float | None = None


class AnswerPlugin(ABC):
    """A kind of question that the built-in ones do not know."""

    name: ClassVar[str]
    words: ClassVar[Mapping[str, Sequence[str]]]
    """By language (``en``, ``zh``): phrases one of which must occur in the question."""

    @abstractmethod
    def answer(self, question: str, condition: str | None, ask: AnswerAccess) -> AnswerReply:
        """Answer. ``condition`` is what else was understood of the question, in the tag language."""


class AnswerAccess(ABC):
    """What an answer may ask the engine; respects the asker's role."""

    @abstractmethod
    def count(self, condition: str | None) -> int:
        """How many customers meet a condition of the language."""

    @abstractmethod
    def table(self, metrics: Sequence[str], condition: str | None) -> Sequence[Sequence[Any]]:
        """Rows of (customer id, metric …) of those who meet the condition; raises PluginError where not allowed."""


@dataclass(frozen=True)
class Translation:
    """A language model's reading of a question: a condition of the language, never a number."""

    condition: str
    intent: str = "count"
    note: str = field(default="")


@dataclass(frozen=True)
class TranslateSettings:
    """``[bot] translate``: the endpoint that a translating plugin asks. It is no part of what is sent: ``key`` is a
    secret, and an object of this class cannot be written as JSON by accident."""

    url: str
    model: str
    key: str = field(default="", repr=False)
    timeout: float = 8.0
