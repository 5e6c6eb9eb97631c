"""What every step of composing has at hand: the scene, the clauses so far, who is near whom and what is denied."""

from __future__ import annotations

from tagfolk_bots.understand.dictionary import Meaning
from tagfolk_bots.understand.quantities import Quantity
from tagfolk_bots.understand.scene import Atom, Scene


class Work:
    """What every step of composing has at hand: the scene, the clauses so far, who is near whom and what is denied."""

    def __init__(self, scene: Scene, indexes: list[int]) -> None:
        self.s = scene
        self.spans = scene.spans
        self.indexes = indexes
        self.atoms: list[Atom] = []
        self.values: list[tuple[int, Meaning]] = []
        self.numbers: list[Quantity] = []
        self.decided: set[int] = set()
        """Words with several meanings of which a neighbour names one."""

    def _nearest(self, q: Quantity, fits: object, most: int = 99) -> Atom | None:
        """The nearest fitting atom, one before the number rather than one after it."""
        assert callable(fits)
        found = [a for a in self.atoms if fits(a) and abs(a.at - q.first) <= most]
        return min(found, key=lambda a: (abs(a.at - q.first) + (1.5 if a.at > q.first else 0), a.at), default=None)

    def _named(self, names: set[str]) -> str | None:
        entries = self.s.lexicon.attributes.values()
        return next(
            (e.name for e in entries if e.name.lower() in names or any(a.lower() in names for a in e.also)), None
        )

    def _is_date(self, atom: Atom) -> bool:
        return self.s.lexicon.attributes[atom.clause.name].type in ("date", "time")

    def _is_denied(self, i: int, stop_at: int = -1) -> bool:
        """Is there a "not" before this span with nothing of weight between?"""
        for j in range(i - 1, max(-1, i - 5), -1):
            if j not in self.indexes:
                return False
            span = self.spans[j]
            if span.has("not", "except") and not span.content:
                if j in self.s.used and j != stop_at:
                    return False
                self.s.used.add(j)
                return True
            passable = (
                span.stop or span.period or span.has("are", "customer", "ever", "by", "to", "among") or j in self.s.used
            )
            if j == stop_at or span.content or not passable or span.has("and", "or"):
                return False
        return False

    def _except_after(self, i: int) -> bool:
        j = i + 1
        if j < len(self.spans) and j not in self.s.used and self.spans[j].has("except"):
            self.s.used.add(j)
            return True
        return False

    def _or_between(self, a: int, b: int) -> bool:
        return b - a <= 4 and any(self.spans[j].has("or") for j in range(a + 1, b))
