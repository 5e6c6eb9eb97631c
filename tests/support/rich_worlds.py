"""Worlds with everything in them: scores, kept tags, many values, segments, pins, methods, and names of every kind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from support.naive.world import Event, Pin, Spell, World
from support.worlds import CATEGORIES, PAST_TAG, Case, Maker, vocabulary
from tagfolk_dsl.tree import Type
from tagfolk_dsl.vocabulary import EventInfo, FieldInfo, MethodInfo, Vocabulary

METHOD = MethodInfo("rfm", {}, {"recency": Type.NUMBER, "segment": Type.TEXT, "last": Type.DATE})
EVENTS = ("order", "select", "table_x", "union", "OrderPaid", "下单", "浏览", "退货")
ATTRIBUTES = ("desc", "group", "primary", "created_at", "年龄", "城市", "会员", "生日", "公司", "注册日")
PROPERTIES = ("kind", "null_x", "having", "金额", "类别", "杯数", "话题", "table")


class RichMaker(Maker):
    """Draws a world from a seed, with more kinds of rules."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.scores: list[str] = []
        self.many: list[str] = []
        self.segments: list[str] = []
        self.kept: list[str] = []
        self.plain: list[str] = []
        self.method = self.r.random() < 0.5
        self.bare = False

    # --- rules ----------------------------------------------------------------------------------------------------

    def leaf(self) -> str:
        r = self.r
        options = []
        if self.scores:
            options.append(lambda: f"{r.choice(self.scores)} {self.comparison()} {r.randint(-2, 4)}")
        if self.many:
            options += [
                lambda: f"{r.choice(self.many)} {r.choice(['=', '!='])} {r.choice(CATEGORIES)}",
                lambda: f"{r.choice(self.many)} {r.choice(['in', 'not in'])} ({r.choice(CATEGORIES)}, juice)",
                lambda: f"{r.choice(['has', 'lacks'])} {r.choice(self.many)}",
            ]
        if self.segments:
            options.append(lambda: f"in segment {r.choice(self.segments)}")
        if self.kept:
            options += [
                lambda: f"has {r.choice(self.kept)} for {self.duration(('day', 'week', 'month'))}",
                lambda: f"had {r.choice(self.kept)} {self.duration(('day', 'month'))} ago",
            ]
        if self.method:
            options += [
                lambda: f"r.recency {self.comparison()} {r.randint(1, 5)}",
                lambda: f"r.segment {r.choice(['=', '!='])} {r.choice(['champions', 'lost'])}",
                lambda: f"r.last {r.choice(['in 30 days', 'before ' + self.day(), 'missing'])}",
                lambda: f"purchases where amount >= r.recency {self.window()} >= 1",
            ]
        if options and not self.bare and r.random() < 0.2:
            return r.choice(options)()
        return super().leaf()

    def without_tags(self) -> str:
        self.bare = True
        condition = super().without_tags()
        self.bare = False
        return condition

    def rule(self, number: int) -> str:
        r = self.r
        condition = self.condition()
        kind = r.random()
        if kind < 0.05:
            lines = [
                f"    {self._bracketed(self.condition(1))} {r.choice(['+', '-'])}{r.randint(1, 5)}" for _ in range(3)
            ]
            granted, self.granted = f"t{number}", [*self.granted, f"t{number}"]
            self.scores.append(f"s{number}")
            return "\n".join([f"score s{number}:", *lines, f"    -> {granted} when >= {r.randint(0, 4)}"])
        if kind < 0.12:
            self.kept.append(f"t{number}")
            self.granted.append(f"t{number}")
            keep = r.choice(["forever", f"for {self.duration(('day', 'month'))}"])
            return f"rule k{number}: {condition} -> t{number} {keep}"
        if kind < 0.18:
            where = self.where("purchase") if r.random() < 0.3 else ""
            more = f"\n{self.condition(1)} -> l{number} = {r.choice(CATEGORIES)}" if r.random() < 0.4 else ""
            top = f"top {r.randint(1, 3)} of purchase.category{where} {self.window()}"
            self.many.append(f"l{number}")
            return f"tag l{number}:\n    values many\n{condition} -> l{number} = {top}{more}"
        if kind < 0.22:
            self.segments.append(f"g{number}")
            return f"segment g{number}: {condition}"
        if kind < 0.26 and self.plain:
            self.granted.append(f"t{number}")
            victim = r.choice(self.plain)
            return f"{self.without_tags()} -> t{number} replacing {victim}"
        before = len(self.granted)
        made = super().rule(number)
        self.plain += self.granted[before:]
        return made

    def _bracketed(self, condition: str) -> str:
        return f"({condition})"

    # --- data -----------------------------------------------------------------------------------------------------

    def columns(self, customers: list[str]) -> dict[str, dict[str, dict[str, Any]]]:
        r = self.r
        day = self.cutoff.astimezone(self.zone).date()
        return {
            "r": {
                c: {
                    "recency": self.maybe(float(r.randint(1, 5))),
                    "segment": self.maybe(r.choice(["champions", "lost"])),
                    "last": self.maybe(day - timedelta(days=r.choice([0, 29, 30, 31, 200]))),
                }
                for c in customers if r.random() < 0.8
            }
        }  # fmt: skip

    def past_of(self, tag: str, customers: list[str]) -> list[Spell]:
        """Some spells of a kept tag, one after another, with and without a gap."""
        r = self.r
        spells = []
        for customer in customers:
            at = self.cutoff - timedelta(days=r.randint(40, 400))
            for _ in range(r.randint(0, 3)):
                until = at + timedelta(days=r.choice([1, 30, 90]))
                open_ = until >= self.cutoff
                spells.append(Spell(customer, tag, None, at, None if open_ or r.random() < 0.2 else until))
                if spells[-1].until is None:
                    break
                at = until + timedelta(days=r.choice([0, 0, 5]))
                if at >= self.cutoff:
                    break
        return spells

    def case(self, rules: int = 20) -> Case:
        r = self.r
        plain = super().case(rules)
        ids = list(plain.world.customers)
        history = [*plain.world.history]
        last_true: dict[str, dict[str, Any]] = {}
        for tag in self.kept:
            history += self.past_of(tag, ids)
            begun = [s for s in history if s.tag == tag]
            last_true[f"k{tag[1:]}"] = {
                s.customer: min(s.since + timedelta(days=r.choice([0, 1, 20])), self.cutoff - timedelta(hours=1))
                for s in begun if r.random() < 0.8
            }  # fmt: skip
        pins = {
            (r.choice(ids), tag): Pin(None, r.random() < 0.5)
            for tag in self.plain if tag != PAST_TAG and r.random() < 0.15
        }  # fmt: skip
        columns = self.columns(ids) if self.method else {}
        world = replace(plain.world, history=history, last_true=last_true, pins=pins, columns=columns)
        head = ["use rfm() as r"] if self.method else []
        words = replace(plain.vocabulary, methods={"rfm": METHOD})
        case = Case(self.seed, words, world, head + plain.rules)
        return renamed(case, self.names()) if r.random() < 0.5 else case

    # --- names ----------------------------------------------------------------------------------------------------

    def names(self) -> dict[str, str]:
        """Other names for what the world knows."""
        r = self.r
        base = vocabulary()
        events = r.sample(EVENTS, len(base.events))
        attributes = r.sample(ATTRIBUTES, len(base.attributes))
        properties = sorted({p for e in base.events.values() for p in e.properties} - {"seconds"})
        others = r.sample(PROPERTIES, len(properties))
        return dict(zip([*base.events, *base.attributes, *properties], [*events, *attributes, *others]))


