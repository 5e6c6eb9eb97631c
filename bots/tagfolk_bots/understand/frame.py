"""What was understood of a question: clauses and an intent, kept by threads so that the next words can change them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

ClauseKind = Literal["attribute", "tag", "segment", "event", "metric", "date", "rank", "condition", "raw"]


@dataclass(frozen=True)
class Clause:
    """One condition, in parts. ``name`` is the attribute, tag, segment or event, or a metric's text without window.

    ``values`` are canonical values as text (quoted when written); ``operator`` compares with ``low`` (``range``:
    from ``low`` to ``high``, either may be empty). ``where`` holds (property, operator, values); ``window`` is the
    language's. ``mode``: "first" (the first one ever lies in the window), "last" …; "count" compares the number.
    """

    kind: ClauseKind
    name: str
    values: tuple[str, ...] = ()
    operator: str = ""
    low: str = ""
    high: str = ""
    negated: bool = False
    where: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    window: str = ""
    mode: str = ""

    @property
    def subject(self) -> tuple[str, str]:
        """What it is about: a later clause about the same replaces it in a thread."""
        return self.kind if self.kind != "metric" else "metric", self.name

    def text(self) -> str:
        """The condition in the tag language."""
        return _WRITERS[self.kind](self)


_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def quote(value: str) -> str:
    """A text value as the language takes it anywhere: quoted, with quotes and backslashes in it escaped."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _member(name: str, values: tuple[str, ...], negated: bool) -> str:
    if len(values) == 1:
        return f"{name} {'!=' if negated else '='} {quote(values[0])}"
    return f"{name} {'not in' if negated else 'in'} ({', '.join(map(quote, values))})"


def _compare(metric: str, c: Clause) -> str:
    if c.operator == "range":
        text = f"{metric} {c.low}..{c.high}"
    else:
        text = f"{metric} {c.operator} {c.low}"
    return f"not ({text})" if c.negated else text


def _attribute(c: Clause) -> str:
    if c.operator in ("known", "missing"):
        return f"{c.name} {c.operator}"
    if c.operator in ("yes", "no"):
        return f"{c.name} = {'no' if c.negated != (c.operator == 'no') else 'yes'}"
    return _compare(c.name, c) if c.operator else _member(c.name, c.values, c.negated)


def _tag(c: Clause) -> str:
    if c.mode == "had":
        text = f"had {c.name} {c.window}"
        return f"not {text}" if c.negated else text
    if c.operator:
        return _compare(c.name, c)
    if c.values:
        return _member(c.name, c.values, c.negated)
    return f"{'lacks' if c.negated else 'has'} {c.name}"


def where_text(where: tuple[tuple[str, str, tuple[str, ...]], ...]) -> str:
    """``where`` with its comparisons, or nothing."""
    if not where:
        return ""
    parts = [
        f"{p} {o}"
        if o in ("known", "missing")
        else _member(p, v, o == "!=")
        if o in ("=", "!=") and not _bare(v)
        else f"{p} {o} {v[0]}"
        for p, o, v in where
    ]
    return f" where {parts[0]}" if len(parts) == 1 else f" where ({' and '.join(parts)})"


def _bare(values: tuple[str, ...]) -> bool:
    return len(values) == 1 and re.fullmatch(r"-?\d+(\.\d+)?", values[0]) is not None


def _event(c: Clause) -> str:
    where, window = where_text(c.where), f" {c.window}" if c.window else ""
    if c.mode == "first":
        text = f"first {c.name}{where}{window}"
        return f"not ({text})" if c.negated else text
    if c.operator:
        text = f"count({c.name}{where}){window}"
        return _compare(text, c)
    if c.negated:
        return f"no {c.name}{where}{window}"
    return f"{'' if window else 'ever '}{c.name}{where}{window}"


def metric_text(name: str, where: tuple[tuple[str, str, tuple[str, ...]], ...] = (), window: str = "") -> str:
    """A metric with its filter and window; the filter goes inside the brackets where there are some."""
    said = where_text(where)
    if said and re.fullmatch(r"\w+\([^()]*\)", name):
        name, said = name[:-1] + said + ")", ""
    return f"{name}{said}{' ' + window if window else ''}"


def _metric(c: Clause) -> str:
    return _compare(metric_text(c.name, c.where, c.window), c)


def _date(c: Clause) -> str:
    text = f"{c.name} {c.operator or c.window}"
    return f"not ({text})" if c.negated else text


def _rank(c: Clause) -> str:
    return f"{c.mode} {c.low} by {metric_text(c.name, c.where, c.window)}"


