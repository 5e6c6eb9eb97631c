"""A cut question under work, and the clauses in the making."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tagfolk_engine.query.lexicon import Lexicon

from tagfolk_bots.understand.dictionary import Dictionary, Meaning
from tagfolk_bots.understand.frame import Clause
from tagfolk_bots.understand.spans import Span

EVENTISH = ("event", "metric", "rank")


@dataclass
class Scene:
    """A cut question under work: its spans, what is used of them, and what was found on the way."""

    text: str
    spans: list[Span]
    lexicon: Lexicon
    dictionary: Dictionary
    chinese: bool
    used: set[int] = field(default_factory=set)
    notes: list[tuple[str, str]] = field(default_factory=list)
    guesses: list[tuple[str, str]] = field(default_factory=list)
    unclear: list[tuple[int, tuple[Meaning, ...]]] = field(default_factory=list)
    """Spans with several equally likely meanings, of which the first was taken."""
    chosen: dict[int, Meaning] = field(default_factory=dict)
    at: str = ""
    """The day after the past period at whose end tags are asked about."""
    loose: list[tuple[int, Clause]] = field(default_factory=list)
    """Measures and numeric attributes of which nothing was compared: what a question may be about."""

    def kept(self) -> tuple[object, ...]:
        """What has been worked out so far, to go ``back`` to."""
        return (
            set(self.used),
            list(self.notes),
            list(self.guesses),
            list(self.unclear),
            dict(self.chosen),
            list(self.loose),
            self.at,
        )

    def back(self, kept: tuple[object, ...]) -> None:
        """Forget what a reading that came to nothing marked."""
        self.used, self.notes, self.guesses, self.unclear, self.chosen, self.loose, self.at = kept  # type: ignore[assignment]

    def free(self, indexes: Iterable[int]) -> list[int]:
        """Those not used yet."""
        return [i for i in indexes if i not in self.used]

    def find(self, *codes: str, among: Iterable[int] | None = None) -> int | None:
        """The first free span with one of these function words."""
        return next((i for i in self.free(among or range(len(self.spans))) if self.spans[i].has(*codes)), None)

    def has(self, *codes: str) -> bool:
        """Is one of these function words said (used or not)?"""
        return any(s.has(*codes) for s in self.spans)


@dataclass
class Atom:
    """A clause in the making, at a span."""

    at: int
    clause: Clause
    meaning: Meaning
    joined: bool = False
    """Joined by "or" to the one before."""
    quantified: bool = False
