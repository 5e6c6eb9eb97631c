"""Expressions against what the sources have: unknown columns, and expressions that do not fit their types."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp
from tagfolk_dsl.diagnostics import Diagnostic

from tagfolk_engine.intake.columns import Column
from tagfolk_engine.intake.context import mapped_at
from tagfolk_engine.intake.staging import Stage, quoted
from tagfolk_engine.workspace import Workspace, WorkspaceError
from tagfolk_engine.workspace.findings import finding
from tagfolk_engine.workspace.references import expressions_of


def check_expressions(
    workspace: Workspace, stage: Stage, columns: Mapping[str, Mapping[str, Column]], tables: Mapping[str, str]
) -> list[Diagnostic]:
    """What is wrong with the expressions over the sources whose columns are known."""
    import duckdb

    found: list[Diagnostic] = []
    for path, source, text in expressions_of(workspace.settings):
        if source not in columns:
            continue
        try:
            mapped = mapped_at(workspace, path, source, text, columns[source])
        except WorkspaceError as error:
            found += error.diagnostics
            continue
        try:
            stage.types(exp.select(mapped.tree.as_("value")).from_(quoted(tables[source])))
        except duckdb.Error as error:
            what = str(error).splitlines()[0].partition(": ")[2] or str(error)
            found.append(finding("C024", workspace.places.value(path), f"SQL expression {text!r} does not fit: {what}",
                                 f"SQL 表达式 {text!r} 不适用：{what}", "mind the types of the "
                                                                 "columns", "注意各列的类型"))  # fmt: skip
    return sorted(found, key=lambda d: (d.span.line, d.span.column))
