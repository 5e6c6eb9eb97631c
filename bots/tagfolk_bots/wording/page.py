"""What an answer's lines are written from: the figures, the question, the words of the workspace, the language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tagfolk_engine.query import Answer, Lexicon, Question

from tagfolk_bots.wording.figures import money, number
from tagfolk_bots.wording.phrases import say


@dataclass(frozen=True)
class Page:
    """What a line needs to be written: the answer, what was asked, the words of the workspace, the language."""

    answer: Answer
    question: Question
    lexicon: Lexicon
    language: str

    def say(self, code: str, **values: object) -> str:
        """A sentence in the page's language."""
        return say(code, self.language, **values)

    def n(self, value: object) -> str:
        """A number."""
        return number(value, self.language)

    def title(self, name: str) -> str:
        """What a tag, segment, let or attribute is called for people."""
        lex = self.lexicon
        entry = lex.tags.get(name) or lex.segments.get(name) or lex.lets.get(name)
        if entry:
            return self._spoken(name, entry.title, entry.also)
        event, _, prop = name.partition(".")
        if event in lex.events:
            known = lex.events[event].properties.get(prop)
            chinese = next((a for a in (known or lex.events[event]).also if not a.isascii()), None)
            return chinese if self.language == "zh" and chinese else prop or name
        field = lex.attributes.get(name)
        if field and self.language == "zh":
            return next((a for a in field.also if not a.isascii()), name)
        return name

    def _spoken(self, name: str, title: str | None, also: Sequence[str]) -> str:
        """The name that a reader of this language knows: the title if it is in it, else another name that is."""
        names = [n for n in (title, *also, name) if n and n.isascii() == (self.language != "zh")]
        found = names[0] if names else title or name
        return found.replace("_", " ") if found == name and found.isascii() and self.language != "zh" else found

    def metric(self) -> str:
        """The metric in words."""
        said = self.answer.details.get("metric_said") or {}
        text = self.question.metric
        return str(said.get(self.language) or self.title(text))

    def value(self, value: object, metric: str = "") -> str:
        """A figure, with the currency where it is money."""
        metric = metric or self.question.metric
        names = {
            "spend",
            "revenue",
            *(e.name for e in self.lexicon.lets.values() if e.title in ("消费额", "消费金额", "销售额")),
        }
        is_money = (
            "amount" in metric or any(metric == n or metric.startswith(n + " ") for n in names)
        ) and not metric.startswith("count")
        return money(value, self.lexicon.currency, self.language) if is_money else self.n(value)


def day(instant: str) -> str:
    return instant.replace("T", " ")[:16]


def joint(p: Page) -> str:
    return "，" if p.language == "zh" else ", "
