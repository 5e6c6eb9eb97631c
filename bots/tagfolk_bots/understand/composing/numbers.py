"""Numbers: what they count or compare."""

from __future__ import annotations

from dataclasses import replace

from tagfolk_bots.understand import domain
from tagfolk_bots.understand.composing.values import Values
from tagfolk_bots.understand.dictionary import Meaning, money
from tagfolk_bots.understand.frame import Clause
from tagfolk_bots.understand.quantities import Quantity
from tagfolk_bots.understand.scene import Atom


class Numbers(Values):
    """Numbers: what they count or compare."""

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
