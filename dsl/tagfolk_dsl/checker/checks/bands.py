"""Bands of a classify that overlap in part, that earlier ones leave nothing for, or that leave gaps between them."""

from __future__ import annotations

import math

from tagfolk_dsl.checker.ranges import Values
from tagfolk_dsl.checker.resolver import Resolver
from tagfolk_dsl.checker.truth import domain, said
from tagfolk_dsl.program import Program
from tagfolk_dsl.tree import Always, Band, Classify, Rank

MOST_BANDS = 200
"""Bands are compared pairwise up to here."""


def bands(program: Program, r: Resolver) -> None:
    """Every classify."""
    for classify in program.classifies:
        _after_otherwise(classify, r)
        _repeated(classify, r)
        if classify.by is not None:
            _ranks(classify, r)
            _stretches(classify, r)


def _after_otherwise(classify: Classify, r: Resolver) -> None:
    """Nothing reaches a band that stands after ``otherwise``."""
    otherwise = False
    for band in classify.bands:
        if otherwise:
            _shadowed(band, "otherwise", "其他", r)
        otherwise = otherwise or isinstance(band.condition, Always)


def _shadowed(band: Band, by: str, by_zh: str, r: Resolver) -> None:
    r.report.warning(
        "W006",
        band.condition.span if band.condition.span.line else band.span,
        f"no customer reaches this band: '{by}' before it takes them all",
        f"没有客户会落入这一层：前面的“{by_zh}”已全部包括",
        "the first band that fits counts: move the narrower one up",
        "第一个符合的层生效：把更窄的层放到前面",
    )


def _repeated(classify: Classify, r: Resolver) -> None:
    """The same condition a second time."""
    seen: dict[object, Band] = {}
    for band in classify.bands:
        before = seen.setdefault(band.condition, band)
        if before is not band and not isinstance(band.condition, Always):
            _shadowed(band, before.text or "the same condition", before.text or "同样的条件", r)


def _ranks(classify: Classify, r: Resolver) -> None:
    """``top 60%`` before ``top 20%`` leaves nothing for the second."""
    widest: dict[tuple[str, bool], tuple[float, Band]] = {}
    for band in classify.bands:
        rank = band.condition
        if not isinstance(rank, Rank) or rank.among is not None:
            continue
        size = float(rank.fraction if rank.fraction is not None else rank.count or 0)
        key = (rank.end, rank.fraction is not None)
        before = widest.get(key)
        if before is not None and size < before[0]:
            _shadowed(band, before[1].text or f"{rank.end} …", before[1].text or "前一层", r)
        if before is None or size > before[0]:
            widest[key] = (size, band)


def _stretches(classify: Classify, r: Resolver) -> None:
    """Ranges of numbers beside each other."""
    by = classify.by
    known: list[tuple[Band, Values]] = []
    for band in classify.bands[:MOST_BANDS]:
        if isinstance(band.condition, (Always, Rank)):
            continue
        key, values = said(band.condition)
        if key != by or values.texts is not None:
            return
        _beside(band, values, known, r)
        known.append((band, values))
    if known and not any(isinstance(band.condition, (Always, Rank)) for band in classify.bands):
        _gaps(known, domain(by), r)


def _beside(band: Band, values: Values, known: list[tuple[Band, Values]], r: Resolver) -> None:
    """One band and those before it: all taken, or some shared while neither lies in the other."""
    left = values
    for before, taken in known:
        left = left & ~taken
        if not left.stretches:
            _shadowed(band, before.text or "an earlier band", before.text or "前面的层", r)
            return
    for before, taken in known:
        shared = values & taken
        if not shared.stretches:
            continue
        if (taken & ~values).stretches:
            r.report.warning(
                "W004",
                band.condition.span if band.condition.span.line else band.span,
                f"this band overlaps '{before.text or 'an earlier one'}' ({_shown(shared)})",
                f"这一层与“{before.text or '前面的层'}”重叠（{_shown(shared)}）",
                "the earlier band gets what both cover",
                "重叠部分归前面的层",
            )
            return


def _shown(values: Values) -> str:
    """A stretch as people write it."""
    low, _, high, _ = values.stretches[0]
    if low == high:
        return f"{low:g}"
    return f"{'' if math.isinf(low) else format(low, 'g')}..{'' if math.isinf(high) else format(high, 'g')}"


def _gaps(known: list[tuple[Band, Values]], everything: Values, r: Resolver) -> None:
    """A stretch between two bands that none covers; between 10 and 11 lies nothing worth a warning."""
    left = everything
    for _, values in known:
        left = left & ~values
    low = min(values.low for _, values in known)
    high = max(values.high for _, values in known)
    for start, start_in, end, end_in in left.stretches:
        if start < low or end > high or math.isinf(start) or math.isinf(end):
            continue
        first = start if start_in and start == math.floor(start) else math.floor(start) + 1
        holds_whole = first < end or (first == end and end_in)
        if holds_whole or start != math.floor(start) or end != math.floor(end):
            after = next((b for b, v in known if v.low == end), known[-1][0])
            r.report.warning(
                "W005",
                after.condition.span if after.condition.span.line else after.span,
                f"no band covers {start:g}..{end:g}",
                f"没有任何层覆盖 {start:g}..{end:g}",
                "close the gap, or add 'otherwise'",
                "补上空缺，或加一行“其他”",
            )
