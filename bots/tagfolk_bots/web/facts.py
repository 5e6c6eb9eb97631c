"""What the pages show, asked from the desk as data and cut to what the reader's role may see."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any, Literal, Protocol

from tagfolk_engine.query import SMALL, Answer, Lexicon, Person, Question, Role, Size

from tagfolk_bots.messages import ChartSpec, Language

LAYERS = ("base", "behaviour", "value", "need")


class Reads(Protocol):
    """The part of the desk that the pages use."""

    def lexicon(self) -> Lexicon: ...
    def role(self, user: str | None, groups: Collection[str] = ()) -> Role: ...
    def facts(self) -> Mapping[str, Any]: ...
    def sizes(self, what: Literal["tags", "segments"]) -> list[Size]: ...
    def ask(self, question: Question) -> Answer: ...
    def find_customers(self, text: str) -> list[Person]: ...


@dataclass(frozen=True)
class Shown:
    """One tag or segment in a table: ``customers`` is a number or "<5"."""

    name: str
    title: str
    layer: str
    customers: int | str
    change: int | None


class Facts:
    """The desk in the words of the pages, for one reader."""

    def __init__(self, desk: Reads, user: str | None, zone: tzinfo) -> None:
        self._desk = desk
        self._user = user
        self._zone = zone

    @property
    def role(self) -> Role:
        """The reader's role now."""
        return self._desk.role(self._user)

    def front(self) -> Mapping[str, Any]:
        """as_of, run, loaded_at, customers."""
        return self._desk.facts()

    def sizes(self, what: Literal["tags", "segments"]) -> list[Shown]:
        """Tags or segments with their sizes; small groups hidden from a viewer."""
        hide = self.role == Role.VIEWER
        shown = []
        for size in self._desk.sizes(what):
            small = hide and 0 < size.customers < SMALL
            customers: int | str = f"<{SMALL}" if small else size.customers
            change = None if small else size.change
            shown.append(Shown(size.name, size.title or size.name, size.layer or "", customers, change))
        return shown

    def define(self, kind: Literal["tag", "segment"], name: str) -> Answer | None:
        """What a tag or segment means; None if there is none of that name."""
        lexicon = self._desk.lexicon()
        if name not in (lexicon.tags if kind == "tag" else lexicon.segments):
            return None
        tag, segment = (name, "") if kind == "tag" else ("", name)
        return self._desk.ask(Question("define", tag=tag, segment=segment, role=self.role))

    def changes(self, tag: str = "") -> Answer:
        """Who entered and left since the run before; rows only for those who may see customers."""
        return self._desk.ask(Question("changes", tag=tag, role=self.role, limit=200))

    def quality(self) -> Answer:
        """What was read, kept and rejected, how complete attributes are, how fresh events are."""
        return self._desk.ask(Question("quality", topic="quality", role=self.role))

    def freshness(self) -> Answer:
        """The events with their rows and how far they reach."""
        return self._desk.ask(Question("quality", topic="freshness", role=self.role))

    def find(self, text: str) -> list[Person]:
        """Customers by id or name; names only for those who may see them."""
        if self.role < Role.ANALYST:
            return []
        found = self._desk.find_customers(text)
        return found if self.role >= Role.STEWARD else [Person(person.id, None) for person in found]

    def portrait(self, customer: str) -> Answer:
        """A customer's profile in layers."""
        return self._desk.ask(Question("profile", customer=customer, role=self.role))

    def reasons(self, customer: str) -> Answer:
        """Why the customer holds each tag, or not."""
        return self._desk.ask(Question("explain", customer=customer, role=self.role))

    def size_chart(self, kind: Literal["tag", "segment"], name: str, title: str, months: int = 6) -> ChartSpec | None:
        """The size at the ends of the last months and now, as a line."""
        lexicon = self._desk.lexicon()
        if name not in (lexicon.tags if kind == "tag" else lexicon.segments):
            return None
        condition = f"has {name}" if kind == "tag" else f"in segment {name}"
        moments = tuple(month_ends(lexicon.today, months, self._zone))
        tag = name if kind == "tag" else ""
        answer = self._desk.ask(Question("trend", filter=condition, tag=tag, moments=moments, role=self.role))
        points = [(str(row[0]), row[1]) for row in answer.rows]
        values = tuple(float(value) if isinstance(value, int | float) else float("nan") for _, value in points)
        return ChartSpec("line", title, tuple(label for label, _ in points), ((title, values),))


def month_ends(today: date, months: int, zone: tzinfo) -> list[tuple[str, datetime]]:
    """The last ``months`` month ends before a day, and the end of that day: (label, first instant after it).

    >>> from datetime import UTC
    >>> [label for label, _ in month_ends(date(2024, 3, 15), 2, UTC)]
    ['2024-01', '2024-02', '2024-03-15']
    """
    found: list[tuple[str, datetime]] = []
    first = today.replace(day=1)
    for _ in range(months):
        end = first - timedelta(days=1)
        found.append((end.strftime("%Y-%m"), datetime(first.year, first.month, first.day, tzinfo=zone)))
        first = end.replace(day=1)
    tomorrow = today + timedelta(days=1)
    now = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=zone)
    return [*reversed(found), (today.isoformat(), now)]


def by_layer(rows: Sequence[Sequence[Any]]) -> list[tuple[str, list[tuple[str, Any]]]]:
    """Rows (layer, name, value) grouped in the order of the layers."""
    groups: dict[str, list[tuple[str, Any]]] = {layer: [] for layer in LAYERS}
    for layer, name, value in rows:
        groups.setdefault(str(layer), []).append((str(name), value))
    return [(layer, found) for layer, found in groups.items() if found]


def said(given: Mapping[str, Any], language: Language) -> str:
    """The sentence of a condition in a language, else its text."""
    words = given.get("said") or {}
    return str(words.get(language) or given.get("text") or "")


def pictures(draw: Callable[[ChartSpec], bytes]) -> Callable[[ChartSpec], bytes]:
    """Draw, but each chart only once."""
    return lru_cache(maxsize=64)(draw)
