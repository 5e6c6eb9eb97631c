"""A metric alone where a condition is due: an event, a date in a window, a yes/no, or a ``let`` condition."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tagfolk_dsl.checker.aggregates import event_where, event_window
from tagfolk_dsl.checker.dispatch import resolve_metric
from tagfolk_dsl.checker.metrics import named, untaken_filter, untaken_window
from tagfolk_dsl.checker.resolver import Found, Resolver
from tagfolk_dsl.checker.scope import PushedFilter, PushedWindow, Scope
from tagfolk_dsl.checker.symbols import TagSymbol
from tagfolk_dsl.checker.types import WORDS, is_date, type_of
from tagfolk_dsl.checker.windows import check_window
from tagfolk_dsl.tree import (
    Aggregate,
    Anniversary,
    Boolean,
    Compare,
    Condition,
    DateIn,
    Ever,
    Filtered,
    Has,
    Metric,
    Name,
    Next,
    Occurs,
    Span,
    Type,
    Window,
    Windowed,
)
from tagfolk_dsl.vocabulary import EventInfo


@dataclass(frozen=True)
class Peeled:
    """A metric without what stands around it."""

    core: Metric
    window: Window | None
    """The innermost window."""
    scope: Scope
    """With the windows and ``where`` that stood around the core pushed in."""
    pushed: tuple[PushedWindow | PushedFilter, ...]


def peel(node: Metric, scope: Scope) -> Peeled:
    """Take windows and ``where`` off a metric, outermost first."""
    window: Window | None = None
    pushed: list[PushedWindow | PushedFilter] = []
    while isinstance(node, (Windowed, Filtered)):
        if isinstance(node, Windowed):
            window = node.window
            moving = PushedWindow(window, window.span if window.span.line else node.span)
            pushed.append(moving)
            scope = scope.windowed(moving)
        else:
            choosing = PushedFilter(node.where, node.where.span if node.where.span.line else node.span)
            pushed.append(choosing)
            scope = scope.filtered(choosing)
        node = node.metric
    return Peeled(node, window, scope, tuple(pushed))


def is_event(node: Metric, r: Resolver, scope: Scope) -> bool:
    """Whether a metric is an event's bare name (with a window or ``where`` around it)."""
    core = peel(node, scope).core
    return isinstance(core, Name) and r.find(core.name, scope).kind == "event"


def bare(node: Metric, r: Resolver, scope: Scope) -> Condition | None:
    """The condition that a metric alone says."""
    peeled = peel(node, scope)
    if isinstance(peeled.window, Next):
        return _anniversary(node, peeled, r, scope)
    if not all(check_window(p.window, r, p.span) for p in peeled.pushed if isinstance(p, PushedWindow)):
        return None
    core = peeled.core
    found = r.find(core.name, scope) if isinstance(core, Name) else None
    if isinstance(core, Name) and found is not None:
        if found.kind == "event" and isinstance(found.thing, EventInfo):
            return _event(found.thing, node.span, peeled, r)
        if found.kind == "unknown":
            _unknown(core, peeled, r, scope)
            return None
        if found.kind == "tag" and isinstance(found.thing, TagSymbol):
            return _tag(core, found.thing, r)
        if found.kind == "let":
            return _let(core, node, peeled, r, scope)
    return _value(node, peeled, found, r, scope)


def _event(event: EventInfo, span: Span, peeled: Peeled, r: Resolver) -> Condition | None:
    where, good = event_where(event, None, r, peeled.scope)
    window, _ = event_window(Ever(), r, peeled.scope, span)
    return Occurs("some", event.name, where, window, span=span) if good else None


def _let(core: Name, node: Metric, peeled: Peeled, r: Resolver, scope: Scope) -> Condition | None:
    """A ``let`` by itself, with windows and ``where`` pushed into it."""
    let = r.symbols.lets[core.name]
    plain = r.let(let, scope.customer() if not peeled.pushed else Scope(early=scope.early))
    if plain is None:
        return None
    if not isinstance(plain, Condition):
        return _value(node, peeled, r.find(core.name, scope), r, scope)
    meant = r.let(let, peeled.scope) if peeled.pushed else plain
    if not isinstance(meant, Condition) or not _all_taken(peeled, r):
        return None
    return meant


def _all_taken(peeled: Peeled, r: Resolver) -> bool:
    """Report what was pushed in and found nothing to apply to."""
    for pushed in peeled.pushed:
        if pushed.taken:
            continue
        if isinstance(pushed, PushedWindow):
            untaken_window(pushed, r)
        else:
            untaken_filter(pushed, r)
        return False
    return True


