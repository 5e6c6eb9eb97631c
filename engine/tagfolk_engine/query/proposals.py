"""Rules that people propose: a dry run, kept until an admin approves or refuses, then written and tested."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlmodel import col, select
from tagfolk_dsl.tree import Attribute, MethodColumn, Node
from tagfolk_dsl.walk import walk

from tagfolk_engine.evaluate.errors import EvaluationError
from tagfolk_engine.query.question import NotAllowed, QuestionError
from tagfolk_engine.query.roles import SMALL, Role
from tagfolk_engine.query.rule_files import RulesRefused, Written, append, said
from tagfolk_engine.results.people import Grant
from tagfolk_engine.results.people import Proposal as Row

if TYPE_CHECKING:
    from tagfolk_dsl.program import Program

    from tagfolk_engine.query.desk import Desk
    from tagfolk_engine.query.state import State

TYPED = "rule"
"""How the proposed text is called in messages."""
_LONGEST = 4000


@dataclass(frozen=True)
class Trial:
    """What a proposal would do. ``wrong``: why it cannot be, by language; else the figures, cut to the role: a number,
    or "<5". ``tags``: what it grants; ``segments``: segments that it declares, with their sizes."""

    text: str
    wrong: Mapping[str, str] = field(default_factory=dict)
    customers: int | str = 0
    of: int = 0
    entered: int | str = 0
    left: int | str = 0
    unknown: int | str = 0
    overlap: tuple[tuple[str, int | str], ...] = ()
    sample: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    segments: tuple[tuple[str, int | str], ...] = ()

    @property
    def sound(self) -> bool:
        """Could it be proposed?"""
        return not self.wrong


@dataclass(frozen=True)
class Proposal:
    """A proposal as it is kept."""

    id: int
    text: str
    kind: str
    user: str | None
    at: datetime
    status: str
    language: str
    preview: Mapping[str, Any]
    decided_by: str | None = None
    why: str | None = None


class Proposals:
    """The proposals of one workspace. Only admins decide."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def admins(self) -> list[str]:
        """Ids of the people and user groups who decide."""
        now = datetime.now(UTC)
        with self.desk.held() as state, state.store.session() as session:
            rows = session.exec(select(Grant).where(col(Grant.role) == "admin")).all()
        granted = [row.user for row in rows if row.until is None or row.until > now]
        return list(dict.fromkeys([*self.desk.workspace.settings.bot.admins, *granted]))

    def preview(self, text: str, role: Role) -> Trial:
        """The dry run, as this role may see it. Raises NotAllowed where it would tell of personal data."""
        text = text.strip()
        if not text or len(text) > _LONGEST:
            words = {"en": f"a rule has 1 to {_LONGEST:,} characters", "zh": f"规则须为 1 到 {_LONGEST} 个字符"}
            return Trial(text, wrong=words)
        with self.desk.held() as state:
            return _try(state, text, role)

    def propose(
        self, text: str, user: str | None, role: Role, *, kind: str = "rule", language: str = "en"
    ) -> tuple[Trial, int | None]:
        """Keep a sound proposal for an admin: the dry run and its number (None: it is not sound, nothing is kept)."""
        trial = self.preview(text, role)
        if not trial.sound:
            return trial, None
        figures = {"customers": trial.customers, "of": trial.of, "entered": trial.entered, "left": trial.left}
        row = Row(user=user, kind=kind, text=trial.text, language=language, preview=figures)
        with self.desk.held() as state, state.store.session(write=True) as session:
            session.add(row)
            session.flush()
            number = row.id
        return trial, number

    def pending(self) -> list[Proposal]:
        """What waits for a decision, oldest first."""
        with self.desk.held() as state, state.store.session() as session:
            return [_of(r) for r in session.exec(select(Row).where(Row.status == "pending").order_by(col(Row.id)))]

    def get(self, number: int) -> Proposal:
        """One proposal. Raises QuestionError."""
        with self.desk.held() as state, state.store.session() as session:
            row = session.get(Row, number)
            if row is None:
                raise QuestionError("no_proposal", number=number)
            return _of(row)

    def approve(self, number: int, by: str | None, role: Role) -> Written:
        """Write it into the rules. Raises NotAllowed, QuestionError where it is decided already, and RulesRefused
        where the file would not check or an example would fail: then it stays pending."""
        given = self._claim(number, by, role, "approved", "")
        who = f"proposed by {given.user or 'owner'}, approved by {by or 'owner'} on {datetime.now(UTC):%Y-%m-%d}"
        remark = f"{given.id}: {who}".replace("\n", " ")
        try:
            written = append(self.desk.workspace, given.text, remark=f"proposal {remark}")
        except BaseException:  # whatever came between, nothing was written: it waits again, and the error goes on
            self._set(number, status="pending", decided_at=None, decided_by=None)
            raise
        self._set(number, file=written.file)
        self.desk.look_again()
        return written

    def refuse(self, number: int, by: str | None, role: Role, why: str = "") -> Proposal:
        """Not taken. Raises NotAllowed, QuestionError."""
        return self._claim(number, by, role, "refused", why)

    def _claim(self, number: int, by: str | None, role: Role, status: str, why: str) -> Proposal:
        """Of two who decide at once, one does."""
        if role < Role.ADMIN:
            raise NotAllowed(Role.ADMIN)
        with self.desk.held() as state, state.store.session(write=True) as session:
            row = session.exec(select(Row).where(col(Row.id) == number).with_for_update()).first()
            if row is None:
                raise QuestionError("no_proposal", number=number)
            if row.status != "pending":
                raise QuestionError("decided", number=number, status=row.status, by=row.decided_by or "owner")
            row.status, row.decided_by, row.why, row.decided_at = status, by, why or None, datetime.now(UTC)
            session.add(row)
            return _of(row)

    def _set(self, number: int, **values: Any) -> None:
        with self.desk.held() as state, state.store.session(write=True) as session:
            row = session.get(Row, number)
            if row is not None:
                for name, value in values.items():
                    setattr(row, name, value)
                session.add(row)


