"""The desk: one workspace, opened to be asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tagfolk_dsl.tree import Attribute
from tagfolk_dsl.walk import walk

from tagfolk_engine.evaluate.errors import EvaluationError
from tagfolk_engine.query.answers import ANSWERS
from tagfolk_engine.query.figures import Figures
from tagfolk_engine.query.lexicon import Lexicon
from tagfolk_engine.query.named_measures import entries, measures_of
from tagfolk_engine.query.people import Person, find_customers, names_in
from tagfolk_engine.query.question import Answer, NotAllowed, Question, QuestionError
from tagfolk_engine.query.roles import Role, role_of
from tagfolk_engine.query.state import State
from tagfolk_engine.query.stored import StoreReader
from tagfolk_engine.query.words import lexicon_of

if TYPE_CHECKING:
    from tagfolk_engine.run.opening import Prepared
    from tagfolk_engine.workspace import Workspace

LOOK_EVERY = 1.0
"""Seconds between looks whether a load or a run has happened."""


@dataclass(frozen=True)
class Size:
    """A tag or segment with how many it has, and how many that is more than after the run before."""

    name: str
    title: str | None
    layer: str | None
    customers: int
    change: int | None


class Desk:
    """Questions about one workspace, answered over its newest snapshot and run. Safe to use from several threads."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._lock = threading.RLock()
        self._state: State | None = None
        self._looked = 0.0
        self._marks: tuple[Any, ...] = ()
        self._reader: StoreReader | None = None

    @staticmethod
    def open(root: Path) -> Desk:
        """Open the workspace at a folder. Raises WorkspaceError."""
        from tagfolk_engine.workspace import open_workspace

        return Desk(open_workspace(root))

    def close(self) -> None:
        """Close the connection and the store."""
        with self._lock:
            if self._state is not None:
                self._state.figures.evaluator.close()
                self._state.store.dispose()
                self._state = None

    # --- what there is -------------------------------------------------------------------------------------

    @property
    def language(self) -> Literal["en", "zh"]:
        """The workspace's own language."""
        return "zh" if self.workspace.settings.workspace.language == "zh" else "en"

    def lexicon(self) -> Lexicon:
        """All words that a question can use. Raises QuestionError before the first load."""
        with self._lock:
            return self._now().lexicon

    def role(self, user: str | None, groups: Collection[str] = ()) -> Role:
        """The role of a user. Grants on record count."""
        granted: list[str] = []
        if user is not None:
            with self._lock:
                granted = self._now().store_reader.grants([user, *groups], datetime.now(UTC))
        return role_of(self.workspace.settings.bot, user, groups, granted)

    def granted_groups(self) -> list[str]:
        """User groups that an admin gave a role, beside those of ``[bot]``."""
        with self._lock:
            return self._now().store_reader.granted_groups(datetime.now(UTC))

    def find_customers(self, text: str) -> list[Person]:
        """Customers that a text may mean: by id, by the record's number, by name."""
        with self._lock:
            return find_customers(self._now(), text)

    def names_in(self, text: str) -> dict[str, str]:
        """Names of customers that occur in a question → what finds them."""
        with self._lock:
            return names_in(self._now(), text)

    def reads(self, condition: str) -> bool:
        """Is this text a sound condition of the tag language?"""
        with self._lock:
            try:
                return self._now().figures.condition(condition) is not None
            except QuestionError:
                return False

    # --- answers -------------------------------------------------------------------------------------------

    def ask(self, question: Question) -> Answer:
        """The answer. Raises QuestionError (NotAllowed) with a reason for the asker."""
        answer = ANSWERS.get(question.intent)
        if answer is None:
            raise QuestionError("unknown_intent", intent=question.intent)
        with self._lock:
            state = self._now()
            if question.role < Role.STEWARD:
                _no_personal(state, question)
            try:
                return answer(state, question)
            except EvaluationError as error:
                words = str(error)
                raise QuestionError("failed", {"en": words, "zh": words}) from error

    def record(self, **values: Any) -> int | None:
        """Put a question on record (table ``question``); its number. ``values``: the table's columns."""
        with self._lock:
            state = self._now()
            return state.store_reader.keep_question(run=state.run.id if state.run else None, **values)

    def facts(self) -> Mapping[str, Any]:
        """as_of, run, loaded_at, customers: what stands under every answer."""
        with self._lock:
            state = self._now()
            return {
                "as_of": state.as_of,
                "run": state.run.id if state.run else None,
                "loaded_at": state.snapshot.meta.loaded_at,
                "customers": state.customers,
            }

    def sizes(self, what: Literal["tags", "segments"]) -> list[Size]:
        """Tags or segments with their sizes now and the change since the run before, by rule order."""
        with self._lock:
            state = self._now()
            before = self._before(state)
            if what == "tags":
                named = [(t.name, t.title, t.layer, f"has {t.name}") for t in state.lexicon.tags.values()]
            else:
                named = [(s.name, s.title, None, f"in segment {s.name}") for s in state.lexicon.segments.values()]
            found = []
            for name, title, layer, text in named:
                n = state.figures.count(text)
                old = before.get((what, name))
                found.append(Size(name, title, layer, n, None if old is None else n - old))
            return found

    @staticmethod
    def _before(state: State) -> dict[tuple[str, str], int]:
        return state.store_reader.sizes_before(state.run.id) if state.run else {}

    @contextmanager
    def held(self) -> Iterator[State]:
        """The newest state for the other modules of this room, while no other thread uses it."""
        with self._lock:
            yield self._now()

    def look_again(self) -> None:
        """Something was written into the rules: the next question looks at them anew."""
        self._looked = 0.0

    # --- the newest state ------------------------------------------------------------------------------------

    def _now(self) -> State:
        """The state over the newest snapshot and run, made anew when one of them or the rules changed."""
        now = time.monotonic()
        if self._state is not None and self._looked and now - self._looked < LOOK_EVERY:
            return self._state
        from tagfolk_engine.run.opening import prepare

        prepared = prepare(self.workspace)
        if prepared.snapshot is None:
            raise QuestionError("not_loaded")
        if self._reader is None:
            self._reader = StoreReader(prepared.store)
        prepared.__dict__["store"] = self._reader.store
        run = self._reader.store.latest()
        marks = (prepared.snapshot.name, run and (run.id, run.revision), tuple(prepared.sources.items()))
        if self._state is None or marks != self._marks:
            old = self._state
            self._state = self._make(prepared, run)
            self._marks = marks
            if old is not None:
                old.figures.evaluator.close()
        self._looked = now
        return self._state

    def _make(self, prepared: Prepared, run: Any) -> State:
        from tagfolk_engine.evaluate import Cutoff, Evaluator
        from tagfolk_engine.evaluate.backends import open_backend

        snapshot = prepared.data
        zone = self.workspace.zone
        settings = self.workspace.settings
        if run is not None:
            cutoff = Cutoff(run.as_of if run.as_of.tzinfo else run.as_of.replace(tzinfo=UTC), zone)
        else:
            told = settings.workspace.as_of
            cutoff = Cutoff.parse(None, zone) if told is None else Cutoff.of(told, zone)
        memberships = prepared.memberships()
        program = prepared.checked.program
        evaluator = Evaluator(
            snapshot,
            program,
            prepared.vocabulary,
            cutoff,
            history=memberships,
            backend=open_backend(settings.engine, snapshot),
        )
        figures = Figures(evaluator, program, prepared.vocabulary, "stored" if run is not None else "rules")
        assert self._reader is not None
        today = (cutoff.instant.astimezone(zone) - timedelta(microseconds=1)).date()
        met = self._reader.values() if run is not None else {}
        lexicon = lexicon_of(
            program, prepared.vocabulary, today, settings.workspace.currency, self.language, met.items()
        )
        measures = measures_of(settings, evaluator, program, prepared.vocabulary, figures.tags)
        lexicon = replace(lexicon, measures=entries(measures))
        return State(
            workspace=self.workspace,
            measures=measures,
            snapshot=snapshot,
            store=self._reader.store,
            run=run,
            program=program,
            vocabulary=prepared.vocabulary,
            cutoff=cutoff,
            figures=figures,
            lexicon=lexicon,
            memberships=memberships,
            store_reader=self._reader,
            broken_rules=len(prepared.checked.errors),
        )


def _no_personal(state: State, q: Question) -> None:
    """Raises NotAllowed where a question below steward looks at a personal attribute: counts would tell it, too."""
    personal = {a.name for a in state.lexicon.attributes.values() if a.personal}
    conditions = [q.filter, q.whole, *(c.of for c in q.columns)]
    conditions += [c.metric for c in q.columns if c.aggregate == "customers" and c.metric]
    metrics = [q.metric if q.intent != "define" else "", q.per]
    metrics += [m for c in q.columns if c.aggregate != "customers" for m in (c.metric, c.per)]
    trees = [state.figures.condition(t) for t in conditions if t] + [state.figures.metric(t) for t in metrics if t]
    looked_at = {n.name for tree in trees if tree is not None for n in walk(tree) if isinstance(n, Attribute)}
    if (looked_at | {q.by}) & personal:
        raise NotAllowed(Role.STEWARD)


__all__ = ["Desk", "Role", "Size"]
