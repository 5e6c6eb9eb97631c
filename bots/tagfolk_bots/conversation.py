"""One conversation core for all transports: a message in, a reply out."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tagfolk_engine.query import Answer, Desk, NotAllowed, Question, QuestionError, Role

from tagfolk_bots.actions import Act, Asker, act_of, act_of_who, do, offers
from tagfolk_bots.actions.plugins import extra, guessed
from tagfolk_bots.home import home_view
from tagfolk_bots.messages import Button, HomeView, Incoming, Language, Reply
from tagfolk_bots.threads import Memory, Threads
from tagfolk_bots.unanswered import about, blank, cannot, clarify, refused
from tagfolk_bots.understand import Clause, Frame, Reader, Reading
from tagfolk_bots.understand.asking import Impossible, to_question
from tagfolk_bots.understand.text import language_of, tidy
from tagfolk_bots.wording import Page, lines, say
from tagfolk_bots.wording.charts import chart_of
from tagfolk_bots.wording.files import csv_file, excel_file

ROWS_TO_ASKER = frozenset({"list", "top", "profile", "explain", "changes"})
"""Intents whose rows are about single customers: in a channel the asker alone gets them."""


INTENTS = frozenset(
    (
        "count",
        "measure",
        "list",
        "top",
        "breakdown",
        "trend",
        "compare",
        "overlap",
        "changes",
        "profile",
        "explain",
        "define",
        "method",
        "quality",
        "advice",
    )
)
"""Intents that the desk answers."""

_EXCEL = re.compile("excel|xlsx", re.IGNORECASE)


class Conversation:
    """Answers messages about one workspace. Safe to use from several threads."""

    def __init__(
        self, desk: Desk, *, language: Language | None = None, threads: Path | None = None, limit: int = 0
    ) -> None:
        self.desk = desk
        self.language: Language = language or desk.language
        self.threads = Threads(threads)
        self.limit = limit
        self._reader: tuple[object, Reader] | None = None
        self._lock = threading.Lock()

    # --- in and out ----------------------------------------------------------------------------------------

    def reply(self, incoming: Incoming) -> Reply:
        """The answer to one message. Never raises for what a person typed."""
        began = time.perf_counter()
        memory = self.threads.get(incoming.thread)
        typed, frame = self._said(incoming, memory)
        text = tidy(typed)[:2000]
        spoken = language_of(text, "zh" if (memory.language or self.language) == "zh" else "en")
        act = act_of(incoming)
        try:
            role, own = self.roles(incoming)
            if incoming.action == "who" and incoming.payload and "\n" not in incoming.payload:
                meant = act_of_who(self.desk, incoming.payload)
                act = meant if isinstance(meant, Act) else None
                frame = Frame("profile", customer=str(meant))
            asker = Asker(self.desk, incoming, role, own, spoken, memory.frame)
            if act is not None:
                return self._done(asker, text, do(asker, act), began)
            if frame is not None:
                known = frame.intent in INTENTS
                reading = Reading(frame, spoken, "sure" if known else "none", why="" if known else "nothing")
            else:
                reading = self._reader_now().read(text, memory.frame, self.language, memory.language)
            reading = self._checked(text, reading, incoming)
            if frame is None:
                more = extra(asker, text, lambda t: self._reader_now().read(t, None, self.language), reading.language)
                if more is not None:
                    return self._done(asker, text, more, began)
            reply = self._answer(text, reading, incoming, role, own)
            if frame is None and reply.answer["intent"] == "clarify" and reading.why in ("nothing", "left_over"):
                reply = guessed(asker, text, reply)
        except QuestionError as error:
            role, reading = Role.VIEWER, Reading(Frame("clarify"), spoken, "none")
            asker = Asker(self.desk, incoming, role, role, spoken, memory.frame)
            reply = cannot(self.desk, text, reading, error)
            if act is not None:
                return self._done(asker, text, reply, began)
        milliseconds = max(1, round((time.perf_counter() - began) * 1000))
        reply = replace(reply, answer={**reply.answer, "question": typed, "milliseconds": milliseconds})
        self._remember(incoming, reading, reply)
        asked = f"[{incoming.action}] {text}" if incoming.action in ("csv", "excel", "chart") else text
        number = self._record(incoming, asked, reading, reply, role, milliseconds)
        if reply.answer["confidence"] == "none":
            return reply
        follows = incoming.action is not None or (memory.frame is not None and self._follows(text, reading))
        offered = offers(replace(asker, language=reading.language), reading.frame, reply, number, follows=follows)
        return replace(reply, buttons=(*reply.buttons, *offered))

    def _done(self, asker: Asker, text: str, reply: Reply, began: float) -> Reply:
        """A deed's reply, on record as questions are; the talk's context stays as it was."""
        milliseconds = max(1, round((time.perf_counter() - began) * 1000))
        reply = replace(reply, answer={**reply.answer, "milliseconds": milliseconds})
        reading = Reading(Frame(str(reply.answer["intent"])), asker.language)
        said = text if asker.incoming.action is None else f"[{asker.incoming.action}] {text}".strip()
        self._record(asker.incoming, said, reading, reply, asker.role, milliseconds)
        return reply

    def _follows(self, text: str, reading: Reading) -> bool:
        """Does the question mean something else without those before it?"""
        return self._reader_now().read(text, None, self.language).frame != reading.frame

    def home(self, user: str | None, groups: tuple[str, ...] = ()) -> HomeView:
        """The front page of a person."""
        return home_view(self.desk, self.language, self.desk.role(user, groups))

    def _said(self, incoming: Incoming, memory: Memory) -> tuple[str, Frame | None]:
        """The text that is asked, or the frame that a button carries."""
        if incoming.action in ("list", "csv", "excel", "chart", "again") and incoming.payload:
            try:
                frame = Frame.from_json(json.loads(incoming.payload))
            except (ValueError, TypeError, KeyError, AttributeError):
                frame = Frame()
            return incoming.text or frame.intent, frame
        if incoming.action in ("why", "who") and incoming.payload:
            customer, _, tag = incoming.payload.partition("\n")
            return incoming.text or customer, Frame(
                "explain" if tag else "profile", customer=customer.strip(), tag=tag.strip()
            )
        if incoming.action == "ask" and incoming.payload:
            return incoming.payload, None
        pick = incoming.text.strip().rstrip(".。)")
        if memory.choices and pick.isdigit() and 1 <= int(pick) <= len(memory.choices):
            return memory.choices[int(pick) - 1], None
        return incoming.text, None

    def roles(self, incoming: Incoming) -> tuple[Role, Role]:
        """(role of the least reader, role of the asker)."""
        own = self.desk.role(incoming.user, incoming.groups)
        if incoming.private:
            return own, own
        if incoming.readers is None:
            return Role.VIEWER, own
        return min([own, *(self.desk.role(user, groups) for user, groups in incoming.readers)]), own

    def _reader_now(self) -> Reader:
        """The reader of the newest lexicon; a new one is built only when the lexicon is new."""
        lexicon = self.desk.lexicon()
        with self._lock:
            if self._reader is None or self._reader[0] is not lexicon:
                self._reader = (lexicon, Reader(lexicon, self.desk.names_in))
            return self._reader[1]

    # --- from a reading to a reply ---------------------------------------------------------------------------

    def _checked(self, text: str, reading: Reading, incoming: Incoming) -> Reading:
        """A text that is a condition of the language as it stands is taken at its word; unclear readings that
        come to the same figures are no longer unclear."""
        if reading.confidence == "none" or any(c in text for c in "=<>"):
            condition = text.rstrip("?？ ")
            if condition and self.desk.reads(condition):
                return Reading(Frame("count", ((Clause("raw", condition),),)), reading.language)
        return reading

    def _answer(self, text: str, reading: Reading, incoming: Incoming, role: Role, own: Role) -> Reply:
        frame = reading.frame
        if reading.confidence == "none":
            return clarify(self.desk, text, reading)
        if frame.intent in ("help", "refuse"):
            return about(self.desk, text, reading)
        alone = frame.intent in ROWS_TO_ASKER and not incoming.private
        lexicon = self.desk.lexicon()
        try:
            question = to_question(
                frame,
                lexicon,
                own if alone or frame.intent in ROWS_TO_ASKER else role,
                self.desk.workspace.zone,
                self.limit,
            )
            settled = self._settle(reading, question)
            if settled is None:
                return clarify(self.desk, text, replace(reading, confidence="none", why="unclear"))
            reading = settled
            answer = self.desk.ask(question)
        except Impossible as problem:
            return cannot(self.desk, text, reading, QuestionError(problem.code, **problem.arguments))
        except NotAllowed as refusal:
            return refused(self.desk, text, reading, refusal)
        except QuestionError as error:
            return cannot(self.desk, text, reading, error)
        return self._written(text, reading, question, answer, incoming)

    def _settle(self, reading: Reading, question: Question) -> Reading | None:
        """Two readings of a word that give the same figures are one; else the asker must choose (None)."""
        others = [f for _, f in reading.choices if f.intent]
        if reading.confidence != "guess" or not others:
            return reading
        if question.intent not in ("count", "list", "share"):
            return None
        figures = set()
        for frame in (reading.frame, *others):
            try:
                other = to_question(frame, self.desk.lexicon(), Role.ADMIN, self.desk.workspace.zone)
                answer = self.desk.ask(replace(other, intent="share" if other.intent == "share" else "count"))
            except (QuestionError, Impossible):
                continue
            figures.add(answer.value)
        return (
            replace(reading, choices=(), confidence="sure" if not reading.notes else "guess")
            if len(figures) == 1
            else None
        )

    def _written(self, text: str, reading: Reading, question: Question, answer: Answer, incoming: Incoming) -> Reply:
        page = Page(answer, question, self.desk.lexicon(), reading.language)
        said = lines(page) + self._notes(reading)
        alone = question.intent in ROWS_TO_ASKER and bool(answer.rows) and not incoming.private
        if alone:
            said.append(page.say("rows_private"))
        chart = chart_of(page)
        table = (answer.columns, answer.rows) if answer.rows and answer.columns else None
        file = None
        if (reading.file or incoming.action in ("csv", "excel")) and table:
            excel = incoming.action == "excel" or bool(reading.file and _EXCEL.search(text))
            made = excel_file(*table) if excel else csv_file(*table)
            file = (f"tagfolk-{answer.intent}.{'xlsx' if excel else 'csv'}", made)
        # a share is a figure of a group: to other programs it is a measure
        intent = "measure" if answer.intent == "share" else answer.intent
        data = blank(text, reading, intent, "\n".join(said))
        data |= {
            "understood": answer.understood,
            "columns": list(answer.columns),
            "rows": [list(r) for r in answer.rows],
            "value": answer.value,
            "as_of": answer.as_of,
            "run": answer.run,
            "of": answer.of,
        }
        if answer.limit:
            data["limit"] = answer.limit
        if answer.intent == "explain" and "tags" in answer.details:
            data["explain"] = {k: answer.details[k] for k in ("customer", "tags") if k in answer.details}
        return Reply(
            "\n".join(said),
            data,
            reading.language,
            buttons=self._buttons(reading, question, answer, chart is not None),
            table=table,
            chart=chart,
            private=alone or (answer.personal and not incoming.private),
            file=file,
        )

    def _notes(self, reading: Reading) -> list[str]:
        found = []
        for code, argument in reading.notes:
            a, _, b = argument.partition("\n")
            found.append(say(code, reading.language, a=a, b=b))
        if reading.unused:
            found.append(say("unused", reading.language, words=", ".join(reading.unused)))
        return found

    def _buttons(self, reading: Reading, question: Question, answer: Answer, chart: bool) -> tuple[Button, ...]:
        language, frame = reading.language, reading.frame
        found = []

        def add(kind: str, about: Frame, label: str) -> None:
            value = json.dumps(
                {k: v for k, v in about.as_json().items() if v}, ensure_ascii=False, separators=(",", ":")
            )
            if len(value) <= 1900:
                found.append(Button(kind, say(label, language), value))

        if answer.intent in ("count", "share") and question.role >= Role.ANALYST and answer.value:
            add("list", Frame("list", (*frame.whole, *frame.groups)), "button_list")
        if answer.rows and answer.intent not in ("profile", "explain"):
            add("csv", frame, "button_csv")
            add("excel", frame, "button_excel")
        if chart:
            add("chart", frame, "button_chart")
        if answer.intent == "profile":
            for held in list(answer.details["tags"])[:3]:
                label = f"{say('button_why', language)} {held['tag']}"
                found.append(Button("why", label, f"{answer.details['customer']}\n{held['tag']}"))
        return tuple(found)

    # --- memory and record --------------------------------------------------------------------------------------

    def _remember(self, incoming: Incoming, reading: Reading, reply: Reply) -> None:
        answered = reply.answer.get("intent") not in ("clarify", "refuse", "help")
        shown = incoming.action in ("csv", "excel", "chart", "again")
        frame = reading.frame if answered and not shown else None
        before = self.threads.get(incoming.thread).frame
        if (
            frame is not None
            and frame.intent in ("explain", "profile", "define")
            and before is not None
            and before.groups
        ):
            frame = None  # a look at one customer or name does not end the talk about the group
        self.threads.put(incoming.thread, frame, [c.text for c in reply.choices], reading.language)

    def _record(
        self, incoming: Incoming, text: str, reading: Reading, reply: Reply, role: Role, milliseconds: int
    ) -> int | None:
        values: Mapping[str, Any] = reply.answer
        try:
            return self.desk.record(
                user=incoming.user,
                role=role.name.lower(),
                thread=incoming.thread or None,
                channel=incoming.channel,
                question=text,
                language=reading.language,
                intent=values["intent"],
                understood=values["understood"],
                confidence=values["confidence"],
                unused=values["unused"],
                rows_shown=len(values["rows"]),
                milliseconds=milliseconds,
            )
        except QuestionError:
            return None  # no data yet: there is no store to keep it in either