def _value(node: Metric, peeled: Peeled, found: Found | None, r: Resolver, scope: Scope) -> Condition | None:
    """A date with a window, or a yes/no."""
    core = peeled.core
    if isinstance(core, Aggregate) and not peeled.pushed and not isinstance(core.window, Ever):
        dated = resolve_metric(replace(core, window=Ever()), r, scope)
        if dated is not None and is_date(
            type_of(dated)
        ):  # last(purchase.time) in 30 days: the window is about the date
            return DateIn(dated, core.window, span=node.span)
    single = len(peeled.pushed) == 1 and peeled.window is not None
    metric: Metric | None
    if single and (found is None or found.kind in ("attribute", "property", "let")):
        inner = named(core, found, r, scope) if isinstance(core, Name) and found else resolve_metric(core, r, scope)
        if inner is None:
            return None
        if is_date(type_of(inner)) and peeled.window is not None:
            return DateIn(inner, peeled.window, span=node.span)
    metric = resolve_metric(node, r, scope)
    if metric is None:
        return None
    if type_of(metric) == Type.BOOLEAN:
        return Compare(metric, "=", Boolean(True, span=node.span), span=node.span)
    _needs_comparison(node, metric, r)
    return None


def _needs_comparison(node: Metric, metric: Metric, r: Resolver) -> None:
    kind = type_of(metric)
    if is_date(kind):
        hint = (
            "say when: 'in 30 days', 'before 2024-01-01', 'more than 1 year ago'",
            "说明时间：近30天、2024-01-01之前",
        )
    elif kind == Type.TEXT:
        hint = ("say which: '= …', 'in (…)', 'known'", "说明取值：= …、属于 (…)、已知")
    else:
        hint = (
            "compare it: '>= 3'; for \"any at all\" use the event's name itself",
            "比较大小：>= 3；若指“有过”，直接写事件名",
        )
    r.report.error(
        "T048",
        node.span,
        f"this is {WORDS[kind][0]}, not yet a condition",
        f"这里只有{WORDS[kind][1]}，还不是条件",
        *hint,
    )


def _tag(core: Name, tag: TagSymbol, r: Resolver) -> Condition | None:
    r.report.error(
        "T031",
        core.span,
        f"'{core.name}' is a tag",
        f"“{core.name}”是标签",
        f"write 'has {core.name}'" + (f" or '{core.name} = …'" if r.is_valued(tag) else ""),
        f"写“有 {core.name}”" + (f"或“{core.name} = …”" if r.is_valued(tag) else ""),
        f"has {core.name}",
    )
    return None


def _unknown(core: Name, peeled: Peeled, r: Resolver, scope: Scope) -> None:
    """An unknown word by itself: an event is due, or (inside ``where``) a property."""
    if scope.event is not None:
        r.property(scope.event, core.name, core.span)
        return
    symbols = r.symbols
    conditions = [let.name for let in symbols.lets.values()]
    events = list(symbols.vocabulary.events)
    dates = [a.name for a in symbols.vocabulary.attributes.values()]
    code = "T021" if peeled.pushed else "T020"
    if code == "T021":
        r.report.unknown(
            code,
            "event",
            core.span,
            core.name,
            events,
            also=[*symbols.events, *symbols.plurals, *symbols.attributes, *symbols.lets],
        )
    else:
        known = [*events, *dict.fromkeys(conditions), *dates]
        r.report.unknown(
            code, "name", core.span, core.name, known, also=[*symbols.events, *symbols.attributes, *symbols.tags]
        )


def _anniversary(node: Metric, peeled: Peeled, r: Resolver, scope: Scope) -> Condition | None:
    """``birthday in next 7 days``."""
    if isinstance(peeled.window, Next) and is_event(peeled.core, r, scope):
        check_window(peeled.window, r, peeled.window.span if peeled.window.span.line else node.span)
        return None
    metric = resolve_metric(peeled.core, r, scope)
    if metric is None or not isinstance(peeled.window, Next):
        return None
    if not is_date(type_of(metric)):
        check_window(peeled.window, r, peeled.window.span if peeled.window.span.line else node.span)
        return None
    return Anniversary(metric, peeled.window, span=node.span)


def named_event(node: Occurs, r: Resolver, scope: Scope) -> Condition | None:
    """``没有 高价值``, ``没有 活跃``: the words of "no event" before a tag or a ``let``; None: it is neither."""
    from tagfolk_dsl.checker.dispatch import resolve_condition
    from tagfolk_dsl.tree import Bare, Ever, Not

    if node.mode != "no" or node.where is not None or not isinstance(node.window, Ever):
        return None
    found = r.find(node.event, scope)
    if found.kind == "tag" and isinstance(found.thing, TagSymbol):
        return Has(found.thing.name, True, span=node.span)
    if found.kind == "let" and isinstance(r.let(r.symbols.lets[node.event], scope), Condition):
        return resolve_condition(Not(Bare(Name(node.event, span=node.span)), span=node.span), r, scope)
    return None