def _of(row: Row) -> Proposal:
    return Proposal(
        int(row.id or 0), row.text, row.kind, row.user, row.at, row.status, row.language, row.preview or {},
        row.decided_by, row.why,
    )  # fmt: skip


def _try(state: State, text: str, role: Role) -> Trial:
    """Check the statements beside the rules that stand, then see what they would do; stores nothing."""
    from tagfolk_dsl.checker import check_rule

    from tagfolk_engine.evaluate import Evaluator
    from tagfolk_engine.evaluate.preview import new_rules, preview
    from tagfolk_engine.plugins import PluginFailed
    from tagfolk_engine.run.looking import columns
    from tagfolk_engine.run.opening import prepare
    from tagfolk_engine.run.pins import for_evaluation, pins, standing

    program = state.program
    changed, found = check_rule(text, program, state.vocabulary, TYPED)
    if changed is None:
        return Trial(text, wrong=said(found, {TYPED: text}))
    rules = new_rules(program, changed)
    segments = [s for name, s in changed.segments.items() if program.segments.get(name) != s]
    told: list[Node] = [*(rule.condition for rule in rules), *(s.condition for s in segments)]
    personal = {a.name for a in state.lexicon.attributes.values() if a.personal}
    if role < Role.STEWARD and any(isinstance(n, Attribute) and n.name in personal for t in told for n in walk(t)):
        raise NotAllowed(Role.STEWARD)
    if not rules and not segments and not found and changed.tags == program.tags:
        same = {"en": "These rules are there already: nothing would change.", "zh": "这些规则已经存在，不会有变化。"}
        return Trial(text, wrong=same)
    prepared = prepare(state.workspace)
    uses = _methods(changed, [e.tag for r in rules for e in r.effects], told)
    try:
        given = columns(prepared, state.cutoff, sorted(uses)) if uses else {}
        looking = Evaluator(
            prepared.data, program, state.vocabulary, state.cutoff, history=state.memberships, columns=given,
            memory_limit=state.workspace.settings.engine.memory,
            pins=for_evaluation(standing(pins(state.store), state.cutoff.instant)),
        )  # fmt: skip
    except PluginFailed as error:
        raise QuestionError("failed", {"en": str(error), "zh": str(error)}) from error
    try:
        seen = preview(looking, changed) if rules else None
        after = looking.with_program(changed)
        sizes = [(s.name, after.count(s.condition)) for s in segments]
        of = after.count(None)
    except EvaluationError as error:
        raise QuestionError("failed", {"en": str(error), "zh": str(error)}) from error
    finally:
        looking.close()

    def cut(n: int) -> int | str:
        return f"<{SMALL}" if role == Role.VIEWER and 0 < n < SMALL else n

    tags = tuple(dict.fromkeys(effect.tag for rule in rules for effect in rule.effects))
    shown = tuple((name, cut(n)) for name, n in sizes)
    if seen is None:
        first = shown[0][1] if shown else 0
        return Trial(text, customers=first, of=of, entered=first, segments=shown)
    overlap = sorted(seen.overlap.items(), key=lambda item: -item[1])[:10]
    return Trial(
        text, customers=cut(seen.customers), of=of, entered=cut(seen.entered), left=cut(seen.left),
        unknown=cut(seen.unknown), overlap=tuple((tag, cut(n)) for tag, n in overlap),
        sample=tuple(seen.sample) if role >= Role.ANALYST else (), tags=tags, segments=shown,
    )  # fmt: skip


def _methods(program: Program, tags: Collection[str], told: Collection[Node]) -> set[str]:
    """The methods whose columns an evaluation of these tags and conditions needs."""
    from tagfolk_dsl.graph import dependencies
    from tagfolk_dsl.tree import Has, HasFor, TagValue

    needs = dependencies(program)
    waiting = [*tags, *(n.tag for t in told for n in walk(t) if isinstance(n, Has | HasFor | TagValue))]
    reached: set[str] = set()
    while waiting:
        tag = waiting.pop()
        if tag not in reached:
            reached.add(tag)
            waiting.extend(needs.get(tag, ()))
    nodes: list[Node] = [*told, *(r for r in program.rules if reached & {e.tag for e in r.effects})]
    nodes += [*program.classifies, *program.scores]
    return {n.method for node in nodes for n in walk(node) if isinstance(n, MethodColumn)} & set(program.uses)


__all__ = ["Proposal", "Proposals", "RulesRefused", "Trial"]
