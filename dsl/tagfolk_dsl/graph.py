"""Which tags look at which others in one run: for layers of evaluation, and for circles.

``has X`` means X after withholding; but a rule that withholds X and asks for X sees it before. So each tag has two
moments: *granted* (what its rules grant) and *held* (after withholding). Every question is one of the two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from tagfolk_dsl.program import Program
from tagfolk_dsl.tree import Effect, Has, HasFor, InSegment, Node, TagValue
from tagfolk_dsl.walk import looked_at, segments, walk

Moment = tuple[str, Literal["granted", "held"]]
"""A tag before or after withholding."""


def dependencies(program: Program) -> Mapping[str, frozenset[str]]:
    """For every tag the tags its statements look at in this run (``had`` looks at none).

    A rule that withholds a tag sees that tag as granted; this is no dependency of the withheld tag on itself.
    """
    found: dict[str, set[str]] = {tag: set() for tag in program.tags}
    for (tag, _), needs in moments(program).items():
        found.setdefault(tag, set()).update(needed for needed, _ in needs if needed != tag)
        found[tag].update(needed for needed, moment in needs if needed == tag and moment == "held")
    return {tag: frozenset(needs) for tag, needs in found.items()}


def order(program: Program) -> tuple[Moment, ...]:
    """The moments of all tags, each after those it needs. Tags in a circle (an error) come last, as they stand."""
    needs = moments(program)
    left = {moment: sum(n in needs for n in needed) for moment, needed in needs.items()}
    awaited: dict[Moment, list[Moment]] = {}
    for moment, needed in needs.items():
        for need in needed:
            awaited.setdefault(need, []).append(moment)
    done = [moment for moment, count in left.items() if not count]
    for moment in done:  # grows while it is read
        for later in awaited.get(moment, ()):
            left[later] -= 1
            if not left[later]:
                done.append(later)
    placed = set(done)
    return (*done, *(moment for moment in needs if moment not in placed))


def moments(program: Program) -> dict[Moment, set[Moment]]:
    """For each moment of each tag the moments it needs."""
    opened = segment_tags(program)
    found: dict[Moment, set[Moment]] = {}
    for tag in program.tags:
        found[tag, "granted"] = set()
        found[tag, "held"] = {(tag, "granted")}
    for rule in program.rules:
        _effects(found, rule.effects, tags_of(rule.condition, opened), opened)
    for classify in program.classifies:
        asked = {
            tag for band in classify.bands for node in (band.condition, band.value) for tag in tags_of(node, opened)
        }
        found.setdefault((classify.name, "granted"), set()).update((tag, "held") for tag in asked)
    for score in program.scores:
        asked = {tag for line in score.lines for tag in tags_of(line.condition, opened)}
        found.setdefault((score.name, "granted"), set()).update((tag, "held") for tag in asked)
        for grant in score.grants:
            _effects(found, grant.effects, {score.name, *tags_of(grant.condition, opened)}, opened)
    return found


def _effects(
    found: dict[Moment, set[Moment]], effects: Iterable[Effect], asked: set[str], opened: Mapping[str, set[str]]
) -> None:
    """What the effects of one rule make its tags need."""
    withheld = {effect.tag for effect in effects if effect.withhold}
    for effect in effects:
        of_value = tags_of(effect.value, opened) if effect.value is not None else set()
        moment: Moment = (effect.tag, "held" if effect.withhold else "granted")
        needs: set[Moment] = {(tag, "granted" if tag in withheld else "held") for tag in asked | of_value}
        found.setdefault(moment, set()).update(needs)


def tags_of(node: Node, opened: Mapping[str, set[str]]) -> set[str]:
    """The tags a tree looks at, through segments too."""
    found: set[str] = set()
    for below in walk(node):
        if isinstance(below, (Has, HasFor, TagValue)):
            found.add(below.tag)
        elif isinstance(below, InSegment):
            found |= opened.get(below.segment, set())
    return found


def segment_tags(program: Program) -> dict[str, set[str]]:
    """The tags each segment's condition looks at, through other segments too."""
    own = {name: {tag for tag, _ in looked_at(s.condition)} for name, s in program.segments.items()}
    others = {name: {seg for seg, _ in segments(s.condition)} for name, s in program.segments.items()}
    opened: dict[str, set[str]] = {}
    for name in own:
        seen, waiting = {name}, [name]
        while waiting:
            for other in others.get(waiting.pop(), ()):
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
        opened[name] = {tag for one in seen for tag in own.get(one, ())}
    return opened
