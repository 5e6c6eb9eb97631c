"""Frame → Question: the parts of a reading as texts of the tag language."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from typing import cast
from zoneinfo import ZoneInfo

from tagfolk_engine.query import Aggregate, Column, Lexicon, Question, Role

from tagfolk_bots.understand.frame import Clause, Frame, Group, filter_text, metric_text
from tagfolk_bots.understand.periods import between
from tagfolk_bots.understand.spans_of_time import buckets, previous

SHOWN_VALUES = 60
TIMES = {
    "weekday(time)": ("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
    "hour(time)": tuple(str(h) for h in range(24)),
}


class Impossible(Exception):
    """The reading makes no question; ``code`` says why, for the wording."""

    def __init__(self, code: str, **arguments: str) -> None:
        super().__init__(code)
        self.code = code
        self.arguments = arguments


def to_question(frame: Frame, lexicon: Lexicon, role: Role, zone: ZoneInfo, limit: int = 0) -> Question:
    """The question of a frame. Raises Impossible."""
    base = Question(
        frame.intent,
        filter=filter_text(frame.groups),
        whole=filter_text(frame.whole),
        n=frame.n,
        ascending=frame.ascending,
        customer=frame.customer,
        tag=frame.tag,
        segment=frame.segment,
        window=frame.window,
        topic=frame.topic,
        role=role,
        limit=limit,
    )
    if frame.direction in ("entered", "left"):
        base = replace(base, direction="entered" if frame.direction == "entered" else "left")
    if frame.at and frame.intent not in ("count", "share"):
        raise Impossible("past_rows", day=frame.at)
    if frame.at:
        base = replace(base, moments=((frame.at, _end(date.fromisoformat(frame.at), zone)),), tag=_one_tag(frame))
    if frame.intent == "share" and not frame.groups and not frame.metric:
        raise Impossible("share_of_what")
    if frame.intent == "share" and frame.metric:
        whole = replace(frame, where=())
        return replace(base, metric=_metric(frame), per=_metric(whole), window="")
    if frame.intent == "measure" and frame.topic.startswith("named:"):
        return base
    if frame.intent == "measure" and frame.topic == "distinct":
        return replace(base, by=frame.by)
    if frame.intent in ("measure", "top"):
        return replace(base, metric=_metric(frame), per=_per(frame), aggregate=_how(frame))
    if frame.intent == "define":
        return replace(base, metric=frame.metric)
    if frame.intent == "breakdown":
        return _breakdown(frame, lexicon, base)
    if frame.intent == "trend":
        return _trend(frame, lexicon, base, zone)
    if frame.intent == "compare":
        return _compare(frame, lexicon, base)
    if frame.intent == "overlap":
        first, second, *rest = frame.groups
        columns = tuple(Column(_label((g,), lexicon), of=filter_text((g,))) for g in (first, second))
        return replace(base, filter=filter_text(tuple(rest)), columns=columns)
    return base


def _one_tag(frame: Frame) -> str:
    """The tag, where a question is about the holders of one plain tag and nothing else."""
    c = frame.groups[0][0] if len(frame.groups) == 1 and len(frame.groups[0]) == 1 else None
    return c.name if c and c.kind == "tag" and not (c.negated or c.values or c.operator) else ""


def _how(frame: Frame) -> Aggregate:
    return cast(Aggregate, frame.aggregate)


def _metric(frame: Frame, where: tuple[tuple[str, str, tuple[str, ...]], ...] = (), window: str | None = None) -> str:
    return metric_text(frame.metric, frame.where + where, frame.window if window is None else window)


def _per(frame: Frame, where: tuple[tuple[str, str, tuple[str, ...]], ...] = (), window: str | None = None) -> str:
    return metric_text(frame.per, frame.where + where, frame.window if window is None else window) if frame.per else ""


def _label(groups: tuple[Group, ...], lexicon: Lexicon) -> str:
    """What a group of customers is called: titles and values."""
    names = []
    for group in groups:
        for c in group:
            if c.values:
                names.append("/".join(c.values))
            elif c.kind == "tag":
                title = lexicon.tags[c.name].title or c.name
                names.append(title if not c.negated else c.text())
            elif c.kind == "segment":
                names.append(lexicon.segments[c.name].title or c.name)
            else:
                names.append(c.text())
    return ", ".join(names)


def _breakdown(frame: Frame, lexicon: Lexicon, base: Question) -> Question:
    event, _, prop = frame.by.partition(".")
    if event not in lexicon.events or not prop:
        named = replace(base, by=frame.by)
        return replace(named, metric=_metric(frame), per=_per(frame), aggregate=_how(frame)) if frame.metric else named
    if prop in TIMES:
        values = list(TIMES[prop])
    else:
        entry = lexicon.events[event].properties[prop]
        values = list(dict.fromkeys((*entry.values, *entry.seen)))[:SHOWN_VALUES]
    if not values:
        raise Impossible("no_values", name=frame.by)
    groups = frame.groups
    own = next(
        (c for g in groups for c in g if len(g) == 1 and c.kind == "event" and c.name == event and not c.negated), None
    )
    columns = []
    for value in values:
        extra = ((prop, "=", (value,)),)
        if frame.metric:
            columns.append(Column(value, _metric(frame, extra), per=_per(frame, extra), aggregate=_how(frame) or "sum"))
        else:
            clause = own or Clause("event", event)
            columns.append(Column(value, replace(clause, where=clause.where + extra).text()))
    if own is not None and not frame.metric:
        groups = tuple(g for g in groups if g != (own,))
    metric = _metric(frame) if frame.metric else ""
    return replace(
        base, by=frame.by, columns=tuple(columns), filter=filter_text(groups), metric=metric, aggregate=_how(frame)
    )


def _trend(frame: Frame, lexicon: Lexicon, base: Question, zone: ZoneInfo) -> Question:
    cut = buckets(frame.window, frame.unit or "month", lexicon.today)
    if frame.metric:
        return replace(base, columns=tuple(_period_column(frame, name, between(a, b)) for name, a, b in cut))
    group = frame.groups[0][0] if len(frame.groups) == 1 and len(frame.groups[0]) == 1 else None
    if not frame.groups or any(
        c.kind not in ("tag", "segment", "event", "metric") for g in frame.groups for c in g if c.kind != "attribute"
    ):
        raise Impossible("trend_of_what")
    if all(c.kind == "attribute" for g in frame.groups for c in g):
        raise Impossible("trend_of_attributes")
    moments = tuple((name, _end(b, zone)) for name, _, b in cut)
    plain = group is not None and group.kind == "tag" and not group.negated and not group.values and not group.operator
    return replace(base, moments=moments, tag=group.name if plain and group else "")


def _end(until: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(until, time(), tzinfo=zone)


def _period_column(frame: Frame, name: str, window: str) -> Column:
    if frame.aggregate == "customers":
        return Column(name, Clause("event", frame.metric, where=frame.where, window=window).text())
    return Column(name, _metric(frame, window=window), per=_per(frame, window=window), aggregate=_how(frame) or "sum")


def _compare(frame: Frame, lexicon: Lexicon, base: Question) -> Question:
    if frame.topic in ("month_on_month", "year_on_year"):
        spans = previous(frame.sides[0].window, lexicon.today, years=frame.topic == "year_on_year")
        if spans is None or not frame.metric:
            raise Impossible("compare_what")
        return replace(
            base,
            columns=tuple(
                _period_column(frame, w.removeprefix("between ").removeprefix("on ").replace(" and ", "…"), w)
                for w in spans
            ),
        )
    if frame.topic == "periods":
        if not frame.metric:
            raise Impossible("compare_what")
        windows = _same_span([s.window for s in frame.sides], lexicon.today)
        labels = [
            s.label if s.window == w else f"{s.label} ({w.removeprefix('between ').replace(' and ', '…')})"
            for s, w in zip(frame.sides, windows)
        ]
        return replace(base, columns=tuple(_period_column(frame, n, w) for n, w in zip(labels, windows)))
    columns = []
    for side in frame.sides:
        of, label = filter_text(side.groups), _label(side.groups, lexicon)
        if frame.metric:
            columns.append(Column(label, _metric(frame), of=of, per=_per(frame), aggregate=_how(frame) or "sum"))
        else:
            columns.append(Column(label, of=of))
    return replace(base, columns=tuple(columns))


def _same_span(windows: list[str], today: date) -> list[str]:
    """A period that is not over is set against the same span of the one before."""
    for i, window in enumerate(windows):
        spans = previous(window, today) if window.startswith("this ") else None
        other = windows[1 - i]
        if spans and other == window.replace("this ", "last "):
            found = list(spans)
            return found if i == 0 else found[::-1]
    return windows


__all__ = ["Impossible", "to_question"]
