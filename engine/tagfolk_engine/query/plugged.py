"""Further kinds of question from plugins, and a language model's reading of what was not understood.

Nothing of the data goes to a model: the question without names, numbers of people and other personal values, and the
words that rules may use. What comes back is a text that the parser must accept; it is shown as a guess, never asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlglot import exp
from tagfolk_plugins.api.answer import AnswerAccess, AnswerReply, TranslateSettings
from tagfolk_plugins.api.errors import PluginError

from tagfolk_engine.plugins import ANSWER_TIMEOUT, PluginFailure, call, plugins
from tagfolk_engine.query.question import NotAllowed, Question, QuestionError
from tagfolk_engine.query.roles import Role

if TYPE_CHECKING:
    from tagfolk_engine.query.desk import Desk
    from tagfolk_engine.query.state import State

_SECRET = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+|\+?\d[\d -]{4,}\d")
_ROWS = 1000


@dataclass(frozen=True)
class Plugged:
    """A plugin's answer: a sentence per language, rows where it has some."""

    name: str
    text: Mapping[str, str]
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    value: float | None = None
    condition: str | None = None


def plugged(desk: Desk, question: str, read: Callable[[str], str | None], role: Role) -> Plugged | None:
    """The answer of the first plugin one of whose phrases occurs in the question; None: there is none.

    ``read``: the condition that the rest of the question says, without the phrase.

    Raises QuestionError in the plugin's name where it fails.
    """
    registry = plugins(desk.workspace.root).answers
    asked = question.lower()
    for name, kind in registry.items():
        phrases = [p for said in kind.words.values() for p in said if p and p.lower() in asked]
        if not phrases:
            continue
        rest = re.sub(re.escape(max(phrases, key=len)), " ", question, flags=re.IGNORECASE)
        condition = read(" ".join(rest.split()))
        outcome = call(name, kind().answer, question, condition, _Access(desk, role), timeout=ANSWER_TIMEOUT)
        if not isinstance(outcome, AnswerReply):
            why = str(outcome) if isinstance(outcome, PluginFailure) else f"{name} gave {type(outcome).__name__}"
            raise QuestionError("failed", {"en": why, "zh": why})
        rows = tuple(tuple(row) for row in outcome.rows)
        return Plugged(name, dict(outcome.text), tuple(outcome.columns), rows, outcome.value, condition)
    return None


class _Access(AnswerAccess):
    """The desk, at the level of the asker's role."""

    def __init__(self, desk: Desk, role: Role) -> None:
        self._desk = desk
        self._role = role

    def count(self, condition: str | None) -> int:
        """How many; raises PluginError where the role may not see so small a group."""
        answer = self._ask(Question("count", filter=condition, role=self._role))
        if answer.small or answer.value is None:
            raise PluginError("the group is too small to be shown to this role")
        return int(answer.value)

    def table(self, metrics: Sequence[str], condition: str | None) -> Sequence[Sequence[Any]]:
        """Rows of those who meet the condition, 1,000 at most."""
        from tagfolk_engine.query.desk import _no_personal
        from tagfolk_engine.query.question import Column

        if self._role < Role.ANALYST:
            raise PluginError("customers are not shown to viewers")
        columns = tuple(Column(metric, metric, aggregate="avg") for metric in metrics)
        try:
            with self._desk.held() as state:
                if self._role < Role.STEWARD:
                    _no_personal(state, Question("list", filter=condition, columns=columns, role=self._role))
                names = {f"c{at}": metric for at, metric in enumerate(metrics)}
                found = state.figures.table(names, {}, condition, limit=_ROWS)
        except QuestionError as error:
            raise _for_plugin(error) from error
        return [[row["customer_id"], *(row[name] for name in names)] for row in found.to_pylist()]

    def _ask(self, question: Question) -> Any:
        try:
            return self._desk.ask(question)
        except QuestionError as error:
            raise _for_plugin(error) from error


def _for_plugin(error: QuestionError) -> PluginError:
    if isinstance(error, NotAllowed):
        return PluginError(f"that needs the role {error.arguments['needs']}")
    return PluginError(error.message.get("en") or error.code)


def translated(desk: Desk, question: str) -> str | None:
    """A model's reading as a sound condition; None: no model is set up, or it has none. Never raises for a model."""
    from tagfolk_engine.plugins.events import translate

    table = desk.workspace.settings.bot.translate
    known = plugins(desk.workspace.root)
    if table is None and not any(not str(known.origins[n]).startswith("tagfolk_plugins.") for n in
                                 known.givers("tagfolk_translate")):  # fmt: skip
        return None
    with desk.held() as state:
        asked = without_personal(state, question)
        words: dict[str, Any] = _vocabulary(state)
    timeout = ANSWER_TIMEOUT
    if table is not None:
        words["settings"] = TranslateSettings(table.url, table.model, table.key or "", table.timeout)
        timeout = table.timeout + 1
    reading, _ = translate(known, asked, words, timeout)  # who fails costs nothing but the guess
    if reading is None or not reading.condition.strip() or len(reading.condition) > 1000:
        return None
    condition = " ".join(reading.condition.split())
    return condition if desk.reads(condition) else None


def without_personal(state: State, text: str) -> str:
    """The text without names, phone numbers, addresses and other personal values of the customers."""
    text = _SECRET.sub("[number]", text[:500])
    for entry in state.lexicon.attributes.values():
        if not entry.personal:
            continue
        column = exp.cast(exp.column(entry.name, quoted=True), "VARCHAR")
        found = exp.and_(
            exp.GTE(this=exp.func("length", column.copy()), expression=exp.Literal.number(2)),
            exp.func("contains", exp.Literal.string(text.lower()), exp.func("lower", column.copy())),
        )
        query = exp.select(column.as_("value")).from_("customers").where(found).distinct().limit(50)
        cursor = state.figures.evaluator.connection.cursor()
        state.snapshot.attach(cursor)
        values = [str(row[0]) for row in cursor.execute(query.sql("duckdb")).fetchall()]
        cursor.close()
        for value in sorted(values, key=len, reverse=True):
            text = re.sub(re.escape(value), f"[{entry.name}]", text, flags=re.IGNORECASE)
    return text


def _vocabulary(state: State) -> dict[str, Any]:
    """The words that rules may use: names and declared spellings, nothing that was seen in the data."""
    fields = state.vocabulary.attributes
    personal = {a.name for a in state.lexicon.attributes.values() if a.personal}
    return {
        "attributes": {
            name: {
                "type": info.type.value,
                "also": list(info.also),
                "values": {value: list(spellings) for value, spellings in info.values.items()},
            }
            for name, info in fields.items()
            if name not in personal
        },
        "events": {
            name: {"also": list(info.also), "properties": {p: f.type.value for p, f in info.properties.items()}}
            for name, info in state.vocabulary.events.items()
        },
        "tags": {t.name: {"title": t.title, "also": list(t.also)} for t in state.lexicon.tags.values()},
        "segments": {s.name: {"title": s.title} for s in state.lexicon.segments.values()},
    }  # fmt: skip
