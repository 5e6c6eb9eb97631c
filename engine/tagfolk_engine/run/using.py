"""What is asked, what was not understood, and what nobody uses any more."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import col, select
from tagfolk_dsl.graph import dependencies, segment_tags
from tagfolk_dsl.program import Program

from tagfolk_engine.results.models import Tag
from tagfolk_engine.results.people import Question, Subscription
from tagfolk_engine.run.opening import Prepared

_WORD = re.compile(r"[^\W\d]\w*")
MOST = 20
"""So many rows of each list are shown."""


@dataclass(frozen=True)
class Usage:
    """How a workspace was used in the last ``days``."""

    days: int
    questions: int
    users: int
    intents: Mapping[str, int]
    asked: list[dict[str, Any]]
    """The commonest readings of questions: ``understood`` and ``times``."""
    not_understood: list[dict[str, Any]]
    """Words that no reading used, and how often: names that are missing."""
    unanswered: list[dict[str, Any]]
    """Questions that ended in a question back or a refusal."""
    tags: list[dict[str, Any]]
    """For every tag: times ``asked``, ``segments`` and ``rules`` that look at it, whether it is ``used`` at all."""
    segments: list[dict[str, Any]]

    def as_json(self) -> dict[str, Any]:
        """Everything, and the names that nobody uses by themselves."""
        return {
            "days": self.days, "questions": self.questions, "users": self.users, "intents": dict(self.intents),
            "asked": self.asked, "not_understood": self.not_understood, "unanswered": self.unanswered,
            "tags": self.tags, "segments": self.segments,
            "unused_tags": [row["tag"] for row in self.tags if not row["used"]],
            "unused_segments": [row["segment"] for row in self.segments if not row["used"]],
        }  # fmt: skip


def usage(prepared: Prepared, days: int) -> Usage:
    """Counted from the audit of the chat, the subscriptions and the rules."""
    since = datetime.now(UTC) - timedelta(days=days)
    with prepared.store.session() as session:
        rows = session.exec(select(Question).where(col(Question.at) >= since).order_by(col(Question.id))).all()
        standing = session.exec(select(Subscription).where(col(Subscription.active))).all()
        sizes = {tag.name: tag.customers for tag in session.exec(select(Tag)).all()}
    read = [row.understood for row in rows if row.understood]
    texts = [*read, *(one.understood for one in standing if one.understood)]
    named = Counter(word for text in texts for word in _words(text))
    unused = Counter(str(word) for row in rows for word in row.unused or ())
    open_ones = Counter(row.question for row in rows if row.intent in ("clarify", "refuse"))
    return Usage(
        days, len(rows), len({row.user for row in rows}), dict(Counter(row.intent for row in rows).most_common()),
        _listed(Counter(read), "understood"), _listed(unused, "word"), _listed(open_ones, "question"),
        _tags(prepared.program, named, sizes), _segments(prepared.program, named),
    )  # fmt: skip


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text))


def _listed(counts: Counter[str], name: str) -> list[dict[str, Any]]:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [{name: text, "times": number} for text, number in ordered[:MOST]]


def _tags(program: Program, named: Mapping[str, int], sizes: Mapping[str, int]) -> list[dict[str, Any]]:
    by_segment, needs = segment_tags(program), dependencies(program)
    in_templates = {word for template in program.templates.values() for word in _words(repr(template))}
    rows = []
    for tag in program.tags:
        segments = sorted(name for name, tags in by_segment.items() if tag in tags)
        rules = sorted(other for other, tags in needs.items() if tag in tags and other != tag)
        used = bool(named.get(tag) or segments or rules or tag in in_templates)
        rows.append({
            "tag": tag, "customers": sizes.get(tag), "asked": named.get(tag, 0), "segments": segments, "rules": rules,
            "used": used,
        })  # fmt: skip
    return rows


def _segments(program: Program, named: Mapping[str, int]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for name, segment in program.segments.items():
        goes: Iterable[str] = (*segment.sync, *segment.notify)
        rows.append({
            "segment": name, "asked": named.get(name, 0), "to": list(goes), "used": bool(named.get(name) or goes),
        })  # fmt: skip
    return rows
