"""What became of each row of a source: kept, filtered out, a duplicate, or rejected; each row is one of these."""

from __future__ import annotations

from sqlglot import exp

from tagfolk_engine.intake.context import Load
from tagfolk_engine.intake.reading import ROW


def count_rows(load: Load, name: str) -> None:
    """Fill the figures of one source. A row that several blocks read is rejected where one rejects it, else kept
    where one keeps it, else a duplicate where one found it to be one, else filtered out."""
    staged, report = load.staged[name], load.report.sources[name]
    blocks = load.conditions.get(name, [])
    rejected = load.writers[name].rejected.count
    if all(where is not None for where, _ in blocks) and blocks:
        wanted = exp.or_(*(where.copy() for where, _ in blocks if where is not None))
        counted = exp.select(exp.Anonymous(this="count_if", expressions=[wanted])).from_(exp.to_table(staged.table))
        report.filtered += staged.rows - load.stage.number(counted)
    if any(duplicates for _, duplicates in blocks):
        report.duplicates += _duplicates(load, name)
    report.kept = report.read - rejected - report.filtered - report.duplicates


def _duplicates(load: Load, name: str) -> int:
    """Rows that some block found to be duplicates, and none keeps or rejects."""
    staged, blocks = load.staged[name], load.conditions[name]
    row = exp.column(ROW)

    def inside(table: str) -> exp.Expr:
        rows = exp.select("row").from_(exp.to_table(table))
        return exp.In(this=row.copy(), query=exp.Subquery(this=rows))

    query = exp.select(exp.Count(this=exp.Star())).from_(exp.to_table(staged.table))
    query = query.where(exp.or_(*(inside(table) for _, table in blocks if table is not None)))
    for where, table in blocks:
        keeps = [where.copy() if where is not None else exp.true()]
        keeps += [exp.Not(this=inside(table))] if table is not None else []
        query = query.where(exp.Not(this=exp.paren(exp.func("COALESCE", exp.and_(*keeps), exp.false()))))
    if name in load.rejected:
        query = query.where(exp.Not(this=inside(f"rejected_{staged.table}")))
    return load.stage.number(query)
