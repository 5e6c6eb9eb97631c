"""Times: first and last events, windows, dates, and times that belong to tags."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from tagfolk_bots.understand import domain
from tagfolk_bots.understand.composing.numbers import Numbers
from tagfolk_bots.understand.frame import Clause
from tagfolk_bots.understand.periods import Period
from tagfolk_bots.understand.scene import EVENTISH, Atom
from tagfolk_bots.understand.spelling import MONTHS


class Times(Numbers):
    """Times: first and last events, windows, dates, and times that belong to tags."""

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
            and period.first
            and period.until
            and (period.window in ("this month", "last month") or _is_month(self.spans[i].text))
        ):
            atom.clause = Clause("attribute", f"month({clause.name})", operator="=", low=str(period.first.month))
        elif period.shape == "ago" and i > 0 and self.spans[i - 1].has("more", "less"):
            how = "more" if self.spans[i - 1].has("more") else "less"
            self.s.used.add(i - 1)
            length = f"{period.amount} {period.unit}{'s' if period.amount > 1 else ''}"
            atom.clause = Clause("date", clause.name, operator=f"{how} than {length} ago", negated=clause.negated)
        else:
            atom.clause = Clause("date", clause.name, window=period.window, negated=clause.negated)


def _is_month(text: str) -> bool:
    """``July``, ``in July``, ``7月``, ``七月份``: a month of every year."""
    plain = re.sub(r"^(?:in|during) ", "", text.strip().lower())
    chinese = re.fullmatch(r"[0-9一二三四五六七八九十]{1,2}月(?:份|里)?", plain)
    return chinese is not None or plain in (*MONTHS, "march", "may")
