"""One customer: the portrait, and why a tag or a condition holds or not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tagfolk_dsl.tree import And, Condition, Not, Or

from tagfolk_engine.query.answers.cells import cell, require
from tagfolk_engine.query.people import Person, one_customer
from tagfolk_engine.query.question import Answer, Cell, Question, QuestionError
from tagfolk_engine.query.roles import Role
from tagfolk_engine.query.state import State

LAYERS = ("base", "behaviour", "value", "need")


def profile(state: State, q: Question) -> Answer:
    """Three layers of one customer: rows (layer, name, value)."""
    require(q, Role.STEWARD if q.topic == "personal" else Role.ANALYST)
    person = one_customer(state, q.customer)
    rows: list[tuple[Cell, ...]] = list(_attributes(state, q, person.id))
    rows += _figures(state, person.id)
    held = state.store_reader.holdings(person.id)
    named = {t.name: t for t in state.lexicon.tags.values()}
    for tag, value, _ in held:
        entry = named.get(tag)
        layer = (entry.layer if entry else None) or ("value" if entry and entry.type else "behaviour")
        title = (entry.title if entry else None) or tag
        rows.append((layer, title, value if value is not None else "yes"))
    rows.sort(key=lambda r: LAYERS.index(str(r[0])))
    details = {
        "customer": person.id,
        "name": person.name if q.role >= Role.STEWARD else None,
        "tags": [{"tag": t, "value": v, "since": s} for t, v, s in held],
        "metric_said": {str(r[1]): state.said(state.figures.metric(str(r[1]))) for r in rows if _is_metric(state, r)},
    }
    personal = q.role >= Role.STEWARD and any(a.personal for a in state.lexicon.attributes.values())
    return state.answer(
        q, columns=("layer", "name", "value"), rows=tuple(rows), value=None, details=details, personal=personal, of=1
    )


def _is_metric(state: State, row: tuple[Cell, ...]) -> bool:
    """Is a row's name a metric's text, rather than a name?"""
    return any(str(row[1]) in (f"count({e})", f"days since last {e}") for e in state.lexicon.events)


def _attributes(state: State, q: Question, customer: str) -> Iterator[tuple[Cell, ...]]:
    names = list(state.lexicon.attributes)
    table = state.figures.table({n: n for n in names}, {}, None, customers=[customer])
    for row in table.to_pylist():
        for name in names:
            masked = state.lexicon.attributes[name].personal and q.role < Role.STEWARD
            value = cell(row[name])
            yield "base", name, "•••" if masked and value is not None else value


def _figures(state: State, customer: str) -> list[tuple[Cell, ...]]:
    """Measures with a name, and how often and how lately each event happened."""
    metrics: dict[str, str] = {}
    layers: dict[str, str] = {}
    for let in state.lexicon.lets.values():
        if let.kind == "metric" and len(metrics) < 8:
            metrics[let.title or let.name], layers[let.title or let.name] = let.name, "value"
    for event in state.lexicon.events:
        for name, text in (
            (f"count({event})", f"count({event})"),
            (f"days since last {event}", f"days since last {event}"),
        ):
            metrics[name], layers[name] = text, "behaviour"
    table = state.figures.table(metrics, {}, None, customers=[customer])
    return [(layers[n], n, cell(row[n])) for row in table.to_pylist() for n in metrics]


def explain(state: State, q: Question) -> Answer:
    """Why a customer holds a tag, or not: ``details`` is interfaces' explain shape with sentences beside it."""
    require(q, Role.ANALYST)
    person = one_customer(state, q.customer)
    tag = q.tag or None
    if tag is None and (q.filter or q.segment):
        return _explain_condition(state, q, person)
    from tagfolk_engine.query.reasons import reasons

    found = reasons(state, person.id, tag, personal=q.role >= Role.STEWARD)
    details = {"customer": person.id, "name": person.name if q.role >= Role.STEWARD else None, "tag": tag, **found}
    rows = tuple(_rows(found["tags"], tag))
    holds = found["tags"][tag]["holds"] if tag else None
    understood = f"has {tag}" if tag else None
    return state.answer(
        q,
        value=None if holds is None else int(holds),
        columns=("rule", "condition", "value", "matched"),
        rows=rows,
        details={**details, "holds": holds},
        of=1,
        understood=understood,
    )


def _rows(tags: dict[str, Any], tag: str | None) -> Iterator[tuple[Cell, ...]]:
    for name, found in tags.items():
        if tag is not None and name != tag:
            continue
        for rule in found["rules"]:
            for c in rule["conditions"]:
                yield rule["rule"], c["text"], cell(c["value"]), bool(c["matched"])


def _explain_condition(state: State, q: Question, person: Person) -> Answer:
    """Each part of a condition, and whether the customer meets it."""
    text = f"in segment {q.segment}" if q.segment else q.filter
    tree = state.figures.condition(text)
    if tree is None:
        raise QuestionError("no_rules")
    if q.segment:
        tree = state.program.segments[q.segment].condition
    parts = list(_leaves(tree))
    texts = {f"c{i}": state.figures.written(p) for i, p in enumerate(parts)}
    row = state.figures.table(
        {}, {**texts, "all": state.figures.written(tree)}, None, customers=[person.id]
    ).to_pylist()[0]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (text, texts[f"c{i}"], None, bool(row[f"c{i}"])) for i in range(len(parts))
    )
    sentences = [state.said(p) for p in parts]
    details = {
        "customer": person.id,
        "name": person.name if q.role >= Role.STEWARD else None,
        "tag": None,
        "holds": bool(row["all"]),
        "condition": [{"said": s, "text": r[1], "matched": r[3]} for s, r in zip(sentences, rows)],
    }
    return state.answer(
        q,
        value=int(bool(row["all"])),
        columns=("rule", "condition", "value", "matched"),
        rows=rows,
        details=details,
        of=1,
        **state.understood(text),
    )


def _leaves(tree: Condition) -> Iterator[Condition]:
    if isinstance(tree, (And, Or)):
        for item in tree.items:
            yield from _leaves(item)
    elif isinstance(tree, Not) and isinstance(tree.item, (And, Or)):
        yield from _leaves(tree.item)
    else:
        yield tree
