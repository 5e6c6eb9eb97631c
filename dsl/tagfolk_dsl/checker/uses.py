"""Resolving ``use METHOD(arguments) as NAME`` against what the method says it takes.

A resolved argument is, by its kind: event → its name; events → ``Occurs`` each; property → ``"purchase.amount"``;
metric(s), condition, window (a duration: that long before T), duration → the tree; number(s) → Decimal; groups →
pairs of name and Decimals; text,
choice, attribute, tag → the text; boolean → bool. One of its choices as a bare word is that text, for every kind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from tagfolk_dsl.checker.bare import bare, is_event
from tagfolk_dsl.checker.dispatch import resolve_condition, resolve_metric
from tagfolk_dsl.checker.nearest import nearest
from tagfolk_dsl.checker.resolver import Resolver
from tagfolk_dsl.checker.scope import Scope
from tagfolk_dsl.checker.windows import check_window
from tagfolk_dsl.tree import (
    Boolean,
    Compare,
    Condition,
    Dotted,
    Duration,
    Filtered,
    Last,
    Metric,
    Name,
    Named,
    Negative,
    Node,
    Number,
    Occurs,
    Text,
    Use,
    Window,
    Windowed,
)
from tagfolk_dsl.vocabulary import ArgumentInfo, MethodInfo

EARLY = Scope(early=True)

WANTED: Mapping[str, tuple[str, str]] = {
    "event": ("an event", "事件"), "events": ("events in brackets", "括号中的若干事件"),
    "property": ("a property such as purchase.amount", "属性，如 purchase.amount"), "metric": ("a metric", "指标"),
    "metrics": ("metrics in brackets", "括号中的若干指标"), "condition": ("a condition", "条件"),
    "window": ("a window such as 12 months", "时间范围，如 12个月"), "duration": ("a time such as 30 days",
    "时长，如 30天"),
    "number": ("a number", "数字"), "text": ("text", "文本"), "choice": ("one of the choices", "选项之一"),
    "boolean": ("yes or no", "是或否"), "attribute": ("an attribute", "客户属性"), "tag": ("a tag or segment",
    "标签或人群"),
    "numbers": ("numbers in brackets", "括号中的若干数字"),
    "groups": ("named lists such as (recency = (30, 60), frequency = (2, 5))",
    "带名称的列表，如 (recency = (30, 60), frequency = (2, 5))"),
}  # fmt: skip
"""What each kind of argument takes, for messages."""


class Wrong(Exception):
    """An argument is not what its kind takes; nothing has been reported yet."""


class Reported(Exception):
    """An argument is wrong, and the report says why."""


def resolve_use(use: Use, r: Resolver) -> Use | None:
    """A ``use``; None where the method is unknown or an argument is wrong."""
    method = r.symbols.vocabulary.methods.get(use.method)
    if method is None:
        r.report.unknown("T026", "method", use.span, use.method, r.symbols.vocabulary.methods)
        return None
    good = True
    resolved: dict[str, object] = {}
    for name, value in use.arguments:
        info = method.arguments.get(name)
        if info is None:
            good = False
            r.report.unknown(
                "T027", "argument", use.span, name, method.arguments, of=(f" of {method.name}", f"方法“{method.name}”")
            )
        elif name in resolved:
            good = False
            r.report.error(
                "T070",
                r.report.word(use.span, name),
                f"the argument '{name}' is given twice",
                f"参数“{name}”给出了两次",
                "keep one of them",
                "保留一个",
            )
        else:
            resolved[name] = _argument(info, value, use, r)
            good = good and resolved[name] is not None
    good = _required(method, resolved, use, r) and good
    return Use(use.method, tuple(resolved.items()), use.name, span=use.span) if good else None


def _required(method: MethodInfo, given: Mapping[str, object], use: Use, r: Resolver) -> bool:
    """Whether every argument that must be there is."""
    missing = [info.name for info in method.arguments.values() if info.required and info.name not in given]
    for name in missing:
        word, word_zh = WANTED[method.arguments[name].kind]
        r.report.error(
            "T059",
            r.report.word(use.span, use.method),
            f"{method.name} needs the argument '{name}'",
            f"方法“{method.name}”缺少参数“{name}”",
            f"add {name} = … ({word})",
            f"加上 {name} = …（{word_zh}）",
        )
    return not missing


def _argument(info: ArgumentInfo, value: object, use: Use, r: Resolver) -> object | None:
    """One argument by its kind, the mistake reported."""
    span = value.span if isinstance(value, Node) and value.span.line else r.report.word(use.span, info.name)
    word = value.name if isinstance(value, Name) else value.value if isinstance(value, Text) else None
    if word is not None and word in info.choices:
        return word
    try:
        return _groups(info, value, use, r) if info.kind == "groups" else _KINDS[info.kind](value, use, r)
    except Reported:
        return None
    except Wrong:
        wanted, wanted_zh = WANTED[info.kind]
    if info.kind == "choice" or (info.choices and word is not None):
        near = nearest(word, info.choices) if word else None
        ask, ask_zh = (f"did you mean '{near}'? ", f"是不是“{near}”？") if near else ("", "")
        r.report.error(
            "T029",
            span,
            f"'{word or info.name}' is no choice for '{info.name}'",
            f"“{word or info.name}”不是参数“{info.name}”的选项",
            f"{ask}choices: {', '.join(info.choices)}",
            f"{ask_zh}选项：{'、'.join(info.choices)}",
            near,
        )
    else:
        r.report.error(
            "T058",
            span,
            f"the argument '{info.name}' takes {wanted}",
            f"参数“{info.name}”需要{wanted_zh}",
            info.meaning,
            info.meaning,
        )
    return None


def _event(value: object, use: Use, r: Resolver) -> object:
    if not isinstance(value, Name):
        raise Wrong
    event = r.event(value.name, value.span)
    if event is None:
        raise Reported
    return event.name


def _events(value: object, use: Use, r: Resolver) -> object:
    found = []
    for item in value if isinstance(value, tuple) else (value,):
        if isinstance(item, (Occurs, Condition)):
            resolved = resolve_condition(item, r, EARLY)
        elif isinstance(item, Name) and not is_event(item, r, EARLY):
            r.unknown_event(item.name, item.span)
            raise Reported
        elif isinstance(item, (Name, Filtered, Windowed)):
            resolved = bare(item, r, EARLY)
        else:
            raise Wrong
        if resolved is None:
            raise Reported
        if not isinstance(resolved, Occurs) or resolved.mode != "some":
            raise Wrong
        found.append(resolved)
    return tuple(found)


def _property(value: object, use: Use, r: Resolver) -> object:
    """``purchase.amount``; a bare property belongs to the event that the argument ``event`` names."""
    if isinstance(value, Dotted):
        event, name, span = r.event(value.left, value.span), value.right, value.span
    elif isinstance(value, Name):
        given = next((v for n, v in use.arguments if n == "event" and isinstance(v, Name)), None)
        if given is None:
            raise Wrong
        event, name, span = r.symbols.event(given.name), value.name, value.span
    else:
        raise Wrong
    if event is None:
        raise Reported
    field = r.property(event, name, span)
    if field is None:
        raise Reported
    return f"{event.name}.{field.name}"


def _metric(value: object, use: Use, r: Resolver) -> object:
    if not isinstance(value, Metric):
        raise Wrong
    resolved = resolve_metric(value, r, EARLY)
    if resolved is None:
        raise Reported
    return resolved


def _metrics(value: object, use: Use, r: Resolver) -> object:
    items = value if isinstance(value, tuple) else (value,)
    good, found = True, []
    for item in items:
        try:
            found.append(_condition(item, use, r) if isinstance(item, Condition) else _metric(item, use, r))
        except Reported:
            good = False
    if not good:
        raise Reported
    return tuple(found)


def _condition(value: object, use: Use, r: Resolver) -> object:
    if isinstance(value, Condition):
        resolved = resolve_condition(value, r, EARLY)
    elif isinstance(value, Metric):
        resolved = bare(value, r, EARLY)
    else:
        raise Wrong
    if resolved is None:
        raise Reported
    return resolved


def _window(value: object, use: Use, r: Resolver) -> object:
    if isinstance(value, Duration):
        value = Last(value, span=value.span)
    if not isinstance(value, Window):
        raise Wrong
    if not check_window(value, r, value.span if value.span.line else use.span):
        raise Reported
    return value


def _duration(value: object, use: Use, r: Resolver) -> object:
    if isinstance(value, Last):
        value = value.length
    if not isinstance(value, Duration):
        raise Wrong
    return value


def _number(value: object, use: Use, r: Resolver) -> object:
    if isinstance(value, Negative) and isinstance(value.operand, Number):
        return -value.operand.value
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return Decimal(value)
    if not isinstance(value, Number):
        raise Wrong
    return value.value


def _numbers(value: object, use: Use, r: Resolver) -> object:
    return tuple(_number(item, use, r) for item in (value if isinstance(value, tuple) else (value,)))


def _groups(info: ArgumentInfo, value: object, use: Use, r: Resolver) -> object:
    """``recency = (30, 60)`` each; one number needs no brackets of its own (and is then read as a comparison)."""
    found: dict[str, object] = {}
    for item in value if isinstance(value, tuple) else (value,):
        match item:
            case Named(name=name, values=values):
                found[name] = _numbers(values, use, r)
            case Compare(left=Name(name=name), operator="=", right=right):
                found[name] = _numbers(right, use, r)
            case _:
                raise Wrong
        if info.choices and name not in info.choices:
            r.report.unknown(
                "T027", "argument", item.span, name, info.choices, of=(f" of {info.name}", f"“{info.name}”")
            )
            raise Reported
    return tuple(found.items())


def _text(value: object, use: Use, r: Resolver) -> object:
    if isinstance(value, Number):
        return value.text or str(value.value)
    if isinstance(value, Name):
        return value.name
    if not isinstance(value, Text):
        raise Wrong
    return value.value


def _choice(value: object, use: Use, r: Resolver) -> object:
    raise Wrong


def _boolean(value: object, use: Use, r: Resolver) -> object:
    if not isinstance(value, Boolean):
        raise Wrong
    return value.value


def _attribute(value: object, use: Use, r: Resolver) -> object:
    if not isinstance(value, Name):
        raise Wrong
    found = r.attribute(value.name, value.span)
    if found is None:
        raise Reported
    return found.name


def _tag(value: object, use: Use, r: Resolver) -> object:
    if not isinstance(value, Name):
        raise Wrong
    segment = r.symbols.segments.get(value.name)
    if segment is not None and value.name not in r.symbols.tags:
        return segment.name
    tag = r.tag(value.name, value.span)
    if tag is None:
        raise Reported
    return tag.name


_KINDS: Mapping[str, Callable[[object, Use, Resolver], object]] = {
    "event": _event, "events": _events, "property": _property, "metric": _metric, "metrics": _metrics,
    "condition": _condition, "window": _window, "duration": _duration, "number": _number, "numbers": _numbers,
    "text": _text, "choice": _choice, "boolean": _boolean, "attribute": _attribute, "tag": _tag,
}  # fmt: skip
