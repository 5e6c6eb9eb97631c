"""Who is who: records that share an anchor, directly or through others, are one customer.

Tables made: ``records`` (record, source, id, named), ``persons`` (record, customer_id), and ``people`` (customer,
customer_id): a dense number per customer, in the order of the ids. A customer's id is the smallest ``SOURCE:ID`` of
its records in text order; records without an id of their own (events known by anchors only) give one only where they
are alone.
"""

from __future__ import annotations

from tagfolk_engine.intake.context import Load
from tagfolk_engine.intake.customers import Block
from tagfolk_engine.intake.events import EventBlock
from tagfolk_engine.lake import Snapshot


def find_customers(load: Load, blocks: list[Block], events: list[EventBlock]) -> None:
    """Fill ``records``, ``persons`` and ``people`` and the report about identity."""
    load.progress.advance("identity", 0, None)
    _records(load, blocks, events)
    _links(load, blocks, events)
    _persons(load)
    report = load.report.identity
    number = load.stage.number
    report.records = number("SELECT count(*) FROM records")
    report.customers = number("SELECT count(*) FROM people")
    report.merged = report.records - report.customers
    load.report.customers = report.customers


def _records(load: Load, blocks: list[Block], events: list[EventBlock]) -> None:
    """Every record once: rows of blocks by their ids, ids that only events name, anchor sets of anchored events."""
    run = load.stage.run
    run("CREATE OR REPLACE TABLE named (source VARCHAR, id VARCHAR, named BOOLEAN)")
    for block in blocks:
        run(f"INSERT INTO named SELECT DISTINCT '{_text(block.source)}', id, true FROM {block.table}")
    run("CREATE OR REPLACE TABLE named AS SELECT DISTINCT * FROM named")
    for one in events:
        refers = f"'{_text(one.refers)}'" if not one.anchors else f"'{_text(one.event.from_)}'"
        who = "who" if not one.anchors else "substr(sha256(who), 1, 16)"
        if one.anchors:
            run(f"UPDATE {one.table} SET who = 'anonymous-' || {who}")
        unknown = (
            f"SELECT DISTINCT who FROM {one.table} t WHERE NOT EXISTS "
            f"(SELECT 1 FROM named n WHERE n.source = {refers} AND n.id = t.who)"
        )
        if not one.anchors and not load.workspace.settings.makes_customers(one.event):
            query = (
                f"SELECT row, 'unknown customer' || chr(0) || who AS reason FROM {one.table} WHERE who IN ({unknown})"
            )
            load.stage.run(f"CREATE OR REPLACE TABLE strangers AS {query}")
            load.reject(one.event.from_, "SELECT * FROM strangers")
            run(f"DELETE FROM {one.table} WHERE row IN (SELECT row FROM strangers)")
        else:
            run(f"INSERT INTO named SELECT {refers}, who, {str(not one.anchors).lower()} FROM ({unknown})")
    run(
        "CREATE OR REPLACE TABLE records AS SELECT (row_number() OVER (ORDER BY source, id) - 1)::INTEGER AS "
        "record, * FROM named"
    )
    run("DROP TABLE named")


def _text(name: str) -> str:
    """A source's name inside a SQL text."""
    return name.replace("'", "''")


def _links(load: Load, blocks: list[Block], events: list[EventBlock]) -> None:
    """``links`` (record, anchor number): which records share which anchor, placeholders left out."""
    run = load.stage.run
    run("CREATE OR REPLACE TABLE marks (record INTEGER, kind VARCHAR, value VARCHAR)")
    sources = [(b.table, b.source, "id", b.anchors) for b in blocks]
    sources += [(e.table, e.event.from_, "who", e.anchors) for e in events]
    for table, source, key, anchors in sources:
        for kind in anchors:
            column = f'"anchor_{kind}"'
            run(
                f"INSERT INTO marks SELECT DISTINCT r.record, '{_text(kind)}', t.{column} FROM {table} t "
                f"JOIN records r ON r.source = '{_text(source)}' AND r.id = t.{key} WHERE t.{column} IS NOT NULL"
            )
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


def masked(value: str) -> str:
    """A personal value with its middle hidden.

    >>> masked("+8613800000001"), masked("a@b.c")
    ('+8•••01', 'a••c')
    """
    return f"{value[:2]}•••{value[-2:]}" if len(value) > 6 else f"{value[:1]}••{value[-1:]}"


def _persons(load: Load) -> None:
    """Connected components over the records that share anchors; everybody else is alone."""
    import numpy as np
    import pyarrow as pa
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    stage = load.stage
    links = stage.run("SELECT record, anchor FROM links").fetchnumpy()
    records, anchors = links["record"], links["anchor"]
    known, compact = np.unique(np.asarray(records), return_inverse=True)
    size = len(known)
    width = size + (int(np.max(anchors)) + 1 if size else 0)
    labels = np.zeros(0, dtype=np.int32)
    if size:
        ones = np.ones(len(compact), dtype=np.int8)
        graph = coo_array((ones, (compact, np.asarray(anchors) + size)), shape=(width, width))
        labels = connected_components(graph, directed=False)[1][:size]
    stage.connection.register(
        "incoming", pa.table({"record": pa.array(known, pa.int32()), "component": pa.array(labels, pa.int32())})
    )
    stage.run("CREATE OR REPLACE TABLE components AS SELECT * FROM incoming")
    stage.connection.unregister("incoming")
    stage.run(
        "CREATE OR REPLACE TABLE persons AS SELECT r.record, CASE WHEN c.component IS NULL THEN r.source || ':' "
        "|| r.id "
        "ELSE coalesce(min(CASE WHEN r.named THEN r.source || ':' || r.id END) OVER (PARTITION BY c.component), "
        "min(r.source || ':' || r.id) OVER (PARTITION BY c.component)) END AS customer_id "
        "FROM records r JOIN components c USING (record) UNION ALL "
        "SELECT record, source || ':' || id FROM records ANTI JOIN components USING (record)"
    )
    stage.run(
        "CREATE OR REPLACE TABLE people AS SELECT (row_number() OVER (ORDER BY customer_id) - 1)::INTEGER AS "
        "customer, customer_id "
        "FROM (SELECT DISTINCT customer_id FROM persons)"
    )
    stage.run("DROP TABLE components")


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
        "FROM identity_before o JOIN records r ON r.source = o.source AND r.id = o.record_id JOIN persons p "
        "USING (record)"
    )
    stage.run(
        "INSERT INTO identity_changes SELECT 'merged', before, after FROM moved WHERE after IN "
        "(SELECT after FROM moved GROUP BY 1 HAVING count(*) > 1) UNION ALL SELECT 'split', before, after FROM moved "
        "WHERE before IN (SELECT before FROM moved GROUP BY 1 HAVING count(*) > 1)"
    )
    report = load.report.identity
    report.joined = stage.number("SELECT count(*) FROM identity_changes WHERE change = 'merged'")
    report.split = stage.number("SELECT count(DISTINCT before) FROM identity_changes WHERE change = 'split'")
