"""The canonical tables as Parquet: customers, one file per event sorted by customer and time, who is who."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sqlglot import exp

from tagfolk_engine.intake.context import Load
from tagfolk_engine.intake.customers import Block, attribute_types
from tagfolk_engine.intake.dates import steady_since, wall_of_utc
from tagfolk_engine.intake.events import EventBlock, property_types
from tagfolk_engine.intake.identity import source_of
from tagfolk_engine.intake.report import FieldReport
from tagfolk_engine.intake.staging import quoted
from tagfolk_engine.intake.tidying import SQL_TYPES
from tagfolk_engine.lake import AttributeMeta, EventMeta, PropertyMeta, SnapshotWriter
from tagfolk_engine.workspace.settings import TypeName

SEEN = 200
_LOOK = 50_000


def write_customers(load: Load, blocks: list[Block], writer: SnapshotWriter) -> dict[str, AttributeMeta]:
    """``customers.parquet``: one row per customer with all attributes, anchors among them."""
    load.progress.advance("writing customers", 0, load.report.customers)
    settings = load.workspace.settings
    types = attribute_types(blocks)
    anchors = [name for name in dict.fromkeys(a for b in blocks for a in b.anchors) if name not in types]
    types |= dict.fromkeys(anchors, "text")
    personal = {p for b in settings.customers for p in b.personal} | {a for b in blocks for a in b.anchors}
    personal |= {name for name, entry in settings.attributes.items() if entry.personal}
    columns = "".join(f", a.{quoted(name)}" for name in types)
    query = (
        f"SELECT p.customer, p.customer_id{columns} FROM people p LEFT JOIN ({_described(load, blocks, types)}) a "
        f"USING (customer) ORDER BY p.customer"
    )
    _copy(load, query, writer.file("customers"))
    _fill(load, types, writer.file("customers"), load.report.customers, load.report.attributes, "")
    seen = _seen(load, writer.file("customers"), [n for n, t in types.items() if t == "text" and n not in personal])
    return {
        name: AttributeMeta(type=kind, personal=name in personal, seen=seen.get(name, ()))
        for name, kind in types.items()
    }


def _described(load: Load, blocks: list[Block], types: Mapping[str, TypeName]) -> str:
    """A query: per customer and attribute the value of the first block that knows it, its latest row within."""
    parts = []
    for rank, block in enumerate(blocks):
        columns = []
        for name, kind in types.items():
            own = name if name in block.attributes else f"anchor_{name}" if name in block.anchors else None
            columns.append(f"CAST({'t.' + quoted(own) if own else 'NULL'} AS {SQL_TYPES[kind]}) AS {quoted(name)}")
        # a later row outranks an earlier one, an earlier block all of a later one
        order = f"{(len(blocks) - rank) << 52:d} + t.row"
        source = exp.Literal.string(block.source).sql("duckdb")
        parts.append(
            f"SELECT p.customer, {order} AS knows{''.join(', ' + c for c in columns)} FROM {block.table} t "
            f"JOIN persons p ON p.id = t.id WHERE p.source = {source}"
        )
    if not parts:
        return "SELECT 0::INTEGER AS customer LIMIT 0"
    run = load.stage.run
    run(f"CREATE OR REPLACE VIEW described AS {' UNION ALL '.join(parts)}")
    run("CREATE OR REPLACE TABLE several AS SELECT customer FROM described GROUP BY customer HAVING count(*) > 1")
    plain = "".join(f", {quoted(name)}" for name in types)
    if not load.stage.number("SELECT count(*) FROM several"):
        return f"SELECT customer{plain} FROM described"
    latest = "".join(f", arg_max({quoted(name)}, knows) AS {quoted(name)}" for name in types)
    return (
        f"SELECT customer{plain} FROM described ANTI JOIN several USING (customer) UNION ALL "
        f"SELECT customer{latest} FROM described SEMI JOIN several USING (customer) GROUP BY customer"
    )


def write_events(load: Load, blocks: list[EventBlock], writer: SnapshotWriter) -> dict[str, EventMeta]:
    """``event_NAME.parquet`` for every event declared, the empty ones too."""
    by_name: dict[str, list[EventBlock]] = {}
    for block in blocks:
        by_name.setdefault(block.event.name, []).append(block)
    return {name: _write_event(load, name, members, writer) for name, members in by_name.items()}


def _write_event(load: Load, name: str, blocks: list[EventBlock], writer: SnapshotWriter) -> EventMeta:
    types = property_types(blocks)
    parts = []
    for block in blocks:
        columns = "".join(
            f", CAST({'e.' + quoted(p) if p in block.properties else 'NULL'} AS {SQL_TYPES[kind]}) AS {quoted(p)}"
            for p, kind in types.items()
        )
        source = exp.Literal.string(source_of(block)).sql("duckdb")
        load.stage.run(
            f"CREATE OR REPLACE TEMP TABLE customers_of_{block.number} AS SELECT o.said, p.customer "
            f"FROM {block.owners} o JOIN persons p ON p.id = o.who WHERE p.source = {source}"
        )
        parts.append(
            f"SELECT o.customer, e.utc AS time{columns} FROM {quoted(block.table)} e "
            f"JOIN customers_of_{block.number} o ON o.said = e.said"
        )
    path = writer.file(f"event_{name}")
    load.progress.advance(f"writing {name}", 0, None)
    rows, first, last, offset = _sorted(load, " UNION ALL ".join(parts), path)
    load.report.events[name] = rows
    prefixed = {f"{name}.{p}": load.report.properties.setdefault(f"{name}.{p}", FieldReport()) for p in types}
    _fill(load, types, path, rows, prefixed, f"{name}.")
    personal = {
        p for p in types if (e := load.workspace.settings.properties.get(f"{name}.{p}")) is not None and e.personal
    }
    seen = _seen(load, path, [p for p, kind in types.items() if kind == "text" and p not in personal])
    return EventMeta(
        rows=rows, first=first.isoformat() if first else None, last=last.isoformat() if last else None, offset=offset,
        properties={p: PropertyMeta(type=kind, seen=seen.get(p, ())) for p, kind in types.items()},
    )  # fmt: skip


def _sorted(load: Load, query: str, path: Path) -> tuple[int, datetime | None, datetime | None, int | None]:
    """Write events by customer and time: how many, the first and last time, the offset of the wall clock if it is
    one and the same for all (then the wall clock is not stored)."""
    zone = load.workspace.zone
    since = steady_since(zone)
    counted = f"SELECT count(*), min(time), max(time) FROM {_reader(path)}"
    if since is not None:
        _copy(load, f"{query} ORDER BY customer, time", path)
        rows, first, last = load.stage.rows(counted)[0]
        if first is None or first >= since[0]:
            return rows, first, last, since[1]
    local = wall_of_utc(exp.column("time"), zone).sql("duckdb")
    _copy(load, f"SELECT customer, time, {local} AS local, * EXCLUDE (customer, time) FROM "
                f"({query} ORDER BY customer, time)", path)  # fmt: skip
    rows, first, last = load.stage.rows(counted)[0]
    return rows, first, last, None


def write_identity(load: Load, writer: SnapshotWriter) -> None:
    """``identity.parquet`` (source, record_id, customer_id), ``anchors.parquet`` (customer, kind, value: personal) and
    ``identity_changes.parquet`` (change, before, after), ``identity_review.parquet`` (left, right,
    probability, weights: personal)."""
    _copy(load, "SELECT source, id AS record_id, customer_id FROM persons ORDER BY customer, source, id",
          writer.file("identity"))  # fmt: skip
    _copy(load, "SELECT DISTINCT p.customer, m.kind, m.value FROM marks m JOIN persons p USING (record) "
          "ORDER BY 1, 2, 3", writer.file("anchors"))  # fmt: skip
    _copy(load, "SELECT * FROM identity_changes ORDER BY 1, 2, 3", writer.file("identity_changes"))
    _copy(load, "SELECT * FROM identity_review ORDER BY probability DESC, 1, 2", writer.file("identity_review"))


def _copy(load: Load, query: str, path: Path) -> None:
    target = exp.Literal.string(str(path)).sql("duckdb")
    load.stage.run(f"COPY ({query}) TO {target} (FORMAT parquet, COMPRESSION zstd)")


def _reader(path: Path) -> str:
    return f"read_parquet({exp.Literal.string(str(path)).sql('duckdb')})"


def _fill(
    load: Load, types: Mapping[str, TypeName], path: Path, total: int, fields: dict[str, FieldReport], prefix: str
) -> None:
    """How complete each column is, from what the Parquet file says of itself."""
    target = exp.Literal.string(str(path)).sql("duckdb")
    missing = dict(load.stage.rows(
        f"SELECT path_in_schema, sum(stats_null_count) FROM parquet_metadata({target}) GROUP BY 1"))  # fmt: skip
    for name in types:
        report = fields.setdefault(prefix + name, FieldReport())
        report.filled = (total - int(missing.get(name) or 0)) / total if total else 0.0


def _seen(load: Load, path: Path, names: list[str]) -> dict[str, tuple[str, ...]]:
    """The commonest values of text columns, for completion and questions. A column of codes (its first rows hold
    hardly two alike) has none."""
    seen = {}
    for name in names:
        column, reader = quoted(name), _reader(path)
        distinct, known = load.stage.rows(
            f"SELECT count(DISTINCT {column}), count({column}) FROM (SELECT {column} FROM {reader} LIMIT {_LOOK:d})"
        )[0]
        if distinct <= max(SEEN, known / 4):
            top = (
                f"SELECT {column} FROM {reader} WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 "
                f"LIMIT {SEEN:d}"
            )
            seen[name] = tuple(value for (value,) in load.stage.rows(top))
    return seen
