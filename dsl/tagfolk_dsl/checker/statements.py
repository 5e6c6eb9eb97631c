"""Resolving statements: every name in rules, classifies, scores, segments … replaced by what it means."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from tagfolk_dsl.checker.aggregates import event_where, need_number
from tagfolk_dsl.checker.dispatch import resolve_condition, resolve_metric
from tagfolk_dsl.checker.metrics import tag_value
from tagfolk_dsl.checker.resolver import Resolver
from tagfolk_dsl.checker.scope import TOP
from tagfolk_dsl.checker.symbols import TagSymbol
from tagfolk_dsl.tree import (
    Band,
    Card,
    Classify,
    Dotted,
    Effect,
    Limit,
    Metric,
    Name,
    Refresh,
    Rule,
    Score,
    ScoreGrant,
    ScoreLine,
    Segment,
    Span,
    TagValue,
    Template,
    TemplateLine,
    Text,
    TopValues,
    Type,
)


def resolve_card(card: Card, r: Resolver) -> Card:
    """A card with its refresh resolved."""
    if card.refresh is None or card.refresh.event is None:
        return card
    return replace(card, refresh=resolve_refresh(card.refresh, r))


def resolve_refresh(refresh: Refresh | None, r: Resolver) -> Refresh | None:
    """``refresh on EVENT where …``."""
    if refresh is None or refresh.event is None:
        return refresh
    event = r.event(refresh.event, refresh.span)
    if event is None:
        return None
    where, good = event_where(event, refresh.where, r, TOP)
    return Refresh(None, event.name, where, span=refresh.span) if good else None


def resolve_rule(rule: Rule, r: Resolver) -> Rule | None:
    """A rule; None where its condition or an effect is wrong."""
    condition = resolve_condition(rule.condition, r, TOP)
    effects = resolve_effects(rule.effects, r)
    refresh = resolve_refresh(rule.refresh, r)
    if condition is None or effects is None:
        return None
    return Rule(
        rule.name,
        condition,
        effects,
        rule.why,
        rule.priority,
        rule.owner,
        refresh,
        rule.named,
        rule.text,
        span=rule.span,
    )


def resolve_effects(effects: tuple[Effect, ...], r: Resolver) -> tuple[Effect, ...] | None:
    """All effects of a rule."""
    resolved = [resolve_effect(effect, r) for effect in effects]
    good = tuple(effect for effect in resolved if effect is not None)
    return good if len(good) == len(effects) else None


def resolve_effect(effect: Effect, r: Resolver) -> Effect | None:
    """An effect: its tag by its canonical name, its value."""
    tag = r.tag(effect.tag, effect.span)
    if tag is None:
        return None
    value = None
    if effect.value is not None:
        value = given_value(effect.value, tag, r)
        if value is None:
            return None
    return Effect(tag.name, value, effect.withhold, effect.keep, effect.replacing, span=effect.span)


def given_value(value: Metric, tag: TagSymbol, r: Resolver) -> Metric | None:
    """The value an effect or a band gives: a metric has brackets or a window (the parser made bare words text)."""
    if isinstance(value, Dotted) and value.left not in r.symbols.uses:
        value = Text(f"{value.left}.{value.right}", span=value.span)
    if isinstance(value, Text):
        spelled = {s: v for v, spellings in tag.card.values for s in spellings}
        return Text(spelled.get(value.value, value.value), span=value.span)
    resolved = resolve_metric(value, r, TOP)
    if isinstance(resolved, TopValues) and not tag.many:
        r.report.error(
            "T057",
            value.span,
            f"'top {resolved.count} of' gives several values, and '{tag.name}' keeps one",
            f"“前{resolved.count}个”会给出多个值，而标签“{tag.name}”只保留一个",
            f"declare it: tag {tag.name}: with the line 'values many'",
            f"在“标签 {tag.name}:”下写“取值 many”",
        )
        return None
    return resolved


def resolve_classify(node: Classify, r: Resolver) -> Classify | None:
    """A classify; None where its metric or a band is wrong."""
    tag = r.symbols.tags[node.name]
    by = None
    if node.by is not None:
        by = resolve_metric(node.by, r, TOP)
        if by is None:
            return None  # every band would repeat the mistake
    bands = [resolve_band(band, node.by, by, tag, r) for band in node.bands]
    good = tuple(band for band in bands if band is not None)
    card = resolve_card(node.card, r)
    return Classify(node.name, by, good, card, span=node.span) if len(good) == len(bands) else None


def resolve_band(band: Band, surface: Metric | None, by: Metric | None, tag: TagSymbol, r: Resolver) -> Band | None:
    """A band: its condition, and its value."""
    condition = resolve_condition(band.condition, r, TOP)
    value = given_value(band.value, tag, r)
    if condition is None or value is None:
        return None
    return Band(condition, value, band.text, span=band.span)


def resolve_score(node: Score, r: Resolver) -> Score | None:
    """A score; None where a line or a grant is wrong."""
    lines = []
    for line in node.lines:
        condition = resolve_condition(line.condition, r, TOP)
        if condition is not None:
            lines.append(ScoreLine(condition, line.points, line.text, span=line.span))
    grants = []
    for grant in node.grants:
        when = resolve_condition(grant.condition, r, TOP)
        effects = resolve_effects(grant.effects, r)
        if when is not None and effects is not None:
            grants.append(ScoreGrant(effects, when, span=grant.span))
    if len(lines) != len(node.lines) or len(grants) != len(node.grants):
        return None
    return Score(node.name, tuple(lines), tuple(grants), resolve_card(node.card, r), span=node.span)


def resolve_segment(node: Segment, r: Resolver) -> Segment | None:
    """A segment; None where its condition or its limit is wrong."""
    condition = resolve_condition(node.condition, r, TOP)
    limit, good = _limit(node.limit, r)
    if node.holdout is not None and not 0 < node.holdout < 1:
        good = False
        _share_of(node.span, "holdout", "对照组", node.holdout, r)
    if condition is None or not good:
        return None
    return Segment(
        node.name,
        condition,
        node.action,
        node.notify,
        node.sync,
        limit,
        node.holdout,
        resolve_card(node.card, r),
        node.text,
        span=node.span,
    )


def _limit(limit: Limit | None, r: Resolver) -> tuple[Limit | None, bool]:
    """A segment's limit; False where it is wrong."""
    if limit is None:
        return None, True
    good = limit.count >= 1
    if not good:
        r.report.error("T068", limit.span, "a limit is at least 1", "上限至少为 1", "limit 1000 at random", "上限 1000")
    if limit.by is None:
        return limit, good
    by = resolve_metric(limit.by, r, TOP)
    if by is None or not need_number(by, limit.by.span, r, "T056"):
        return None, False
    return Limit(limit.count, by, span=limit.span), good