_WRITERS: dict[str, Callable[[Clause], str]] = {
    "attribute": _attribute,
    "tag": _tag,
    "segment": lambda c: f"{'not ' if c.negated else ''}in segment {c.name}",
    "event": _event,
    "metric": _metric,
    "date": _date,
    "rank": _rank,
    "condition": lambda c: f"{'not ' if c.negated else ''}{c.name}",
    "raw": lambda c: f"{'not ' if c.negated else ''}({c.name})",
}

Group = tuple[Clause, ...]
"""Clauses of which one must hold."""


def filter_text(groups: tuple[Group, ...]) -> str | None:
    """The condition of groups: all of them must hold. None: everybody."""
    parts = []
    for group in groups:
        texts = [c.text() for c in group]
        parts.append(texts[0] if len(texts) == 1 else "(" + " or ".join(texts) + ")")
    return " and ".join(parts) or None


@dataclass(frozen=True)
class Side:
    """One side of a comparison: what it is called, and how it differs."""

    label: str
    groups: tuple[Group, ...] = ()
    window: str = ""


@dataclass(frozen=True)
class Frame:
    """A whole question, in parts. Empty text and tuples mean "not said".

    ``whole``: what a share is a share of. ``metric`` (with ``where``, ``window``) and ``aggregate`` are a measure's;
    ``per``: a second metric to divide by. ``by``: an attribute, a tag, or ``event.property``. ``unit``: of a trend.
    """

    intent: str = ""
    groups: tuple[Group, ...] = ()
    whole: tuple[Group, ...] = ()
    metric: str = ""
    per: str = ""
    where: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    window: str = ""
    aggregate: str = ""
    by: str = ""
    n: int = 0
    ascending: bool = False
    unit: str = ""
    customer: str = ""
    tag: str = ""
    segment: str = ""
    direction: str = ""
    sides: tuple[Side, ...] = ()
    topic: str = ""
    at: str = ""
    """The day after the past period at whose end the groups are asked about (ISO), or nothing: now."""

    def as_json(self) -> dict[str, Any]:
        """Plain data for the thread's file."""
        return dataclasses.asdict(self)

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Frame:
        """The inverse of ``as_json``. ValueError where the data are none of ours (buttons come from outside)."""
        if not isinstance(data, Mapping):
            raise ValueError("not a frame")
        known = {f.name for f in dataclasses.fields(Frame)}
        values = {k: v for k, v in data.items() if k in known}
        values["groups"] = _groups(values.get("groups", ()))
        values["whole"] = _groups(values.get("whole", ()))
        values["where"] = _where(values.get("where", ()))
        values["sides"] = tuple(
            Side(s["label"], _groups(s.get("groups", ())), s.get("window", "")) for s in values.get("sides", ())
        )
        frame = Frame(**values)
        for name, kind in _PLAIN.items():
            if type(getattr(frame, name)) is not kind:
                raise ValueError(f"{name} is not {kind.__name__}")
        return frame


_PLAIN = {
    f.name: {"str": str, "int": int, "bool": bool}[str(f.type)]
    for f in dataclasses.fields(Frame)
    if str(f.type) in ("str", "int", "bool")
}


def _where(data: Any) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    return tuple((p, o, tuple(v)) for p, o, v in data)


def _groups(data: Any) -> tuple[Group, ...]:
    return tuple(tuple(_clause(c) for c in group) for group in data)


def _clause(data: Any) -> Clause:
    clause = Clause(**{**data, "values": tuple(data.get("values", ())), "where": _where(data.get("where", ()))})
    texts = (clause.name, clause.operator, clause.low, clause.high, clause.window, clause.mode, *clause.values)
    if clause.kind not in _WRITERS or not all(isinstance(t, str) for t in texts):
        raise ValueError("not a clause")
    return clause


@dataclass(frozen=True)
class Reading:
    """What one text came to. ``confidence`` is ``none`` where nothing should be answered but a question back.

    ``unused``: words that were not used and matter. ``notes``: (code, argument) of what people should know, for the
    wording. ``choices``: other readings, likeliest first, each with the text that would ask for it.
    """

    frame: Frame
    language: Literal["en", "zh"]
    confidence: Literal["sure", "guess", "none"] = "sure"
    unused: tuple[str, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    choices: tuple[tuple[str, Frame], ...] = ()
    followed: bool = False
    chart: bool = False
    file: bool = False
    why: str = field(default="")
    """The reason why nothing is answered, a code for the wording."""