def renamed(case: Case, names: Mapping[str, str]) -> Case:
    """The same case with other names of events, attributes and properties."""

    def new(name: str) -> str:
        return names.get(name, name)

    def fields(infos: Mapping[str, FieldInfo]) -> dict[str, FieldInfo]:
        return {new(n): replace(i, name=new(n)) for n, i in infos.items()}

    text = "\n".join(case.rules)
    for old, made in names.items():
        text = re.sub(rf"\b{old}s\b", f"count({made})", text) if old in case.vocabulary.events else text
        text = re.sub(rf"\b{old}\b", made, text)
    vocabulary_ = Vocabulary(
        {new(n): EventInfo(new(n), (), fields(e.properties)) for n, e in case.vocabulary.events.items()},
        fields(case.vocabulary.attributes), case.vocabulary.methods,
    )  # fmt: skip
    world = case.world
    events = {
        new(n): [Event(e.customer, e.time, {new(k): v for k, v in e.properties.items()}) for e in rows]
        for n, rows in world.events.items()
    }
    customers = {c: {new(k): v for k, v in row.items()} for c, row in world.customers.items()}
    return Case(case.seed, vocabulary_, _with(world, customers, events), text.split("\n"))


def _with(world: World, customers: dict[str, dict[str, Any]], events: dict[str, list[Event]]) -> World:
    return replace(world, customers=customers, events=events)


def rich_case(seed: int, rules: int = 20) -> Case:
    """The rich world of a seed."""
    return RichMaker(seed).case(rules)
