"""What the steps of one load share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlglot import exp
from tagfolk_dsl.diagnostics import Diagnostic

from tagfolk_engine.intake.columns import Column
from tagfolk_engine.intake.mapping import Mapped, UnknownColumn, map_expression
from tagfolk_engine.intake.progress import Progress
from tagfolk_engine.intake.reading import Staged
from tagfolk_engine.intake.rejects import RejectWriter
from tagfolk_engine.intake.report import LoadReport
from tagfolk_engine.intake.staging import Stage, quoted
from tagfolk_engine.workspace import Workspace, WorkspaceError
from tagfolk_engine.workspace.expressions import ExpressionError
from tagfolk_engine.workspace.findings import finding, suggestion
from tagfolk_engine.workspace.locate import Path


@dataclass
class Load:
    """One load at work."""

    workspace: Workspace
    stage: Stage
    progress: Progress
    report: LoadReport
    staged: dict[str, Staged] = field(default_factory=dict)
    writers: dict[str, RejectWriter] = field(default_factory=dict)

    def map(self, path: Path, source: str, text: str) -> Mapped:
        """One expression of ``tagfolk.toml``. Raises WorkspaceError at its place."""
        return mapped_at(self.workspace, path, source, text, self.staged[source].columns)

    def kind(self, table: str, tree: exp.Expr) -> str:
        """DuckDB's type of an expression over a table."""
        return self.stage.types(exp.select(tree.as_("value")).from_(quoted(table)))["value"]

    def reject(self, source: str, query: str) -> int:
        """Reject the rows that ``query`` gives as (row of the raw table, reason). The number rejected."""
        staged, writer = self.staged[source], self.writers[source]
        file = quoted("tagfolk_file") if staged.has_file else "''"
        columns = ", ".join(f"{quoted(name)} := r.{quoted(name)}" for name in staged.columns)
        starts = f"(SELECT {file} AS file, min(rowid) AS start FROM {staged.table} GROUP BY 1)"
        # a row is rejected once, however many blocks it fails
        self.stage.run(f"CREATE TABLE IF NOT EXISTS rejected_{staged.table} (row BIGINT)")
        self.stage.run(f"CREATE OR REPLACE TABLE turned_down AS SELECT * FROM ({query}) "
                       f"WHERE row NOT IN (SELECT row FROM rejected_{staged.table})")  # fmt: skip
        rows = self.stage.connection.cursor().execute(
            f"SELECT q.reason, s.file, q.row - s.start, CAST(to_json(struct_pack({columns})) AS VARCHAR) "
            f"FROM turned_down q JOIN {staged.table} r ON r.rowid = q.row JOIN {starts} s ON s.file = {file} "
            f"ORDER BY q.row"
        )
        count = 0
        while some := rows.fetchmany(10_000):
            writer.add_rows(
                some, staged.source.places if staged.has_file else lambda file, numbers: {}, 1000 if not count else 0
            )
            count += len(some)
        self.stage.run(f"INSERT INTO rejected_{staged.table} SELECT row FROM turned_down")
        return count


def mapped_at(workspace: Workspace, path: Path, source: str, text: str, columns: Mapping[str, Column]) -> Mapped:
    """An expression over a source's columns. Raises WorkspaceError (C020, C022) at its place."""
    try:
        return map_expression(text, columns)
    except UnknownColumn as error:
        raise WorkspaceError([unknown_column(workspace, path, source, error.name, columns)], workspace.text) from None
    except ExpressionError as error:
        span = workspace.places.value(path)
        found = finding("C020", span, f"SQL expression {text!r}: {error}", f"SQL 表达式 {text!r} 有误")
        raise WorkspaceError([found], workspace.text) from None


def unknown_column(
    workspace: Workspace, path: Path, source: str, name: str, columns: Mapping[str, Column]
) -> Diagnostic:
    """The finding about a column that a source does not have."""
    hint, hint_zh, near = suggestion(name, list(columns), "columns", "列")
    return finding("C022", workspace.places.value(path), f"source '{source}' has no column '{name}'",
                   f"来源 '{source}' 没有列 '{name}'", hint, hint_zh, replacement=near)  # fmt: skip


def condition(tree: exp.Expr) -> exp.Expr:
    """A ``where`` as a condition that can be joined to others."""
    return exp.paren(tree.copy())


__all__ = ["Load", "condition", "mapped_at", "unknown_column"]
