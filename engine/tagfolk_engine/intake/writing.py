"""The canonical tables as Parquet: customers, one file per event sorted by customer and time, who is who."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sqlglot import exp

from tagfolk_engine.intake.context import Load
from tagfolk_engine.intake.customers import Block, attribute_types
from tagfolk_engine.intake.events import EventBlock, property_types
from tagfolk_engine.intake.report import FieldReport
from tagfolk_engine.intake.staging import quoted
from tagfolk_engine.intake.tidying import SQL_TYPES
from tagfolk_engine.lake import AttributeMeta, EventMeta, PropertyMeta, SnapshotWriter
from tagfolk_engine.workspace.settings import TypeName

SEEN = 200


def write_customers(load: Load, blocks: list[Block], writer: SnapshotWriter) -> dict[str, AttributeMeta]:
    """``customers.parquet``: one row per customer with all attributes, anchors among them."""
    load.progress.advance("writing customers", 0, load.report.customers)
    settings = load.workspace.settings
    types = attribute_types(blocks)
    anchors = [name for name in dict.fromkeys(a for b in blocks for a in b.anchors) if name not in types]
    types |= dict.fromkeys(anchors, "text")
    personal = {p for b in settings.customers for p in b.personal} | {a for b in blocks for a in b.anchors}
    personal |= {name for name, entry in settings.attributes.items() if entry.personal}
    _best_values(load, blocks, types)
    columns = "".join(f", a.{quoted(name)}" for name in types)
    query = (
        f"SELECT p.customer, p.customer_id{columns} FROM people p LEFT JOIN best a USING (customer) ORDER BY p.customer"
    )
    _copy(load, query, writer.file("customers"))
    _fill(load, types, "best", load.report.customers, load.report.attributes, "")
    seen = _seen(load, writer.file("customers"), [n for n, t in types.items() if t == "text" and n not in personal])
    return {
        name: AttributeMeta(type=kind, personal=name in personal, seen=seen.get(name, ()))
        for name, kind in types.items()
    }


def _best_values(load: Load, blocks: list[Block], types: Mapping[str, TypeName]) -> None:
    """``best``: per customer and attribute the value of the first block that knows it, its latest row within."""
    parts = []
    for rank, block in enumerate(blocks):
        columns = []
        for name, kind in types.items():
            own = name if name in block.attributes else f"anchor_{name}" if name in block.anchors else None
            columns.append(f"CAST({'t.' + quoted(own) if own else 'NULL'} AS {SQL_TYPES[kind]}) AS {quoted(name)}")
        # a later row outranks an earlier one, an earlier block all of a later one
        order = f"{(len(blocks) - rank) << 40:d} + t.row"
        source = exp.Literal.string(block.source).sql("duckdb")
        parts.append(
            f"SELECT q.customer, {order} AS knows{''.join(', ' + c for c in columns)} FROM {block.table} t "
            f"JOIN records r ON r.source = {source} AND r.id = t.id JOIN persons USING (record) JOIN people q "
            f"USING (customer_id)"
        )
    if not parts:
        load.stage.run("CREATE OR REPLACE TABLE best AS SELECT 0::INTEGER AS customer LIMIT 0")
        return
    load.stage.run(f"CREATE OR REPLACE TABLE described AS {' UNION ALL '.join(parts)}")
    plain = "".join(f", {quoted(name)}" for name in types)
    latest = "".join(f", arg_max({quoted(name)}, knows) AS {quoted(name)}" for name in types)
    many = "SELECT customer FROM described GROUP BY customer HAVING count(*) > 1"
    load.stage.run(f"CREATE OR REPLACE TABLE several AS {many}")
    load.stage.run(
        f"CREATE OR REPLACE TABLE best AS SELECT customer{plain} FROM described ANTI JOIN several USING "
        f"(customer) UNION ALL "
        f"SELECT customer{latest} FROM described SEMI JOIN several USING (customer) GROUP BY customer"
    )
    load.stage.run("DROP TABLE described; DROP TABLE several")


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
        refers = block.event.from_ if block.anchors else block.refers
        columns = "".join(
            f", CAST({'e.' + quoted(p) if p in block.properties else 'NULL'} AS {SQL_TYPES[kind]}) AS {quoted(p)}"
            for p, kind in types.items()
        )
        source = exp.Literal.string(refers).sql("duckdb")
        parts.append(
            f"SELECT q.customer, e.utc AS time, e.local{columns} FROM {block.table} e "
            f"JOIN (SELECT r.id, q.customer FROM records r JOIN persons USING (record) JOIN people q USING "
            f"(customer_id) "
            f"WHERE r.source = {source}) q ON q.id = e.who"
        )
    path = writer.file(f"event_{name}")
    load.progress.advance(f"writing {name}", 0, None)
    _copy(load, f"{' UNION ALL '.join(parts)} ORDER BY customer, time", path)
    reader = f"read_parquet({exp.Literal.string(str(path)).sql('duckdb')})"
    rows, first, last = load.stage.rows(f"SELECT count(*), min(time), max(time) FROM {reader}")[0]
    load.report.events[name] = rows
    prefixed = {f"{name}.{p}": load.report.properties.setdefault(f"{name}.{p}", FieldReport()) for p in types}
    _fill(load, types, reader, rows, prefixed, f"{name}.")
    personal = {
        p for p in types if (e := load.workspace.settings.properties.get(f"{name}.{p}")) is not None and e.personal
    }
    seen = _seen(load, path, [p for p, kind in types.items() if kind == "text" and p not in personal])
    return EventMeta(
        rows=rows, first=first.isoformat() if first else None, last=last.isoformat() if last else None,
        properties={p: PropertyMeta(type=kind, seen=seen.get(p, ())) for p, kind in types.items()},
    )  # fmt: skip


def write_identity(load: Load, writer: SnapshotWriter) -> None:
    """``identity.parquet`` (source, record_id, customer_id), ``anchors.parquet`` (customer, kind, value: personal) and
    ``identity_changes.parquet`` (change, before, after)."""
    _copy(load, "SELECT r.source, r.id AS record_id, p.customer_id FROM records r JOIN persons p USING (record) "
                "ORDER BY 3, 1, 2",
          writer.file("identity"))  # fmt: skip
    _copy(load, "SELECT DISTINCT q.customer, m.kind, m.value FROM marks m JOIN persons USING (record) "
          "JOIN people q USING (customer_id) ORDER BY 1, 2, 3", writer.file("anchors"))  # fmt: skip
    _copy(load, "SELECT * FROM identity_changes ORDER BY 1, 2, 3", writer.file("identity_changes"))


def _copy(load: Load, query: str, path: Path) -> None:
    target = exp.Literal.string(str(path)).sql("duckdb")
    load.stage.run(f"COPY ({query}) TO {target} (FORMAT parquet, COMPRESSION zstd)")


def _fill(
    load: Load, types: Mapping[str, TypeName], table: str, total: int, fields: dict[str, FieldReport], prefix: str
) -> None:
    """How complete each column is."""
    if not types:
        return
    counts = load.stage.rows(f"SELECT {', '.join(f'count({quoted(name)})' for name in types)} FROM {table}")[0]
    for name, count in zip(types, counts):
        report = fields.setdefault(prefix + name, FieldReport())
        report.filled = count / total if total else 0.0


def _seen(load: Load, path: Path, names: list[str]) -> dict[str, tuple[str, ...]]:
    """The commonest values of text columns, for completion and questions only: counted approximately."""
    if not names:
        return {}
    reader = f"read_parquet({exp.Literal.string(str(path)).sql('duckdb')})"
    listed = ", ".join(
        f"approx_top_k({quoted(n)}, {SEEN}), approx_count_distinct({quoted(n)}), count({quoted(n)})" for n in names
    )
    found = load.stage.rows(f"SELECT {listed} FROM {reader}")[0]
    tops = {}
    for name, top, distinct, known in zip(names, found[::3], found[1::3], found[2::3]):
        # a column of numbers of orders and the like has no common values
        tops[name] = top if distinct <= max(SEEN, known / 4) else ()
    return {name: tuple(v for v in top or () if v is not None) for name, top in tops.items()}
