"""Statements as lines of text, each with the source line it came from (for the comments)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import singledispatchmethod
from typing import Any

from tagfolk_dsl.formatter.expressions import Writer
from tagfolk_dsl.formatter.levels import PRODUCT, SUM, UNARY, level_of
from tagfolk_dsl.formatter.words import Language, bare, duration, keyword, moment, percent, quoted, value, window, word
from tagfolk_dsl.keywords import LAYERS, REFRESHES, WEIGHTS
from tagfolk_dsl.tree import (
    Always,
    And,
    Card,
    Classify,
    Compare,
    Condition,
    Duration,
    Effect,
    Example,
    InRange,
    Let,
    Limit,
    Metric,
    Name,
    Named,
    Node,
    Or,
    Rank,
    Refresh,
    Rule,
    Score,
    Segment,
    Statement,
    TagDeclaration,
    TagValue,
    Template,
    Text,
    Use,
    Window,
)

WIDTH = 110
INDENT = "    "


@dataclass(frozen=True)
class Row:
    """A line of output (a long rule is several physical ones) and the lines of the source it stands for."""

    text: str
    line: int = 0
    end_line: int = 0


class StatementWriter:
    """Writes statements in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.writer = Writer(language)

    def key(self, key: str) -> str:
        """A keyword."""
        return keyword(key, self.language)

    @singledispatchmethod
    def rows(self, statement: Statement) -> Iterator[Row]:
        """The rows of a statement."""
        raise TypeError(f"no text for {type(statement).__name__}")

    @rows.register
    def _let(self, node: Let) -> Iterator[Row]:
        yield self._head(node, f"{self.key('let')} {node.name} = {self.writer.write(node.meaning)}")
        yield from self._card(node.card)

    @rows.register
    def _tag(self, node: TagDeclaration) -> Iterator[Row]:
        yield self._head(node, f"{self.key('tag')} {node.name}:")
        yield from self._card(node.card)

    @rows.register
    def _use(self, node: Use) -> Iterator[Row]:
        arguments = ", ".join(f"{name} = {self._argument(given)}" for name, given in node.arguments)
        yield self._head(node, f"{self.key('use')} {node.method}({arguments}) {self.key('as')} {node.name}")

    @rows.register
    def _rule(self, node: Rule) -> Iterator[Row]:
        head = f"{self.key('rule')} {node.name}: " if node.named else ""
        effects = self.effects(node.effects)
        text = f"{head}{self.writer.write(node.condition)} -> {effects}"
        if len(text) > WIDTH:
            text = head + self._broken(node.condition) + f"\n{INDENT}-> {effects}"
        end = min((line for _, line in node.lines), default=node.span.end_line + 1) - 1
        yield Row(text, node.span.line, max(end, node.span.line))
        given = {
            "why": node.why and quoted(node.why),
            "priority": str(node.priority) if node.priority else None,
            "owner": node.owner and word(node.owner),
            "refresh": self._refresh(node.refresh),
        }
        yield from self._clauses(given, node.lines)

    def _broken(self, condition: Condition) -> str:
        """A long condition with each part of its outermost ``and`` (or ``or``) on a line of its own."""
        if not isinstance(condition, (And, Or)):
            return self.writer.write(condition)
        joiner = self.key("and" if isinstance(condition, And) else "or")
        level = 2 if isinstance(condition, And) else 1
        return f"\n{INDENT}{joiner} ".join(self.writer.text(item, level) for item in condition.items)

    @rows.register
    def _classify(self, node: Classify) -> Iterator[Row]:
        by = "" if node.by is None else f" {self.key('by')} {self.writer.text(node.by, 4)}"
        yield self._head(node, f"{self.key('classify')} {node.name}{by}:")
        yield from self._card(node.card)
        for band in node.bands:
            yield Row(
                f"{INDENT}{self._test(band.condition, node.by)} -> {self.writer.granted(band.value)}", *_lines(band)
            )

    @rows.register
    def _score(self, node: Score) -> Iterator[Row]:
        yield self._head(node, f"{self.key('score')} {node.name}:")
        yield from self._card(node.card)
        for line in node.lines:
            yield Row(f"{INDENT}{self._scored(line.condition)} {line.points:+d}", *_lines(line))
        for grant in node.grants:
            held = self._test(grant.condition, Name(node.name))
            yield Row(f"{INDENT}-> {self.effects(grant.effects)} {self.key('when')} {held}", *_lines(grant))

    def _scored(self, condition: Condition) -> str:
        """A score line's condition; arithmetic right of the last comparison is put in brackets."""
        if isinstance(condition, Compare) and level_of(condition.right) in (SUM, PRODUCT, UNARY):
            left = self.writer.text(condition.left, 4)
            return f"{left} {condition.operator} ({self.writer.write(condition.right)})"
        return self.writer.write(condition)

    @rows.register
    def _segment(self, node: Segment) -> Iterator[Row]:
        text = f"{self.key('segment')} {node.name}: {self.writer.write(node.condition)}"
        if len(text) > WIDTH:
            text = f"{self.key('segment')} {node.name}: " + self._broken(node.condition)
        end = min((line for _, line in node.card.lines), default=node.span.end_line + 1) - 1
        yield Row(text, node.span.line, max(end, node.span.line))
        more = {
            "action": node.action and quoted(node.action),
            "notify": [one if one[:1] == "#" else word(one) for one in node.notify],
            "sync": ", ".join(word(one) for one in node.sync) or None,
            "limit": self._limit(node.limit),
            "holdout": None if node.holdout is None else percent(node.holdout),
        }
        yield from self._card(node.card, more)

    @rows.register
    def _template(self, node: Template) -> Iterator[Row]:
        yield self._head(node, f"{self.key('template')} {node.name}:")
        yield from self._card(node.card)
        for line in node.lines:
            layer = line.layer if self.language == "en" else LAYERS[line.layer]
            yield Row(f"{INDENT}{layer} " + ", ".join(self.writer.text(one, 4) for one in line.metrics), *_lines(line))

    @rows.register
    def _example(self, node: Example) -> Iterator[Row]:
        yield self._head(node, f"{self.key('example')} {quoted(node.title)} {self.key('at')} {moment(node.at)}:")
        for name, given in node.attributes:
            yield Row(f"{INDENT}{word(name)} {self._given(given)}", *_lines(given))
        for event in node.events:
            pairs = "".join(f" {name} {self._given(given)}" for name, given in event.properties)
            yield Row(f"{INDENT}{word(event.event)} {moment(event.time)}{pairs}", *_lines(event))
        for expected in node.expectations:
            yield Row(f"{INDENT}{self.key('expect')} {self.writer.write(expected.condition)}", *_lines(expected))

    def _given(self, node: Metric) -> str:
        return value(node, self.language) or self.writer.write(node)

    # --- parts ---------------------------------------------------------------------------------------------------

    def _head(self, node: Statement, text: str) -> Row:
        return Row(text, node.span.line, node.span.line)

    def _argument(self, given: object) -> str:
        if isinstance(given, tuple):
            inside = ", ".join(self._argument(one) for one in given)
            alone = len(given) == 1 and not isinstance(given[0], Named)
            return f"({inside},)" if alone else f"({inside})"
        if isinstance(given, Named):
            return f"{given.name} = {self._argument(given.values)}"
        if isinstance(given, Duration):
            return duration(given, self.language)
        if isinstance(given, Window):
            return window(given, self.language)
        if isinstance(given, Condition):
            return f"({self.writer.write(given)})"
        assert isinstance(given, Node)
        return self.writer.write(given)

    def _test(self, condition: Condition, by: Metric | None) -> str:
        """A band's condition; what is said about ``by`` leaves it out."""
        if by is None or isinstance(condition, Always):
            return self.writer.write(condition)
        if isinstance(condition, Compare) and _same(condition.left, by):
            held = self.writer.text(condition.right, 4)
            return held if condition.operator == "=" else f"{condition.operator} {held}"
        if isinstance(condition, InRange) and _same(condition.metric, by):
            return self.writer.range(condition)
        if isinstance(condition, Rank) and _same(condition.metric, by):
            return self.writer.rank(condition) + self.writer.among(condition.among)
        return self.writer.write(condition)

    def effects(self, effects: tuple[Effect, ...]) -> str:
        """What stands after the arrow."""
        out = ""
        for effect in effects:
            if effect.replacing:
                out += f" {self.key('replacing')} {word(effect.tag)}"
                continue
            out += ", " if out else ""
            if effect.withhold:
                out += f"{'not' if self.language == 'en' else '去掉'} {word(effect.tag)}"
                continue
            out += word(effect.tag)
            if effect.value is not None:
                out += f" = {self.writer.granted(effect.value)}"
            if isinstance(effect.keep, Duration):
                out += (
                    f" for {duration(effect.keep, 'en')}"
                    if self.language == "en"
                    else f" 保留{duration(effect.keep, 'zh')}"
                )
            elif effect.keep:
                out += f" {self.key('forever')}"
        return out

    def _refresh(self, refresh: Refresh | None) -> str | None:
        if refresh is None:
            return None
        if refresh.every is not None:
            return refresh.every if self.language == "en" else REFRESHES[refresh.every]
        on = "on" if self.language == "en" else "在"
        return f"{on} {refresh.event}{self.writer.where(refresh.where)}"

    def _limit(self, limit: Limit | None) -> str | None:
        if limit is None:
            return None
        how = self.key("at_random") if limit.by is None else f"{self.key('by')} {self.writer.text(limit.by, 4)}"
        return f"{limit.count} {how}"

    def _card(self, card: Card, more: Mapping[str, Any] | None = None) -> Iterator[Row]:
        values: Any = [
            " ".join((name if _is_name(name) else quoted(name), *map(quoted, names))) for name, names in card.values
        ]
        listed = ", ".join(values) or None
        chinese = self.language == "zh"
        given: dict[str, Any] = {
            "title": card.title is not None and quoted(card.title),
            "also": ", ".join(quoted(one) for one in card.also) or None,
            "about": card.about is not None and quoted(card.about),
            "layer": card.layer and (LAYERS[card.layer] if chinese else card.layer),
            "weight": card.weight and (WEIGHTS[card.weight] if chinese else card.weight),
            "refresh": self._refresh(card.refresh),
            "owner": card.owner and word(card.owner),
            "values": [part for part in (self.key("many") if card.many else None, listed) if part],
            **(more or {}),
        }
        yield from self._clauses(given, card.lines)

    def _clauses(self, given: Mapping[str, Any], order: tuple[tuple[str, int], ...]) -> Iterator[Row]:
        """The clauses in the order of the text; those that came from nowhere (a title in the head) first."""
        places = dict(reversed(order))
        for key in sorted(given, key=lambda one: places.get(one, 0)):
            said = given[key]
            for text in said if isinstance(said, list) else [said]:
                if text:
                    yield Row(f"{INDENT}{self.key(key)} {text}", places.get(key, 0), places.get(key, 0))


def _same(metric: Metric, by: Metric) -> bool:
    return metric == by or (isinstance(metric, TagValue) and isinstance(by, Name) and metric.tag == by.name)


def _is_name(text: str) -> bool:
    return bare(text) == text or text.replace(".", "", 1).isdigit()


def _lines(node: Node) -> tuple[int, int]:
    return node.span.line, node.span.end_line


__all__ = ["Row", "StatementWriter", "Text", "date", "datetime"]
