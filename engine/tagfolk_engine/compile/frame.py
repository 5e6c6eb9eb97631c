"""What an expression is written against: the columns and figures that stand ready, and where they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from sqlglot import exp
from tagfolk_dsl.tree import Aggregate, Metric, Node, Type, Window

from tagfolk_engine.compile import sql
from tagfolk_engine.compile.clock import FIRST, LAST, Clock, Span
from tagfolk_engine.compile.dialect import Dialect
from tagfolk_engine.compile.sql import E
from tagfolk_engine.compile.values import Value
from tagfolk_engine.evaluate.cutoff import Cutoff
from tagfolk_engine.plan.nodes import Exactly
from tagfolk_engine.plan.tags import TagPlan


@dataclass(frozen=True)
class Schema:
    """The columns of the snapshot's views with the engine's type names, in lower case."""

    customers: Mapping[str, str]
    events: Mapping[str, Mapping[str, str]]

    def integral(self, event: str | None, name: str) -> bool:
        """Is it a whole number by its column?"""
        columns = self.customers if event is None else self.events.get(event, {})
        return "int" in columns.get(name, "")


@dataclass
class Frame:
    """Everything that lowering a tree needs to know beside the tree."""

    dialect: Dialect
    cutoff: Cutoff
    schema: Schema
    tags: Mapping[str, TagPlan]
    columns: dict[object, str] = field(default_factory=dict)
    """Node (or a key for tags: ("held" | "granted" | "value", tag)) → its column of the wide row."""
    scalars: dict[Node, object] = field(default_factory=dict)
    """Rank, Overall, Across → the figure found."""
    derived: dict[tuple[str, str], str] = field(default_factory=dict)
    """("local" | "instant", column) → the column of the wide row that holds a column's conversion."""
    span: Callable[[], Span] = lambda: (FIRST, LAST)
    """Between which instants the data lie; only asked for where the zone's offset changes."""
    three_valued: bool = False
    """A comparison with a missing value is unknown instead of false: only to count whose answer hangs on one."""
    clock: Clock = field(init=False)

    def __post_init__(self) -> None:
        self.clock = Clock(self.cutoff.zone, self.dialect, self.span)

    def name(self, key: object, prefix: str = "m") -> str:
        """The column of a node, given a name the first time."""
        if key not in self.columns:
            self.columns[key] = f"{prefix}{len(self.columns)}"
        return self.columns[key]

    def column(self, key: object) -> E:
        """The column of a node that stands ready."""
        return sql.column(self.columns[key])

    def settle(self, window: Window) -> Window:
        """A window by its bounds: equal ones are one."""
        return Exactly(*self.cutoff.window(window))

    def figure(self, node: Aggregate) -> E:
        """The column of an aggregate, whose window may still be in the words of the rule."""
        return self.column(replace(node, window=self.settle(node.window)))

    def local(self, utc: E) -> E:
        """A naive UTC instant as local time."""
        ready = self.derived.get(("local", utc.name)) if isinstance(utc, exp.Column) else None
        return sql.column(ready) if ready else self.clock.local(utc)

    def instant(self, date: E) -> E:
        """A date's local midnight as an instant, naive UTC."""
        ready = self.derived.get(("instant", date.name)) if isinstance(date, exp.Column) else None
        return sql.column(ready) if ready else self.clock.instant(sql.cast(date.copy(), "timestamp"))

    def derive(self, kind: str, column: str) -> E:
        """The conversion of a column, to be kept in the wide row under a name of its own."""
        made = self.clock.local(sql.column(column)) if kind == "local" else self.instant(sql.column(column))
        self.derived[kind, column] = f"{column} {kind}"
        return sql.named(made, f"{column} {kind}")

    def now(self) -> E:
        """T, naive UTC."""
        return sql.timestamp(self.cutoff.utc)

    def inside(self, moment: E, window: Window, floor: object = None) -> list[E]:
        """The tests that an instant lies in a window (before T is taken for granted)."""
        lower, upper = self.cutoff.window(window)
        tests = []
        if lower is not None and lower != floor:
            tests.append(sql.compare(">=", moment.copy(), sql.timestamp(lower)))
        if upper is not None and upper < self.cutoff.utc:
            tests.append(sql.compare("<", moment.copy(), sql.timestamp(upper)))
        return tests


@dataclass(frozen=True)
class EventScope:
    """Inside ``where``: the event looked at, and the customer's own figures already at hand beside it."""

    event: str
    own: Mapping[Metric, Value] = field(default_factory=dict)

    def property(self, frame: Frame, name: str, kind: Type) -> Value:
        """A property of the event."""
        return Value(sql.column(name), kind, kind is Type.NUMBER and frame.schema.integral(self.event, name))
