"""What the desk has open: one snapshot, one run, one program, one connection; and what every answer shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tagfolk_dsl.program import Program
from tagfolk_dsl.vocabulary import Vocabulary

from tagfolk_engine.evaluate import Cutoff
from tagfolk_engine.query.figures import Figures
from tagfolk_engine.query.lexicon import Lexicon
from tagfolk_engine.query.question import Answer, Question
from tagfolk_engine.query.roles import SMALL, Role
from tagfolk_engine.query.stored import StoreReader

if TYPE_CHECKING:
    from tagfolk_engine.lake import Snapshot
    from tagfolk_engine.measures import Measures
    from tagfolk_engine.results.membership import Memberships
    from tagfolk_engine.results.models import Run
    from tagfolk_engine.results.store import Store
    from tagfolk_engine.workspace import Workspace


@dataclass
class State:
    """Everything that answers read. Made anew when the lake or the store has moved on."""

    workspace: Workspace
    snapshot: Snapshot
    store: Store
    run: Run | None
    program: Program
    vocabulary: Vocabulary
    cutoff: Cutoff
    figures: Figures
    lexicon: Lexicon
    memberships: Memberships
    store_reader: StoreReader
    broken_rules: int = 0
    measures: Measures | None = None
    """The named measures of the business, where the workspace has any."""

    @cached_property
    def customers(self) -> int:
        """How many there are."""
        return self.figures.count(None)

    @property
    def as_of(self) -> str:
        """T for people: the day whose end it is, or the local instant."""
        local = self.cutoff.instant.astimezone(self.cutoff.zone)
        return (
            self.lexicon.today.isoformat()
            if local.time().isoformat() == "00:00:00"
            else local.replace(tzinfo=None).isoformat()
        )

    def zoned(self, instant: datetime) -> str:
        """An instant of the store as the local day whose end it is, or the local minute."""
        aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
        local = aware.astimezone(self.cutoff.zone)
        if (local.hour, local.minute, local.second) == (0, 0, 0):
            from datetime import timedelta

            return (local.date() - timedelta(days=1)).isoformat()
        return local.strftime("%Y-%m-%dT%H:%M")

    def answer(self, question: Question, **values: Any) -> Answer:
        """An answer with what all share: T, run, freshness, the condition in words."""
        answer = Answer(
            question.intent,
            as_of=self.as_of,
            run=self.run.id if self.run else None,
            loaded_at=self.snapshot.meta.loaded_at,
            of=self.customers,
        )
        if question.filter and "understood" not in values:
            answer = replace(answer, **self.understood(question.filter))
        return replace(answer, **values)

    def understood(self, text: str | None) -> dict[str, Any]:
        """``understood`` and ``said`` of a condition."""
        tree = self.figures.condition(text)
        if tree is None:
            return {"understood": None, "said": {}}
        return {"understood": self.figures.written(tree), "said": self.said(tree)}

    def said(self, tree: Any) -> Mapping[str, str]:
        """A tree in words, by language."""
        return {language: self.figures.said(tree, language) for language in ("en", "zh")}

    @staticmethod
    def small(count: int, role: Role) -> bool:
        """Must this group be hidden from this role?"""
        return role == Role.VIEWER and 0 < count < SMALL
