"""What goes into a conversation and what comes out: the same for the terminal, Slack and the web page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Cell = str | int | float | bool | None
"""A cell of a table as people and JSON see it: dates are ISO text."""

Row = tuple[Cell, ...]

Language = Literal["en", "zh"]


@dataclass(frozen=True)
class Incoming:
    """A message from a person, or the button that the person pressed.

    ``user`` is the transport's id of the person; None is the owner at the shell (an admin). ``thread`` is what
    keeps the context: messages with the same one belong together. ``private`` says that nobody but the asker
    reads the answer (a direct message, a terminal); in a channel it is False. ``action`` is the ``id`` of a
    pressed button (then ``payload`` is its ``value``); both None for a typed message. ``groups`` are the
    user groups of the person, for roles that are given to a group. ``readers`` are all who will read an answer
    that is not private, each with the user groups of that person: the answer is made for the least of them.
    None with ``private=False`` means that the transport could not find out: then a viewer may be among them.
    """

    text: str
    user: str | None = None
    thread: str = ""
    channel: str | None = None
    private: bool = True
    action: str | None = None
    payload: str | None = None
    groups: tuple[str, ...] = ()
    readers: tuple[tuple[str, tuple[str, ...]], ...] | None = None


@dataclass(frozen=True)
class Button:
    """Something to press. ``id`` names the action, ``value`` comes back as ``Incoming.payload``.

    Actions of a conversation: ``ask`` (value: the text of a question), ``list`` (the customers behind the
    answer), ``csv`` and ``excel`` (the rows as a file), ``chart``, ``why`` (value: customer, a line feed, and perhaps
    a tag), ``submit_rule``, ``approve``, ``refuse``, ``right``, ``pause``, ``resume``, ``delete``. Those in ``ASKING``
    need a word from the person first, which comes as ``Incoming.text``.
    """

    id: str
    label: str
    value: str


ASKING = frozenset({"save_segment", "subscribe", "wrong"})
"""Buttons that ask something (a name, how often, what is wrong) before they go to the conversation."""


@dataclass(frozen=True)
class Notice:
    """Something that others should hear of: ``to`` are ids of people and user groups."""

    to: tuple[str, ...]
    reply: Reply


@dataclass(frozen=True)
class Choice:
    """One possible reading of a question: asking ``text`` gives it; ``understood`` is its condition or ""."""

    text: str
    understood: str


@dataclass(frozen=True)
class ChartSpec:
    """A chart to be drawn. ``series`` holds one or more (name, values), as many values as ``labels`` each.

    ``unit`` is shown at the axis: "" for counts, "%" for shares (values are fractions), or a currency.
    """

    kind: Literal["bar", "line", "stacked", "heat", "funnel"]
    title: str
    labels: tuple[str, ...]
    series: tuple[tuple[str, tuple[float, ...]], ...]
    unit: str = ""


@dataclass(frozen=True)
class Reply:
    """An answer, ready to be shown.

    ``text`` is what people read (plain text, lines separated by a line feed), ``answer`` the ask JSON of the
    commands' contract. ``private`` is True where rows or personal data may reach only the asker. ``table`` is
    (columns, rows), already cut to what this asker may see; ``file`` is (name, content). ``tell``: others, who are told
    where the transport can reach them.
    """

    text: str
    answer: Mapping[str, object]
    language: Language
    buttons: tuple[Button, ...] = ()
    choices: tuple[Choice, ...] = ()
    table: tuple[tuple[str, ...], tuple[Row, ...]] | None = None
    chart: ChartSpec | None = None
    private: bool = False
    file: tuple[str, bytes] | None = field(default=None, repr=False)
    tell: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class HomeView:
    """The front page of a person: Slack's App Home and the web page's start. Already cut to what the person may see.

    ``segments`` rows: name, title, customers, change since the run before (number or None), or "<5" for a small
    group. ``tags`` rows: the same and the layer. ``changes`` rows: tag, entered, left. ``questions``: a few that
    would work here.
    """

    language: Language
    customers: int | None
    as_of: str | None
    run: str | None
    freshness: str
    segments: tuple[Row, ...] = ()
    tags: tuple[Row, ...] = ()
    changes: tuple[Row, ...] = ()
    questions: tuple[str, ...] = ()
