"""Expressions against what the sources have: unknown columns, and expressions that do not fit their types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tagfolk_dsl.diagnostics import Diagnostic

from tagfolk_engine.intake.columns import Column
from tagfolk_engine.intake.mapping import Mapped, mapped_at
from tagfolk_engine.intake.staging import Stage, quoted
from tagfolk_engine.workspace import Workspace, WorkspaceError
from tagfolk_engine.workspace.expressions import has_aggregate
from tagfolk_engine.workspace.findings import finding
from tagfolk_engine.workspace.locate import Path
from tagfolk_engine.workspace.references import expressions_of


@dataclass
class Checked:
    """What a check found, the expressions by their place, and DuckDB's type of each (by table and SQL text)."""

    found: list[Diagnostic] = field(default_factory=list)
    mapped: dict[Path, Mapped] = field(default_factory=dict)
    kinds: dict[tuple[str, str], str] = field(default_factory=dict)


def check_expressions(
    workspace: Workspace, stage: Stage, columns: Mapping[str, Mapping[str, Column]], tables: Mapping[str, str]
) -> Checked:
    """Look at the expressions over the sources whose columns are known."""
    checked = Checked()
    groups: dict[tuple[str, bool], list[tuple[Path, str, Mapped]]] = {}
    for path, source, text in expressions_of(workspace.settings):
        if source not in columns:
            continue
        try:
            mapped = mapped_at(workspace, path, source, text, columns[source])
        except WorkspaceError as error:
            checked.found += error.diagnostics
            continue
        checked.mapped[path] = mapped
        groups.setdefault((tables[source], has_aggregate(mapped.tree)), []).append((path, text, mapped))
    for (table, _), members in groups.items():
        _describe(workspace, stage, table, members, checked)
    checked.found.sort(key=lambda d: (d.span.line, d.span.column))
    return checked


def _describe(
    workspace: Workspace, stage: Stage, table: str, members: list[tuple[Path, str, Mapped]], checked: Checked
) -> None:
    """The types of expressions over one table: all at once, and one by one only where something is wrong."""
    import duckdb

    texts = list(dict.fromkeys(mapped.tree.sql("duckdb") for _, _, mapped in members))
    try:
        checked.kinds |= _kinds(stage, table, texts)
    except duckdb.Error:
        for path, text, mapped in members:
            try:
                checked.kinds |= _kinds(stage, table, [mapped.tree.sql("duckdb")])
            except duckdb.Error as error:
                what = str(error).splitlines()[0].partition(": ")[2] or str(error)
                checked.found.append(
                    finding("C024", workspace.places.value(path), f"SQL expression {text!r} does not fit: {what}",
                            f"SQL 表达式 {text!r} 不适用：{what}", "mind the types of the columns", "注意各列的类型")
                )  # fmt: skip


def _kinds(stage: Stage, table: str, texts: list[str]) -> dict[tuple[str, str], str]:
    listed = ", ".join(f"{text} AS {quoted(f'e{n}')}" for n, text in enumerate(texts))
    described = stage.rows(f"DESCRIBE SELECT {listed} FROM {quoted(table)}")
    return {(table, text): row[1] for text, row in zip(texts, described)}


__all__ = ["Checked", "check_expressions"]
