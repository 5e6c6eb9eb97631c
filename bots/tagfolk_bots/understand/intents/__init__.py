"""What a question wants: one function per kind, asked in the order of how plainly each is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tagfolk_bots.understand.compose import Scene
from tagfolk_bots.understand.frame import Frame
from tagfolk_bots.understand.intents.about import helps, inventory, personal, quality, refuse
from tagfolk_bots.understand.intents.comparing import compare, overlap
from tagfolk_bots.understand.intents.figures import business_measure, distinct, extreme, extreme_attribute, nps, ratio
from tagfolk_bots.understand.intents.grouping import alone, breakdown
from tagfolk_bots.understand.intents.measuring import count_or_list, measure
from tagfolk_bots.understand.intents.named import advice, changes, define, method
from tagfolk_bots.understand.intents.over_time import trend
from tagfolk_bots.understand.intents.persons import explain, profile
from tagfolk_bots.understand.intents.ranking import top
from tagfolk_bots.understand.intents.sharing import share

Kind = Callable[[Scene], Frame | None]


def read(scene: Scene) -> Frame:
    """The frame of a question that stands by itself. Spans that played no part stay unused."""
    for kind in _ORDER:
        before = scene.kept()
        frame = kind(scene)
        if frame is not None:
            frame = ratio(frame) if frame.intent in ("trend", "breakdown", "compare", "measure") else frame
            return replace(frame, at=scene.at) if scene.at else frame
        scene.back(before)
    return Frame()


_ORDER: tuple[Kind, ...] = (
    refuse,
    personal,
    helps,
    inventory,
    quality,
    explain,
    profile,
    define,
    advice,
    changes,
    compare,
    overlap,
    trend,
    business_measure,
    nps,
    distinct,
    extreme,
    extreme_attribute,
    top,
    share,
    breakdown,
    method,
    measure,
    alone,
    count_or_list,
)

__all__ = ["read"]
