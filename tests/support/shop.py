"""A tiny shop for tests of the evaluation: rule text and rows in, tables out; countable by hand.

Times are written as local wall-clock text of the zone; the snapshot stores them as the lake does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
from tagfolk_dsl.checker import check, check_condition, check_metric
from tagfolk_dsl.tree import Condition, Metric, Type
from tagfolk_dsl.vocabulary import EventInfo, FieldInfo, MethodInfo, Vocabulary
from tagfolk_engine.evaluate import Cutoff, Evaluator

SQL_TYPES = {
    "number": "DOUBLE", "integer": "BIGINT", "text": "VARCHAR", "date": "DATE", "time": "TIMESTAMP",
    "boolean": "BOOLEAN",
}  # fmt: skip
TYPES = {
    "number": Type.NUMBER, "integer": Type.NUMBER, "text": Type.TEXT, "date": Type.DATE, "time": Type.TIME,
    "boolean": Type.BOOLEAN,
}  # fmt: skip


def utc(text: str, zone: ZoneInfo) -> datetime:
    """Local text (or an instant with an offset) as naive UTC."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        found = found.replace(tzinfo=zone)
    return found.astimezone(UTC).replace(tzinfo=None)


@dataclass
class Shop:
    """``attributes`` and ``events`` give types; ``customers`` are (id, {attribute: value}) in order of their keys;
    ``rows`` are (event, customer id, local time, {property: value})."""

    attributes: Mapping[str, str] = field(default_factory=dict)
    events: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: {"purchase": {"amount": "number"}})
    customers: Sequence[tuple[str, Mapping[str, Any]]] = ()
    rows: Sequence[tuple[str, str, str, Mapping[str, Any]]] = ()
    zone: str = "UTC"
    methods: Mapping[str, MethodInfo] = field(default_factory=dict)
    _open: dict[tuple[str, str], Evaluator] = field(default_factory=dict)

    def _evaluator(self, rules: str, as_of: str, more: Mapping[str, Any]) -> Evaluator:
        """An evaluator, the same one for the same question."""
        if more:
            return self.evaluator(rules, as_of, **more)
        if (rules, as_of) not in self._open:
            self._open[rules, as_of] = self.evaluator(rules, as_of)
        return self._open[rules, as_of]

    def attach(self, connection: duckdb.DuckDBPyConnection) -> None:
        """The views that the lake's snapshot has."""
        zone = ZoneInfo(self.zone)
        columns = "".join(f', "{name}" {SQL_TYPES[kind]}' for name, kind in self.attributes.items())
        connection.execute(f"CREATE TABLE customers (customer INTEGER, customer_id VARCHAR{columns})")
        keys = {}
        for key, (customer, values) in enumerate(self.customers):
            keys[customer] = key
            row = [key, customer, *(values.get(name) for name in self.attributes)]
            connection.execute(f"INSERT INTO customers VALUES ({', '.join('?' * len(row))})", row)
        for event, properties in self.events.items():
            columns = "".join(f', "{name}" {SQL_TYPES[kind]}' for name, kind in properties.items())
            connection.execute(
                f'CREATE TABLE "event_{event}" (customer INTEGER, time TIMESTAMP, local TIMESTAMP{columns})'
            )
        for event, customer, time, values in self.rows:
            instant = utc(time, zone)
            local = instant.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)
            row = [keys[customer], instant, local, *(values.get(name) for name in self.events[event])]
            connection.execute(f'INSERT INTO "event_{event}" VALUES ({", ".join("?" * len(row))})', row)

    @property
    def vocabulary(self) -> Vocabulary:
        """What rules may mention."""
        events = {
            event: EventInfo(event, (), {name: FieldInfo(name, TYPES[kind]) for name, kind in properties.items()})
            for event, properties in self.events.items()
        }
        attributes = {name: FieldInfo(name, TYPES[kind]) for name, kind in self.attributes.items()}
        return Vocabulary(events, attributes, self.methods)

    def evaluator(self, rules: str = "", as_of: str = "2024-07-01", **more: Any) -> Evaluator:
        """The rules over the shop at T; the rules must be free of errors."""
        checked = check({"rules/test.tags": rules}, self.vocabulary)
        assert not checked.errors, [(error.code, error.span.line, error.message) for error in checked.errors]
        return Evaluator(self, checked.program, self.vocabulary, Cutoff.parse(as_of, ZoneInfo(self.zone)), **more)

    def condition(self, text: str, evaluator: Evaluator) -> Condition:
        """A condition in the words of the language."""
        found, problems = check_condition(text, evaluator.program, self.vocabulary)
        assert found is not None, [(problem.code, problem.message) for problem in problems]
        return found

    def metric(self, text: str, evaluator: Evaluator) -> Metric:
        """A metric in the words of the language."""
        found, problems = check_metric(text, evaluator.program, self.vocabulary)
        assert found is not None, [(problem.code, problem.message) for problem in problems]
        return found

    def who(self, text: str, as_of: str = "2024-07-01", rules: str = "", **more: Any) -> set[str]:
        """The customers who meet a condition."""
        evaluator = self._evaluator(rules, as_of, more)
        found = evaluator.table({}, self.condition(text, evaluator))
        return set(found.column("customer_id").to_pylist())

    def value(self, text: str, as_of: str = "2024-07-01", rules: str = "", **more: Any) -> dict[str, Any]:
        """A metric of every customer."""
        evaluator = self._evaluator(rules, as_of, more)
        found = evaluator.table({"x": self.metric(text, evaluator)})
        return {row["customer_id"]: row["x"] for row in found.to_pylist()}

    def tags(self, rules: str, as_of: str = "2024-07-01", **more: Any) -> dict[str, dict[str, Any]]:
        """Tag → customer → value (a sorted list where a customer holds several rows)."""
        evaluator = self.evaluator(rules, as_of, **more)
        try:
            evaluator.run()
            rows = evaluator.connection.execute("SELECT tag, customer_id, value FROM assignment_now").fetchall()
        finally:
            evaluator.close()
        found: dict[str, dict[str, Any]] = {name: {} for name in evaluator.program.tags}
        for tag, customer, value in sorted(rows, key=lambda row: (row[0], row[1], row[2] or "")):
            if customer in found[tag]:
                before = found[tag][customer]
                found[tag][customer] = [*(before if isinstance(before, list) else [before]), value]
            else:
                found[tag][customer] = value
        return found


def arrow(columns: Mapping[str, Sequence[Any]], kinds: Mapping[str, pa.DataType] | None = None) -> pa.Table:
    """An Arrow table with typed columns, text unless told otherwise."""
    kinds = kinds or {}
    return pa.table({name: pa.array(values, kinds.get(name, pa.string())) for name, values in columns.items()})