def _share_of(span: Span, word: str, word_zh: str, share: Decimal, r: Resolver) -> None:
    r.report.error(
        "T068",
        r.report.word(span, word),
        f"{word} lies between 0% and 100%, not {share * 100:f}%",
        f"{word_zh}应在 0% 到 100% 之间，而不是 {share * 100:f}%",
        "for example 10%",
        "例如 10%",
    )


def resolve_template(node: Template, r: Resolver) -> Template | None:
    """A template: tags (plain ones too) and metrics by layer."""
    lines = []
    good = True
    for line in node.lines:
        metrics = [_shown(metric, r) for metric in line.metrics]
        good = good and all(metric is not None for metric in metrics)
        lines.append(TemplateLine(line.layer, tuple(m for m in metrics if m is not None), span=line.span))
    return Template(node.name, tuple(lines), resolve_card(node.card, r), span=node.span) if good else None


def _shown(metric: Metric, r: Resolver) -> Metric | None:
    """What a template shows: a plain tag is a yes or no."""
    if isinstance(metric, Name):
        found = r.find(metric.name, TOP)
        if found.kind == "tag" and isinstance(found.thing, TagSymbol):
            if r.is_valued(found.thing):
                return tag_value(found.thing, metric.span, r)
            return TagValue(found.thing.name, Type.BOOLEAN, span=metric.span)
    return resolve_metric(metric, r, TOP)
