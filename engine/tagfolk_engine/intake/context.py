"""What the steps of one load share."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from tagfolk_engine.identity.decisions import Decisions
from tagfolk_engine.intake.checking import Checked
from tagfolk_engine.intake.mapping import Mapped, mapped_at
from tagfolk_engine.intake.progress import Progress
from tagfolk_engine.intake.reading import FILE, ROW, Staged
from tagfolk_engine.intake.rejects import RejectWriter
from tagfolk_engine.intake.report import LoadReport
from tagfolk_engine.intake.staging import Stage, quoted
from tagfolk_engine.workspace import Workspace
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
    checked: Checked = field(default_factory=Checked)
    decisions: Decisions | None = None
    """What people decided about who is who; None: as the store has it."""
    conditions: dict[str, list[tuple[exp.Expr | None, str | None]]] = field(default_factory=dict)
    """By source, of each block: which rows it keeps (None: all), and the table of its duplicates' rows, if any."""
    rejected: set[str] = field(default_factory=set)
    """The sources that have a table ``rejected_…`` (row) of what mapping turned down."""

    def map(self, path: Path, source: str, text: str) -> Mapped:
        """One expression of ``tagfolk.toml``. Raises WorkspaceError at its place."""
        known = self.checked.mapped.get(path)
        return known or mapped_at(self.workspace, path, source, text, self.staged[source].columns)

    def kind(self, table: str, tree: exp.Expr) -> str:
        """DuckDB's type of an expression over a table."""
        text = tree.sql("duckdb")
        if (table, text) not in self.checked.kinds:
            query = exp.select(tree.as_("value")).from_(quoted(table))
            self.checked.kinds[table, text] = self.stage.types(query)["value"]
        return self.checked.kinds[table, text]

    def reject(self, source: str, query: str) -> None:
        """Reject the rows that ``query`` gives as (row of the source, reason)."""
        staged, writer = self.staged[source], self.writers[source]
        file = f"r.{quoted(FILE)}" if staged.has_file else "''"
        columns = ", ".join(f"{quoted(name)} := r.{quoted(name)}" for name in staged.columns)
        starts = f"(SELECT {file} AS file, min({ROW}) AS start FROM {staged.table} r GROUP BY 1)"
        done = quoted(f"rejected_{staged.table}")
        # a row is rejected once, however many blocks it fails
        self.stage.run(f"CREATE TABLE IF NOT EXISTS {done} (row BIGINT)")
        self.rejected.add(source)
        self.stage.run(
            f"CREATE OR REPLACE TABLE turned_down AS SELECT row, any_value(reason) AS reason FROM ({query}) "
            f"WHERE row NOT IN (SELECT row FROM {done}) GROUP BY row"
        )
        rows = self.stage.connection.cursor().execute(
            f"SELECT q.reason, s.file, q.row - s.start, CAST(to_json(struct_pack({columns})) AS VARCHAR) "
            f"FROM turned_down q JOIN {staged.table} r ON r.{ROW} = q.row JOIN {starts} s ON s.file = {file} "
            f"ORDER BY q.row"
        )
        first = True
        while some := rows.fetchmany(10_000):
            writer.add_rows(
                some, staged.source.places if staged.has_file else lambda file, numbers: {}, 1000 if first else 0
            )
            first = False
        self.stage.run(f"INSERT INTO {done} SELECT row FROM turned_down")


def condition(tree: exp.Expr) -> exp.Expr:
    """A ``where`` as a condition that can be joined to others."""
    return exp.paren(tree.copy())


__all__ = ["Load", "condition"]
