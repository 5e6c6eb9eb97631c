"""Spans → conditions: which word belongs to which, what is denied, which time and number go with what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tagfolk_bots.understand.composing.times import Times
from tagfolk_bots.understand.frame import Clause, Group
from tagfolk_bots.understand.quantities import quantities
from tagfolk_bots.understand.scene import EVENTISH, Atom, Scene
from tagfolk_bots.understand.trade import purchase_event, spend_metric


def compose(scene: Scene, indexes: Iterable[int]) -> tuple[Group, ...]:
    """All conditions said in these spans. Marks what it used."""
    return Composer(scene, list(indexes)).groups()


class Composer(Times):
    """One pass over some spans of a scene."""

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


__all__ = ["EVENTISH", "Atom", "Composer", "Scene", "compose", "purchase_event", "spend_metric"]
