"""The ``example`` blocks: one customer's record in memory, and what must come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlglot import exp
from tagfolk_dsl.program import Program
from tagfolk_dsl.tree import Always, Boolean, Condition, Day, Example, Instant, Metric, Number, Text, Type
from tagfolk_dsl.vocabulary import Vocabulary

from tagfolk_engine.evaluate import Cutoff, EvaluationError, Evaluator

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    import duckdb

_TYPES = {
    Type.NUMBER: "DOUBLE", Type.TEXT: "VARCHAR", Type.BOOLEAN: "BOOLEAN", Type.DATE: "DATE", Type.TIME: "TIMESTAMP",
}  # fmt: skip


@dataclass(frozen=True)
class Failure:
    """An expectation that does not hold, or an example that cannot be evaluated."""

    example: str
    file: str
    line: int
    message: str

    def as_json(self) -> dict[str, object]:
        """The shape of ``tagfolk test --json``."""
        return {"example": self.example, "file": self.file, "line": self.line, "message": self.message}


@dataclass(frozen=True)
class Tested:
    """How many examples passed, what failed, and the rules that held in none of them."""

    passed: int
    failed: list[Failure]
    untouched: list[str]


def run_examples(program: Program, vocabulary: Vocabulary, zone: ZoneInfo) -> tuple[int, list[Failure]]:
    """How many examples passed, and what failed."""
    found = examine(program, vocabulary, zone)
    return found.passed, found.failed


def examine(program: Program, vocabulary: Vocabulary, zone: ZoneInfo) -> Tested:
    """Evaluate every example, and see which rules none of them meets."""
    passed: int
    failed: list[Failure]
    passed, failed = 0, []
    parts = _parts(program)
    touched: set[str] = set()
    for example in program.examples:
        found, held = _failures(example, program, vocabulary, zone, parts)
        passed += not found
        failed += found
        touched |= held
    names = dict.fromkeys(name for name, _ in parts)
    return Tested(passed, failed, [name for name in names if name not in touched])


def _parts(program: Program) -> list[tuple[str, Condition]]:
    """Every rule, band and line with the condition that an example may meet; ``otherwise`` says nothing."""
    found: list[tuple[str, Condition]] = [(rule.name, rule.condition) for rule in program.rules]
    for classify in program.classifies:
        bands = [band for band in classify.bands if not isinstance(band.condition, Always)]
        found += [(f"{classify.name}: {band.text}", band.condition) for band in bands]
    for score in program.scores:
        found += [(f"{score.name}: {line.text}", line.condition) for line in score.lines]
    return found


def _failures(
    example: Example, program: Program, vocabulary: Vocabulary, zone: ZoneInfo, parts: list[tuple[str, Condition]]
) -> tuple[list[Failure], set[str]]:
    """What failed, and the names of the parts that held."""
    cutoff = Cutoff.of(example.at, zone)
    evaluator = Evaluator(ExampleData(example, vocabulary, cutoff), program, vocabulary, cutoff)
    try:
        columns: dict[str, Metric | Condition] = {
            f"e{index}": expected.condition for index, expected in enumerate(example.expectations)
        }
        columns |= {
            f"r{index}": evaluator.reading().read(condition, evaluator.withheld_by(name))
            for index, (name, condition) in enumerate(parts)
        }
        row = evaluator.table(columns).to_pylist()[0]
    except EvaluationError as error:
        return [Failure(example.title, example.span.file, example.span.line, error.message)], set()
    finally:
        evaluator.close()
    held = {name for index, (name, _) in enumerate(parts) if row[f"r{index}"]}
    return [
        Failure(example.title, example.span.file, expected.span.line, f"expected {_text(expected.text)}, it is not so")
        for index, expected in enumerate(example.expectations)
        if not row[f"e{index}"]
    ], held


def _text(text: str) -> str:
    return text.removeprefix("expect").strip()


@dataclass
class ExampleData:
    """One customer as a snapshot: the same views as the lake's."""

    example: Example
    vocabulary: Vocabulary
    cutoff: Cutoff

    def attach(self, connection: Any) -> None:
        """Make ``customers`` and ``event_NAME``."""
        types = {name: field.type for name, field in self.vocabulary.attributes.items()}
        given = {name: _value(value, types[name], self.cutoff) for name, value in self.example.attributes}
        _make(connection, "customers", {"customer": "INTEGER", "customer_id": "VARCHAR", **_columns(types)},
              [{"customer": 0, "customer_id": "example:1", **given}])  # fmt: skip
        for name, event in self.vocabulary.events.items():
            kinds = {prop: field.type for prop, field in event.properties.items()}
            rows = []
            for line in self.example.events:
                if line.event == name:
                    at = _instant(line.time, self.cutoff)
                    values = {prop: _value(value, kinds[prop], self.cutoff) for prop, value in line.properties}
                    rows.append({"customer": 0, "time": at, "local": self.cutoff.local(at), **values})
            columns = {"customer": "INTEGER", "time": "TIMESTAMP", "local": "TIMESTAMP", **_columns(kinds)}
            _make(connection, f"event_{name}", columns, rows)


def _columns(types: Mapping[str, Type]) -> dict[str, str]:
    return {name: _TYPES[kind] for name, kind in types.items()}


def _make(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str], rows: list[dict[str, Any]]
) -> None:
    def quoted(name: str) -> str:
        return exp.to_identifier(name, quoted=True).sql("duckdb")

    made = ", ".join(f"{quoted(name)} {kind}" for name, kind in columns.items())
    connection.execute(f"CREATE TEMP TABLE {quoted(table)} ({made})")
    for row in rows:
        places = ", ".join("?" for _ in row)
        names = ", ".join(quoted(name) for name in row)
        connection.execute(f"INSERT INTO {quoted(table)} ({names}) VALUES ({places})", list(row.values()))


def _instant(at: date | datetime, cutoff: Cutoff) -> datetime:
    """A day (its midnight) or a time of an example as naive UTC."""
    if not isinstance(at, datetime):
        at = datetime.combine(at, time())
    return Cutoff.of(at, cutoff.zone).instant.astimezone(UTC).replace(tzinfo=None)


def _value(metric: Metric, kind: Type, cutoff: Cutoff) -> object:
    match metric:
        case Number(value=number):
            return float(number) if isinstance(number, Decimal) and kind is Type.NUMBER else str(number)
        case Text(value=text):
            return text
        case Boolean(value=flag):
            return flag
        case Day(value=day):
            return _instant(day, cutoff) if kind is Type.TIME else day
        case Instant(value=instant):
            return _instant(instant, cutoff)
    raise EvaluationError("a value in an example must be a number, a text, a date, yes or no", metric.span)
