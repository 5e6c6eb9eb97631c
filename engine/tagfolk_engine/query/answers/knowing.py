"""What a name means, how good and fresh the data are, what to do with a group, what a method found."""

from __future__ import annotations

from typing import Any

from tagfolk_engine.query.answers.cells import cell
from tagfolk_engine.query.question import Answer, Cell, Question, QuestionError
from tagfolk_engine.query.state import State


def define(state: State, q: Question) -> Answer:
    """A tag (its rules in words), a segment, a measure, an event or an attribute."""
    if q.tag:
        return _tag(state, q)
    if q.segment:
        segment = state.program.segments[q.segment]
        details: dict[str, Any] = {
            "kind": "segment",
            "name": q.segment,
            "title": segment.card.title,
            "action": segment.action,
            "about": segment.card.about,
            "said": state.said(segment.condition),
        }
        text = state.figures.written(segment.condition)
        n = state.figures.count(f"in segment {q.segment}")
        return state.answer(
            q,
            details={**details, "customers": None if state.small(n, q.role) else n},
            understood=text,
            said=details["said"],
        )
    if q.topic == "event":
        event = state.vocabulary.events[q.metric]
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (p.name, p.type.value, ", ".join(p.also)) for p in event.properties.values()
        )
        return state.answer(
            q,
            columns=("property", "type", "also"),
            rows=rows,
            details={"kind": "event", "name": event.name, "also": list(event.also)},
        )
    if q.topic == "attribute":
        attribute = state.vocabulary.attributes[q.metric]
        values = list(attribute.values) or list(() if attribute.personal else attribute.seen[:10])
        return state.answer(
            q,
            details={
                "kind": "attribute",
                "name": attribute.name,
                "also": list(attribute.also),
                "type": attribute.type.value,
                "values": values,
            },
        )
    let = state.program.lets.get(q.metric)
    tree = let.meaning if let else state.figures.metric(q.metric)
    return state.answer(
        q,
        understood=state.figures.written(tree),
        said=state.said(tree),
        details={
            "kind": "measure",
            "name": q.metric,
            "title": let.card.title if let else None,
            "said": state.said(tree),
        },
    )


def _tag(state: State, q: Question) -> Answer:
    info = state.program.tags[q.tag]
    rules = []
    for rule in state.program.rules:
        for effect in rule.effects:
            if effect.tag == q.tag:
                rules.append(
                    {
                        "rule": rule.name,
                        "text": rule.text or state.figures.written(rule.condition),
                        "said": state.said(rule.condition),
                        "why": rule.why,
                        "withhold": effect.withhold,
                    }
                )
    bands = []
    for classify in state.program.classifies:
        if classify.name == q.tag:
            bands = [
                {
                    "text": b.text or state.figures.written(b.condition),
                    "said": state.said(b.condition),
                    "value": getattr(b.value, "value", None),
                }
                for b in classify.bands
            ]
    points = [
        {
            "text": line.text or state.figures.written(line.condition),
            "said": state.said(line.condition),
            "points": line.points,
        }
        for score in state.program.scores
        if score.name == q.tag
        for line in score.lines
    ]
    n = state.figures.count(f"has {q.tag}")
    details = {
        "kind": "tag",
        "name": q.tag,
        "title": info.card.title,
        "also": list(info.card.also),
        "about": info.card.about,
        "layer": info.card.layer,
        "owner": info.card.owner,
        "rules": rules,
        "bands": bands,
        "points": points,
        "customers": None if state.small(n, q.role) else n,
    }
    return state.answer(q, value=None, details=details, understood=f"has {q.tag}", said={})


def quality(state: State, q: Question) -> Answer:
    """When the data were loaded, up to when they reach, what was rejected, how complete attributes are."""
    meta = state.snapshot.meta
    report = meta.report
    rows: list[tuple[Cell, ...]] = []
    for name, event in meta.events.items():
        rows.append((name, event.rows, None if event.last is None else state.zoned(_instant(event.last))))
    attributes = report.get("attributes", {})
    details = {
        "loaded_at": meta.loaded_at,
        "customers": meta.customers,
        "topic": q.topic,
        "sources": report.get("sources", {}),
        "attributes": attributes,
        "identity": report.get("identity", {}),
        "run_at": state.zoned(state.run.finished_at) if state.run else None,
        "last": max((str(r[2]) for r in rows if r[2]), default=None),
        "broken_rules": state.broken_rules,
    }
    if q.topic == "quality" and attributes:
        filled: tuple[tuple[Cell, ...], ...] = tuple(
            (n, cell(a.get("filled")), cell(a.get("dropped"))) for n, a in attributes.items()
        )
        return state.answer(q, columns=("attribute", "filled", "dropped"), rows=filled, details=details)
    return state.answer(q, columns=("event", "rows", "last"), rows=tuple(rows), details=details)


def _instant(text: str) -> Any:
    from datetime import datetime

    return datetime.fromisoformat(text)


def advice(state: State, q: Question) -> Answer:
    """The segment's own action, and what sets the group apart from everybody."""
    name = q.segment
    text = f"in segment {name}" if name else f"has {q.tag}" if q.tag else q.filter
    if text is None:
        raise QuestionError("advice_for_whom")
    action = state.program.segments[name].action if name else None
    related = [
        s
        for s in state.program.segments.values()
        if q.tag and q.tag in state.figures.written(s.condition).replace("(", " ").split()
    ]
    n = state.figures.count(text)
    details: dict[str, Any] = {
        "name": name or q.tag,
        "action": action,
        "customers": None if state.small(n, q.role) else n,
        "segments": [{"name": s.name, "title": s.card.title, "action": s.action} for s in related if s.action],
        "apart": [] if n < 30 else _apart(state, text, n, {q.tag}),
    }
    return state.answer(q, value=None, details=details, small=state.small(n, q.role), **state.understood(text))


def _apart(state: State, text: str, size: int, own: set[str]) -> list[dict[str, Any]]:
    """Plain tags far commoner, or far rarer, in the group than among all: (name, share in it, share among all)."""
    tags = [t.name for t in state.program.tags.values() if t.type is None and t.name not in own][:60]
    if not tags or not state.customers:
        return []
    import pyarrow.compute as pc

    conditions = {t: f"has {t}" for t in tags}
    inside = state.figures.table({}, conditions, text)
    everybody = state.figures.table({}, conditions, None)
    found: list[dict[str, Any]] = []
    for tag in tags:
        within = (pc.sum(inside[tag]).as_py() or 0) / size
        overall = (pc.sum(everybody[tag]).as_py() or 0) / state.customers
        if abs(within - overall) >= 0.1 and within < 1:
            found.append({"tag": tag, "title": state.lexicon.tags[tag].title, "share": within, "overall": overall})
    return sorted(found, key=lambda f: -abs(f["share"] - f["overall"]))[:5]


def method(state: State, q: Question) -> Answer:
    """The tables of a method in use: the first as rows, all in ``details``."""
    tables = state.store_reader.method_tables(q.topic)
    if not tables:
        raise QuestionError("no_method_results", use=q.topic)
    main = next((t for t in tables if t.name != "fit"), tables[0])
    rows: tuple[tuple[Cell, ...], ...] = tuple(tuple(cell(v) for v in row) for row in main.rows or ())
    details = {"use": q.topic, "method": main.method, "table": main.name, "tables": [t.name for t in tables]}
    return state.answer(q, columns=tuple(main.columns or ()), rows=rows, details=details)
