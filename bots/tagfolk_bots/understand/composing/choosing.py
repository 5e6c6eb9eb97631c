"""Which of its meanings a word has here, by its neighbours; the clause that it begins."""

from __future__ import annotations

from tagfolk_bots.understand.composing.work import Work
from tagfolk_bots.understand.dictionary import Meaning
from tagfolk_bots.understand.frame import Clause
from tagfolk_bots.understand.scene import Atom

_LIKES = frozenset(
    (
        "like",
        "likes",
        "liking",
        "prefer",
        "prefers",
        "preferring",
        "love",
        "loves",
        "favour",
        "fan",
        "fans",
        "喜欢",
        "喜欢喝",
        "爱",
        "爱喝",
        "偏爱",
        "爱买",
        "偏好",
    )
)
_WITH = frozenset({"with", "using", "used", "use", "without", "用", "用过", "使用", "使用过", "用了", "领过"})


class Choosing(Work):
    """Which of its meanings a word has here, by its neighbours; the clause that it begins."""

    def _atom(self, i: int) -> None:
        meaning = self._choose(i)
        if meaning is None:
            return
        self.s.chosen[i] = meaning
        if meaning.rank == 6 and meaning.kind in ("tag", "tagvalue", "segment"):
            self.s.guesses.append(("taken_as", f"{self.spans[i].text}\n{meaning.name}"))
        kind, name = meaning.kind, meaning.name
        clause: Clause | None = None
        if kind == "tag":
            clause = Clause("tag", name)
        elif kind == "tagvalue":
            clause = Clause("tag", meaning.of, values=(meaning.value,))
        elif kind == "segment":
            clause = Clause("segment", name)
        elif kind == "value":
            entry = self.s.lexicon.attributes[meaning.of]
            clause = Clause("attribute", meaning.of, values=(meaning.value,))
            if entry.type == "boolean":
                clause = Clause("attribute", meaning.of, operator=meaning.value)
        elif kind == "event":
            clause = Clause("event", name)
        elif kind == "let":
            clause = Clause("condition" if meaning.value == "condition" else "metric", name)
        elif kind == "spend":
            clause = Clause("metric", f"sum({meaning.of}.{name})")
        elif kind == "order_value":
            clause = Clause("metric", f"avg({meaning.of}.{name})")
        elif kind == "recency":
            clause = Clause("metric", f"days since last {name}")
        elif kind == "column":
            clause = Clause("metric", f"{meaning.of}.{name}")
        elif kind == "repeat":
            clause = Clause("event", name, operator=">=", low="2")
            self.s.guesses.append(("taken_for_repeat", self.spans[i].text))
        elif kind == "attribute":
            clause = Clause("attribute", name)
        if kind in ("propvalue", "weekday", "property"):
            self.values.append((i, meaning))
        elif clause is not None:
            self.atoms.append(Atom(i, clause, meaning))
            self.s.used.add(i)

    def _choose(self, i: int) -> Meaning | None:
        """The meaning taken; where other things have the same name and nothing beside it decides, a guess."""
        meaning = self._likeliest(i)
        named = ("tag", "tagvalue", "segment", "value", "propvalue")
        if meaning is None or meaning.kind not in named or i in self.decided:
            return meaning
        others = [m for m in self.spans[i].content if m.kind in named and (m.kind, m.of) != (meaning.kind, meaning.of)]
        full = {n.lower() for n in self._full_names(meaning)}
        if others and self.spans[i].text.lower() not in full:
            said = f"{self.spans[i].text}\n{' '.join(p for p in (meaning.of, meaning.name) if p)}"
            if ("taken_as", said) not in self.s.guesses:
                self.s.guesses.append(("taken_as", said))
        return meaning

    def _full_names(self, meaning: Meaning) -> set[str]:
        """The names that somebody gave to a tag or a segment, not those made by shortening them."""
        lexicon = self.s.lexicon
        if meaning.kind == "tag":
            tag = lexicon.tags[meaning.name]
            return {n for n in (tag.name, tag.title, *tag.also) if n}
        if meaning.kind == "segment":
            segment = lexicon.segments[meaning.name]
            return {n for n in (segment.name, segment.title, *segment.also) if n}
        return set()

    def _likeliest(self, i: int) -> Meaning | None:
        """The meaning that the neighbours speak for, else the likeliest; equals are remembered as unclear."""
        content = self.spans[i].content
        near = self._near_names(i)
        for meaning in content:
            if meaning.kind in ("value", "tagvalue") and meaning.of in near:
                self.s.used.add(near[meaning.of])
                self.decided.add(i)
                return meaning
        if len(content) == 1:
            return content[0]
        if any(s.text.lower() in _WITH for s in self.spans[max(0, i - 3) : i + 3]):
            named = next((m for m in content if m.kind == "property"), None)
            if named is not None and any(m.kind == "propvalue" and m.of != named.of for m in content):
                return named
        named = self._name_of_value(i, content)
        if named is not None:
            return named
        beside = self._events_beside(i) | self._events_before(i)
        for meaning in content:
            if meaning.kind == "propvalue" and meaning.of in beside:
                if any(m.kind == "property" for m in content):
                    self.s.guesses.append(("taken_as", f"{self.spans[i].text}\n{meaning.value} {meaning.name}"))
                self.decided.add(i)
                return meaning
        likes = any(s.text.lower() in _LIKES for s in self.spans)
        if not likes and any(self.spans[j].period for j in self.indexes) and content[0].kind == "tagvalue":
            bought = next((m for m in content if m.kind == "propvalue"), None)
            if bought is not None:
                return bought
        if content[0].kind == "tagvalue" and not likes:
            bought = next((m for m in content if m.kind == "propvalue"), None)
            following_text = self.spans[i + 1].text.lower() if i + 1 < len(self.spans) else ""
            if bought is not None and following_text in (
                "buyer",
                "buyers",
                "drinker",
                "drinkers",
                "shopper",
                "shoppers",
            ):
                return bought
            if bought is not None:
                self.s.guesses.append(("taken_as", f"{self.spans[i].text}\n{content[0].of} {content[0].name}"))
        following = next((q for q in self.numbers if 0 < q.first - i <= 2), None)
        ranked = any(
            self.spans[j].has("most", "least", "top", "bottom") for j in range(i + 1, min(len(self.spans), i + 3))
        )
        averaged = following is None and self.s.has("avg", "median", "how_much", "sum")
        if (ranked or averaged) and any(m.kind in ("let", "spend") for m in content):
            return next(m for m in content if m.kind in ("let", "spend"))
        for meaning in content:
            if following and following.unit == "times" and meaning.kind == "event":
                return meaning
            if (
                following
                and following.unit != "times"
                and following.said
                and meaning.kind in ("let", "spend", "column")
            ):
                return meaning
            if not following and meaning.kind == "event" and any(m.kind in ("let", "spend") for m in content):
                return meaning
        same = tuple(
            m for m in content if m.rank == content[0].rank and (m.kind, m.of) != (content[0].kind, content[0].of)
        )
        same = tuple(m for m in same if m.kind != "propvalue" or m.of != content[0].of)
        if same:
            self.s.unclear.append((i, (content[0], *same)))
        return content[0]

    def _name_of_value(self, i: int, content: tuple[Meaning, ...]) -> Meaning | None:
        """``store S05``: a name of a property beside one of its values is its name, whatever else it means."""
        for m in content:
            if m.kind != "property":
                continue
            for j in (i - 1, i + 1):
                if 0 <= j < len(self.spans) and any(
                    v.kind == "propvalue" and v.value == f"{m.of}.{m.name}" for v in self.spans[j].content
                ):
                    return m
        return None

    def _near_names(self, i: int) -> dict[str, int]:
        """Attribute or tag names beside a span (a stop word between at most)."""
        names: dict[str, int] = {}
        for step in (-1, 1):
            j = i + step
            for _ in range(2):
                if not 0 <= j < len(self.spans):
                    break
                for m in self.spans[j].content:
                    if m.kind in ("attribute", "tag"):
                        names[m.name] = j
                if self.spans[j].content or not (self.spans[j].stop or self.spans[j].has("are", "exactly")):
                    break
                j += step
        return names

    def _events_before(self, i: int) -> set[str]:
        """The event of a verb further before, with nothing between but other values of it and joining words."""
        for j in range(i - 1, max(-1, i - 9), -1):
            span = self.spans[j]
            events = {m.name for m in span.content if m.kind == "event"}
            if events:
                return events
            joining = span.stop or span.punct or span.has("and", "or", "not", "except") or span.period is not None
            if not joining and not any(m.kind == "propvalue" for m in span.content):
                return set()
        return set()

    def _events_beside(self, i: int) -> set[str]:
        near = [j for j in range(max(0, i - 2), min(len(self.spans), i + 3)) if j != i]
        found = {m.name for j in near for m in self.spans[j].content if m.kind == "event"}
        found |= {m.of for j in near for m in self.spans[j].content if m.kind in ("spend", "order_value")}
        for j in near:
            for m in self.spans[j].content:
                let = self.s.lexicon.lets.get(m.name) if m.kind == "let" else None
                if let is not None:
                    found |= {e.rstrip(".") for e in let.text.split()}
        return found
