"""Spans → conditions: which word belongs to which, what is denied, which time and number go with what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from tagfolk_engine.query.lexicon import Lexicon

from tagfolk_bots.understand import domain
from tagfolk_bots.understand.dictionary import Dictionary, Meaning, concept_of, money
from tagfolk_bots.understand.frame import Clause, Group
from tagfolk_bots.understand.periods import Period
from tagfolk_bots.understand.quantities import Quantity, quantities
from tagfolk_bots.understand.spans import Span


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


EVENTISH = ("event", "metric", "rank")
_LIKES = frozenset(
    ("like", "likes", "liking", "prefer", "prefers", "preferring", "love", "loves", "favour", "fan", "fans", "喜欢", "喜欢喝", "爱", "爱喝", "偏爱", "爱买", "偏好")
)
_WITH = frozenset({"with", "using", "used", "use", "without", "用", "用过", "使用", "使用过", "用了", "领过"})


def compose(scene: Scene, indexes: Iterable[int]) -> tuple[Group, ...]:
    """All conditions said in these spans. Marks what it used."""
    return Composer(scene, list(indexes)).groups()


class Composer:
    """One pass over some spans of a scene."""

    def __init__(self, scene: Scene, indexes: list[int]) -> None:
        self.s = scene
        self.spans = scene.spans
        self.indexes = indexes
        self.atoms: list[Atom] = []
        self.values: list[tuple[int, Meaning]] = []
        self.numbers: list[Quantity] = []

    def groups(self) -> tuple[Group, ...]:
        """Everything, in the order in which it depends on one another."""
        allowed = set(self.indexes)
        blocked = self.s.used | (set(range(len(self.spans))) - allowed)
        self.numbers = quantities(self.s.text, self.spans, blocked)
        taken = {i for q in self.numbers for i in range(q.first, q.last + 1)}
        for i in self.s.free(self.indexes):
            if i not in taken and self.spans[i].content:
                self._atom(i)
        self._attach_values()
        self._attach_numbers()
        self._attach_moments()
        self._negate()
        self._attach_periods()
        self._drop_empty()
        return self._group()

    # --- one span ------------------------------------------------------------------------------------------

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
        """The meaning that the neighbours speak for, else the likeliest; equals are remembered as unclear."""
        content = self.spans[i].content
        near = self._near_names(i)
        for meaning in content:
            if meaning.kind in ("value", "tagvalue") and meaning.of in near:
                self.s.used.add(near[meaning.of])
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
                return meaning
        likes = any(s.text.lower() in _LIKES for s in self.spans)
        if not likes and any(self.spans[j].period for j in self.indexes) and content[0].kind == "tagvalue":
            bought = next((m for m in content if m.kind == "propvalue"), None)
            if bought is not None:
                return bought
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

    # --- property values -----------------------------------------------------------------------------------

    def _attach_values(self) -> None:
        """Property values go to the nearest event that has the property; without one, the event is implied.

        "Coffee or tea" is one purchase of either, "coffee and tea" are two purchases, "coffee but not tea" none of tea.
        """
        last: dict[tuple[int, str], int] = {}
        for i, meaning in list(self.values):
            if meaning.kind == "property":
                known = self._known_property(i, meaning)
                if known is not None:
                    known[0].clause = replace(known[0].clause, where=(*known[0].clause.where, known[1]))
                continue
            atom = self._event_for(i, meaning)
            if atom is None:
                continue
            self.s.used.add(i)
            prop = "weekday(time)" if meaning.kind == "weekday" else meaning.value.split(".", 1)[1]
            values = tuple(meaning.name.split(",")) if meaning.kind == "weekday" else (meaning.name,)
            for name_at in self._near_property(i, meaning):
                self.s.used.add(name_at)
            before = last.get((id(atom), prop))
            denied = self._is_denied(i, stop_at=atom.at) if i > atom.at else False
            last[id(atom), prop] = i
            self._say_value(atom, i, prop, values, before, denied)
        self.atoms.sort(key=lambda a: a.at)

    def _say_value(
        self, atom: Atom, i: int, prop: str, values: tuple[str, ...], before: int | None, denied: bool
    ) -> None:
        clause = atom.clause
        same = next((n for n, w in enumerate(clause.where) if w[:2] == (prop, "=")), None)
        apart = before is not None and any(self.spans[j].has("and") for j in range(before + 1, i))
        if same is None:
            where = (*clause.where, (prop, "=", values))
            atom.clause = replace(clause, where=where, negated=clause.negated != denied)
        elif (apart or denied) and not self._or_between(before or 0, i) and not clause.negated:
            others = tuple(w for n, w in enumerate(clause.where) if n != same)
            extra = replace(clause, where=(*others, (prop, "=", values)), negated=denied)
            self.atoms.append(Atom(i, extra, atom.meaning))
        else:
            known = clause.where[same][2]
            both = known + tuple(v for v in values if v not in known)
            where = tuple((prop, "=", both) if n == same else w for n, w in enumerate(clause.where))
            atom.clause = replace(clause, where=where)

    def _known_property(self, i: int, meaning: Meaning) -> tuple[Atom, tuple[str, str, tuple[str, ...]]] | None:
        """``bought with a coupon``, ``用过优惠券``: a property of text that is named without a value is known."""
        valued = any(m.kind == "propvalue" and m.value == f"{meaning.of}.{meaning.name}" for _, m in self.values)
        prop = self.s.lexicon.events[meaning.of].properties[meaning.name]
        near = range(max(0, i - 3), min(len(self.spans), i + 3))
        said = next((j for j in near if self.spans[j].text.lower() in _WITH), None)
        if valued or prop.type != "text" or said is None or i in self.s.used:
            return None
        event = next((a for a in self.atoms if a.clause.kind == "event" and a.clause.name == meaning.of), None)
        if event is None:
            event = Atom(i, Clause("event", meaning.of), meaning)
            self.atoms.append(event)
            self.atoms.sort(key=lambda a: a.at)
        self.s.used.update((i, said))
        if prop.values or prop.seen:
            self.s.guesses.append(("taken_as", f"{self.spans[i].text}\n{meaning.name}"))
        without = self.spans[said].has("not")
        return event, (meaning.name, "missing" if without else "known", ())

    def _near_property(self, i: int, meaning: Meaning) -> list[int]:
        prop = meaning.value.split(".", 1)[-1]
        return [
            j
            for j in (i - 1, i + 1)
            if 0 <= j < len(self.spans) and any(m.kind == "property" and m.name == prop for m in self.spans[j].content)
        ]

    def _event_for(self, i: int, meaning: Meaning) -> Atom | None:
        fits = [
            a
            for a in self.atoms
            if a.clause.kind == "event" and (meaning.kind == "weekday" or a.clause.name == meaning.of)
        ]
        if not fits:
            fits = [
                a
                for a in self.atoms
                if a.clause.kind == "metric" and meaning.kind != "weekday" and self._about(a, meaning.of)
            ]
        if fits:
            return min(fits, key=lambda a: (abs(a.at - i), a.at > i))
        event = purchase_event(self.s.lexicon) if meaning.kind == "weekday" else meaning.of
        if not event:
            return None
        atom = Atom(i, Clause("event", event), meaning)
        self.atoms.append(atom)
        self.atoms.sort(key=lambda a: a.at)
        self.s.guesses.append(("implied_event", f"{self.spans[i].text}\n{event}"))
        return atom

    def _about(self, atom: Atom, event: str) -> bool:
        if atom.meaning.kind == "let":
            return (
                f"{event}." in self.s.lexicon.lets[atom.meaning.name].text
                or not self.s.lexicon.lets[atom.meaning.name].text
            )
        return atom.meaning.of == event or atom.meaning.name == event

    # --- numbers -------------------------------------------------------------------------------------------

    def _attach_numbers(self) -> None:
        for q in self.numbers:
            if any(i in self.s.used for i in range(q.first, q.last + 1)):
                continue
            if q.percent and not q.said:
                continue
            if self._attach_number(q):
                self.s.used.update(range(q.first, q.last + 1))

    def _attach_number(self, q: Quantity) -> bool:
        if q.unit == "years_old":
            return self._age(q)
        if q.unit == "times":
            atom = self._nearest(q, lambda a: a.clause.kind == "event" and not a.quantified)
            return self._set(atom, q)
        amount = self._property_for(q)
        if amount is not None:
            return True
        atom = self._nearest(q, self._countable, most=4)
        if atom is not None and not (atom.clause.kind == "event" and q.unit == "money"):
            if atom.clause.kind == "event" and not q.said:
                return False
            return self._set(atom, q)
        if q.unit == "money" or (atom is not None and atom.clause.kind == "event"):
            return self._money(q)
        age = self._named(domain.AGE_NAMES)
        if age and q.said and q.value <= 120 and not q.percent:
            self.s.guesses.append(("taken_for_age", f"{q.low}{'–' + q.high if q.high else ''}"))
            return self._age(q)
        return False

    def _nearest(self, q: Quantity, fits: object, most: int = 99) -> Atom | None:
        """The nearest fitting atom, one before the number rather than one after it."""
        assert callable(fits)
        found = [a for a in self.atoms if fits(a) and abs(a.at - q.first) <= most]
        return min(found, key=lambda a: (abs(a.at - q.first) + (1.5 if a.at > q.first else 0), a.at), default=None)

    def _countable(self, atom: Atom) -> bool:
        if atom.quantified:
            return False
        clause = atom.clause
        if clause.kind == "attribute":
            return self.s.lexicon.attributes[clause.name].type == "number" and not clause.values
        if clause.kind == "tag":
            return self.s.lexicon.tags[clause.name].type == "number" and not clause.values
        return clause.kind in ("metric", "event")

    def _set(self, atom: Atom | None, q: Quantity) -> bool:
        if atom is None:
            return False
        operator = q.operator
        if not q.said and atom.clause.kind == "metric":
            operator = ">="
            self.s.guesses.append(("taken_at_least", q.low))
        atom.clause = replace(atom.clause, operator=operator, low=q.low, high=q.high)
        atom.quantified = True
        return True

    def _property_for(self, q: Quantity) -> bool | None:
        """``orders over 100``, ``amount over 100``, ``score below 3``: a comparison of a numeric property."""
        for i, meaning in self.values:
            if meaning.kind == "property" and i not in self.s.used and abs(q.first - i) <= 3:
                prop = self.s.lexicon.events[meaning.of].properties[meaning.name]
                if prop.type == "number":
                    self.s.used.add(i)
                    self._where(meaning.of, meaning.name, q, i)
                    self.s.guesses.append(("taken_per_event", f"{meaning.name}\n{meaning.of}"))
                    return True
        atom = self._nearest(q, lambda a: a.clause.kind == "event" and self._one_of_it(a, q), most=4)
        if atom is not None and q.said and q.unit != "times":
            for event, prop in money(self.s.lexicon):
                if event.name == atom.clause.name:
                    for j in range(max(0, q.first - 2), q.first):
                        if any(m.kind in ("let", "spend") for m in self.spans[j].content) and j not in self.s.used:
                            self.s.used.add(j)
                    spoken = [a for a in self.atoms if a.meaning.kind in ("let", "spend") and 0 < q.first - a.at <= 2]
                    self.atoms = [a for a in self.atoms if a not in spoken]
                    self._where(event.name, prop.name, q, atom.at)
                    return True
        return None

    def _one_of_it(self, atom: Atom, q: Quantity) -> bool:
        """Is the number about a single event: "an order over 100", 金额超过100的订单, 单笔超过100?"""
        text = self.spans[atom.at].text.lower()
        if self._is_money_verb(atom):
            return False
        if any(self.spans[j].text in ("单笔", "一笔", "每笔") for j in range(max(0, q.first - 2), q.first)):
            return True
        if self.s.chinese:
            amount = any(self.spans[j].text in ("金额", "订单金额", "额") for j in range(max(0, q.first - 2), q.first))
            return atom.meaning.value == "noun" and (amount or q.unit == "money") and not text.endswith("过")
        noun = atom.meaning.value == "noun" or text.endswith(("order", "purchase", "orders", "purchases"))
        return noun and atom.at < q.first and q.first - atom.at <= 2

    def _is_money_verb(self, atom: Atom) -> bool:
        return any(m.kind in ("let", "spend") for m in self.spans[atom.at].content)

    def _where(self, event: str, prop: str, q: Quantity, at: int) -> None:
        atom = next((a for a in self.atoms if a.clause.kind == "event" and a.clause.name == event), None)
        if atom is None:
            atom = Atom(at, Clause("event", event), Meaning("event", event))
            self.atoms.append(atom)
            self.atoms.sort(key=lambda a: a.at)
        pairs = [(">=", q.low), ("<=", q.high)] if q.operator == "range" else [(q.operator, q.low)]
        atom.clause = replace(atom.clause, where=atom.clause.where + tuple((prop, o, (n,)) for o, n in pairs))

    def _money(self, q: Quantity) -> bool:
        """A sum of money beside a verb of buying: what was spent in all."""
        spend = next((m for m in self.s.dictionary.phrases.get(("spend",), ()) if m.kind in ("let", "spend")), None)
        if spend is None:
            return False
        name = spend.name if spend.kind == "let" else f"sum({spend.of}.{spend.name})"
        event = self._nearest(q, lambda a: a.clause.kind == "event" and not a.quantified, most=4)
        clause = Clause("metric", name, operator=q.operator if q.said else ">=", low=q.low, high=q.high)
        if event is not None:
            event.clause = replace(clause, where=event.clause.where)
            event.meaning, event.quantified = spend, True
        else:
            self.atoms.append(Atom(q.first, clause, spend, quantified=True))
        return True

    def _named(self, names: set[str]) -> str | None:
        entries = self.s.lexicon.attributes.values()
        return next(
            (e.name for e in entries if e.name.lower() in names or any(a.lower() in names for a in e.also)), None
        )

    def _age(self, q: Quantity) -> bool:
        age = self._named(domain.AGE_NAMES)
        birthday = self._named(domain.BIRTHDAY_NAMES)
        if age is None and birthday is None:
            return False
        spoken = next((a for a in self.atoms if a.clause == Clause("attribute", age or "")), None)
        clause = Clause(
            "attribute" if age else "metric",
            age or f"years since {birthday}",
            operator=q.operator,
            low=q.low,
            high=q.high,
        )
        if spoken is not None:
            spoken.clause, spoken.quantified = clause, True
        else:
            self.atoms.append(Atom(q.first, clause, Meaning("attribute", clause.name), quantified=True))
            self.atoms.sort(key=lambda a: a.at)
        return True

    # --- first, last, moments ------------------------------------------------------------------------------

    def _attach_moments(self) -> None:
        """``first purchase in 30 days``; ``last purchase more than 90 days ago``."""
        for atom in self.atoms:
            if atom.clause.kind != "event" or atom.quantified:
                continue
            before = [j for j in range(max(0, atom.at - 2), atom.at) if j not in self.s.used]
            ahead = self.s.find("first", among=before) if before else None
            if ahead is not None:
                self.s.used.add(ahead)
                atom.clause = replace(atom.clause, mode="first")
                continue
            last = next((j for j in before if self.spans[j].has("last") and not self.spans[j].has("recently")), None)
            if last is not None:
                self._last(atom, last)

    def _last(self, atom: Atom, last: int) -> None:
        for j in self.s.free(self.indexes):
            period = self.spans[j].period
            if period and period.shape == "ago" and j > 0 and self.spans[j - 1].has("more", "less"):
                days = {"day": 1, "week": 7}.get(period.unit)
                unit = "days" if days else f"{period.unit}s"
                operator = ">" if self.spans[j - 1].has("more") else "<"
                name = f"{unit} since last {atom.clause.name}"
                atom.clause = Clause("metric", name, operator=operator, low=str(period.amount * (days or 1)))
                atom.quantified = True
                self.s.used.update((last, j, j - 1))
                return

    # --- denial --------------------------------------------------------------------------------------------

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

    def _negate(self) -> None:
        denied_until = -1
        for atom in self.atoms:
            # a quantified clause's "not" may stand before its number, too: "not more than" is already one word
            if self._is_denied(atom.at):
                atom.clause = replace(atom.clause, negated=not atom.clause.negated)
                denied_until = atom.at
                self._except_after(atom.at)
            elif denied_until >= 0 and self._or_between(denied_until, atom.at):
                atom.clause = replace(atom.clause, negated=True)
                denied_until = atom.at
            elif self.s.chinese and self._except_after(atom.at):
                atom.clause = replace(atom.clause, negated=True)

    def _except_after(self, i: int) -> bool:
        j = i + 1
        if j < len(self.spans) and j not in self.s.used and self.spans[j].has("except"):
            self.s.used.add(j)
            return True
        return False

    def _or_between(self, a: int, b: int) -> bool:
        return b - a <= 4 and any(self.spans[j].has("or") for j in range(a + 1, b))

    # --- times ---------------------------------------------------------------------------------------------

    def _attach_periods(self) -> None:
        free = [i for i in self.s.free(self.indexes) if self.spans[i].period]
        for i in free:
            self._period(i)
        windowed = [a for a in self.atoms if a.clause.window]
        if len(free) == 1 and windowed and windowed[0].clause.kind in EVENTISH:
            for atom in self.atoms:
                free_of_time = atom.clause.kind in EVENTISH and not atom.clause.window and self._takes_window(atom)
                if free_of_time and not self._of_all_time(atom):
                    atom.clause = replace(atom.clause, window=windowed[0].clause.window)

    def _of_all_time(self, atom: Atom) -> bool:
        """Said to be about all time (以前, in total): another's time is not its own."""
        near = range(max(0, atom.at - 2), min(len(self.spans), atom.at + 4))
        return any(self.spans[j].has("ever") for j in near)

    def _takes_window(self, atom: Atom) -> bool:
        clause = atom.clause
        if clause.kind == "event":
            return True
        if clause.kind != "metric" or clause.name.startswith(
            ("days since", "months since", "years since", "weeks since")
        ):
            return False
        let = self.s.lexicon.lets.get(clause.name)
        return (let is not None and not let.windowed) or "(" in clause.name

    def _period(self, i: int) -> None:
        period = self.spans[i].period
        assert period is not None
        dates = [a for a in self.atoms if a.clause.kind == "attribute" and not a.clause.values and self._is_date(a)]
        fits = [a for a in self.atoms if self._takes_window(a) and not a.clause.window] + dates
        behind = 1.6  # a time stands behind its verb in English, before it in Chinese
        if fits:

            def far(a: Atom) -> float:
                against = a.at < i if self.s.chinese else a.at > i
                parted = any(
                    self.spans[j].punct or self.spans[j].has("and", "or") for j in range(min(a.at, i) + 1, max(a.at, i))
                )
                return abs(a.at - i) + (behind if against else 0) + (3 if parted else 0)

            self._take_time(min(fits, key=far), i)
            return
        tags = [a for a in self.atoms if a.clause.kind in ("tag", "segment")]
        plain = [a for a in tags if a.clause.kind == "tag" and not a.clause.values and not a.clause.operator]
        if period.shape == "ago" and plain:
            tag = min(plain, key=lambda a: abs(a.at - i))
            window = f"{period.amount} {period.unit}{'s' if period.amount > 1 else ''} ago"
            tag.clause = replace(tag.clause, mode="had", window=window)
            self.s.used.add(i)
            return
        previous = [a for a in self.atoms if a.clause.kind == "event" and a.clause.window and a.at < i]
        if previous and self._is_denied(i):  # "bought in 2023 but not in 2024"
            again = replace(previous[-1].clause, window=period.window, negated=True, operator="", low="", high="")
            self.atoms.append(Atom(i, again, previous[-1].meaning))
            self.s.used.add(i)
            return
        windowed = [a for a in self.atoms if a.clause.kind == "event" and a.clause.window and not a.clause.operator]
        people = any(self.spans[j].has("customer", "who") for j in self.indexes)
        if windowed and people and any(self.spans[j].has("and", "or") for j in range(max(0, i - 2), i)):
            # "bought in October and in November": once in each; "or": in one of them
            again = replace(windowed[-1].clause, window=period.window)
            self.atoms.append(Atom(i, again, windowed[-1].meaning))
            self.s.used.add(i)
            return
        if tags and period.shape == "calendar" and not previous:
            self._as_of(i, period)

    def _as_of(self, i: int, period: Period) -> None:
        """A calendar time beside nothing but tags: with T in it, who holds them now; a past one, who did at its end."""
        after = self.s.lexicon.today + timedelta(days=1)
        if period.until == after and period.window.startswith(("this ", "today")):
            self.s.notes.append(("as_of_now", self.spans[i].text))
            self.s.used.add(i)
        elif period.until is not None and period.until < after and not self.s.at:
            self.s.at = period.until.isoformat()
            self.s.notes.append(("as_of_then", f"{self.spans[i].text}\n{period.until - timedelta(days=1)}"))
            self.s.used.add(i)

    def _is_date(self, atom: Atom) -> bool:
        return self.s.lexicon.attributes[atom.clause.name].type in ("date", "time")

    def _take_time(self, atom: Atom, i: int) -> None:
        period = self.spans[i].period
        assert period is not None
        self.s.used.add(i)
        clause = atom.clause
        if clause.kind != "attribute":
            window = period.window
            if period.shape == "length" and i > 0 and self.spans[i - 1].has("more", "at_least", "less", "at_most"):
                self.s.used.add(i - 1)
            atom.clause = replace(clause, window=window)
            return
        if (
            clause.name in (self._named(domain.BIRTHDAY_NAMES),)
            and period.window in ("this month", "last month")
            and period.first
        ):
            atom.clause = Clause("attribute", f"month({clause.name})", operator="=", low=str(period.first.month))
        elif period.shape == "ago" and i > 0 and self.spans[i - 1].has("more", "less"):
            how = "more" if self.spans[i - 1].has("more") else "less"
            self.s.used.add(i - 1)
            length = f"{period.amount} {period.unit}{'s' if period.amount > 1 else ''}"
            atom.clause = Clause("date", clause.name, operator=f"{how} than {length} ago", negated=clause.negated)
        else:
            atom.clause = Clause("date", clause.name, window=period.window, negated=clause.negated)

    # --- the end -------------------------------------------------------------------------------------------

    def _drop_empty(self) -> None:
        """An attribute, number or measure of which nothing was said is no condition: its word stays free."""
        kept: list[Atom] = []
        for atom in self.atoms:
            c = atom.clause
            if c.kind == "attribute" and not c.values and not c.operator:
                known = self.s.find(
                    "known", "missing", among=range(max(0, atom.at - 2), min(len(self.spans), atom.at + 3))
                )
                if known is not None:
                    self.s.used.add(known)
                    missing = self.spans[known].has("missing") != c.negated
                    atom.clause = Clause("attribute", c.name, operator="missing" if missing else "known")
                    kept.append(atom)
                elif self.s.lexicon.attributes[c.name].type == "boolean":
                    atom.clause = Clause("attribute", c.name, operator="yes", negated=c.negated)
                    kept.append(atom)
                elif not c.negated and self._is_had(atom.at):
                    atom.clause = Clause("attribute", c.name, operator="known")
                    kept.append(atom)
                elif c.negated and not self._is_date(atom):
                    atom.clause = Clause("attribute", c.name, operator="missing")
                    kept.append(atom)
                else:
                    self.s.used.discard(atom.at)
                    if self.s.lexicon.attributes[c.name].type == "number":
                        self.s.loose.append((atom.at, c))
            elif c.kind == "metric" and not c.operator:
                self.s.used.discard(atom.at)
                self.s.loose.append((atom.at, c))
            else:
                kept.append(atom)
        self.atoms = sorted(kept, key=lambda a: a.at)

    def _is_had(self, i: int) -> bool:
        """``have an email``, 有邮箱的: the contact data of which one may know some or none."""
        names = {m.name for m in self.spans[i].content if m.kind == "attribute"}
        contact = {e.name for e in self.s.lexicon.attributes.values() if e.personal and e.type == "text"}
        before = [self.spans[j].text.lower() for j in range(max(0, i - 3), i)]
        return bool(names & contact) and any(
            t in ("have", "has", "with", "had", "有", "留了", "填了", "left", "gave", "provided") for t in before
        )

    def _group(self) -> tuple[Group, ...]:
        """Clauses in order; joined by "or", and several values of one attribute or tag, are alternatives."""
        groups: list[list[Clause]] = []
        last_at = -1
        for atom in self.atoms:
            c = atom.clause
            same = next((g for g in groups if self._mergeable(g, c)), None)
            joined = last_at >= 0 and self._or_between(last_at, atom.at)
            if same is not None:
                first = same[0]
                same[0] = replace(first, values=first.values + tuple(v for v in c.values if v not in first.values))
            elif joined and groups and c not in groups[-1]:
                groups[-1].append(c)
            elif [c] not in groups:
                groups.append([c])
            last_at = atom.at
        for i in self.indexes:
            if self.spans[i].has("or", "and") and not self.spans[i].content:
                self.s.used.add(i)
        return tuple(tuple(g) for g in groups)

    @staticmethod
    def _mergeable(group: list[Clause], c: Clause) -> bool:
        first = group[0]
        return (
            len(group) == 1
            and bool(c.values)
            and bool(first.values)
            and not c.operator
            and not first.operator
            and first.kind == c.kind
            and c.kind in ("attribute", "tag")
            and first.name == c.name
            and first.negated == c.negated
        )


def spend_metric(dictionary: Dictionary) -> str:
    """The workspace's measure of money, or ""."""
    m = next((m for m in dictionary.phrases.get(("spend",), ()) if m.kind in ("let", "spend")), None)
    return "" if m is None else m.name if m.kind == "let" else f"sum({m.of}.{m.name})"


def purchase_event(lexicon: Lexicon) -> str:
    """The event of buying, or ""."""
    found = [e.name for e in lexicon.events.values() if (c := concept_of(e)) and c.name == "purchase"]
    return found[0] if found else ""
