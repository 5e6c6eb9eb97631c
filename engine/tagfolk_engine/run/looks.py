"""What each tag looks at: events, attributes, methods, other tags; and a fingerprint of its rules."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass

from tagfolk_dsl.graph import dependencies
from tagfolk_dsl.program import Program
from tagfolk_dsl.tree import Attribute, Classify, InSegment, MethodColumn, Node, Score
from tagfolk_dsl.walk import walk

_NOT_MEANING = frozenset({"span", "card", "why", "owner", "refresh"})


@dataclass(frozen=True)
class Looks:
    """What decides a tag. ``hash`` changes when its rules, or those of a tag it looks at, mean something else."""

    hash: str
    text: str
    """Its rules as they were written."""
    events: frozenset[str]
    attributes: frozenset[str]
    uses: frozenset[str]


def looks(program: Program) -> dict[str, Looks]:
    """For every tag what decides it, through the tags it looks at."""
    statements = {tag: tuple(_statements(tag, program)) for tag in program.tags}
    own = {tag: "\n".join(_meaning(node) for node in nodes) for tag, nodes in statements.items()}
    needs = dependencies(program)
    found = {}
    for tag in program.tags:
        reached = _closure(tag, needs)
        nodes = [below for name in sorted(reached) for node in statements.get(name, ()) for below in walk(node)]
        digest = hashlib.sha256("\n".join(f"{name}\n{own[name]}" for name in sorted(reached)).encode()).hexdigest()
        found[tag] = Looks(
            digest,
            "\n".join(line for node in statements[tag] if (line := _text(node))),
            frozenset(str(event) for node in nodes if isinstance(event := getattr(node, "event", None), str)),
            frozenset(node.name for node in nodes if isinstance(node, Attribute)),
            frozenset(node.method for node in nodes if isinstance(node, MethodColumn)),
        )
    return found


def rules_hash(found: Mapping[str, Looks], program: Program) -> str:
    """A fingerprint of all rules and segments."""
    parts = [f"{tag} {look.hash}" for tag, look in sorted(found.items())]
    parts += [f"{name} {_meaning(segment)}" for name, segment in sorted(program.segments.items())]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _closure(tag: str, needs: Mapping[str, frozenset[str]]) -> set[str]:
    reached, waiting = {tag}, [tag]
    while waiting:
        for other in needs.get(waiting.pop(), ()):
            if other not in reached:
                reached.add(other)
                waiting.append(other)
    return reached


def _statements(tag: str, program: Program) -> Iterator[Node]:
    """The statements that give or take a tag, with the segments and uses that they name."""
    mine: list[Node] = [rule for rule in program.rules if any(effect.tag == tag for effect in rule.effects)]
    mine += [classify for classify in program.classifies if classify.name == tag]
    for score in program.scores:
        if score.name == tag or any(effect.tag == tag for grant in score.grants for effect in grant.effects):
            mine.append(score)
    seen: set[str] = set()
    waiting = list(mine)
    yield from mine
    while waiting:
        for node in walk(waiting.pop()):
            named: Node | None = None
            if isinstance(node, InSegment) and node.segment in program.segments:
                named = program.segments[node.segment]
            elif isinstance(node, MethodColumn) and node.method in program.uses:
                named = program.uses[node.method]
            if named is not None and (key := repr(named)) not in seen:
                seen.add(key)
                waiting.append(named)
                yield named


def _meaning(value: object) -> str:
    """A tree as text: what is no part of its meaning (places, titles, how it was spelt) left out."""
    if is_dataclass(value):
        parts = [
            f"{field.name}={_meaning(getattr(value, field.name))}"
            for field in fields(value)
            if field.compare and field.name not in _NOT_MEANING
        ]
        return f"{type(value).__name__}({', '.join(parts)})"
    if isinstance(value, tuple):
        return f"({', '.join(_meaning(item) for item in value)})"
    return repr(value)


def _text(node: Node) -> str:
    text = getattr(node, "text", "")
    name = getattr(node, "name", "")
    if isinstance(node, Classify):
        return f"classify {name}: " + "; ".join(band.text for band in node.bands)
    if isinstance(node, Score):
        return f"score {name}: " + "; ".join(f"{line.text} {line.points:+d}" for line in node.lines)
    return f"{name}: {text}" if text else ""
