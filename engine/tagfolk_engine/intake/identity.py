"""Who is who: records that share an anchor, directly or through others, are one customer.

Tables made: ``records`` (record, source, id, named), ``persons`` (record, source, id, customer_id, customer), and
``people`` (customer, customer_id): a dense number per customer, in the order of the ids. A customer's id is the
smallest ``SOURCE:ID`` of its records in text order; records without an id of their own (events known by anchors only)
give one only where they are alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlglot import exp

from tagfolk_engine.identity.linking import decide_links
from tagfolk_engine.intake.context import Load
from tagfolk_engine.intake.customers import Block
from tagfolk_engine.intake.events import EventBlock
from tagfolk_engine.intake.staging import quoted
from tagfolk_engine.lake import Snapshot

if TYPE_CHECKING:
    from numpy.typing import NDArray


def find_customers(load: Load, blocks: list[Block], events: list[EventBlock]) -> None:
    """Fill ``records``, ``persons`` and ``people`` and the report about identity."""
    load.progress.advance("identity", 0, None)
    _records(load, blocks, events)
    linked = decide_links(load, blocks, linked=_links(load, blocks, events))
    if linked:
        _components(load)
    _persons(load, linked=linked)
    report = load.report.identity
    number = load.stage.number
    report.records = number("SELECT count(*) FROM records")
    report.customers = number("SELECT count(*) FROM people")
    report.merged = report.records - report.customers
    load.report.customers = report.customers


def source_of(event: EventBlock) -> str:
    """The source whose ids the event's owners have."""
    return event.event.from_ if event.anchors else event.refers


def _records(load: Load, blocks: list[Block], events: list[EventBlock]) -> None:
    """Every record once: rows of blocks by their ids, ids that only events name, anchor sets of anchored events."""
    run = load.stage.run
    run("CREATE OR REPLACE TABLE named (source VARCHAR, id VARCHAR, named BOOLEAN)")
    for source in dict.fromkeys(block.source for block in blocks):
        ids = " UNION ALL ".join(f"SELECT id FROM {b.table}" for b in blocks if b.source == source)
        run(f"INSERT INTO named SELECT DISTINCT {_text(source)}, id, true FROM ({ids})")
    for one in events:
        source = _text(source_of(one))
        unknown = (
            f"SELECT DISTINCT who FROM {one.owners} t ANTI JOIN (SELECT id FROM named WHERE source = {source}) n "
            f"ON n.id = t.who"
        )
        if one.anchors or load.workspace.settings.makes_customers(one.event):
            run(f"INSERT INTO named SELECT {source}, who, {str(not one.anchors).lower()} FROM ({unknown})")
        elif load.stage.number(f"SELECT count(*) FROM ({unknown})"):
            load.reject(
                one.event.from_,
                f"SELECT l.row, 'unknown customer' || chr(0) || o.who AS reason FROM ({one.lines}) l "
                f"JOIN {one.owners} o ON o.said = l.said WHERE o.who IN ({unknown})",
            )
    run("CREATE OR REPLACE TABLE numbered AS SELECT source, id, named FROM named ORDER BY source, id")
    run("CREATE OR REPLACE VIEW records AS SELECT rowid::INTEGER AS record, * FROM numbered")
    run("DROP TABLE named")


def _text(name: str) -> str:
    """A name as a SQL text."""
    return exp.Literal.string(name).sql("duckdb")


def _links(load: Load, blocks: list[Block], events: list[EventBlock]) -> bool:
    """``links`` (record, anchor number): which records share which anchor, placeholders left out. False: none do."""
    run = load.stage.run
    run("CREATE OR REPLACE TABLE marks (record INTEGER, kind VARCHAR, value VARCHAR)")
    sources = [(b.table, b.source, "id", b.anchors) for b in blocks]
    sources += [(e.owners, e.event.from_, "who", e.anchors) for e in events]
    for table, source, key, anchors in sources:
        for kind in anchors:
            column = quoted(f"anchor_{kind}")
            run(
                f"INSERT INTO marks SELECT DISTINCT r.record, {_text(kind)}, t.{column} FROM {table} t "
                f"JOIN records r ON r.source = {_text(source)} AND r.id = t.{key} WHERE t.{column} IS NOT NULL"
            )
    if not any(anchors for *_, anchors in sources):
        return False
    limit = load.workspace.settings.identity.max_shared
    run(
        "CREATE OR REPLACE TABLE shared AS SELECT kind, value, count(DISTINCT record) AS n FROM marks GROUP BY "
        "1, 2 HAVING n > 1"
    )
    load.report.identity.placeholders = [
        (kind, masked(value), count)
        for kind, value, count in load.stage.rows(
            f"SELECT kind, value, n FROM shared WHERE n > {limit:d} ORDER BY n DESC, 1, 2 LIMIT 100"
        )
    ]
    run(
        "CREATE OR REPLACE TABLE links AS SELECT DISTINCT m.record, s.anchor FROM marks m JOIN "
        f"(SELECT kind, value, (row_number() OVER (ORDER BY kind, value) - 1)::INTEGER AS anchor FROM shared "
        f"WHERE n <= {limit:d}) s "
        "USING (kind, value)"
    )
    return load.stage.number("SELECT count(*) FROM links") > 0


