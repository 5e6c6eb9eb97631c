"""Values of properties: which event they narrow, one of several or each of them."""

from __future__ import annotations

from dataclasses import replace

from tagfolk_bots.understand.composing.choosing import Choosing
from tagfolk_bots.understand.dictionary import Meaning
from tagfolk_bots.understand.frame import Clause
from tagfolk_bots.understand.scene import Atom
from tagfolk_bots.understand.trade import purchase_event

_WITH = frozenset({"with", "using", "used", "use", "without", "用", "用过", "使用", "使用过", "用了", "领过"})


class Values(Choosing):
    """Values of properties: which event they narrow, one of several or each of them."""

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
        nothing = next((v for v in (*prop.values, *prop.seen) if v.lower() in ("none", "no", "无", "没有")), None)
        if without and nothing is not None:
            return event, (meaning.name, "=", (nothing,))
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
