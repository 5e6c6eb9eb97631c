"""Tags as layers of columns over the wide row: granted, its value, held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlglot import exp
from tagfolk_dsl.tree import Aggregate, Burst, Has, Node, Sequence, TagValue, TopValues, Type

from tagfolk_engine.compile import sql
from tagfolk_engine.compile.conditions import lower
from tagfolk_engine.compile.frame import Frame
from tagfolk_engine.compile.metrics import lower_metric
from tagfolk_engine.compile.sql import E
from tagfolk_engine.compile.values import Value, as_text, number
from tagfolk_engine.plan.nodes import Granted, GrantedValue, ManyTest
from tagfolk_engine.plan.tags import Grant, TagPlan
from tagfolk_engine.plan.walk import children

Key = tuple[str, str]


def wait_for(nodes: Iterable[Node | None]) -> set[Key]:
    """The tag columns that expressions of these trees read."""
    found: set[Key] = set()
    stack = [node for node in nodes if node is not None]
    while stack:
        node = stack.pop()
        match node:
            case Aggregate() | Sequence() | Burst() | TopValues():
                continue
            case Has(tag=tag):
                found.add(("held", tag))
            case TagValue(tag=tag):
                found |= {("held", tag), ("value", tag)}
            case Granted(tag=tag):
                found.add(("granted", tag))
            case GrantedValue(tag=tag):
                found |= {("granted", tag), ("value", tag)}
            case ManyTest(tag=tag, granted=granted, stored=stored):
                if not granted and not stored:
                    found.add(("held", tag))
                continue
        stack.extend(children(node))
    return found


class TagColumns:
    """The columns of some tags, written in layers: each layer only reads those below it."""

    def __init__(self, frame: Frame, tags: Mapping[str, TagPlan], pinned: frozenset[str]) -> None:
        self._frame = frame
        self._tags = tags
        self._pinned = pinned

    def layers(self, keys: Iterable[Key], ready: frozenset[Key]) -> list[list[Key]]:
        """The wanted columns and those they need, lowest layer first; ``ready`` are columns of the row already."""
        depth: dict[Key, int] = dict.fromkeys(ready, 0)
        open_keys: set[Key] = set()

        def visit(key: Key) -> int:
            if key not in depth:
                if key in open_keys:
                    raise AssertionError(f"circle at {key}")
                open_keys.add(key)
                depth[key] = 1 + max((visit(other) for other in self._reads(key)), default=0)
            return depth[key]

        for key in keys:
            visit(key)
        found: list[list[Key]] = [[] for _ in range(max(depth.values(), default=0))]
        for key, layer in depth.items():
            if layer:
                found[layer - 1].append(key)
        return found

    def _reads(self, key: Key) -> set[Key]:
        kind, name = key
        tag = self._tags[name]
        if kind == "held":
            return {("granted", name)} | wait_for(tag.withheld)
        if tag.info.many:
            return set()
        if kind == "granted" and self._by_value(tag):
            return {("value", name)}
        trees: list[Node | None] = [grant.condition for grant in tag.grants]
        trees += [grant.value for grant in tag.grants]
        trees += [line.condition for line in tag.score or ()]
        return wait_for(trees)

    def _by_value(self, tag: TagPlan) -> bool:
        """Is a tag held exactly where it has a value?"""
        return (
            not tag.info.many
            and tag.score is None
            and bool(tag.grants)
            and all(grant.value is not None for grant in tag.grants)
        )

    def column(self, key: Key) -> E:
        """The expression of one column."""
        kind, name = key
        tag = self._tags[name]
        if kind == "value":
            return self._value(tag)
        if kind == "held":
            return self._held(tag)
        if tag.score is not None:
            return sql.true()
        pins = self._pin(name)
        if tag.info.many:
            granted: E = self._frame.column(("many", name))
        elif self._by_value(tag):
            granted = sql.known(self._frame.column(("value", name)))
        else:
            granted = sql.any_of([self.match(grant, tag) for grant in tag.grants])
        return sql.cases([(pins, pins.copy()), (sql.compare("=", pins.copy(), sql.false()), sql.false())],
                         sql.certain(granted)) if pins is not None else sql.certain(granted)  # fmt: skip

    def match(self, grant: Grant, tag: TagPlan) -> E:
        """Does a grant hold: by its condition, or by what it keeps?"""
        holds = lower(grant.condition, self._frame)
        if grant.keep is not None:
            holds = sql.any_of([holds, self._frame.column(("kept", f"{grant.rule}\0{tag.name}"))])
        if grant.value is None:
            return holds
        value = lower_metric(grant.value, self._frame)
        return holds if value.constant is not None else sql.all_of([holds, sql.known(value.sql.copy())])

    def _value(self, tag: TagPlan) -> E:
        if tag.info.many:
            return sql.null()
        if tag.score is not None:
            total: E = sql.double(0)
            for line in tag.score:
                points = sql.case(lower(line.condition, self._frame), sql.double(line.points), sql.double(0))
                total = exp.Add(this=total, expression=points)
            return total
        branches = []
        pins = self._pin(tag.name)
        if pins is not None:
            branches.append((pins, self._typed(self._pin_value(tag), tag)))
        for grant in tag.grants:
            if grant.value is not None:
                value = self._typed(lower_metric(grant.value, self._frame), tag)
                branches.append((self.match(grant, tag), value))
        return sql.cases(branches) if branches else sql.null()

    def _typed(self, value: Value, tag: TagPlan) -> E:
        if tag.type is Type.NUMBER and value.type is Type.NUMBER:
            return number(value)
        if tag.type is Type.TEXT and value.type is not Type.TEXT:
            return text_of(value, self._frame)
        return value.sql.copy()

    def _pin(self, tag: str) -> E | None:
        return self._frame.column(("pin", tag)) if tag in self._pinned else None

    def _pin_value(self, tag: TagPlan) -> Value:
        stored = self._frame.column(("pin value", tag.name))
        kinds = {Type.NUMBER: "double", Type.DATE: "date", Type.TIME: "timestamp"}
        if tag.type in kinds:
            return Value(self._frame.dialect.try_cast(stored, kinds[tag.type]), tag.type)
        if tag.type is Type.BOOLEAN:
            return Value(sql.compare("=", stored, sql.text("yes")), Type.BOOLEAN)
        return Value(stored, Type.TEXT)

    def _held(self, tag: TagPlan) -> E:
        granted = self._frame.column(("granted", tag.name))
        if not tag.withheld:
            return granted
        taken = sql.any_of([lower(condition, self._frame) for condition in tag.withheld])
        held = sql.all_of([granted, sql.negation(taken)])
        pins = self._pin(tag.name)
        if pins is None:
            return held
        return sql.cases([(pins, sql.true()), (sql.compare("=", pins.copy(), sql.false()), sql.false())], held)


def text_of(value: Value, frame: Frame) -> E:
    """A value as the results keep it."""
    local = frame.local(value.sql) if value.type is Type.TIME else sql.null()
    return as_text(value, frame.dialect.number_text(value.sql.copy()), frame.dialect.time_text(local))