def masked(value: str) -> str:
    """A personal value with its middle hidden.

    >>> masked("+8613800000001"), masked("a@b.c")
    ('+8•••01', 'a••c')
    """
    return f"{value[:2]}•••{value[-2:]}" if len(value) > 6 else f"{value[:1]}••{value[-1:]}"


def component_of(load: Load) -> dict[str, int]:
    """``SOURCE:ID`` → component, of the records that are linked now."""
    if not load.stage.number("SELECT count(*) FROM links"):
        return {}
    _components(load)
    rows = load.stage.rows(
        "SELECT r.source || ':' || r.id, c.component FROM records r JOIN components c USING (record)"
    )
    return {str(record): int(component) for record, component in rows}


def _components(load: Load) -> None:
    """``components`` (record, component): connected components over the records that share anchors."""
    import numpy as np
    import pyarrow as pa

    stage = load.stage
    links = stage.run("SELECT record, anchor FROM links").fetchnumpy()
    known, compact = np.unique(np.asarray(links["record"]), return_inverse=True)
    labels = _connected(compact, np.asarray(links["anchor"]), len(known))
    stage.connection.register(
        "incoming", pa.table({"record": pa.array(known, pa.int32()), "component": pa.array(labels, pa.int32())})
    )
    stage.run("CREATE OR REPLACE TABLE components AS SELECT * FROM incoming")
    stage.connection.unregister("incoming")


def _connected(records: NDArray[Any], anchors: NDArray[Any], size: int) -> NDArray[Any]:
    """The component of each record, where record ``records[i]`` has anchor ``anchors[i]``."""
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    width = size + int(np.max(anchors)) + 1
    graph = coo_array((np.ones(len(records), dtype=np.int8), (records, anchors + size)), shape=(width, width))
    found: NDArray[Any] = connected_components(graph, directed=False)[1][:size]
    return found


def _persons(load: Load, *, linked: bool) -> None:
    """``persons`` and ``people``: everybody in no component is alone."""
    run = load.stage.run
    alone = "SELECT record, source, id, source || ':' || id AS customer_id FROM records"
    if not linked:
        run(f"CREATE OR REPLACE TABLE named_persons AS {alone} ORDER BY customer_id")
        run("CREATE OR REPLACE VIEW persons AS SELECT *, rowid::INTEGER AS customer FROM named_persons")
        run("CREATE OR REPLACE VIEW people AS SELECT customer, customer_id FROM persons")
        return
    run(
        "CREATE OR REPLACE TEMP TABLE named_persons AS SELECT r.record, r.source, r.id, "
        "coalesce(min(CASE WHEN r.named THEN r.source || ':' || r.id END) OVER (PARTITION BY c.component), "
        "min(r.source || ':' || r.id) OVER (PARTITION BY c.component)) AS customer_id "
        f"FROM records r JOIN components c USING (record) UNION ALL {alone} ANTI JOIN components USING (record)"
    )
    run("CREATE OR REPLACE TABLE ordered AS SELECT DISTINCT customer_id FROM named_persons ORDER BY customer_id")
    run("CREATE OR REPLACE VIEW people AS SELECT rowid::INTEGER AS customer, customer_id FROM ordered")
    run("CREATE OR REPLACE TABLE persons AS SELECT * FROM named_persons JOIN people USING (customer_id)")
    run("DROP TABLE named_persons; DROP TABLE components")


def compare_with(load: Load, before: Snapshot | None) -> None:
    """Record which customers were joined or split since the snapshot before, in ``identity_changes``."""
    stage = load.stage
    stage.run("CREATE OR REPLACE TABLE identity_changes (change VARCHAR, before VARCHAR, after VARCHAR)")
    if before is None or not before.file("identity").is_file():
        return
    old = before.file("identity")
    stage.connection.read_parquet(str(old)).create_view("identity_before", replace=True)
    stage.run(
        "CREATE OR REPLACE TABLE moved AS SELECT DISTINCT o.customer_id AS before, p.customer_id AS after "
        "FROM identity_before o JOIN persons p ON p.source = o.source AND p.id = o.record_id"
    )
    stage.run(
        "INSERT INTO identity_changes SELECT 'merged', before, after FROM moved WHERE after IN "
        "(SELECT after FROM moved GROUP BY 1 HAVING count(*) > 1) UNION ALL SELECT 'split', before, after FROM moved "
        "WHERE before IN (SELECT before FROM moved GROUP BY 1 HAVING count(*) > 1)"
    )
    report = load.report.identity
    report.joined = stage.number("SELECT count(*) FROM identity_changes WHERE change = 'merged'")
    report.split = stage.number("SELECT count(DISTINCT before) FROM identity_changes WHERE change = 'split'")
